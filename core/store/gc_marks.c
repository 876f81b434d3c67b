/* A set of digests with ranks: filled, sorted, asked. */
#include "store/gc_marks.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

enum { FEW = 1024 };

static int by_digest(const void *a, const void *b) { return strcmp(((const bf_mark *)a)->digest.hex, ((const bf_mark *)b)->digest.hex); }

static int by_digest_and_rank(const void *a, const void *b) {
  const bf_mark *x = a, *y = b;
  int order = by_digest(x, y);
  return order ? order : (x->rank < y->rank) - (x->rank > y->rank);
}

void bf_marks_tidy(bf_marks *m) {
  size_t kept = 0;
  if (m->tidy == m->n) return;
  qsort(m->at, m->n, sizeof *m->at, by_digest_and_rank);
  for (size_t i = 0; i < m->n; i++)
    if (!kept || by_digest(&m->at[kept - 1], &m->at[i])) m->at[kept++] = m->at[i];
  m->at = bf_realloc(m->at, kept, sizeof *m->at);
  m->n = m->tidy = m->room = kept;
}

/* Runs of one sweep reach mostly the same: doubles go before the array doubles, so memory is by what is different. */
void bf_marks_add(bf_marks *m, const char *hex, uint32_t rank) {
  if (m->n >= 2 * m->tidy + FEW) bf_marks_tidy(m);
  if (m->n == m->room) m->at = bf_realloc(m->at, m->room = 2 * m->tidy + FEW, sizeof *m->at);
  memcpy(m->at[m->n].digest.hex, hex, 64);
  m->at[m->n].digest.hex[64] = 0;
  m->at[m->n++].rank = rank;
}

const bf_mark *bf_marks_find(const bf_marks *m, const char *hex) {
  bf_mark wanted = {0};
  memcpy(wanted.digest.hex, hex, sizeof wanted.digest.hex);
  return m->tidy ? bsearch(&wanted, m->at, m->tidy, sizeof *m->at, by_digest) : NULL;
}

void bf_marks_free(bf_marks *m) {
  free(m->at);
  *m = (bf_marks){0};
}
