/* table.compare: the table of both sides, and the notes below it. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10 }; /* items that one side lacks, told one by one */

static bool has(const compare *c, int s, uint32_t item) { return !isnan(c->scale[s][item]); }
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
  if (has(c, 0, item) && has(c, 1, item)) BF_TRY(bf_table_put_text(t, at, agrees(c, item) ? "yes" : "no"));
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
    if (!has(c, 0, i) || !has(c, 1, i)) continue;
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

/* ---- what one side lacks ---- */

static const uint32_t *declined(const compare *c, uint64_t i) { return c->all.declined + i * c->all.naxis; }

/* The declined item of a side to which a row's item belongs, or its declined_end. */
static uint64_t find_declined(const compare *c, const compare_side *s, const uint32_t *row) {
  uint64_t i = s->declined;
  while (i < s->declined_end && !view_matches(declined(c, i), row, c->axis, c->all.naxis)) i++;
  return i;
}

static bf_status tell(const compare *c, bf_table *t, uint64_t *told, const uint32_t *value, const char *side, const char *why) {
  if ((*told)++ >= SHOWN) return BF_OK;
  char *where = view_row_text(&c->all, value);
  if (!where) return compare_no_memory();
  const bf_status status = bf_table_note(t, "%s%s%s%s%s", where, *where ? " – " : "", side, *side ? ": " : "", why);
  free(where);
  return status;
}

/* Items that one side has and the other lacks. */
static bf_status tell_missing(const compare *c, bf_table *t, uint64_t *told) {
  bf_status status = BF_OK;
  for (uint32_t i = 0; i < c->item.n; i++) {
    const uint32_t *row = c->all.value + c->item.first[i] * c->all.naxis;
    for (int s = 0; s < 2; s++) {
      if (has(c, s, i)) continue;
      const uint64_t d = find_declined(c, &c->side[s], row);
      BF_TRY(tell(c, t, told, row, c->side[s].name, d < c->side[s].declined_end ? c->all.text[c->all.reason[d]] : "has no such item"));
    }
  }
out:
  return status;
}

/* Has it been told as what a row lacks? */
static bool is_told(const compare *c, int s, uint64_t d) {
  for (uint32_t i = 0; i < c->item.n; i++)
    if (!has(c, s, i) && view_matches(declined(c, d), c->all.value + c->item.first[i] * c->all.naxis, c->axis, c->all.naxis)) return true;
  return false;
}

/* The same item, declined by the other side for the same reason: as where the network was. */
static bool twin(const compare *c, const compare_side *other, uint64_t d) {
  for (uint64_t i = other->declined; i < other->declined_end; i++)
    if (c->all.reason[i] == c->all.reason[d] && !memcmp(declined(c, i), declined(c, d), c->all.naxis * sizeof *c->all.declined)) return true;
  return false;
}

/* Items that no side has. */
static bf_status tell_declined(const compare *c, bf_table *t, uint64_t *told) {
  bf_status status = BF_OK;
  for (int s = 0; s < 2; s++) {
    for (uint64_t d = c->side[s].declined; d < c->side[s].declined_end; d++) {
      if (is_told(c, s, d)) continue;
      const bool both = twin(c, &c->side[!s], d);
      if (both && s == 1) continue;
      BF_TRY(tell(c, t, told, declined(c, d), both ? "" : c->side[s].name, c->all.text[c->all.reason[d]]));
    }
  }
out:
  return status;
}

bf_status compare_table(const compare *c, bf_table *out) {
  bf_status status = BF_OK;
  uint64_t told = 0;
  BF_TRY(bf_table_caption(out, "Betti numbers of %s and %s", c->side[0].name, c->side[1].name));
  BF_TRY(add_columns(c, out));
  for (uint32_t i = 0; i < c->item.n; i++) BF_TRY(add_row(c, i, out));
  BF_TRY(add_summary(c, out));
  BF_TRY(tell_missing(c, out, &told));
  BF_TRY(tell_declined(c, out, &told));
  if (told > SHOWN) BF_TRY(bf_table_note(out, "… and %llu more", (unsigned long long)told - SHOWN));
out:
  return status;
}
