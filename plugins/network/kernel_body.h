/* The kernels themselves (kernel.h), once for each instruction set. The including file sets the vector width, the block sizes and the
 * fused multiply-add. Blocks of sums live in registers: their loops have constant bounds and are unrolled. */
#include "kernel.h"
#include <string.h>

typedef float vec __attribute__((vector_size(4 * WIDTH)));
typedef float vec_in_memory __attribute__((vector_size(4 * WIDTH), may_alias));

typedef int32_t ivec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ivec_anywhere __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

INLINE vec load(const float *p) { return *(const vec_in_memory *)p; }
INLINE void store(float *p, vec v) { *(vec_in_memory *)p = v; }

/* n rows are cut into the fewest blocks of at most `most` rows, as equal as can be: 16 into 4 + 4 + 4 + 4, not 5 + 5 + 5 + 1, since low
 * blocks have too few independent sums to keep the multipliers busy. */
typedef struct cut {
  size_t high, tall, low; /* `tall` blocks of `high` rows, then `low` blocks of high - 1 */
} cut;

INLINE cut cut_rows(size_t n, size_t most) {
  if (n <= most) return (cut){n, 1, 0};
  size_t blocks = (n + most - 1) / most, rest = n % blocks;
  return rest ? (cut){n / blocks + 1, rest, blocks - rest} : (cut){n / blocks, blocks, 0};
}

/* ---- affine ---- */

/* `rows` outputs × `vectors` vectors of samples. */
INLINE void affine_block(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, const size_t rows,
                         const size_t vectors) {
  vec sum[AFFINE_ROWS][16];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] = SPLAT(bias ? bias[r] : 0.0f);
  for (size_t i = 0; i < inputs; i++) {
    vec in[16];
    UNROLL for (size_t v = 0; v < vectors; v++) in[v] = load(x + i * BF_TILE + v * WIDTH);
    UNROLL for (size_t r = 0; r < rows; r++) {
      vec weight = SPLAT(w[r * inputs + i]);
      UNROLL for (size_t v = 0; v < vectors; v++) sum[r][v] = FMA(weight, in[v], sum[r][v]);
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++) {
    size_t at = r * BF_TILE + v * WIDTH;
    if (scale) sum[r][v] *= load(scale + at);
    store(y + at, sum[r][v]);
  }
}

/* `blocks` blocks of `rows` outputs; those of the same samples one after another, while x is in the first cache. */
INLINE void affine_blocks(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, const size_t rows, size_t blocks,
                          const size_t vectors) {
  for (size_t t = 0; t < BF_TILE; t += vectors * WIDTH)
    for (size_t o = 0; o < rows * blocks; o += rows)
      affine_block(w + o * inputs, bias ? bias + o : bias, x + t, scale ? scale + o * BF_TILE + t : scale, y + o * BF_TILE + t, inputs, rows, vectors);
}

static void affine_of(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, size_t rows, size_t blocks) {
#define ROWS(n, vectors)                                                                                                                                       \
  case n:                                                                                                                                                      \
    affine_blocks(w, bias, x, scale, y, inputs, n, blocks, vectors);                                                                                           \
    break;
  switch (rows) { AFFINE_SHAPES }
#undef ROWS
}

static void affine(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, size_t outputs) {
  cut c = cut_rows(outputs, AFFINE_ROWS);
  size_t o = c.high * c.tall;
  affine_of(w, bias, x, scale, y, inputs, c.high, c.tall);
  if (c.low) affine_of(w + o * inputs, bias ? bias + o : bias, x, scale ? scale + o * BF_TILE : scale, y + o * BF_TILE, inputs, c.high - 1, c.low);
}

/* ---- gradient ---- */

/* `rows` outputs × `columns` inputs, the lanes from `lane` on, WIDTH of them. */
INLINE void gradient_block(const float *delta, const float *x, float *lanes, size_t inputs, const size_t rows, const size_t columns, bool fresh) {
  const vec zero = {0};
  vec sum[8][8];
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t c = 0; c < columns; c++) sum[r][c] = fresh ? zero : load(lanes + (r * inputs + c) * BF_LANES);
  for (size_t t = 0; t < BF_TILE; t += BF_LANES) {
    if (rows >= columns) {
      vec in[8];
      UNROLL for (size_t c = 0; c < columns; c++) in[c] = load(x + c * BF_TILE + t);
      UNROLL for (size_t r = 0; r < rows; r++) {
        vec d = load(delta + r * BF_TILE + t);
        UNROLL for (size_t c = 0; c < columns; c++) sum[r][c] = FMA(d, in[c], sum[r][c]);
      }
    } else {
      vec d[8];
      UNROLL for (size_t r = 0; r < rows; r++) d[r] = load(delta + r * BF_TILE + t);
      UNROLL for (size_t c = 0; c < columns; c++) {
        vec in = load(x + c * BF_TILE + t);
        UNROLL for (size_t r = 0; r < rows; r++) sum[r][c] = FMA(d[r], in, sum[r][c]);
      }
    }
  }
  UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t c = 0; c < columns; c++) store(lanes + (r * inputs + c) * BF_LANES, sum[r][c]);
}

/* `down` blocks of rows, each `across` blocks of columns. */
INLINE void gradient_blocks(const float *delta, const float *x, float *lanes, size_t inputs, const size_t rows, size_t down, const size_t columns,
                            size_t across, bool fresh) {
  for (size_t o = 0; o < rows * down; o += rows)
    for (size_t i = 0; i < columns * across; i += columns)
      gradient_block(delta + o * BF_TILE, x + i * BF_TILE, lanes + (o * inputs + i) * BF_LANES, inputs, rows, columns, fresh);
}

/* All shapes whose sums fit into the registers; the others do nothing and are never taken. */
typedef void gradient_shape(const float *delta, const float *x, float *lanes, size_t inputs, size_t down, size_t across, bool fresh);
#define FITS(rows, columns) ((rows) * (columns) <= GRADIENT_SUMS)
#define SHAPE(rows, columns)                                                                                                                                   \
  static void gradient_##rows##x##columns(const float *delta, const float *x, float *lanes, size_t inputs, size_t down, size_t across, bool fresh) {           \
    gradient_blocks(delta, x, lanes, inputs, (size_t)(rows)*FITS(rows, columns), down, columns, across, fresh);                                                \
  }
#define SHAPES(rows) SHAPE(rows, 1) SHAPE(rows, 2) SHAPE(rows, 3) SHAPE(rows, 4) SHAPE(rows, 5) SHAPE(rows, 6) SHAPE(rows, 7) SHAPE(rows, 8)
SHAPES(1)
SHAPES(2)
SHAPES(3)
SHAPES(4)
SHAPES(5)
SHAPES(6) SHAPES(7) SHAPES(8)
#define NAMES(rows)                                                                                                                                            \
  {                                                                                                                                                            \
    NULL, gradient_##rows##x1, gradient_##rows##x2, gradient_##rows##x3, gradient_##rows##x4, gradient_##rows##x5, gradient_##rows##x6, gradient_##rows##x7,   \
        gradient_##rows##x8                                                                                                                                    \
  }
    static gradient_shape *const gradient_shapes[9][9] = {{NULL}, NAMES(1), NAMES(2), NAMES(3), NAMES(4), NAMES(5), NAMES(6), NAMES(7), NAMES(8)};

INLINE size_t at_most(size_t n, size_t most) { return n < most ? n : most; }

/* `columns` inputs, so few that their rows of x stay in the first cache. */
static void gradient_panel(const float *delta, const float *x, float *lanes, size_t inputs, size_t outputs, size_t columns, bool fresh) {
  cut across = cut_rows(columns, outputs < GRADIENT_COLUMNS ? at_most(8, GRADIENT_SUMS / outputs) : GRADIENT_COLUMNS);
  cut down = cut_rows(outputs, at_most(8, GRADIENT_SUMS / across.high));
  for (size_t part = 0, o = 0; part < 2; part++) {
    size_t rows = part ? down.high - 1 : down.high, blocks = part ? down.low : down.tall, i = across.high * across.tall;
    if (!blocks) break;
    const float *d = delta + o * BF_TILE;
    float *to = lanes + o * inputs * BF_LANES;
    gradient_shapes[rows][across.high](d, x, to, inputs, blocks, across.tall, fresh);
    if (across.low) gradient_shapes[rows][across.high - 1](d, x + i * BF_TILE, to + i * BF_LANES, inputs, blocks, across.low, fresh);
    o += rows * blocks;
  }
}

static void gradient(const float *delta, const float *x, float *lanes, size_t inputs, size_t outputs, bool fresh) {
  cut panels = cut_rows(inputs, BF_PANEL);
  for (size_t lane = 0; lane < BF_LANES; lane += WIDTH)
    for (size_t i = 0, panel = 0; i < inputs; panel++) {
      size_t columns = panel < panels.tall ? panels.high : panels.high - 1;
      gradient_panel(delta + lane, x + i * BF_TILE + lane, lanes + i * BF_LANES + lane, inputs, outputs, columns, fresh);
      i += columns;
    }
  const vec zero = {0};
  float *bias = lanes + inputs * outputs * BF_LANES;
  for (size_t o = 0; o < outputs; o++)
    for (size_t lane = 0; lane < BF_LANES; lane += WIDTH) {
      vec sum = fresh ? zero : load(bias + o * BF_LANES + lane);
      UNROLL for (size_t t = lane; t < BF_TILE; t += BF_LANES) sum += load(delta + o * BF_TILE + t);
      store(bias + o * BF_LANES + lane, sum);
    }
}

/* Four parameters at a time: halves to 8 and to 4 lanes, then two by two across. */
static void fold(const float *lanes, float *sum, size_t n) {
  typedef float quad __attribute__((vector_size(16), may_alias));
  quad q[4];
  for (size_t i = 0; i < n; i += 4) {
    size_t have = n - i < 4 ? n - i : 4;
    for (size_t k = 0; k < 4; k++) {
      const float *p = lanes + (i + (k < have ? k : 0)) * BF_LANES;
      q[k] = (*(const quad *)p + *(const quad *)(p + 8)) + (*(const quad *)(p + 4) + *(const quad *)(p + 12));
    }
    quad even = __builtin_shufflevector(q[0], q[1], 0, 1, 4, 5) + __builtin_shufflevector(q[0], q[1], 2, 3, 6, 7); /* 0 + 2, 1 + 3 */
    quad odd = __builtin_shufflevector(q[2], q[3], 0, 1, 4, 5) + __builtin_shufflevector(q[2], q[3], 2, 3, 6, 7);
    quad total = __builtin_shufflevector(even, odd, 0, 2, 4, 6) + __builtin_shufflevector(even, odd, 1, 3, 5, 7);
    memcpy(sum + i, &total, have * sizeof *sum);
  }
}

/* ---- softmax and cross-entropy ---- */

/* yes where the mask's lane is all ones, no where it is 0. */
INLINE vec choose(ivec mask, vec yes, vec no) { return (vec)((mask & (ivec)yes) | (~mask & (ivec)no)); }

/* exp(x) for x <= 0, 0 < result; below -87 as at -87. x = n ln 2 + r with |r| <= ln 2 / 2: adding 1.5 · 2^23 rounds to a whole number,
 * which then stands in the low bits; ln 2 is split so that n times its upper part is exact. The polynomial is a minimax fit of
 * (exp(r) - 1 - r) / r². */
INLINE vec exponential(vec x) {
  const float shift = 0x1.8p23f;
  x = choose(x < -87.0f, SPLAT(-87.0f), x);
  vec shifted = x * 0x1.715476p+0f + shift, n = shifted - shift;
  vec r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  vec q = SPLAT(0x1.6bebfep-10f);
  q = q * r + 0x1.1227bp-7f;
  q = q * r + 0x1.555674p-5f;
  q = q * r + 0x1.5554bp-3f;
  q = q * r + 0x1.fffffep-2f;
  vec power = (vec)(((ivec)shifted - (ivec)SPLAT(shift) + 127) << 23);
  return power * (1.0f + (r + r * r * q));
}

/* ln x for x >= 1: x = 2^n (1 + f) with 1 + f in [sqrt ½, sqrt 2), and a minimax fit of (ln(1 + f) - f + f²/2) / f³. */
INLINE vec logarithm(vec x) {
  ivec bits = (ivec)x - 0x3f3504f3;
  vec n = __builtin_convertvector(bits >> 23, vec);
  vec f = (vec)((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
  vec p = SPLAT(-0x1.392e9ap-4f);
  p = p * f + 0x1.05b74ap-3f;
  p = p * f - 0x1.0d9a54p-3f;
  p = p * f + 0x1.22cf5p-3f;
  p = p * f - 0x1.546f28p-3f;
  p = p * f + 0x1.99a06p-3f;
  p = p * f - 0x1.000232p-2f;
  p = p * f + 0x1.555554p-2f;
  vec z = f * f;
  vec y = f + (z * f * p - 0.5f * z + n * -0x1.bd0106p-13f) + n * 0x1.63p-1f;
  return choose(((ivec)x & 0x7f800000) != 0x7f800000, y, x); /* inf and NaN are themselves */
}

/* WIDTH samples: their logits become derivatives, `loss` grows by their cross-entropies, `right` by -1 for each that is. */
INLINE void softmax_vector(float *logits, const int32_t *label, size_t classes, float share, vec *loss, ivec *right) {
  const ivec of = *(const ivec_anywhere *)label, none = of < 0;
  vec top = load(logits), own = top, sum = SPLAT(0.0f);
  ivec first = {0};
  for (size_t c = 1; c < classes; c++) {
    vec z = load(logits + c * BF_TILE);
    ivec more = z > top;
    own = choose(of == (int32_t)c, z, own);
    first = (more & (int32_t)c) | (~more & first);
    top = choose(more, z, top);
  }
  for (size_t c = 0; c < classes; c++) {
    vec e = exponential(load(logits + c * BF_TILE) - top);
    store(logits + c * BF_TILE, e);
    sum += e;
  }
  *loss += choose(none, SPLAT(0.0f), logarithm(sum) - (own - top));
  *right += first == of;
  vec inverse = 1.0f / sum, factor = choose(none, SPLAT(0.0f), SPLAT(share));
  for (size_t c = 0; c < classes; c++) {
    vec z = load(logits + c * BF_TILE) * inverse;
    store(logits + c * BF_TILE, (z - choose(of == (int32_t)c, SPLAT(1.0f), SPLAT(0.0f))) * factor);
  }
}

static bf_tally softmax(float *logits, const int32_t *label, size_t classes, float share) {
  vec loss[BF_LANES / WIDTH] = {{0}};
  ivec right[BF_LANES / WIDTH] = {{0}};
  for (size_t t = 0; t < BF_TILE; t += BF_LANES)
    UNROLL for (size_t v = 0; v < BF_LANES / WIDTH; v++) softmax_vector(logits + t + v * WIDTH, label + t + v * WIDTH, classes, share, &loss[v], &right[v]);
  bf_tally tally = {0};
  for (size_t l = 0; l < BF_LANES; l++) {
    tally.loss += (double)loss[l / WIDTH][l % WIDTH];
    tally.right -= (uint32_t)right[l / WIDTH][l % WIDTH];
  }
  return tally;
}

const bf_kernels KERNELS = {KERNELS_NAME, affine, gradient, softmax, fold};
