/* Choosing the keys, and the table of binomial coefficients for combinatorial ones. */
#include "flag/code.h"
#include <math.h>

enum { FAR_TOO_MANY = 1000 };

/* Bits that number n vertices. */
static unsigned bits_for(uint32_t n) {
  unsigned bits = 1;
  while (bits < 32 && (UINT32_C(1) << bits) < n) bits++;
  return bits;
}

/* Bits that number all simplices of up to `count` of n vertices, rounded up: those of C(n, k) - 1 for the worst k. No coefficient is so near to 2^128 that the
 * rounding of the sum could matter. Ends early when they are far too many: each step adds a bit or more. */
static double bits_of_all(uint32_t n, uint64_t count) {
  const uint32_t k = count < n / 2 ? (uint32_t)count : n / 2;
  double bits = 0;
  for (uint32_t j = 1; j <= k && bits < FAR_TOO_MANY; j++) bits += log2((double)(n - k + j) / j);
  return ceil(bits);
}

/* Pascal's triangle, a column for each k. */
static bf_status fill_binomials(flag_code *code, unsigned most, bf_memory *memory) {
  bf_status status = BF_OK;
  const size_t rows = code->n + (size_t)1;
  BF_TRY(bf_memory_reserve(memory, (void **)&code->binomial, &code->binomial_room, rows * most, sizeof *code->binomial));
  for (size_t v = 0; v < rows; v++) code->binomial[v] = v;
  for (unsigned __int128 *of = code->binomial + rows, *end = code->binomial + rows * most; of < end; of += rows) {
    of[0] = 0;
    for (size_t v = 1; v < rows; v++) of[v] = of[v - 1] + (of - rows)[v - 1];
  }
out:
  return status;
}

bf_status flag_code_make(uint32_t n, uint64_t count, bf_flag_keys keys, bf_memory *memory, flag_code *out) {
  const unsigned bits = bits_for(n);
  const uint64_t fields = count <= 128 ? count * bits : UINT64_MAX;
  *out = (flag_code){.bits = bits, .n = n};
  if (keys == BF_KEYS_NARROWEST && fields <= 64)
    out->kind = FLAG_FIELDS_64;
  else if (keys != BF_KEYS_COMBINATORIAL && fields <= 128)
    out->kind = FLAG_FIELDS_128;
  else
    out->kind = FLAG_COMBINATORIAL;
  if (out->kind != FLAG_COMBINATORIAL) return BF_OK;
  const double all = bits_of_all(n, count);
  if (all > 128) {
    return bf_fail(BF_INVALID, "dimension %llu on %u vertices needs keys of %s%.0f bits, more than 128: lower the dimension or take fewer points",
                   (unsigned long long)count - 2, n, all < FAR_TOO_MANY ? "" : "over ", all);
  }
  return fill_binomials(out, (unsigned)count, memory);
}

void flag_code_free(flag_code *code, bf_memory *memory) {
  bf_memory_release(memory, code->binomial, code->binomial_room, sizeof *code->binomial);
  *code = (flag_code){0};
}

unsigned flag_code_width(const flag_code *code, unsigned count) {
  if (code->kind != FLAG_COMBINATORIAL) return count * code->bits;
  const unsigned __int128 all = flag_binomial(code, code->n, count);
  unsigned width = 0;
  while (all > 1 && width < 128 && (all - 1) >> width) width++;
  return width;
}
