/* A column of a matrix in work, as a queue from which the oldest simplex is taken. Equal simplices are added up when they come out.
 *
 * What is put in is never older than what came out last, so a radix heap does it (Ahuja, Mehlhorn, Orlin, Tarjan, Faster algorithms for the shortest path
 * problem, J. ACM 37 (1990)). Diameter and inverted key are read as one number, the smaller the older; simplices wait in buckets by the highest digit, of four
 * bits, in which their number differs from that of the last one, and by their value of this digit. Hardly anything is compared, and what is never asked for is
 * never moved.
 *
 * Far from the last one, simplices wait in buckets of equal width in diameter, so that they come near in one step; and since most of a long column cancels, a
 * bucket is added up before it is spread.
 */
#ifndef FLAG_COLUMN_H
#define FLAG_COLUMN_H

#include "flag/arena.h"
#include "flag/simplex.h"

enum {
  COLUMN_KEY_DIGITS = 8 * sizeof(flag_key) / 4,
  COLUMN_NEAR = 1 + 16 * (COLUMN_KEY_DIGITS + 8), /* 0: equal to the last one; 1 + 16 · digit + value: in rising order */
  COLUMN_FAR = 1024,                              /* behind these */
  COLUMN_BUCKETS = COLUMN_NEAR + COLUMN_FAR,
  COLUMN_WORDS = (COLUMN_BUCKETS + 63) / 64,
  COLUMN_PIECE = 127
};

/* Buckets are lists of pieces, which go from one to the other: what is needed is as much as there is in the column, not what each bucket once had. */
typedef struct column_piece {
  struct column_piece *next;
  uint64_t n; /* once it is full, or its bucket is emptied */
  simplex at[COLUMN_PIECE];
} column_piece;

typedef struct column_bucket {
  column_piece *first;
  simplex *to, *end; /* the free places of the first piece; both NULL without one */
} column_bucket;

typedef struct column {
  simplex last;      /* that came out; nothing in the column is older */
  uint64_t equal;    /* sum of the coefficients of what is equal to it */
  float from, scale; /* a diameter's far bucket is (diameter - from) · scale */
  unsigned now;      /* up to this one, the far buckets are not used any more: what belongs there is near */
  uint64_t occupied[COLUMN_WORDS];
  column_bucket bucket[COLUMN_BUCKETS]; /* number 0 is not used */
  column_piece *spare;
  flag_arena arena;
} column;

#define column_grow FLAG_NAME(column_grow)
#define column_pop_pivot FLAG_NAME(column_pop_pivot)
#define column_window FLAG_NAME(column_window)
#define column_clear FLAG_NAME(column_clear)
#define column_free FLAG_NAME(column_free)

/* Empties the column; only simplices of this diameter or a larger one will be put in. */
void column_clear(column *c, float diameter);

/* Of an empty column: most of what will be put in has a diameter from `from` to `to`, and nothing a smaller one. Without this, all buckets are near. */
void column_window(column *c, float from, float to);

/* Takes the oldest simplex with a coefficient other than 0 out into c->last; *found is false when there is none. */
bf_status column_pop_pivot(column *c, uint32_t modulus, bf_memory *memory, bool *found);

void column_free(column *c, bf_memory *memory);
bf_status column_grow(column *c, column_bucket *bucket, bf_memory *memory); /* a piece more */

static inline unsigned column_bucket_of(const column *c, const simplex *s) {
  uint32_t x, y;
  const float place = (s->diameter - c->from) * c->scale;
  const unsigned far = place < COLUMN_FAR - 1 ? (unsigned)place : COLUMN_FAR - 1;
  if (far > c->now) return COLUMN_NEAR + far;
  memcpy(&x, &c->last.diameter, sizeof x);
  memcpy(&y, &s->diameter, sizeof y);
  if (x != y) {
    unsigned bit = 31 - (unsigned)__builtin_clz(x ^ y);
    return 1 + 16 * (COLUMN_KEY_DIGITS + bit / 4) + (y >> (bit & ~3u) & 15);
  }
  flag_key z = c->last.key ^ s->key;
  if (!z) return 0;
  unsigned bit;
#ifndef FLAG_KEYS_64
  if (z >> 64)
    bit = 127 - (unsigned)__builtin_clzll((uint64_t)(z >> 64));
  else
#endif
    bit = 63 - (unsigned)__builtin_clzll((uint64_t)z);
  return 1 + 16 * (bit / 4) + ((unsigned)(~s->key >> (bit & ~3u)) & 15);
}

static inline bf_status column_push(column *c, const simplex *s, bf_memory *memory) {
  const unsigned i = column_bucket_of(c, s);
  c->occupied[i / 64] |= UINT64_C(1) << i % 64;
  if (i == 0) {
    c->equal += s->coefficient;
    return BF_OK;
  }
  column_bucket *b = &c->bucket[i];
  if (b->to == b->end) {
    bf_status status = column_grow(c, b, memory);
    if (status != BF_OK) return status;
  }
  *b->to++ = *s;
  return BF_OK;
}

#endif
