/* The radix heap. */
#include "flag/column.h"

/* The first bucket that is not empty, taken off the list of those; COLUMN_BUCKETS: all are empty. */
static unsigned first_occupied(column *c) {
  for (unsigned word = 0; word < COLUMN_WORDS; word++) {
    if (!c->occupied[word]) continue;
    unsigned bit = (unsigned)__builtin_ctzll(c->occupied[word]);
    c->occupied[word] &= c->occupied[word] - 1;
    return 64 * word + bit;
  }
  return COLUMN_BUCKETS;
}

/* Empties a bucket. */
static column_piece *take_all(column_bucket *b) {
  column_piece *first = b->first;
  if (first) first->n = (uint64_t)(b->to - first->at);
  *b = (column_bucket){0};
  return first;
}

static void give_back(column *c, column_piece *p) {
  p->next = c->spare;
  c->spare = p;
}

void column_clear(column *c, float diameter) {
  for (unsigned i; (i = first_occupied(c)) < COLUMN_BUCKETS;) {
    for (column_piece *p = take_all(&c->bucket[i]), *next; p; p = next) {
      next = p->next;
      give_back(c, p);
    }
  }
  c->equal = 0;
  c->last = (simplex){.key = ~(flag_key)0, .diameter = diameter}; /* older than all */
}

bf_status column_grow(column *c, column_bucket *b, bf_memory *memory) {
  bf_status status = BF_OK;
  column_piece *p = c->spare;
  if (p) {
    c->spare = p->next;
  } else {
    void *piece;
    BF_TRY(flag_arena_take(&c->arena, sizeof *p, memory, &piece));
    p = piece;
  }
  if (b->first) b->first->n = COLUMN_PIECE;
  p->next = b->first;
  *b = (column_bucket){p, p->at, p->at + COLUMN_PIECE};
out:
  return status;
}

/* Makes the oldest simplex of a bucket the last one, and spreads the bucket over those before it. */
static bf_status advance(column *c, unsigned bucket, bf_memory *memory) {
  bf_status status = BF_OK;
  column_piece *piece = take_all(&c->bucket[bucket]);
  const simplex *oldest = &piece->at[0];
  for (const column_piece *p = piece; p; p = p->next)
    for (size_t i = 0; i < p->n; i++)
      if (is_older(&p->at[i], oldest)) oldest = &p->at[i];
  c->last = *oldest;
  while (piece) {
    column_piece *next = piece->next;
    for (size_t i = 0; i < piece->n; i++) BF_TRY(column_push(c, &piece->at[i], memory));
    give_back(c, piece);
    piece = next;
  }
out:
  return status;
}

bf_status column_pop_pivot(column *c, uint32_t modulus, bf_memory *memory, bool *found) {
  bf_status status = BF_OK;
  for (*found = false; !*found; *found = c->last.coefficient != 0) {
    const unsigned i = first_occupied(c);
    if (i == COLUMN_BUCKETS) return BF_OK;
    if (i > 0) {
      BF_TRY(advance(c, i, memory));
      c->occupied[0] &= ~UINT64_C(1); /* what is equal comes out at once */
    }
    c->last.coefficient = (uint32_t)(c->equal % modulus);
    c->equal = 0;
  }
out:
  return status;
}

void column_free(column *c, bf_memory *memory) { flag_arena_free(&c->arena, memory); }
