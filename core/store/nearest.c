/* Going through all records, and finding the one whose key is nearest. */
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

typedef struct quest {
  const char *stage, *own; /* own: the text that is searched for; its own record does not count */
  bf_parts wanted;
  size_t distance;
  int64_t finished;
  bf_digest best;
  bool found;
} quest;

static bool look(void *context, const bf_record *r) {
  quest *q = context;
  if (strcmp(r->stage, q->stage) || !strcmp(r->parts, q->own)) return true;
  bf_parts p = bf_parts_of(r->parts);
  size_t d = bf_parts_distance(&p, &q->wanted);
  bf_parts_free(&p);
  if (q->found && (d > q->distance || (d == q->distance && r->finished_unix <= q->finished))) return true;
  q->found = true;
  q->distance = d;
  q->finished = r->finished_unix;
  q->best = r->key;
  return true;
}

bf_status bf_store_nearest(const bf_store *s, const char *stage, const char *parts, bf_record **out) {
  quest q = {.stage = stage, .own = parts, .wanted = bf_parts_of(parts)};
  *out = NULL;
  bf_status status = bf_store_each_record(s, look, &q);
  if (status == BF_OK && q.found) bf_record_read(s, q.best.hex, out);
  bf_parts_free(&q.wanted);
  return status;
}
