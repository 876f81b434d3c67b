/* Going through all records, and how near two keys are. */
#include "base/text.h"
#include "store/internal.h"
#include <stdlib.h>
#include <string.h>

typedef struct visit {
  const bf_store *store;
  bool (*each)(void *context, const bf_record *r);
  void *context;
  bool stopped;
} visit;

static bf_status visit_record(void *context, const char *name, const char *path) {
  visit *v = context;
  bf_record *r;
  (void)path;
  if (v->stopped || !bf_digest_valid(name) || bf_record_read(v->store, name, &r) != BF_RECORD_GOOD) return BF_OK;
  v->stopped = !v->each(v->context, r);
  bf_record_free(r);
  return BF_OK;
}

bf_status bf_store_each_record(const bf_store *s, bool (*each)(void *context, const bf_record *r), void *context) {
  visit v = {s, each, context, false};
  return bf_store_walk(s, "actions", visit_record, &v);
}

static int by_hash(const void *a, const void *b) {
  const uint64_t *p = a, *q = b;
  return (*p > *q) - (*p < *q);
}

bf_parts bf_parts_of(const char *text) {
  bf_parts p = {0};
  while (*text) {
    size_t n = strcspn(text, "\n");
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    p.line = bf_grow(p.line, p.n, sizeof *p.line);
    p.line[p.n++] = h;
    text += n + (text[n] == '\n');
  }
  if (p.n) qsort(p.line, p.n, sizeof *p.line, by_hash);
  return p;
}

size_t bf_parts_distance(const bf_parts *a, const bf_parts *b) {
  size_t i = 0, j = 0, common = 0;
  while (i < a->n && j < b->n) {
    if (a->line[i] == b->line[j])
      common++, i++, j++;
    else if (a->line[i] < b->line[j])
      i++;
    else
      j++;
  }
  return a->n + b->n - 2 * common;
}

void bf_parts_free(bf_parts *p) {
  free(p->line);
  *p = (bf_parts){0};
}
