/* Which sweep points have given values of some sweep variables. */
#include "base/text.h"
#include "store/index.h"
#include <stdlib.h>
#include <string.h>

typedef struct place { /* a point under a projection */
  char *key;           /* its values there */
  size_t point;
} place;

typedef struct projection { /* onto a set of sweep variables */
  uint64_t mask;
  place *at; /* npoint, sorted by key, then point */
} projection;

typedef struct combo {
  char *key;
  uint64_t mask;
  int64_t number, first;
} combo;

struct bf_combos {
  const bf_run_info *run;
  size_t nvar; /* those that a mask has a bit for; a run of ours has no more */
  projection *projection;
  size_t nprojection;
  combo **known; /* open addressing by hash */
  size_t room, n;
};

bf_combos *bf_combos_new(const bf_run_info *run) {
  bf_combos *c = bf_alloc(1, sizeof *c);
  *c = (bf_combos){.run = run, .nvar = run->nvar < 64 ? run->nvar : 64, .room = 64};
  c->known = bf_alloc(c->room, sizeof(combo *));
  return c;
}

static int by_key(const void *a, const void *b) {
  const place *p = a, *q = b;
  int order = strcmp(p->key, q->key);
  return order ? order : (p->point > q->point) - (p->point < q->point);
}

/* The values of the masked variables as one text: each with its length before it, so that no two combinations share it. */
static char *key_of(const char *const *value, uint64_t mask, size_t nvar) {
  bf_text t = {0};
  for (size_t v = 0; v < nvar; v++)
    if (mask >> v & 1) bf_text_addf(&t, "%zu:%s,", strlen(value[v]), value[v]);
  return bf_text_take(&t);
}

static const projection *project(bf_combos *c, uint64_t mask) {
  for (size_t i = 0; i < c->nprojection; i++)
    if (c->projection[i].mask == mask) return &c->projection[i];
  c->projection = bf_grow(c->projection, c->nprojection, sizeof *c->projection);
  projection *p = &c->projection[c->nprojection++];
  *p = (projection){mask, bf_alloc(c->run->npoint, sizeof *p->at)};
  for (size_t i = 0; i < c->run->npoint; i++) p->at[i] = (place){key_of((const char *const *)c->run->value[i], mask, c->nvar), i};
  qsort(p->at, c->run->npoint, sizeof *p->at, by_key);
  return p;
}

static size_t slot_of(const bf_combos *c, const char *key, uint64_t mask) {
  uint64_t h = 14695981039346656037u ^ mask; /* FNV-1a */
  for (const char *k = key; *k; k++) h = (h ^ (unsigned char)*k) * 1099511628211u;
  size_t at = h & (c->room - 1);
  while (c->known[at] && (c->known[at]->mask != mask || strcmp(c->known[at]->key, key))) at = (at + 1) & (c->room - 1);
  return at;
}

static void widen(bf_combos *c) {
  combo **old = c->known;
  size_t room = c->room;
  c->known = bf_alloc(c->room *= 2, sizeof(combo *));
  for (size_t i = 0; i < room; i++)
    if (old[i]) c->known[slot_of(c, old[i]->key, old[i]->mask)] = old[i];
  free(old);
}

/* Writes the points that have this combination. */
static bf_status write_points(bf_combos *c, bf_sql *sql, combo *k) {
  const projection *p = project(c, k->mask);
  size_t low = 0, high = c->run->npoint;
  bf_status status = BF_OK;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(p->at[middle].key, k->key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  k->first = low < c->run->npoint && !strcmp(p->at[low].key, k->key) ? (int64_t)p->at[low].point : -1;
  for (; status == BF_OK && low < c->run->npoint && !strcmp(p->at[low].key, k->key); low++)
    status = bf_sql_run(sql, "INSERT INTO combo VALUES(?,?,?)", "tii", c->run->run, k->number, (int64_t)p->at[low].point);
  return status;
}

bf_status bf_combo_of(bf_combos *c, bf_sql *sql, const bf_label *label, size_t n, int64_t *number, int64_t *first) {
  bf_status status = BF_OK;
  uint64_t mask = 0;
  const char *value[64];
  for (size_t i = 0; i < n; i++)
    for (size_t v = 0; v < c->nvar; v++)
      if (!strcmp(c->run->var[v], label[i].name)) mask |= UINT64_C(1) << v, value[v] = label[i].value;
  char *key = key_of(value, mask, c->nvar);
  size_t at = slot_of(c, key, mask);
  if (!c->known[at]) {
    combo *k = c->known[at] = bf_alloc(1, sizeof *k);
    *k = (combo){key, mask, (int64_t)c->n++, -1};
    key = NULL;
    status = write_points(c, sql, k);
  }
  free(key);
  *number = c->known[at]->number;
  *first = c->known[at]->first;
  if (2 * c->n > c->room) widen(c);
  return status;
}

void bf_combos_free(bf_combos *c) {
  if (!c) return;
  for (size_t i = 0; i < c->nprojection; i++) {
    for (size_t j = 0; j < c->run->npoint; j++) free(c->projection[i].at[j].key);
    free(c->projection[i].at);
  }
  for (size_t i = 0; i < c->room; i++) {
    if (c->known[i]) free(c->known[i]->key);
    free(c->known[i]);
  }
  free(c->projection);
  free(c->known);
  free(c);
}
