/* tanh and its derivative over arrays, once for each instruction set: tanh.c sets the vector type and its operations and includes this.
 * Every operation is rounded as IEEE 754 says, and the fused ones are written down, so all of them give the same bits. */

/* |x| is cut at BF_TANH_END, where the last piece gives 1; the order of MIN's operands keeps NaN. Adding 1.5 · 2^23 rounds to a whole number, which
 * then stands in the low bits: the row of the table. */
BF_INLINE VEC NAME(tanh_of)(VEC x, const TABLE *table) {
  const VEC shift = SPLAT(0x1.8p23f);
  VEC a = MIN(SPLAT(BF_TANH_END), ABS(x));
  VEC t = FMA(a, SPLAT(1.0f / BF_TANH_STEP), shift);
  VEC r = FMA(t - shift, SPLAT(-BF_TANH_STEP), a);
  LOOK_UP(c, table, t);
  VEC y = FMA(COLUMN(c, 5), r, COLUMN(c, 4));
  y = FMA(y, r, COLUMN(c, 3));
  y = FMA(y, r, COLUMN(c, 2));
  y = FMA(y, r, COLUMN(c, 1));
  y = FMA(y, r, COLUMN(c, 0));
  return WITH_SIGN(y, x);
}

/* The last elements go through a block of their own, by the same operations. */
static void NAME(apply)(const float *x, float *y, size_t n) {
  LOAD_TABLE(table);
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH) STORE(y + i, NAME(tanh_of)(LOAD(x + i), table));
  if (i == n) return;
  float rest[WIDTH] = {0};
  memcpy(rest, x + i, (n - i) * sizeof *x);
  STORE(rest, NAME(tanh_of)(LOAD(rest), table));
  memcpy(y + i, rest, (n - i) * sizeof *y);
}

/* tanh' = 1 - tanh², rounded once */
BF_INLINE VEC NAME(slope_of)(VEC y) { return FMA(-y, y, SPLAT(1.0f)); }

static void NAME(derive)(const float *y, float *dx, size_t n) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH) STORE(dx + i, NAME(slope_of)(LOAD(y + i)));
  if (i == n) return;
  float rest[WIDTH] = {0};
  memcpy(rest, y + i, (n - i) * sizeof *y);
  STORE(rest, NAME(slope_of)(LOAD(rest)));
  memcpy(dx + i, rest, (n - i) * sizeof *dx);
}

#undef NAME
#undef WIDTH
#undef VEC
#undef TABLE
#undef SPLAT
#undef LOAD
#undef STORE
#undef ABS
#undef MIN
#undef FMA
#undef WITH_SIGN
#undef LOAD_TABLE
#undef LOOK_UP
#undef COLUMN
