/* PersistenceDiagram. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)BF_DIAMETER == BETTIFLOW__CONVENTION__DIAMETER && (int)BF_RADIUS == BETTIFLOW__CONVENTION__RADIUS &&
                   (int)BF_SQUARED_RADIUS == BETTIFLOW__CONVENTION__SQUARED_RADIUS && (int)BF_VALUE == BETTIFLOW__CONVENTION__VALUE,
               "conventions are stored by number");
_Static_assert((int)BF_COCYCLES == BETTIFLOW__REPRESENTATIVES__COCYCLES && (int)BF_CYCLES == BETTIFLOW__REPRESENTATIVES__CYCLES,
               "representatives are stored by number");

static const char *const conventions[] = {[BF_DIAMETER] = "diameter", [BF_RADIUS] = "radius", [BF_SQUARED_RADIUS] = "squared_radius", [BF_VALUE] = "value"};
enum { CONVENTIONS = sizeof conventions / sizeof *conventions };

const char *bf_convention_name(bf_convention convention) { return (unsigned)convention < CONVENTIONS ? conventions[convention] : NULL; }

bool bf_convention_find(const char *name, size_t n, bf_convention *out) {
  for (bf_convention c = BF_DIAMETER; c <= BF_VALUE; c++) {
    if (strlen(conventions[c]) != n || memcmp(conventions[c], name, n) != 0) continue;
    *out = c;
    return true;
  }
  return false;
}

bool bf_is_prime(uint32_t p) {
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
  if (!bf_is_prime(d->modulus)) return bf_fail(bad, "the modulus %u is no prime", d->modulus);
  if (d->convention < BF_DIAMETER || d->convention > BF_VALUE) return bf_fail(bad, "the convention %d is not known", (int)d->convention);
  if (isnan(d->threshold)) return bf_fail(bad, "the threshold is not a number");
  for (uint64_t i = 0; i < d->n; i++) {
    unsigned long long at = i;
    if (d->dim[i] > d->max_dim) return bf_fail(bad, "interval %llu: dimension %u, above the greatest computed, %u", at, d->dim[i], d->max_dim);
    if (!(d->birth[i] < d->death[i]) || d->birth[i] == (double)INFINITY) return bf_fail(bad, "interval %llu: [%g, %g) is none", at, d->birth[i], d->death[i]);
    if (i && !in_order(d, i)) return bf_fail(bad, "interval %llu: not in order (dim, birth, death)", at);
  }
  return BF_OK;
}

/* How long the arrays are that may be missing. */
typedef struct extent {
  uint64_t n1, birth, death, term, vertex;
} extent;

/* What the intervals ask for; of terms, what `first` says. */
static extent extent_of(const bf_diagram *d) {
  extent e = {.n1 = d->n + 1, .term = d->first ? d->first[d->n] : 0};
  for (uint64_t i = 0; i < d->n; i++) {
    e.birth += d->dim[i] + UINT64_C(1);
    if (d->death[i] < (double)INFINITY) e.death += d->dim[i] + UINT64_C(2);
    if (d->first) e.vertex += (d->first[i + 1] - d->first[i]) * (d->dim[i] + UINT64_C(1));
  }
  return e;
}

/* The ranges of terms, before anything is looked up by them. */
static bf_status check_terms(const bf_diagram *d, uint64_t terms, bf_status bad) {
  if (d->first[0]) return bf_fail(bad, "array first does not begin with 0");
  for (uint64_t i = 0; i < d->n; i++)
    if (d->first[i + 1] <= d->first[i] || d->first[i + 1] > terms) return bf_fail(bad, "interval %llu: its terms are out of range", (unsigned long long)i);
  if (d->first[d->n] != terms) return bf_fail(bad, "terms that belong to no interval");
  for (uint64_t k = 0; k < terms; k++) {
    if (d->coefficient[k] == 0 || d->coefficient[k] >= d->modulus)
      return bf_fail(bad, "term %llu: the coefficient %u is not in 1 … %u", (unsigned long long)k, d->coefficient[k], d->modulus - 1);
  }
  return BF_OK;
}

/* Simplices and representatives of intervals that are sound. Ids may stand for more than one vertex, so in a simplex they may be equal; `there`: the lengths of
 * the arrays. */
static bf_status check_chains(const bf_diagram *d, const extent *there, bf_status bad) {
  bf_status status = BF_OK;
  const bool birth = d->birth_simplex, death = d->death_simplex;
  if ((unsigned)d->representatives > BF_CYCLES) return bf_fail(bad, "representatives of the kind %d are not known", (int)d->representatives);
  if (birth != death || !d->first != !d->coefficient || !d->first != !d->vertex || !d->first != !d->representatives)
    return bf_fail(bad, "simplices or representatives are there by half");
  if (!birth && !d->first) return BF_OK;
  if (d->n && d->dim[d->n - 1] > BF_MAX_SIMPLEX_DIM)
    return bf_fail(bad, "interval %llu: simplices of dimension %u, above %d", (unsigned long long)d->n - 1, d->dim[d->n - 1], BF_MAX_SIMPLEX_DIM);
  if (d->first) BF_TRY(check_terms(d, there->term, bad));
  const extent need = extent_of(d);
  if ((birth && (there->birth != need.birth || there->death != need.death)) || (d->first && there->vertex != need.vertex))
    return bf_fail(bad, "the vertices of simplices are more or fewer than the intervals have");
out:
  return status;
}

enum { DIM, BIRTH, DEATH, BIRTH_SIMPLEX, DEATH_SIMPLEX, FIRST, COEFFICIENT, VERTEX, ARRAYS };
static void describe(bf_array a[ARRAYS], uint64_t *n, extent *e) {
  a[DIM] = (bf_array){.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {n}};
  a[BIRTH] = (bf_array){.name = "birth", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {n}};
  a[DEATH] = (bf_array){.name = "death", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {n}};
  a[BIRTH_SIMPLEX] = (bf_array){.name = "birth_simplex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&e->birth}, .optional = true};
  a[DEATH_SIMPLEX] = (bf_array){.name = "death_simplex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&e->death}, .optional = true};
  a[FIRST] = (bf_array){.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&e->n1}, .optional = true};
  a[COEFFICIENT] = (bf_array){.name = "coefficient", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&e->term}, .optional = true};
  a[VERTEX] = (bf_array){.name = "vertex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&e->vertex}, .optional = true};
}

bf_status bf_diagram_read(const char *path, uint64_t budget, bf_diagram *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY;
  extent there = {BF_ANY, BF_ANY, BF_ANY, BF_ANY, BF_ANY};
  *out = (bf_diagram){0};
  describe(a, &n, &there);
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
                      .death = a[DEATH].data,
                      .birth_simplex = a[BIRTH_SIMPLEX].data,
                      .death_simplex = a[DEATH_SIMPLEX].data,
                      .representatives = (bf_representatives)info->representatives,
                      .first = a[FIRST].data,
                      .coefficient = a[COEFFICIENT].data,
                      .vertex = a[VERTEX].data};
  status = check(out, BF_BAD_INPUT);
  if (status == BF_OK && out->first && there.n1 != n + 1)
    status = bf_fail(BF_BAD_INPUT, "array first has %llu numbers for %llu intervals", (unsigned long long)there.n1, (unsigned long long)n);
  if (status == BF_OK) status = check_chains(out, &there, BF_BAD_INPUT);
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
  extent e = extent_of(d);
  bf_status status = check(d, BF_FAILED);
  if (status == BF_OK) status = check_chains(d, &e, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a PersistenceDiagram", out->path);
  describe(a, &n, &e);
  a[DIM].data = d->dim;
  a[BIRTH].data = d->birth;
  a[DEATH].data = d->death;
  a[BIRTH_SIMPLEX].data = d->birth_simplex;
  a[DEATH_SIMPLEX].data = d->death_simplex;
  a[FIRST].data = d->first;
  a[COEFFICIENT].data = d->coefficient;
  a[VERTEX].data = d->vertex;
  info.max_dim = d->max_dim;
  info.modulus = d->modulus;
  info.convention = (Bettiflow__Convention)d->convention;
  info.threshold = d->threshold;
  info.representatives = (Bettiflow__Representatives)d->representatives;
  header.type = BETTIFLOW__ARTIFACT_TYPE__PERSISTENCE_DIAGRAM;
  header.info_case = BETTIFLOW__HEADER__INFO_DIAGRAM;
  header.diagram = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_diagram_free(bf_diagram *value) {
  free(value->dim);
  free(value->birth);
  free(value->death);
  free(value->birth_simplex);
  free(value->death_simplex);
  free(value->first);
  free(value->coefficient);
  free(value->vertex);
  *value = (bf_diagram){0};
}
