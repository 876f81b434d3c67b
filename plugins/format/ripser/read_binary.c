/* Readers of binary matrices: Ripser's lower triangle of little-endian floats, and DIPHA's square of little-endian doubles. */
#include "ripser/read.h"
#include <endian.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bf_status fail_byte(const scan *s, uint64_t byte, const char *message) {
  return bf_fail(BF_BAD_INPUT, "%s: byte %llu: %s", s->name, (unsigned long long)byte, message);
}

static bf_status check_distance(const scan *s, uint64_t byte, double d) {
  if (isnan(d)) return fail_byte(s, byte, "NaN is not a distance");
  if (d < 0) return fail_byte(s, byte, "a negative number is not a distance");
  return BF_OK;
}

bf_status read_binary(scan *s, ripser_input *out) {
  bf_status status = BF_OK;
  uint32_t n;
  if (s->size % 4) return fail_byte(s, s->size, "the file ends within a number of four bytes");
  if (!triangle_size(s->size / 4, &n)) {
    return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the file ends after %zu distances, which fill no triangle: n points have n(n-1)/2", s->name, s->size,
                   s->size / 4);
  }
  BF_TRY(dense_graph(&out->graph, n));
  for (size_t k = 0; k < s->size / 4; k++) {
    uint32_t bits;
    float d;
    memcpy(&bits, s->text + 4 * k, sizeof bits);
    bits = le32toh(bits);
    memcpy(&d, &bits, sizeof d);
    BF_TRY(check_distance(s, 4 * k, (double)d));
    out->graph.w[k] = d + 0.0f;
  }
out:
  return status;
}

static uint64_t word(const scan *s, size_t i) {
  uint64_t bits;
  memcpy(&bits, s->text + 8 * i, sizeof bits);
  return le64toh(bits);
}

static bf_status check_dipha(const scan *s, size_t *n) {
  if (s->size < 24) return fail_byte(s, s->size, "the file ends within the header of a DIPHA file, 24 bytes");
  if (word(s, 0) != UINT64_C(8067171840)) return fail_byte(s, 0, "not a DIPHA file: it does not begin with the number 8067171840");
  if (word(s, 1) != 7) return fail_byte(s, 8, "not a DIPHA distance matrix: the file type is not 7");
  uint64_t points = word(s, 2), entries = (s->size - 24) / 8;
  if (points > UINT64_C(1) << 31 || points * points > entries) {
    return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the file ends before the %llu × %llu matrix that its header announces", s->name, s->size,
                   (unsigned long long)points, (unsigned long long)points);
  }
  if (24 + 8 * points * points != s->size) return fail_byte(s, 24 + 8 * points * points, "the file goes on after the matrix that its header announces");
  *n = (size_t)points;
  return BF_OK;
}

bf_status read_dipha(scan *s, ripser_input *out) {
  bf_status status = BF_OK;
  size_t n = 0;
  float *x = NULL;
  BF_TRY(check_dipha(s, &n));
  x = malloc((n * n + 1) * sizeof *x);
  if (!x) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for %zu × %zu distances", s->name, n, n);
    goto out;
  }
  for (size_t k = 0; k < n * n; k++) {
    uint64_t bits = word(s, 3 + k);
    double d;
    memcpy(&d, &bits, sizeof d);
    BF_TRY(check_distance(s, 24 + 8 * k, d));
    if (d < INFINITY && d > (double)FLT_MAX) BF_TRY(fail_byte(s, 24 + 8 * k, "the distance is out of the range of a float"));
    x[k] = (float)d + 0.0f;
  }
  BF_TRY(take_square(s, n, x, NULL, out));
out:
  free(x);
  return status;
}
