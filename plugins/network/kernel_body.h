/* The kernels themselves (kernel.h), once for each instruction set. The including file sets the vector width, the block sizes and the
 * fused multiply-add. Blocks of sums live in registers: their loops have constant bounds and are unrolled. */
#include "../activation/expm1.h"
#include "kernel.h"

typedef float vec __attribute__((vector_size(4 * WIDTH)));
typedef float vec_in_memory __attribute__((vector_size(4 * WIDTH), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")

INLINE vec load(const float *p) { return *(const vec_in_memory *)p; }
INLINE void store(float *p, vec v) { *(vec_in_memory *)p = v; }

_Static_assert(AFFINE_ROWS > 3 && BF_TILE % (AFFINE_VECTORS * WIDTH) == 0, "block sizes");

/* ---- affine ---- */

/* `rows` outputs × AFFINE_VECTORS vectors of samples. */
INLINE void affine_block(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, const size_t rows) {
  vec sum[AFFINE_ROWS][AFFINE_VECTORS];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < AFFINE_VECTORS; v++) sum[r][v] = SPLAT(bias ? bias[r] : 0.0f);
  for (size_t i = 0; i < inputs; i++) {
    vec in[AFFINE_VECTORS];
    UNROLL for (size_t v = 0; v < AFFINE_VECTORS; v++) in[v] = load(x + i * BF_TILE + v * WIDTH);
    UNROLL for (size_t r = 0; r < rows; r++) {
      vec weight = SPLAT(w[r * inputs + i]);
      UNROLL for (size_t v = 0; v < AFFINE_VECTORS; v++) sum[r][v] = FMA(weight, in[v], sum[r][v]);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < AFFINE_VECTORS; v++) {
    size_t at = r * BF_TILE + v * WIDTH;
    if (scale) sum[r][v] *= load(scale + at);
    store(y + at, sum[r][v]);
  }
}

INLINE void affine_rows(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, const size_t rows) {
  for (size_t t = 0; t < BF_TILE; t += (size_t)AFFINE_VECTORS * WIDTH) affine_block(w, bias, x + t, scale ? scale + t : scale, y + t, inputs, rows);
}

static void affine(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, size_t outputs) {
  for (size_t o = 0; o < outputs;) {
    const float *wo = w + o * inputs, *bo = bias ? bias + o : bias, *so = scale ? scale + o * BF_TILE : scale;
    float *yo = y + o * BF_TILE;
    size_t rest = outputs - o;
    if (rest >= AFFINE_ROWS) {
      affine_rows(wo, bo, x, so, yo, inputs, AFFINE_ROWS);
      o += AFFINE_ROWS;
    } else if (rest >= 3) {
      affine_rows(wo, bo, x, so, yo, inputs, 3);
      o += 3;
    } else if (rest >= 2) {
      affine_rows(wo, bo, x, so, yo, inputs, 2);
      o += 2;
    } else {
      affine_rows(wo, bo, x, so, yo, inputs, 1);
      o += 1;
    }
  }
}

/* ---- gradient ---- */

/* `rows` outputs × `columns` inputs, the lanes from `lane` on, WIDTH of them. */
INLINE void gradient_block(const float *delta, const float *x, float *lanes, size_t inputs, const size_t rows, const size_t columns, bool fresh) {
  const vec zero = {0};
  vec sum[GRADIENT_ROWS][GRADIENT_COLUMNS];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t c = 0; c < columns; c++) sum[r][c] = fresh ? zero : load(lanes + (r * inputs + c) * BF_LANES);
  for (size_t t = 0; t < BF_TILE; t += BF_LANES) {
    vec in[GRADIENT_COLUMNS];
    UNROLL for (size_t c = 0; c < columns; c++) in[c] = load(x + c * BF_TILE + t);
    UNROLL for (size_t r = 0; r < rows; r++) {
      vec d = load(delta + r * BF_TILE + t);
      UNROLL for (size_t c = 0; c < columns; c++) sum[r][c] = FMA(d, in[c], sum[r][c]);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t c = 0; c < columns; c++) store(lanes + (r * inputs + c) * BF_LANES, sum[r][c]);
}

INLINE void gradient_rows(const float *delta, const float *x, float *lanes, size_t inputs, const size_t rows, bool fresh) {
  size_t i = 0;
  for (; i + GRADIENT_COLUMNS <= inputs; i += GRADIENT_COLUMNS)
    gradient_block(delta, x + i * BF_TILE, lanes + i * BF_LANES, inputs, rows, GRADIENT_COLUMNS, fresh);
  for (; i + 2 <= inputs; i += 2) gradient_block(delta, x + i * BF_TILE, lanes + i * BF_LANES, inputs, rows, 2, fresh);
  for (; i < inputs; i++) gradient_block(delta, x + i * BF_TILE, lanes + i * BF_LANES, inputs, rows, 1, fresh);
}

static void gradient(const float *delta, const float *x, float *lanes, size_t inputs, size_t outputs, bool fresh) {
  for (size_t lane = 0; lane < BF_LANES; lane += WIDTH) {
    size_t o = 0;
    for (; o + GRADIENT_ROWS <= outputs; o += GRADIENT_ROWS)
      gradient_rows(delta + o * BF_TILE + lane, x + lane, lanes + o * inputs * BF_LANES + lane, inputs, GRADIENT_ROWS, fresh);
    for (; o + 2 <= outputs; o += 2) gradient_rows(delta + o * BF_TILE + lane, x + lane, lanes + o * inputs * BF_LANES + lane, inputs, 2, fresh);
    for (; o < outputs; o++) gradient_rows(delta + o * BF_TILE + lane, x + lane, lanes + o * inputs * BF_LANES + lane, inputs, 1, fresh);
  }
  const vec zero = {0};
  float *bias = lanes + inputs * outputs * BF_LANES;
  for (size_t o = 0; o < outputs; o++)
    for (size_t lane = 0; lane < BF_LANES; lane += WIDTH) {
      vec sum = fresh ? zero : load(bias + o * BF_LANES + lane);
      for (size_t t = lane; t < BF_TILE; t += BF_LANES) sum += load(delta + o * BF_TILE + t);
      store(bias + o * BF_LANES + lane, sum);
    }
}

static void fold(const float *lanes, float *sum, size_t n) {
  typedef float eight __attribute__((vector_size(32), may_alias));
  typedef float quad __attribute__((vector_size(16), may_alias));
  for (size_t i = 0; i < n; i++, lanes += BF_LANES) {
    eight half = *(const eight *)lanes + *(const eight *)(lanes + 8);
    quad low, high;
    memcpy(&low, &half, sizeof low);
    memcpy(&high, (const char *)&half + sizeof low, sizeof high);
    quad s = low + high;
    sum[i] = (s[0] + s[2]) + (s[1] + s[3]);
  }
}

/* ---- softmax and cross-entropy; plain loops over samples that the compiler vectorises ---- */

/* exp(x) for x <= 0, 0 < result; below -87 as at -87. */
INLINE float exponential(float x) {
  int32_t n;
  float p = bf_expm1_reduced(x < -87.0f ? -87.0f : x, &n);
  return bf_power_of_two(n) * (1.0f + p);
}

/* ln x for x >= 1: x = 2^n (1 + f) with 1 + f in [sqrt ½, sqrt 2), and a minimax fit of (ln(1 + f) - f + f²/2) / f³. */
INLINE float logarithm(float x) {
  uint32_t bits = bf_bits_of_float(x) - 0x3f3504f3u;
  float n = (float)(int32_t)(bits >> 23);
  float f = bf_float_of_bits((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
  float p = -0x1.392e9ap-4f;
  p = p * f + 0x1.05b74ap-3f;
  p = p * f - 0x1.0d9a54p-3f;
  p = p * f + 0x1.22cf5p-3f;
  p = p * f - 0x1.546f28p-3f;
  p = p * f + 0x1.99a06p-3f;
  p = p * f - 0x1.000232p-2f;
  p = p * f + 0x1.555554p-2f;
  float z = f * f;
  float y = f + (z * f * p - 0.5f * z + n * -0x1.bd0106p-13f) + n * 0x1.63p-1f;
  return x - x == 0.0f ? y : x; /* inf and NaN are themselves */
}

static bf_tally softmax(float *logits, const int32_t *label, size_t classes, float share) {
  float top[BF_TILE], own[BF_TILE], sum[BF_TILE], factor[BF_TILE];
  int32_t first[BF_TILE];
  for (size_t t = 0; t < BF_TILE; t++) top[t] = logits[t], own[t] = logits[t], first[t] = 0, sum[t] = 0.0f;
  for (size_t c = 1; c < classes; c++) {
    const float *z = logits + c * BF_TILE;
    for (size_t t = 0; t < BF_TILE; t++) {
      own[t] = label[t] == (int32_t)c ? z[t] : own[t];
      first[t] = z[t] > top[t] ? (int32_t)c : first[t];
      top[t] = z[t] > top[t] ? z[t] : top[t];
    }
  }
  for (size_t c = 0; c < classes; c++) {
    float *z = logits + c * BF_TILE;
    for (size_t t = 0; t < BF_TILE; t++) {
      z[t] = exponential(z[t] - top[t]);
      sum[t] += z[t];
    }
  }
  float loss[BF_LANES] = {0};
  int32_t right = 0;
  for (size_t t = 0; t < BF_TILE; t += BF_LANES)
    for (size_t l = 0; l < BF_LANES; l++) loss[l] += label[t + l] < 0 ? 0.0f : logarithm(sum[t + l]) - (own[t + l] - top[t + l]);
  for (size_t t = 0; t < BF_TILE; t++) {
    right += first[t] == label[t];
    factor[t] = label[t] < 0 ? 0.0f : share;
    sum[t] = 1.0f / sum[t];
  }
  for (size_t c = 0; c < classes; c++) {
    float *z = logits + c * BF_TILE;
    for (size_t t = 0; t < BF_TILE; t++) z[t] = (z[t] * sum[t] - (label[t] == (int32_t)c ? 1.0f : 0.0f)) * factor[t];
  }
  bf_tally tally = {0.0, (uint32_t)right};
  for (size_t l = 0; l < BF_LANES; l++) tally.loss += (double)loss[l];
  return tally;
}

const bf_kernels KERNELS = {KERNELS_NAME, affine, gradient, softmax, fold};
