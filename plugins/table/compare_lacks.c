/* table.compare: the notes on items that one side lacks, or both. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10 }; /* items that are told one by one */

typedef struct lacks {
  const compare *c;
  bf_table *t;
  uint64_t told;
  bool *of_row; /* of each declined item: a row has its item, and the note on that tells the reason */
  bool *twin;   /* the other side declined the same item for the same reason, as where the network was */
} lacks;

static const uint32_t *declined(const compare *c, uint64_t i) { return c->all.declined + i * c->all.naxis; }
static const uint32_t *row_of(const compare *c, uint32_t item) { return c->all.value + c->item.first[item] * c->all.naxis; }

/* ---- which declined items belong together ---- */

typedef struct sets { /* of declined items whose labels have the same axes */
  view_groups of;
  uint32_t *has; /* item × axis: 0 or 1 */
} sets;

static bf_status sets_of(const compare *c, const compare_side *s, sets *out) {
  const uint64_t n = s->declined_end - s->declined, cells = n * c->all.naxis;
  *out = (sets){.has = malloc((size_t)(cells + 1) * sizeof *out->has)};
  if (!out->has) return compare_no_memory();
  for (uint64_t i = 0; i < cells; i++) out->has[i] = declined(c, s->declined)[i] != 0;
  return view_group(out->has, n, c->all.naxis, c->axis, c->all.naxis, &out->of); /* NOLINT(clang-analyzer-unix.Malloc): the caller frees the sets */
}

/* Rows and declined items that are equal on the axes of one set; `text` has room for all of them. */
static bf_status mark_set(lacks *l, int side, const sets *p, uint32_t set, uint32_t *text, uint64_t rows) {
  bf_status status = BF_OK;
  const compare *c = l->c;
  const compare_side *s = &c->side[side];
  const uint32_t naxis = c->all.naxis, *has = p->has + p->of.first[set] * naxis;
  const uint64_t n = s->declined_end - s->declined;
  uint64_t last = rows;
  view_groups g = {0};
  uint32_t k = 0, *axis = malloc((naxis + (size_t)1) * sizeof *axis);
  if (!axis) return compare_no_memory();
  for (uint32_t i = 0; i < naxis; i++)
    if (has[i]) axis[k++] = i;
  for (uint64_t i = 0; i < n; i++)
    if (p->of.of[i] == set) memcpy(text + last++ * naxis, declined(c, s->declined + i), naxis * sizeof *text);
  BF_TRY(c->host->step(c->task, set, p->of.n));
  BF_TRY(view_group(text, last, naxis, axis, k, &g));
  last = rows;
  for (uint64_t i = 0; i < n; i++)
    if (p->of.of[i] == set) l->of_row[s->declined + i] = g.first[g.of[last++]] < rows;
out:
  view_groups_free(&g);
  free(axis);
  return status;
}

static bf_status mark_rows(lacks *l, int side) {
  bf_status status = BF_OK;
  const compare *c = l->c;
  const compare_side *s = &c->side[side];
  uint64_t rows = 0;
  sets p = {0};
  uint32_t *text = NULL;
  BF_TRY(sets_of(c, s, &p));
  if (!(text = malloc((size_t)((c->item.n + s->declined_end - s->declined) * c->all.naxis + 1) * sizeof *text))) {
    status = compare_no_memory();
    goto out;
  }
  for (uint32_t i = 0; i < c->item.n; i++)
    if (!compare_has(c, side, i)) memcpy(text + rows++ * c->all.naxis, row_of(c, i), c->all.naxis * sizeof *text);
  for (uint32_t k = 0; k < p.of.n; k++) BF_TRY(mark_set(l, side, &p, k, text, rows));
out:
  view_groups_free(&p.of);
  free(p.has);
  free(text);
  return status;
}

static bf_status mark_twins(lacks *l) {
  bf_status status = BF_OK;
  const compare *c = l->c;
  const uint64_t n = c->all.ndeclined, half = c->side[0].declined_end;
  const uint32_t naxis = c->all.naxis, width = naxis + 1;
  view_groups g = {0};
  uint32_t *text = malloc((size_t)(n * width + 1) * sizeof *text), *axis = malloc(width * sizeof *axis);
  uint8_t *sides = calloc((size_t)n + 1, 1);
  if (!text || !axis || !sides) {
    status = compare_no_memory();
    goto out;
  }
  for (uint32_t k = 0; k < width; k++) axis[k] = k;
  for (uint64_t i = 0; i < n; i++) {
    memcpy(text + i * width, declined(c, i), naxis * sizeof *text);
    text[i * width + naxis] = c->all.reason[i];
  }
  BF_TRY(view_group(text, n, width, axis, width, &g));
  for (uint64_t i = 0; i < n; i++) sides[g.of[i]] |= (uint8_t)(i < half ? 1 : 2);
  for (uint64_t i = 0; i < n; i++) l->twin[i] = sides[g.of[i]] == 3;
out:
  view_groups_free(&g);
  free(text);
  free(axis);
  free(sides);
  return status;
}

/* ---- the notes ---- */

static bf_status tell(lacks *l, const uint32_t *value, const char *side, const char *why) {
  if (l->told++ >= SHOWN) return BF_OK;
  char *where = view_row_text(&l->c->all, value);
  if (!where) return compare_no_memory();
  const bf_status status = bf_table_note(l->t, "%s%s%s%s%s", where, *where ? " – " : "", side, *side ? ": " : "", why);
  free(where);
  return status;
}

/* Why side s lacks the item of a row. */
static const char *reason(const compare *c, const compare_side *s, const uint32_t *row) {
  for (uint64_t i = s->declined; i < s->declined_end; i++)
    if (view_matches(declined(c, i), row, c->axis, c->all.naxis)) return c->all.text[c->all.reason[i]];
  return "has no such item";
}

/* Items that one side has and the other lacks. */
static bf_status tell_missing(lacks *l) {
  bf_status status = BF_OK;
  const compare *c = l->c;
  for (uint32_t i = 0; i < c->item.n; i++)
    for (int s = 0; s < 2; s++)
      if (!compare_has(c, s, i)) BF_TRY(tell(l, row_of(c, i), c->side[s].name, l->told < SHOWN ? reason(c, &c->side[s], row_of(c, i)) : ""));
out:
  return status;
}

/* Items that no side has. */
static bf_status tell_declined(lacks *l) {
  bf_status status = BF_OK;
  const compare *c = l->c;
  for (int s = 0; s < 2; s++)
    for (uint64_t d = c->side[s].declined; d < c->side[s].declined_end; d++)
      if (!l->of_row[d] && !(l->twin[d] && s == 1)) BF_TRY(tell(l, declined(c, d), l->twin[d] ? "" : c->side[s].name, c->all.text[c->all.reason[d]]));
out:
  return status;
}

bf_status compare_lacks(const compare *c, bf_table *t) {
  bf_status status = BF_OK;
  lacks l = {.c = c, .t = t};
  l.of_row = calloc((size_t)c->all.ndeclined + 1, sizeof *l.of_row);
  l.twin = calloc((size_t)c->all.ndeclined + 1, sizeof *l.twin);
  if (!l.of_row || !l.twin) {
    status = compare_no_memory();
    goto out;
  }
  for (int s = 0; s < 2; s++) BF_TRY(mark_rows(&l, s));
  BF_TRY(mark_twins(&l));
  BF_TRY(tell_missing(&l));
  BF_TRY(tell_declined(&l));
  if (l.told > SHOWN) BF_TRY(bf_table_note(t, "… and %llu more", (unsigned long long)l.told - SHOWN));
out:
  free(l.of_row);
  free(l.twin);
  return status;
}
