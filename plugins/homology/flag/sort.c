/* Sorting simplices: radix sort, least significant byte first, the keys' bytes, then the diameters'. */
#include "flag/simplex.h"
#include <string.h>

enum { FEW = 32 }; /* sorted by insertion */

/* Floats that are not negative have the order of their bits; inverted, larger ones come first. */
static uint32_t falling_bits(float diameter) {
  uint32_t bits;
  memcpy(&bits, &diameter, sizeof bits);
  return ~bits;
}

static unsigned byte_of(const simplex *s, bool of_key, unsigned shift) {
  return (of_key ? (unsigned)(s->key >> shift) : falling_bits(s->diameter) >> shift) & 255u;
}

/* One stable pass from a to b by the byte at `shift`; false when all elements share that byte, and nothing was done. */
static bool pass(const simplex *a, simplex *b, size_t n, bool of_key, unsigned shift) {
  size_t begin[256] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) begin[byte_of(&a[i], of_key, shift)]++;
  if (begin[byte_of(&a[0], of_key, shift)] == n) return false;
  for (unsigned byte = 0; byte < 256; byte++) {
    size_t count = begin[byte];
    begin[byte] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) b[begin[byte_of(&a[i], of_key, shift)]++] = a[i];
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

bf_status sort_youngest_first(simplices *s, unsigned key_bits, flag_memory *memory) {
  if (s->n <= FEW) {
    insertion_sort(s);
    return BF_OK;
  }
  simplices other = {0};
  bf_status status = simplices_reserve(&other, s->n, memory);
  if (status != BF_OK) return status;
  other.n = s->n;
  unsigned key_bytes = (key_bits + 7) / 8;
  for (unsigned byte = 0; byte < key_bytes + 4; byte++) {
    bool of_key = byte < key_bytes;
    if (pass(s->at, other.at, s->n, of_key, 8 * (of_key ? byte : byte - key_bytes))) {
      simplices swap = *s;
      *s = other;
      other = swap;
    }
  }
  simplices_free(&other, memory);
  return BF_OK;
}
