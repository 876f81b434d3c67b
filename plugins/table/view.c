/* Looking at a Betti table: axes, the scale as an axis, groups of rows. */
#include "view.h"
#include "../format/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bf_status no_memory(void) {
  bf_fail(BF_NO_MEMORY, "out of memory for a Betti table");
  return BF_NO_MEMORY;
}

uint32_t view_axis(const bf_betti_table *t, const char *name) {
  uint32_t i = 0;
  while (i < t->naxis && strcmp(t->axis[i], name) != 0) i++;
  return i;
}

static uint64_t mix(uint64_t h, uint64_t x) {
  h = (h ^ x) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

/* Open addressing over the groups found so far: finds a row's group, or the free slot for a new one. */
static uint32_t *find(uint32_t *slot, uint64_t mask, const uint32_t *value, uint32_t naxis, const view_groups *g, uint64_t row, const uint32_t *axis,
                      uint32_t k) {
  uint64_t h = 1;
  for (uint32_t i = 0; i < k; i++) h = mix(h, value[row * naxis + axis[i]]);
  for (h &= mask;; h = (h + 1) & mask) {
    if (!slot[h]) return &slot[h];
    uint64_t other = g->first[slot[h] - 1];
    uint32_t i = 0;
    while (i < k && value[row * naxis + axis[i]] == value[other * naxis + axis[i]]) i++;
    if (i == k) return &slot[h];
  }
}

bf_status view_group(const uint32_t *value, uint64_t n, uint32_t naxis, const uint32_t *axis, uint32_t k, view_groups *out) {
  *out = (view_groups){0};
  if (n >= UINT32_MAX) return bf_fail(BF_NO_MEMORY, "a Betti table of more than 2^32 rows can't be shown");
  uint64_t slots = 16;
  while (slots < 2 * n) slots *= 2;
  uint32_t *slot = calloc(slots, sizeof *slot);
  out->of = malloc((n + 1) * sizeof *out->of);
  out->first = malloc((n + 1) * sizeof *out->first);
  if (!slot || !out->of || !out->first) {
    free(slot);
    view_groups_free(out);
    return no_memory();
  }
  for (uint64_t i = 0; i < n; i++) {
    uint32_t *at = find(slot, slots - 1, value, naxis, out, i, axis, k);
    if (!*at) {
      out->first[out->n++] = i;
      *at = out->n;
    }
    out->of[i] = *at - 1;
  }
  free(slot);
  return BF_OK;
}

void view_groups_free(view_groups *g) {
  free(g->of);
  free(g->first);
  *g = (view_groups){0};
}

bool view_number(const char *text, double *x) {
  const char *end = real_parse(text, x);
  return end && !*end && !isnan(*x);
}

typedef struct keyed {
  double key;
  uint32_t group;
} keyed;

static int by_key(const void *a, const void *b) {
  const keyed *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->group < y->group ? -1 : x->group > y->group;
}

bf_status view_sort_numbers(const bf_betti_table *t, const uint32_t *value, uint64_t n, uint32_t axis, view_groups *g) {
  keyed *k = malloc(((size_t)g->n + 1) * sizeof *k);
  uint64_t *first = malloc(((size_t)g->n + 1) * sizeof *first);
  uint32_t *place = malloc(((size_t)g->n + 1) * sizeof *place);
  bf_status status = k && first && place ? BF_OK : no_memory();
  bool numbers = status == BF_OK;
  for (uint32_t i = 0; numbers && i < g->n; i++) {
    k[i].group = i;
    numbers = view_number(t->text[value[g->first[i] * t->naxis + axis]], &k[i].key);
  }
  if (numbers) {
    qsort(k, g->n, sizeof *k, by_key);
    for (uint32_t i = 0; i < g->n; i++) {
      first[i] = g->first[k[i].group];
      place[k[i].group] = i;
    }
    memcpy(g->first, first, g->n * sizeof *first);
    for (uint64_t i = 0; i < n; i++) g->of[i] = place[g->of[i]];
  }
  free(k);
  free(first);
  free(place);
  return status;
}

char *view_row_text(const bf_betti_table *t, const uint32_t *value) {
  char *text = NULL;
  size_t n;
  const char *between = "";
  FILE *f = open_memstream(&text, &n);
  if (!f) return NULL;
  for (uint32_t k = 0; k < t->naxis; k++) {
    if (!value[k]) continue;
    fprintf(f, "%s%s=%s", between, t->axis[k], t->text[value[k]]);
    between = " ";
  }
  if (!fclose(f)) return text;
  free(text);
  return NULL;
}

bool view_matches(const uint32_t *declined, const uint32_t *row, const uint32_t *axis, uint32_t k) {
  for (uint32_t i = 0; i < k; i++) {
    if (declined[axis[i]] != 0 && declined[axis[i]] != row[axis[i]]) return false;
  }
  return true;
}

/* Widens rows of naxis texts by one column of zeros, in place; the array has room for it. */
static void widen(uint32_t *value, uint64_t n, uint32_t naxis) {
  for (uint64_t i = n; i-- > 0;) {
    memmove(value + i * (naxis + 1), value + i * naxis, naxis * sizeof *value);
    value[i * (naxis + 1) + naxis] = 0;
  }
}

/* Shortest text of a scale; scales of a table are few, so texts are looked up one by one. */
static bf_status scale_text(bf_betti_table *t, double scale, uint32_t first, uint32_t *index) {
  char text[32];
  for (int digits = 6; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, scale);
    if (strtod(text, NULL) == scale) break;
  }
  for (*index = first; *index < t->ntext; ++*index) {
    if (strcmp(t->text[*index], text) == 0) return BF_OK;
  }
  char **texts = realloc(t->text, ((size_t)t->ntext + 1) * sizeof *texts);
  if (!texts) return no_memory();
  t->text = texts;
  if (!(t->text[t->ntext] = strdup(text))) return no_memory();
  t->ntext++;
  return BF_OK;
}

bf_status view_add_scale(bf_betti_table *t) {
  bf_status status = BF_OK;
  if (view_axis(t, "scale") < t->naxis) return bf_fail(BF_BAD_INPUT, "a Betti table has an axis named 'scale', which is kept for the scale itself");
  char **axis = realloc(t->axis, ((size_t)t->naxis + 1) * sizeof *axis);
  if (axis) t->axis = axis;
  uint32_t *value = reallocarray(t->value, t->n + 1, ((size_t)t->naxis + 1) * sizeof *value);
  if (value) t->value = value;
  uint32_t *declined = reallocarray(t->declined, t->ndeclined + 1, ((size_t)t->naxis + 1) * sizeof *declined);
  if (declined) t->declined = declined;
  if (!axis || !value || !declined || !(t->axis[t->naxis] = strdup("scale"))) return no_memory();
  widen(t->value, t->n, t->naxis);
  widen(t->declined, t->ndeclined, t->naxis);
  t->naxis++;
  uint32_t before = t->ntext, last = 0;
  for (uint64_t i = 0; i < t->n; i++) {
    if (i == 0 || t->scale[i] != t->scale[i - 1]) BF_TRY(scale_text(t, t->scale[i], before, &last));
    t->value[i * t->naxis + t->naxis - 1] = last;
  }
out:
  return status;
}
