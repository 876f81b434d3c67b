/* The ready jobs: checks first, then saves and prints, then stages, sources before readers so that the long chains start early. */
#include "engine/local.h"
#include <stdlib.h>

static bool before(const bf_job *a, const bf_job *b) {
  if (a->kind != b->kind) return a->kind < b->kind;
  if (a->of->stage != b->of->stage) return a->of->stage < b->of->stage;
  if (a->of->number != b->of->number) return a->of->number < b->of->number;
  return a->number < b->number;
}

void bf_queue_push(bf_queue *q, bf_job *j) {
  q->at = bf_grow(q->at, q->n, sizeof(bf_job *));
  size_t i = q->n++;
  for (; i && before(j, q->at[(i - 1) / 2]); i = (i - 1) / 2) q->at[i] = q->at[(i - 1) / 2];
  q->at[i] = j;
}

bf_job *bf_queue_pop(bf_queue *q) {
  if (!q->n) return NULL;
  bf_job *first = q->at[0], *last = q->at[--q->n];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < q->n; i = child) {
    if (child + 1 < q->n && before(q->at[child + 1], q->at[child])) child++;
    if (!before(q->at[child], last)) break;
    q->at[i] = q->at[child];
  }
  q->at[i] = last; /* when empty this is a spare slot */
  return first;
}
