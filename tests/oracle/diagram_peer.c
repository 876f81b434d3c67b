/* Bottleneck and 2-Wasserstein distances of random diagrams, for diagram_peer.py to compare with those of GUDHI and hera: writes, for each case, how many
 * intervals both have (uint32 twice), (birth, death) of all of them, and the two distances, as doubles.
 *
 *   test_diagram_peer FILE [COUNT [SEED]]
 */
#include "distance.h"

#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1000 };
static uint64_t draw, seed = 1;
static double uniform(void) { return bf_random_uniform(seed, draw++); }
static uint32_t below(uint32_t n) { return (uint32_t)(uniform() * n); }

typedef struct diagram {
  bf_diagram d;
  uint32_t dim[MOST];
  double birth[MOST], death[MOST];
  double row[MOST][2];
} diagram;

static int by_place(const void *a, const void *b) {
  const double *x = a, *y = b;
  for (int k = 0; k < 2; k++)
    if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
  return 0;
}

/* Kinds: anywhere above the diagonal; noise near it; dimension 0; whole numbers; far from it; few essential classes at the end, as many in each diagram. */
static void make(diagram *r, uint32_t n, uint32_t essential, uint32_t kind) {
  for (uint32_t i = 0; i < n; i++) {
    double birth = uniform(), death = birth - log(1 - uniform()) * (kind == 1 ? .02 : .3);
    if (kind == 2) birth = 0, death = 1e-3 + uniform() * uniform();
    if (kind == 3) birth = below(6), death = birth + 1 + below(5);
    if (kind == 4) birth = .1 * uniform(), death = birth + 1 + .1 * uniform();
    if (i < essential) death = INFINITY;
    r->row[i][0] = birth;
    r->row[i][1] = death;
  }
  qsort(r->row, n, sizeof *r->row, by_place);
  for (uint32_t i = 0; i < n; i++) r->dim[i] = 0, r->birth[i] = r->row[i][0], r->death[i] = r->row[i][1];
  r->d = (bf_diagram){.n = n, .dim = r->dim, .birth = r->birth, .death = r->death};
}

/* The first n intervals, moved a little. */
static void vary(const diagram *from, diagram *to, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    const double birth = from->birth[i], death = from->death[i];
    to->row[i][0] = birth + .01 * uniform();
    to->row[i][1] = isinf(death) ? death : to->row[i][0] + (death - birth) * (.9 + .2 * uniform());
  }
  qsort(to->row, n, sizeof *to->row, by_place);
  for (uint32_t i = 0; i < n; i++) to->birth[i] = to->row[i][0], to->death[i] = to->row[i][1];
  to->d.n = n;
}

int main(int argc, char **argv) {
  static diagram a, b;
  const uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 400;
  if (argc > 3) seed = strtoull(argv[3], NULL, 10);
  FILE *f = argc > 1 ? fopen(argv[1], "wb") : NULL;
  if (!f) return 2;
  for (uint32_t at = 0; at < count; at++) {
    const uint32_t size = at % 50 == 49 ? MOST : at % 10 == 9 ? 200 : 30, kind = below(5), essential = below(3);
    make(&a, essential + below(size - 2), essential, kind);
    make(&b, essential + below(size - 2), essential, kind);
    if (below(3) == 0) vary(&a, &b, (uint32_t)(a.d.n < b.d.n ? a.d.n : b.d.n));
    diagram_distance d;
    if (diagram_distance_of(&a.d, &b.d, 0, 0, 0, &(plane_step){0}, &d) != BF_OK || !d.finished) return 1;
    const uint32_t n[2] = {(uint32_t)a.d.n, (uint32_t)b.d.n};
    fwrite(n, sizeof n, 1, f);
    for (uint32_t i = 0; i < n[0]; i++) fwrite((double[]){a.birth[i], a.death[i]}, sizeof(double), 2, f);
    for (uint32_t i = 0; i < n[1]; i++) fwrite((double[]){b.birth[i], b.death[i]}, sizeof(double), 2, f);
    fwrite((double[]){d.bottleneck, d.wasserstein}, sizeof(double), 2, f);
  }
  return fclose(f) ? 1 : 0;
}
