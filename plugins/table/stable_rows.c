/* table.stable on Betti tables: rows that agree on all axes but the parameter belong together. */
#include "build.h"
#include "stable.h"
#include "view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bf_status refuse(const stable *s, const bf_betti_table *t, const uint32_t *value, const char *what) {
  char *where = view_row_text(t, value);
  bf_fail(BF_INVALID, "along: %s: the item '%s' has %s there; it has to be a finite number", s->along, where ? where : "?", what);
  free(where);
  return BF_INVALID;
}

/* The parameter's value at a row; *is false where it is infinite, as the scale of essential classes. */
static bf_status parameter_at(const stable *s, const bf_betti_table *t, uint64_t row, uint32_t axis, double *at, bool *is) {
  const uint32_t *value = t->value + row * t->naxis;
  if (axis == t->naxis) {
    *at = t->scale[row];
    *is = isfinite(*at);
    return BF_OK;
  }
  *is = true;
  if (!value[axis]) return refuse(s, t, value, "nothing");
  if (!view_number(t->text[value[axis]], at) || !isfinite(*at)) return refuse(s, t, value, t->text[value[axis]]);
  return BF_OK;
}

/* The axes besides the parameter's, which is number `without`; place[k] is where axis k of s stands in the table. */
static bf_status choose_axes(stable *s, const bf_betti_table *t, uint32_t without, uint32_t **place) {
  s->axes.name = calloc(t->naxis + 1u, sizeof *s->axes.name);
  *place = calloc(t->naxis + 1u, sizeof **place);
  if (!s->axes.name || !*place) return stable_no_memory();
  for (uint32_t i = 0; i < t->naxis; i++) {
    if (i == without) continue;
    (*place)[s->axes.n] = i;
    s->axes.nsweep += i < t->nsweep;
    s->axes.name[s->axes.n++] = t->axis[i];
  }
  return BF_OK;
}

static bf_status no_such_axis(const stable *s, const bf_betti_table *t) {
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  if (f) {
    for (uint32_t k = 0; k < t->naxis; k++) fprintf(f, "%s, ", t->axis[k]);
    fclose(f);
  }
  bf_fail(BF_INVALID, "along: the tables have no axis '%s'; it can be %sscale", s->along, text ? text : "");
  free(text);
  return BF_INVALID;
}

/* The rows by group; group k's become row[first[k]] … row[first[k + 1] - 1]. Those without a finite parameter are left out. */
static bf_status sort_rows(const stable *s, const bf_betti_table *t, uint32_t axis, const view_groups *g, stretch_row *row, uint64_t *first) {
  bf_status status = BF_OK;
  uint64_t used = 0;
  double at;
  bool is;
  for (uint64_t i = 0; i < t->n; i++) {
    BF_TRY(parameter_at(s, t, i, axis, &at, &is));
    first[g->of[i] + 1] += is;
    used += is;
  }
  if (t->n && !used)
    return bf_fail(BF_INVALID, "along: the tables have essential classes only, at scale inf; name the sweep variable that is the parameter, as `along: k`");
  for (uint32_t k = 0; k < g->n; k++) first[k + 1] += first[k];
  for (uint64_t i = t->n; i-- > 0;) { /* from the end, so that first[k + 1] goes down to the beginning of group k */
    BF_TRY(parameter_at(s, t, i, axis, &at, &is));
    if (is) row[--first[g->of[i] + 1]] = (stretch_row){at, t->dim[i], t->betti[i]};
  }
  memmove(first, first + 1, g->n * sizeof *first);
  first[g->n] = used;
out:
  return status;
}

static bf_status answer_group(const stable *s, const bf_betti_table *t, const uint32_t *value, const uint32_t *place, stretch_row *row, uint64_t n,
                              stable_answer *a) {
  for (uint32_t k = 0; k < s->axes.n; k++) a->key[k] = t->text[value[place[k]]];
  const bf_status status = stretch_of_rows(row, n, &s->range, &a->is);
  if (status != BF_BAD_INPUT) return status;
  char *where = view_row_text(t, value);
  bf_fail_in(status, "the rows like '%s' along %s", where ? where : "?", s->along);
  free(where);
  return status;
}

bf_status stable_rows(stable *s, const bf_host *host, bf_task *task, const bf_input *in, size_t n, bf_betti_table *all) {
  bf_status status = BF_OK;
  view_groups g = {0};
  uint32_t *place = NULL;
  uint64_t *first = NULL;
  stretch_row *row = NULL;
  BF_TRY(table_build_join(host, task, in, n, all));
  uint32_t axis = view_axis(all, s->along);
  const bool by_scale = !strcmp(s->along, "scale");
  if (!by_scale && axis == all->naxis) {
    status = no_such_axis(s, all);
    goto out;
  }
  for (uint64_t i = 0; i < all->ndeclined; i++) BF_TRY(stable_none(s, view_row_text(all, all->declined + i * all->naxis), all->text[all->reason[i]]));
  if (!by_scale) BF_TRY(view_add_scale(all));
  if (by_scale) axis = all->naxis;
  BF_TRY(choose_axes(s, all, axis, &place));
  BF_TRY(view_group(all->value, all->n, all->naxis, place, s->axes.n, &g));
  BF_TRY(stable_room(s, g.n));
  row = malloc(((size_t)all->n + 1) * sizeof *row);
  first = calloc((size_t)g.n + 2, sizeof *first);
  if (!row || !first) {
    status = stable_no_memory();
    goto out;
  }
  BF_TRY(sort_rows(s, all, axis, &g, row, first));
  for (uint32_t k = 0; k < g.n; k++)
    BF_TRY(answer_group(s, all, all->value + g.first[k] * all->naxis, place, row + first[k], first[k + 1] - first[k], &s->answer[k]));
out:
  view_groups_free(&g);
  free(place);
  free(first);
  free(row);
  return status;
}
