/* Sorting simplices: radix sort, least significant byte first, the keys' bytes, then the diameters'. */
#include "flag/simplex.h"
#include <string.h>

#ifndef FLAG_MANY
#define FLAG_MANY (1 << 15) /* a test makes them fewer */
#endif
enum {
  FEW = 32,         /* sorted by insertion */
  MANY = FLAG_MANY, /* sorted by several threads */
  SLICES = 16
};

/* Floats that are not negative have the order of their bits; inverted, larger ones come first. */
static uint32_t falling_bits(float diameter) {
  uint32_t bits;
  memcpy(&bits, &diameter, sizeof bits);
  return ~bits;
}

static unsigned byte_of(const simplex *s, bool of_key, unsigned shift) {
  return (of_key ? (unsigned)(s->key >> shift) : falling_bits(s->diameter) >> shift) & 255u;
}

/* A stable pass by one byte. Each slice of what is sorted is counted, and then placed, by one thread. */
typedef struct pass {
  const simplex *from;
  simplex *to;
  size_t n;
  uint32_t slices;
  bool of_key;
  unsigned shift;
  size_t (*begin)[256]; /* of each slice: how many there are; then, where the next one goes */
} pass;

static size_t slice_begin(const pass *p, uint64_t slice) { return (size_t)(p->n / p->slices * slice + p->n % p->slices * slice / p->slices); }

static bf_status count_slice(void *context, uint32_t thread, uint64_t slice) {
  pass *p = context;
  size_t *count = p->begin[slice];
  (void)thread;
  memset(count, 0, sizeof p->begin[slice]);
  for (size_t i = slice_begin(p, slice), end = slice_begin(p, slice + 1); i < end; i++) count[byte_of(&p->from[i], p->of_key, p->shift)]++;
  return BF_OK;
}

static bf_status place_slice(void *context, uint32_t thread, uint64_t slice) {
  pass *p = context;
  size_t *begin = p->begin[slice];
  (void)thread;
  for (size_t i = slice_begin(p, slice), end = slice_begin(p, slice + 1); i < end; i++) p->to[begin[byte_of(&p->from[i], p->of_key, p->shift)]++] = p->from[i];
  return BF_OK;
}

static bf_status each_slice(pass *p, bf_jobs_progress *progress, bf_status (*job)(void *context, uint32_t thread, uint64_t slice)) {
  return p->slices == 1 ? job(p, 0, 0) : bf_jobs_run(progress, p->slices, p->slices, job, p);
}

/* Numbers of elements become places; false when all elements share the byte, and nothing has to be moved. */
static bool find_places(pass *p) {
  size_t sum = 0;
  for (unsigned byte = 0; byte < 256; byte++) {
    const size_t before = sum;
    for (uint32_t slice = 0; slice < p->slices; slice++) {
      size_t count = p->begin[slice][byte];
      p->begin[slice][byte] = sum;
      sum += count;
    }
    if (sum - before == p->n) return false;
  }
  return true;
}

static void insertion_sort(simplices *s) {
  for (size_t i = 1; i < s->n; i++) {
    simplex one = s->at[i];
    size_t to = i;
    for (; to > 0 && is_older(&s->at[to - 1], &one); to--) s->at[to] = s->at[to - 1];
    s->at[to] = one;
  }
}

bf_status sort_youngest_first(simplices *s, unsigned key_bits, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory) {
  bf_status status = BF_OK;
  if (s->n <= FEW) {
    insertion_sort(s);
    return BF_OK;
  }
  simplices other = {0};
  BF_TRY(simplices_reserve(&other, s->n, memory));
  other.n = s->n;
  const unsigned key_bytes = (key_bits + 7) / 8;
  size_t begin[SLICES][256];
  pass p = {.n = s->n, .slices = s->n < MANY ? 1 : threads < SLICES ? threads : SLICES, .begin = begin};
  for (unsigned byte = 0; byte < key_bytes + 4; byte++) {
    p.of_key = byte < key_bytes;
    p.shift = 8 * (p.of_key ? byte : byte - key_bytes);
    p.from = s->at;
    p.to = other.at;
    BF_TRY(each_slice(&p, progress, count_slice));
    if (!find_places(&p)) continue;
    BF_TRY(each_slice(&p, progress, place_slice));
    simplices swap = *s;
    *s = other;
    other = swap;
  }
out:
  simplices_free(&other, memory);
  return status;
}
