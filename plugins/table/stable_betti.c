/* table.stable: the most stable Betti numbers as a Betti table, for stages that read such. */
#include "build.h"
#include "stable.h"
#include "view.h"

#include <math.h>
#include <string.h>

/* The axis that holds the rows' scales as texts, or axes.n: it is no axis of a Betti table, which has scales of its own. */
static uint32_t scale_axis(const stable *s) {
  uint32_t k = 0;
  while (k < s->axes.n && strcmp(s->axes.name[k], "scale") != 0) k++;
  return k;
}

/* A cell with the answer's place; a NULL answer only makes the axes known, in their order. */
static bf_status begin_cell(table_build *b, const stable *s, const stable_answer *a, uint32_t without) {
  bf_status status = BF_OK;
  BF_TRY(table_build_cell(b));
  for (uint32_t k = 0; k < s->axes.n; k++)
    if (k != without) BF_TRY(table_build_put(b, s->axes.name[k], k < s->axes.nsweep, a ? a->key[k] : ""));
out:
  return status;
}

static bf_status add_answer(table_build *b, const stable *s, const stable_answer *a, uint32_t without) {
  bf_status status = BF_OK;
  double scale = isnan(a->is.joint.from) ? -(double)INFINITY : a->is.joint.from;
  BF_TRY(begin_cell(b, s, a, without));
  if (!a->is.known) return table_build_declined(b, "no Betti numbers are known in the range of the parameter");
  if (without < s->axes.n && !view_number(a->key[without], &scale)) return bf_fail(BF_FAILED, "the scale '%s' is no number", a->key[without]);
  for (uint32_t k = 0; k < a->is.dims; k++)
    if (a->is.together[k] >= 0) BF_TRY(table_build_row(b, scale, k, a->is.together[k]));
out:
  return status;
}

static bf_status add_declined(table_build *b, const bf_input *in, size_t n, const bf_betti_table *all) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < n; i++) {
    if (in[i].path) continue;
    BF_TRY(table_build_item(b, &in[i]));
    BF_TRY(table_build_declined(b, in[i].reason ? in[i].reason : "declined"));
  }
  for (uint64_t i = 0; i < all->ndeclined; i++) {
    BF_TRY(table_build_cell(b));
    for (uint32_t k = 0; k < all->naxis; k++) {
      const char *value = all->text[all->declined[i * all->naxis + k]];
      if (*value) BF_TRY(table_build_put(b, all->axis[k], k < all->nsweep, value));
    }
    BF_TRY(table_build_declined(b, all->text[all->reason[i]]));
  }
out:
  return status;
}

bf_status stable_betti(const stable *s, const bf_input *in, size_t n, const bf_betti_table *all, bf_betti_table *out) {
  bf_status status = BF_OK;
  table_build *b = NULL;
  const uint32_t without = s->rows ? scale_axis(s) : s->axes.n;
  BF_TRY(table_build_new(&b));
  BF_TRY(begin_cell(b, s, NULL, without));
  for (uint64_t i = 0; i < s->n; i++) BF_TRY(add_answer(b, s, &s->answer[i], without));
  BF_TRY(add_declined(b, in, n, all));
  BF_TRY(table_build_take(b, out));
out:
  table_build_free(b);
  return status;
}
