/* The radix heap. */
#include "flag/column.h"
#include <float.h>

/* A bucket of so many is added up before it is spread: fewer go too fast to gain by it, of more few are equal, as most differ in their diameters. */
enum { LEAST_SUMMED = 8, MOST_SUMMED = 256, SUM_BITS = 9, SUM_SLOTS = 1 << SUM_BITS };

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

static void give_back_all(column *c, column_piece *piece) {
  for (column_piece *next; piece; piece = next) {
    next = piece->next;
    give_back(c, piece);
  }
}

void column_clear(column *c, float diameter) {
  for (unsigned i; (i = first_occupied(c)) < COLUMN_BUCKETS;) give_back_all(c, take_all(&c->bucket[i]));
  c->equal = 0;
  column_window(c, diameter, diameter);
  c->last = (simplex){.key = ~(flag_key)0, .diameter = diameter}; /* older than all */
}

void column_window(column *c, float from, float to) {
  const float scale = to > from ? COLUMN_FAR / (to - from) : 0;
  c->from = from;
  c->scale = scale <= FLT_MAX ? scale : 0;
  c->now = 0;
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

/* The sum of a list of up to MOST_SUMMED simplices, by a hash table with open addressing. Returns how many it has. */
static unsigned add_up(const column_piece *piece, uint32_t modulus, simplex *sum) {
  uint16_t slot[SUM_SLOTS] = {0}; /* where in the sum, + 1 */
  unsigned n = 0, kept = 0;
  for (; piece; piece = piece->next) {
    for (const simplex *s = piece->at; s < piece->at + piece->n; s++) {
      size_t at = key_hash(s->key) >> (64 - SUM_BITS);
      while (slot[at] && sum[slot[at] - 1].key != s->key) at = (at + 1) % SUM_SLOTS;
      if (!slot[at]) {
        sum[n++] = *s;
        slot[at] = (uint16_t)n;
      } else {
        uint32_t *coefficient = &sum[slot[at] - 1].coefficient;
        *coefficient += s->coefficient;
        if (*coefficient >= modulus) *coefficient -= modulus;
      }
    }
  }
  for (unsigned i = 0; i < n; i++) {
    sum[kept] = sum[i];
    kept += sum[i].coefficient != 0;
  }
  return kept;
}

static const simplex *oldest_of(const simplex *s, size_t n, const simplex *oldest) {
  for (size_t i = 0; i < n; i++)
    if (is_older(&s[i], oldest)) oldest = &s[i];
  return oldest;
}

/* Makes the oldest simplex of a bucket the last one, and spreads the bucket over those before it. */
static bf_status spread(column *c, column_piece *piece, bf_memory *memory) {
  bf_status status = BF_OK;
  const simplex *oldest = piece->at;
  for (const column_piece *p = piece; p; p = p->next) oldest = oldest_of(p->at, p->n, oldest);
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

/* Goes on to this bucket: spreads it, or its sum where that pays. */
static bf_status advance(column *c, unsigned bucket, uint32_t modulus, bf_memory *memory) {
  bf_status status = BF_OK;
  column_piece *piece = take_all(&c->bucket[bucket]);
  simplex sum[MOST_SUMMED];
  size_t n = piece->n;
  if (bucket >= COLUMN_NEAR) c->now = bucket - COLUMN_NEAR;
  for (const column_piece *p = piece->next; p; p = p->next) n += p->n;
  if (n < LEAST_SUMMED || n > MOST_SUMMED) return spread(c, piece, memory);
  n = add_up(piece, modulus, sum);
  give_back_all(c, piece);
  if (n > 0) c->last = *oldest_of(sum, n, sum);
  for (size_t i = 0; i < n; i++) BF_TRY(column_push(c, &sum[i], memory));
out:
  return status;
}

bf_status column_pop_pivot(column *c, uint32_t modulus, bf_memory *memory, bool *found) {
  bf_status status = BF_OK;
  for (*found = false; !*found; *found = c->last.coefficient != 0) {
    const unsigned i = first_occupied(c);
    if (i == COLUMN_BUCKETS) return BF_OK;
    if (i > 0) {
      BF_TRY(advance(c, i, modulus, memory));
      c->occupied[0] &= ~UINT64_C(1); /* what is equal comes out at once */
    }
    c->last.coefficient = (uint32_t)(c->equal % modulus);
    c->equal = 0;
  }
out:
  return status;
}

void column_free(column *c, bf_memory *memory) { flag_arena_free(&c->arena, memory); }
