/* The activations against the C library in double: every float once in a while (all of them by `test_activation all`, for one activation by
 * `test_activation all tanh`), special values, derivatives, that an element does not depend on its neighbours, and equal bits on all instruction sets. */
#include "host.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static const char *const plugins[] = {"tanh", "sigmoid", "relu", "leaky_relu", "clamp", "identity", "elu", "gelu", "silu", "softplus", "sine"};
static const char *const names[] = {
    "tanh",     "sigmoid",          "relu", "leaky_relu",    "clamp", "identity", "elu(alpha=0.7)", "gelu", "gelu(approximate=tanh)", "silu",
    "softplus", "softplus(beta=3)", "sine", "sine(omega=30)"};
enum { COUNT = sizeof names / sizeof *names, BLOCK = 4096 };
static bf_task *task;
static const char *only;       /* the one to be tested for accuracy and equal bits; NULL: all */
static uint32_t stride = 4099; /* a prime: all exponents, all kinds of mantissas */

static bool wanted(const char *name) { return !only || strcmp(only, name) == 0; }

/* Fills x with the floats of bits *next, *next + stride, … and says how many; 0 after the last. */
static size_t some_floats(uint64_t *next, float *x) {
  size_t n = 0;
  for (; n < BLOCK && *next <= UINT32_MAX; n++, *next += stride) {
    uint32_t bits = (uint32_t)*next;
    memcpy(&x[n], &bits, sizeof bits);
  }
  return n;
}

/* FNV-1a; one NaN is as good as another. */
static void hash(uint64_t *sum, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = 0x7fc00000u;
    if (!isnan(x[i])) memcpy(&bits, &x[i], sizeof bits);
    *sum = (*sum ^ bits) * 0x100000001b3u;
  }
}

/* ---- instruction sets ---- */

static const char *const cpus[] = {"avx512", "avx2", "baseline"}; /* what the machine lacks is what the next one gives */
enum { NCPU = sizeof cpus / sizeof *cpus };
static uint64_t sums[NCPU][COUNT];

static uint64_t hash_of(const char *name) {
  bf_activation_use f = test_task_activation(task, name);
  static float x[BLOCK], y[BLOCK], dx[BLOCK];
  uint64_t sum = 0xcbf29ce484222325u;
  size_t n;
  for (uint64_t next = 0; (n = some_floats(&next, x));) {
    f.is->apply(f.cfg, x, y, n);
    f.is->derive(f.cfg, x, y, dx, n);
    hash(&sum, y, n);
    hash(&sum, dx, n);
  }
  return sum;
}

/* The choice is made once in a process: a child for each. */
static void hash_on(const char *cpu, uint64_t *sum) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    setenv("BETTIFLOW_CPU", cpu, 1);
    for (size_t i = 0; i < COUNT; i++) sum[i] = wanted(names[i]) ? hash_of(names[i]) : 0;
    _exit(write(ends[1], sum, COUNT * sizeof *sum) == (ssize_t)(COUNT * sizeof *sum) ? 0 : 1);
  }
  close(ends[1]);
  assert_int_equal(read(ends[0], sum, COUNT * sizeof *sum), COUNT * sizeof *sum);
  close(ends[0]);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

static void instruction_sets_agree(void **state) {
  (void)state;
  for (size_t c = 1; c < NCPU; c++)
    for (size_t i = 0; i < COUNT; i++)
      if (sums[c][i] != sums[0][i]) fail_msg("%s gives other bits on %s than on %s", names[i], cpus[c], cpus[0]);
}

static int load(void **state) {
  (void)state;
  task = test_task_new("out");
  for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++) {
    char file[64];
    snprintf(file, sizeof file, "activation/%s.so", plugins[i]);
    test_task_load(task, file);
  }
  for (size_t c = 0; c < NCPU; c++) hash_on(cpus[c], sums[c]);
  return 0;
}

static int unload(void **state) {
  (void)state;
  test_task_free(task);
  return 0;
}

static float apply_one(const bf_activation_use *f, float x) {
  float y;
  f->is->apply(f->cfg, &x, &y, 1);
  return y;
}

/* ---- values and slopes, by the C library in double ---- */

static double logistic(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }
static double logistic_slope(double x) { return logistic(x) * logistic(-x); }
static double tanh_slope(double x) { return 1 / (cosh(x) * cosh(x)); }
static double elu(double x) { return x > 0 ? x : 0.7 * expm1(x); }
static double elu_slope(double x) { return x > 0 ? 1 : 0.7 * exp(x); }
static double silu(double x) { return x < -700 ? -0.0 : x * logistic(x); }
static double silu_slope(double x) { return fabs(x) > 700 ? x > 0 : logistic(x) * (1 + x * logistic(-x)); }
static double gelu(double x) { return x < -40 ? -0.0 : x * 0.5 * erfc(-x * M_SQRT1_2); }
static double gelu_slope(double x) { return fabs(x) > 40 ? x > 0 : 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) * M_SQRT1_2 * 0.5 * M_2_SQRTPI; }
static double gelu_argument(double x) { return 2 * sqrt(M_2_PI) * (x + 0.044715 * x * x * x); }
static double gelu_by_tanh(double x) { return x < -20 ? -0.0 : x > 20 ? x : x * logistic(gelu_argument(x)); }
static double gelu_by_tanh_slope(double x) {
  if (fabs(x) > 20) return x > 0;
  double u = gelu_argument(x);
  return logistic(u) + x * logistic(u) * logistic(-u) * 2 * sqrt(M_2_PI) * (1 + 3 * 0.044715 * x * x);
}
static double softplus(double x) { return isnan(x) ? x : (x > 0 ? x : 0) + log1p(exp(-fabs(x))); }
static double softplus_3(double x) { return softplus(3 * x) / 3; }
static double softplus_3_slope(double x) { return logistic(3 * x); }
static double sine_30(double x) { return sin(30 * x); }
static double sine_30_slope(double x) { return 30 * cos(30 * x); }

static const struct {
  const char *name;
  double (*value)(double), (*slope)(double);
  double error, slope_error; /* bounds in units in the last place; of a slope that is made from y: absolute */
} smooth[] = {{"tanh", tanh, tanh_slope, 1.65, 3e-7},
              {"sigmoid", logistic, logistic_slope, 0.51, 3e-7},
              {"elu(alpha=0.7)", elu, elu_slope, 0.51, 0.51},
              {"gelu", gelu, gelu_slope, 0.51, 0.51},
              {"gelu(approximate=tanh)", gelu_by_tanh, gelu_by_tanh_slope, 0.51, 0.51},
              {"silu", silu, silu_slope, 0.51, 0.51},
              {"softplus", softplus, logistic, 0.51, 0.51},
              {"softplus(beta=3)", softplus_3, softplus_3_slope, 0.51, 0.51},
              {"sine", sin, cos, 0.51, 0.51},
              {"sine(omega=30)", sine_30, sine_30_slope, 0.51, 0.51}};
enum { SMOOTH = sizeof smooth / sizeof *smooth };

/* The error in units in the last place: the distance of the floats around the truth. */
static double ulps(float y, double truth) {
  if (isinf((float)truth)) return y == (float)truth ? 0 : INFINITY;
  int exponent = truth == 0 ? -149 : ilogb(truth) - 23;
  return fabs((double)y - truth) / ldexp(1, exponent < -149 ? -149 : exponent);
}

/* The largest errors over all floats of the stride. NaN stays NaN; a sine of infinity is NaN. */
static void values_are_accurate(void **state) {
  (void)state;
  static float x[BLOCK], y[BLOCK];
  for (size_t k = 0; k < SMOOTH; k++) {
    if (!wanted(smooth[k].name)) continue;
    bf_activation_use f = test_task_activation(task, smooth[k].name);
    double worst = 0;
    float at = 0;
    size_t n;
    for (uint64_t next = 0; (n = some_floats(&next, x));) {
      f.is->apply(f.cfg, x, y, n);
      for (size_t i = 0; i < n; i++) {
        double truth = smooth[k].value((double)x[i]);
        if (isnan(truth) != isnan(y[i])) fail_msg("%s: %a at %a", smooth[k].name, (double)y[i], (double)x[i]);
        double error = isnan(truth) ? 0 : ulps(y[i], truth);
        if (error > worst) worst = error, at = x[i];
      }
    }
    print_message("%s: largest error %.4f units in the last place, at %a\n", smooth[k].name, worst, (double)at);
    assert_true(worst < smooth[k].error);
  }
}

/* Near a slope's zeros what counts is the absolute error, 1e-9. */
static void slopes_are_accurate(void **state) {
  (void)state;
  static float x[BLOCK], y[BLOCK], dx[BLOCK];
  for (size_t k = 0; k < SMOOTH; k++) {
    if (!wanted(smooth[k].name)) continue;
    bf_activation_use f = test_task_activation(task, smooth[k].name);
    double worst = 0;
    float at = 0;
    size_t n;
    for (uint64_t next = 0; (n = some_floats(&next, x));) {
      f.is->apply(f.cfg, x, y, n);
      f.is->derive(f.cfg, x, y, dx, n);
      for (size_t i = 0; i < n; i++) {
        double truth = smooth[k].slope((double)x[i]);
        if (isnan(truth) != isnan(dx[i])) fail_msg("%s: slope %a at %a", smooth[k].name, (double)dx[i], (double)x[i]);
        if (isnan(truth)) continue;
        double error = fabs((double)dx[i] - truth);
        if (smooth[k].slope_error > 0.1) error = fabs(truth) > 0.001 || error > 1e-9 || fabsf(x[i]) > 4 ? ulps(dx[i], truth) : 0;
        if (error > worst) worst = error, at = x[i];
      }
    }
    print_message("%s: largest error of the slope %.4g, at %a\n", smooth[k].name, worst, (double)at);
    assert_true(worst < smooth[k].slope_error);
  }
}

/* derive() gets only what it says that it needs. */
static float derive_one(const bf_activation_use *f, float x) {
  float y = apply_one(f, x), dx;
  f->is->derive(f->cfg, f->is->derive_needs & BF_NEEDS_X ? &x : NULL, f->is->derive_needs & BF_NEEDS_Y ? &y : NULL, &dx, 1);
  return dx;
}

/* NaN stays NaN; the limits at infinity. */
static void special_values(void **state) {
  (void)state;
  static const struct {
    const char *name;
    float below, above, slope_below, slope_above;
  } limit[] = {{"tanh", -1, 1, 0, 0},
               {"sigmoid", 0, 1, 0, 0},
               {"relu", 0, INFINITY, 0, 1},
               {"leaky_relu", -INFINITY, INFINITY, 0.2f, 1},
               {"clamp", 0, 1, 0, 0},
               {"identity", -INFINITY, INFINITY, 1, 1},
               {"elu(alpha=0.7)", -0.7f, INFINITY, 0, 1},
               {"gelu", 0, INFINITY, 0, 1},
               {"gelu(approximate=tanh)", 0, INFINITY, 0, 1},
               {"silu", 0, INFINITY, 0, 1},
               {"softplus", 0, INFINITY, 0, 1},
               {"softplus(beta=3)", 0, INFINITY, 0, 1}};
  for (size_t i = 0; i < sizeof limit / sizeof *limit; i++) {
    bf_activation_use f = test_task_activation(task, limit[i].name);
    assert_true(apply_one(&f, -INFINITY) == limit[i].below && apply_one(&f, INFINITY) == limit[i].above);
    assert_true(derive_one(&f, -INFINITY) == limit[i].slope_below && derive_one(&f, INFINITY) == limit[i].slope_above);
  }
  for (size_t i = 0; i < COUNT; i++) {
    bf_activation_use f = test_task_activation(task, names[i]);
    assert_true(isnan(apply_one(&f, NAN)));
  }
}

static void tanh_is_odd_and_ends_at_one(void **state) {
  (void)state;
  bf_activation_use f = test_task_activation(task, "tanh");
  for (int i = -1390; i < 1270; i++) {
    float x = ldexpf(1.3f, i / 10) * (1 + (float)(i % 10) / 30);
    float y = apply_one(&f, x);
    assert_true(apply_one(&f, -x) == -y);
    assert_true(y <= 1 && y <= x && y > 0);
    if (x > 9.02f) assert_true(y == 1);
  }
  assert_true(apply_one(&f, INFINITY) == 1 && apply_one(&f, -INFINITY) == -1);
  assert_true(apply_one(&f, 0.0f) == 0 && !signbit(apply_one(&f, 0.0f)));
  assert_true(signbit(apply_one(&f, -0.0f)));
}

static void piecewise_linear_ones_are_exact(void **state) {
  (void)state;
  bf_activation_use relu = test_task_activation(task, "relu"), leaky = test_task_activation(task, "leaky_relu"),
                    steep = test_task_activation(task, "leaky_relu(slope=0.5)"), clamp = test_task_activation(task, "clamp"),
                    identity = test_task_activation(task, "identity");
  static const float at[] = {-INFINITY, -3.4e38f, -2.5f, -1.0f, -1e-45f, -0.0f, 0.0f, 1e-45f, 0.5f, 1.0f, 1.0000001f, 7.25f, INFINITY};
  for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
    float x = at[i];
    assert_true(apply_one(&relu, x) == fmaxf(x, 0) && !signbit(apply_one(&relu, x)));
    assert_true(apply_one(&leaky, x) == (x > 0 ? x : 0.2f * x));
    assert_true(apply_one(&steep, x) == (x > 0 ? x : 0.5f * x));
    assert_true(apply_one(&clamp, x) == fminf(fmaxf(x, 0), 1) && !signbit(apply_one(&clamp, x)));
    assert_true(apply_one(&identity, x) == x);
  }
}

static void derivatives(void **state) {
  (void)state;
  const double h = 1e-5;
  for (size_t k = 0; k < SMOOTH; k++) {
    bf_activation_use f = test_task_activation(task, smooth[k].name);
    for (int i = -800; i < 800; i++) {
      double x = (double)((float)i / 100 + 0.001f), difference = (smooth[k].value(x + h) - smooth[k].value(x - h)) / (2 * h);
      if (fabs((double)derive_one(&f, (float)x) - difference) > 5e-6) fail_msg("%s: slope at %g", smooth[k].name, x);
    }
  }
  bf_activation_use relu = test_task_activation(task, "relu"), leaky = test_task_activation(task, "leaky_relu"), clamp = test_task_activation(task, "clamp"),
                    identity = test_task_activation(task, "identity");
  static const float at[] = {-2, -1e-30f, -0.0f, 0, 1e-30f, 0.5f, 1, 1.0000001f, 5};
  static const float relus[] = {0, 0, 0, 0, 1, 1, 1, 1, 1}, clamps[] = {0, 0, 1, 1, 1, 1, 1, 0, 0}; /* the conventions at 0 and 1 */
  for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
    assert_true(derive_one(&relu, at[i]) == relus[i]);
    assert_true(derive_one(&leaky, at[i]) == (relus[i] > 0 ? 1 : 0.2f));
    assert_true(derive_one(&clamp, at[i]) == clamps[i]);
    assert_true(derive_one(&identity, at[i]) == 1);
  }
}

/* The same element at any position, length and alignment, in place or not. */
static void elements_are_independent(void **state) {
  (void)state;
  static float x[100], y[100], in_place[100];
  for (size_t a = 0; a < COUNT; a++) {
    bf_activation_use f = test_task_activation(task, names[a]);
    for (size_t n = 0; n <= 67; n++)
      for (size_t shift = 0; shift < 17; shift += 4) {
        for (size_t i = 0; i < n; i++) x[shift + i] = in_place[shift + i] = sinf((float)(i + n)) * (float)(1 + i % 12);
        y[shift + n] = 42;
        f.is->apply(f.cfg, x + shift, y + shift, n);
        f.is->apply(f.cfg, in_place + shift, in_place + shift, n);
        assert_true(y[shift + n] == 42);
        assert_memory_equal(y + shift, in_place + shift, n * sizeof *y);
        for (size_t i = 0; i < n; i++) {
          float one = apply_one(&f, x[shift + i]);
          assert_memory_equal(&one, &y[shift + i], sizeof one);
          one = derive_one(&f, x[shift + i]);
          f.is->derive(f.cfg, x + shift, y + shift, in_place + shift, n);
          assert_memory_equal(&one, &in_place[shift + i], sizeof one);
        }
      }
  }
}

int main(int argc, char **argv) {
  if (argc > 1) stride = strcmp(argv[1], "all") == 0 ? 1 : (uint32_t)atoi(argv[1]) | 1u;
  if (argc > 2) only = argv[2];
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(instruction_sets_agree),
      cmocka_unit_test(values_are_accurate),
      cmocka_unit_test(slopes_are_accurate),
      cmocka_unit_test(special_values),
      cmocka_unit_test(tanh_is_odd_and_ends_at_one),
      cmocka_unit_test(piecewise_linear_ones_are_exact),
      cmocka_unit_test(derivatives),
      cmocka_unit_test(elements_are_independent),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
