/* table.compare: the table of both sides, and below it what agrees. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool compare_has(const compare *c, int side, uint32_t item) { return !isnan(c->scale[side][item]); }
static int64_t betti(const compare *c, int s, uint32_t item, uint32_t dim) { return c->betti[s][(size_t)item * c->dims + dim]; }
static bool both_know(const compare *c, uint32_t item, uint32_t dim) { return betti(c, 0, item, dim) >= 0 && betti(c, 1, item, dim) >= 0; }

/* In all dimensions that both know; an item of both sides without such a dimension has nothing to agree in. */
static bool agrees(const compare *c, uint32_t item) {
  uint32_t known = 0;
  for (uint32_t k = 0; k < c->dims; k++) {
    if (!both_know(c, item, k)) continue;
    if (betti(c, 0, item, k) != betti(c, 1, item, k)) return false;
    known++;
  }
  return known > 0;
}

static bf_status add_columns(const compare *c, bf_table *t) {
  bf_status status = BF_OK;
  label_axes axes = {.n = c->all.naxis};
  char name[COMPARE_NAME + 16];
  if (!(axes.name = calloc(axes.n + 1u, sizeof *axes.name))) return compare_no_memory();
  for (uint32_t k = 0; k < axes.n; k++) axes.name[k] = c->all.axis[k];
  BF_TRY(label_columns(t, &axes));
  for (int s = 0; s < 2; s++) {
    for (uint32_t k = 0; k < c->dims; k++) {
      snprintf(name, sizeof name, "%s_%u", c->side[s].name, k);
      BF_TRY(label_column(t, &axes, "betti_", name, BF_COLUMN_INTEGER));
    }
  }
  BF_TRY(label_column(t, &axes, "compare_", "agree", BF_COLUMN_TEXT));
out:
  label_axes_free(&axes);
  return status;
}

static bf_status add_row(const compare *c, uint32_t item, bf_table *t) {
  bf_status status = BF_OK;
  const uint32_t *value = c->all.value + c->item.first[item] * c->all.naxis;
  uint32_t at = 0;
  BF_TRY(bf_table_row(t));
  for (uint32_t k = 0; k < c->all.naxis; k++) BF_TRY(bf_table_put_text(t, at++, c->all.text[value[k]]));
  for (int s = 0; s < 2; s++)
    for (uint32_t k = 0; k < c->dims; k++, at++)
      if (betti(c, s, item, k) >= 0) BF_TRY(bf_table_put_integer(t, at, betti(c, s, item, k)));
  if (compare_has(c, 0, item) && compare_has(c, 1, item)) BF_TRY(bf_table_put_text(t, at, agrees(c, item) ? "yes" : "no"));
out:
  return status;
}

/* "9 of 11 items agree; in dimension 0: 10 of 11, in 1: …" */
static bf_status add_summary(const compare *c, bf_table *t) {
  bf_status status = BF_OK;
  uint32_t items = 0, agree = 0;
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  if (!f) return compare_no_memory();
  for (uint32_t i = 0; i < c->item.n; i++) {
    if (!compare_has(c, 0, i) || !compare_has(c, 1, i)) continue;
    items++;
    agree += agrees(c, i);
  }
  fprintf(f, "%s and %s agree in %u of %u item%s", c->side[0].name, c->side[1].name, agree, items, items == 1 ? "" : "s");
  for (uint32_t k = 0; k < c->dims; k++) {
    uint32_t same = 0, of = 0;
    for (uint32_t i = 0; i < c->item.n; i++) {
      if (!both_know(c, i, k)) continue;
      of++;
      same += betti(c, 0, i, k) == betti(c, 1, i, k);
    }
    fprintf(f, "%sdimension %u: %u of %u", k ? ", " : "; by dimension, ", k, same, of);
  }
  if (fclose(f)) status = compare_no_memory();
  if (status == BF_OK) status = bf_table_note(t, "%s", text);
  free(text);
  return status;
}

bf_status compare_table(const compare *c, bf_table *out) {
  bf_status status = BF_OK;
  BF_TRY(bf_table_caption(out, "Betti numbers of %s and %s", c->side[0].name, c->side[1].name));
  BF_TRY(add_columns(c, out));
  for (uint32_t i = 0; i < c->item.n; i++) BF_TRY(add_row(c, i, out));
  BF_TRY(add_summary(c, out));
  BF_TRY(compare_lacks(c, out));
out:
  return status;
}
