/* The paper's data sets: where their points lie, how many there are of each class, and what the seed changes. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_points made(const stage_call *call) {
  bf_points p;
  if (run_stage(call) != BF_OK) fail_msg("%s", stage_error());
  if (bf_points_read(call->output, 0, &p) != BF_OK) fail_msg("%s", bf_error());
  for (uint64_t i = 0; i < p.n; i++) assert_int_equal(p.id[i], i);
  return p;
}

static uint64_t of_class(const bf_points *p, int32_t class) {
  uint64_t n = 0;
  for (uint64_t i = 0; i < p->n; i++) n += p->label[i] == class;
  return n;
}

/* Another seed gives other points, the same seed the same. */
static void seeded(const char *plugin, const char *stage, const char *name, const char *value) {
  stage_call call = {.plugin = plugin, .stage = stage, .output = "out", .param = {"seed", "1", "points", "2000", name, value}};
  bf_points a = made(&call), b = made(&call);
  call.param[1] = "2";
  bf_points c = made(&call);
  assert_memory_equal(a.x, b.x, a.n * a.dim * sizeof *a.x);
  assert_int_not_equal(memcmp(a.x, c.x, a.n * a.dim * sizeof *a.x), 0);
  bf_points_free(&a);
  bf_points_free(&b);
  bf_points_free(&c);
}

/* The ring of D-II on which the point lies, 0 … 17: unit, then flat or upright; -1 if on none. In the authors' units, before scaling. */
static int ring_of(const double x[3]) {
  int found = -1;
  for (int unit = 0; unit < 9; unit++)
    for (int upright = 0; upright < 2; upright++) {
      double a = x[0], b = x[1], c = x[2];
      if (unit) a -= (unit - 1) & 4 ? 5 : -5, b -= (unit - 1) & 2 ? 5 : -5, c -= (unit - 1) & 1 ? 5 : -5;
      if (!upright) a -= 2.2;
      double across = upright ? b : c, r = hypot(a, upright ? c : b);
      if (fabs(across) > .70001 || r < 2.2 - .98996 || r > 2.5 + .98996) continue; /* a step of .7 in two coordinates is up to .98995 */
      found = found < 0 ? 2 * unit + upright : 99;
    }
  return found;
}

static void rings(void **state) {
  static const int flat_is[9] = {0, 0, 1, 0, 0, 1, 1, 1, 0}; /* the class of the flat ring at (0,0,0), (-,-,-), (-,-,+), (-,+,-), … */
  stage_call call = {.plugin = "dataset/rings", .stage = "dataset.rings", .output = "out"};
  uint64_t count[18] = {0}, unclear = 0, early = 0;
  double most[3] = {0}, mean_radius = 0;
  (void)state;
  bf_points p = made(&call);
  assert_int_equal(p.n, 45000);
  assert_int_equal(of_class(&p, 0), 22500);
  for (uint64_t i = 0; i < p.n; i++) {
    const double x[3] = {p.x[3 * i] * 10.4, p.x[3 * i + 1] * 8.2, p.x[3 * i + 2] * 8.2};
    for (int k = 0; k < 3; k++) most[k] = fmax(most[k], fabs((double)p.x[3 * i + (uint64_t)k]));
    int ring = ring_of(x);
    assert_true(ring >= 0);
    if (ring == 99) {
      unclear++;
      continue;
    }
    assert_int_equal(p.label[i], flat_is[ring / 2] ^ (ring & 1));
    count[ring]++;
    early += i < 4500 && ring < 2;
    if (ring == 1) mean_radius += hypot(x[0], x[2]);
  }
  for (int k = 0; k < 3; k++) assert_true(most[k] > .97 && most[k] <= 1);
  for (int r = 0; r < 18; r++) assert_in_range(count[r], 2300, 2500);
  assert_in_range(unclear, 0, 1000); /* points that lie where two rings' envelopes meet */
  assert_in_range(early, 400, 600);  /* in random order: 500 of the first tenth belong to the first two rings */
  mean_radius /= (double)count[1];
  assert_true(mean_radius > 2.37 && mean_radius < 2.47); /* √(2.35² + …): half at 2.5 and half at 2.2, and steps to the side lengthen a little */
  bf_points_free(&p);
  seeded("dataset/rings", "dataset.rings", NULL, NULL);
  call.param[0] = "points", call.param[1] = "100003";
  p = made(&call);
  assert_int_equal(p.n, 100003);
  bf_points_free(&p);
}

/* The sheet of D-III on which the point lies: 5 · unit + 0 … 4 for the radii 1, 1.05, 2, 2.05, .5. u is the direction from the unit's centre. */
static int sheet_of(const float *at, double u[3]) {
  static const double radius[] = {1, 1.05, 2, 2.05, .5};
  for (int unit = 0; unit < 9; unit++) {
    double square = 0;
    for (int k = 0; k < 3; k++) {
      u[k] = at[k] * 5.05 - (!unit ? 0 : (unit - 1) >> (2 - k) & 1 ? 3 : -3);
      square += u[k] * u[k];
    }
    for (int s = 0; s < 5; s++)
      if (fabs(sqrt(square) - radius[s]) < 1e-5) {
        for (int k = 0; k < 3; k++) u[k] /= radius[s];
        return 5 * unit + s;
      }
  }
  return -1;
}

static void check_shells(const bf_points *p, bool random) {
  static double point[45][1000][3];
  uint64_t count[45] = {0};
  for (uint64_t i = 0; i < p->n; i++) {
    double u[3];
    int sheet = sheet_of(p->x + 3 * i, u);
    assert_in_range(sheet, 0, 44);
    assert_int_equal(p->label[i], sheet % 5 >= 2);
    assert_true(count[sheet] < (sheet % 5 == 4 ? 200u : 1000u));
    memcpy(point[sheet][count[sheet]++], u, sizeof u);
  }
  for (int s = 0; s < 45; s += 7) {
    double nearest = 9, mean[3] = {0}, square = 0;
    assert_int_equal(count[s], s % 5 == 4 ? 200 : 1000);
    for (uint64_t i = 0; i < count[s]; i++) {
      for (int k = 0; k < 3; k++) mean[k] += point[s][i][k] / (double)count[s];
      square += point[s][i][1] * point[s][i][1] / (double)count[s];
      for (uint64_t j = 0; j < i; j++) {
        double dx = point[s][i][0] - point[s][j][0], dy = point[s][i][1] - point[s][j][1], dz = point[s][i][2] - point[s][j][2];
        nearest = fmin(nearest, dx * dx + dy * dy + dz * dz);
      }
    }
    for (int k = 0; k < 3; k++) assert_true(fabs(mean[k]) < (random ? 4 : .1) / sqrt((double)count[s]));
    assert_true(fabs(square - 1. / 3) < (random ? 1.2 : .01) / sqrt((double)count[s]));
    /* A perfect lattice of m points has a least distance of √(8π / (√3 m)); the spiral has over two thirds of it, random points next to nothing. */
    double lattice = sqrt(8 * 3.14159265 / (sqrt(3) * (double)count[s]));
    assert_true(random ? sqrt(nearest) < .3 * lattice : sqrt(nearest) > .66 * lattice);
  }
}

static void shells(void **state) {
  stage_call call = {.plugin = "dataset/shells", .stage = "dataset.shells", .output = "out"};
  (void)state;
  bf_points p = made(&call);
  assert_int_equal(p.n, 37800);
  assert_int_equal(of_class(&p, 0), 18000);
  check_shells(&p, false);
  bf_points_free(&p);
  call.param[0] = "sample", call.param[1] = "random";
  p = made(&call);
  assert_int_equal(p.n, 37800);
  check_shells(&p, true);
  bf_points_free(&p);
  seeded("dataset/shells", "dataset.shells", "sample", "spiral");
  seeded("dataset/shells", "dataset.shells", "sample", "random");
  call.param[0] = "inner", call.param[1] = "[]";
  assert_int_equal(run_stage(&call), BF_INVALID);
}

/* Random points of D-I lie where the grid's do, in its ratio of classes, as many in each disk, and fill the disks evenly. */
static void disks(void **state) {
  stage_call call = {.plugin = "dataset/disks", .stage = "dataset.disks", .output = "out", .param = {"sample", "random", "points", "100000"}};
  uint64_t in_disk[9] = {0}, in_core = 0, quadrant[4] = {0};
  (void)state;
  bf_points p = made(&call);
  assert_int_equal(p.n, 100000);
  assert_int_equal(of_class(&p, 0), 13373); /* 100,000 · 1,344 / 10,050 */
  for (uint64_t i = 0; i < p.n; i++) {
    double x = p.x[2 * i] * 10., y = p.x[2 * i + 1] * 10., nearest = INFINITY;
    int disk = 0;
    for (int k = 0; k < 9; k++) {
      double d = hypot(x - (k ? 7 * cos(k * M_PI / 4) : 0), y - (k ? 7 * sin(k * M_PI / 4) : 0));
      if (d < nearest) nearest = d, disk = k;
    }
    assert_true(fabs(x) <= 10 && fabs(y) <= 10 && (p.label[i] ? nearest > 1.79999 : nearest < 1.30001));
    if (p.label[i])
      quadrant[2 * (x > 0) + (y > 0)]++;
    else
      in_disk[disk]++, in_core += nearest < 1.3 / sqrt(2);
  }
  for (int k = 0; k < 9; k++) assert_in_range(in_disk[k], 1300, 1670); /* 1,486 ± 5 σ */
  for (int k = 0; k < 4; k++) assert_in_range(quadrant[k], 20900, 22400);
  assert_in_range(in_core, 6400, 6970); /* half of them */
  bf_points_free(&p);
  seeded("dataset/disks", "dataset.disks", "sample", "random");
  stage_call none = {.plugin = "dataset/disks", .stage = "dataset.disks", .output = "out", .param = {"sample", "random", "radius", "1e6", "hole", "1e6"}};
  assert_int_equal(run_stage(&none), BF_FAILED);
}

/* What does not fit into the task's memory is refused before it is asked for; a stage that is told to stop does. */
static void limits(void **state) {
  static const char *const stages[][2] = {{"dataset/rings", "dataset.rings"}, {"dataset/shells", "dataset.shells"}, {"dataset/disks", "dataset.disks"}};
  (void)state;
  for (int i = 0; i < 3; i++) {
    stage_call call = {.plugin = stages[i][0], .stage = stages[i][1], .output = "out", .memory = 100000};
    assert_int_equal(run_stage(&call), BF_NO_MEMORY);
    call.memory = 0, call.cancel_at = 2;
    assert_int_equal(run_stage(&call), BF_CANCELLED);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rings), cmocka_unit_test(shells), cmocka_unit_test(disks), cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
