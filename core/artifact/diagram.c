/* PersistenceDiagram. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>

_Static_assert((int)BF_DIAMETER == BETTIFLOW__CONVENTION__DIAMETER && (int)BF_RADIUS == BETTIFLOW__CONVENTION__RADIUS &&
                   (int)BF_SQUARED_RADIUS == BETTIFLOW__CONVENTION__SQUARED_RADIUS,
               "conventions are stored by number");

static bool prime(uint32_t p) {
  for (uint32_t d = 2; (uint64_t)d * d <= p; d++)
    if (p % d == 0) return false;
  return p >= 2;
}

/* Whether interval i - 1 may stand before interval i: by dimension, birth, death. */
static bool in_order(const bf_diagram *d, uint64_t i) {
  if (d->dim[i - 1] != d->dim[i]) return d->dim[i - 1] < d->dim[i];
  if (d->birth[i - 1] != d->birth[i]) return d->birth[i - 1] < d->birth[i];
  return d->death[i - 1] <= d->death[i];
}

static bf_status check(const bf_diagram *d, bf_status bad) {
  if (!prime(d->modulus)) return bf_fail(bad, "the modulus %u is no prime", d->modulus);
  if (d->convention < BF_DIAMETER || d->convention > BF_SQUARED_RADIUS) return bf_fail(bad, "the convention %d is not known", (int)d->convention);
  if (isnan(d->threshold)) return bf_fail(bad, "the threshold is not a number");
  for (uint64_t i = 0; i < d->n; i++) {
    unsigned long long at = i;
    if (d->dim[i] > d->max_dim) return bf_fail(bad, "interval %llu: dimension %u, above the greatest computed, %u", at, d->dim[i], d->max_dim);
    if (!(d->birth[i] < d->death[i]) || d->birth[i] == (double)INFINITY) return bf_fail(bad, "interval %llu: [%g, %g) is none", at, d->birth[i], d->death[i]);
    if (i && !in_order(d, i)) return bf_fail(bad, "interval %llu: not in order (dim, birth, death)", at);
  }
  return BF_OK;
}

enum { DIM, BIRTH, DEATH, ARRAYS };
static void describe(bf_array a[ARRAYS], uint64_t *n) {
  a[DIM] = (bf_array){.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {n}};
  a[BIRTH] = (bf_array){.name = "birth", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {n}};
  a[DEATH] = (bf_array){.name = "death", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {n}};
}

bf_status bf_diagram_read(const char *path, uint64_t budget, bf_diagram *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY;
  *out = (bf_diagram){0};
  describe(a, &n);
  BF_TRY(bf_container_open(path, BF_PERSISTENCE_DIAGRAM, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_DIAGRAM) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a diagram", path);
    goto out;
  }
  const Bettiflow__DiagramInfo *info = c.header->diagram;
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  *out = (bf_diagram){.max_dim = info->max_dim,
                      .modulus = info->modulus,
                      .convention = (bf_convention)info->convention,
                      .threshold = info->threshold,
                      .n = n,
                      .dim = a[DIM].data,
                      .birth = a[BIRTH].data,
                      .death = a[DEATH].data};
  status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_diagram_free(out);
  return status;
}

bf_status bf_diagram_write(const bf_out *out, const bf_diagram *d) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__DiagramInfo info = BETTIFLOW__DIAGRAM_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = d->n;
  bf_status status = check(d, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a PersistenceDiagram", out->path);
  describe(a, &n);
  a[DIM].data = d->dim;
  a[BIRTH].data = d->birth;
  a[DEATH].data = d->death;
  info.max_dim = d->max_dim;
  info.modulus = d->modulus;
  info.convention = (Bettiflow__Convention)d->convention;
  info.threshold = d->threshold;
  header.type = BETTIFLOW__ARTIFACT_TYPE__PERSISTENCE_DIAGRAM;
  header.info_case = BETTIFLOW__HEADER__INFO_DIAGRAM;
  header.diagram = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_diagram_free(bf_diagram *value) {
  free(value->dim);
  free(value->birth);
  free(value->death);
  *value = (bf_diagram){0};
}
