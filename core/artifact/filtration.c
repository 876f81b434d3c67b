/* Filtration. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>

static bf_status check_simplex(const bf_filtration *f, uint64_t s, bf_status bad) {
  const uint64_t dim = f->first[s + 1] - f->first[s] - 1;
  unsigned long long at = s;
  for (uint64_t k = f->first[s] + 1; k < f->first[s + 1]; k++)
    if (f->vertex[k - 1] >= f->vertex[k]) return bf_fail(bad, "simplex %llu: its vertices do not rise", at);
  if (isnan(f->value[s])) return bf_fail(bad, "simplex %llu: its value is not a number", at);
  if (f->value[s] > f->threshold) return bf_fail(bad, "simplex %llu: its value %g is above the threshold %g", at, f->value[s], f->threshold);
  if (dim > f->limit_dimension) return bf_fail(bad, "simplex %llu: its dimension %llu is above the limit %u", at, (unsigned long long)dim, f->limit_dimension);
  return BF_OK;
}

static bf_status check(const bf_filtration *f, uint64_t nvertex, bf_status bad) {
  bf_status status = BF_OK;
  if (f->convention < BF_DIAMETER || f->convention > BF_VALUE) return bf_fail(bad, "the convention %d is not known", (int)f->convention);
  if (isnan(f->threshold)) return bf_fail(bad, "the threshold is not a number");
  if (f->first[0]) return bf_fail(bad, "array first does not begin with 0");
  for (uint64_t s = 0; s < f->n; s++) {
    if (f->first[s + 1] <= f->first[s] || f->first[s + 1] > nvertex) return bf_fail(bad, "simplex %llu: its vertices are out of range", (unsigned long long)s);
    BF_TRY(check_simplex(f, s, bad));
  }
  if (f->first[f->n] != nvertex) return bf_fail(bad, "vertices that belong to no simplex");
out:
  return status;
}

enum { FIRST, VERTEX, VALUE, ARRAYS };
static void describe(bf_array a[ARRAYS], uint64_t *n, uint64_t *n1, uint64_t *nvertex) {
  a[FIRST] = (bf_array){.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {n1}};
  a[VERTEX] = (bf_array){.name = "vertex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {nvertex}};
  a[VALUE] = (bf_array){.name = "value", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {n}};
}

bf_status bf_filtration_read(const char *path, uint64_t budget, bf_filtration *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY, n1 = BF_ANY, nvertex = BF_ANY;
  *out = (bf_filtration){0};
  describe(a, &n, &n1, &nvertex);
  BF_TRY(bf_container_open(path, BF_FILTRATION, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_FILTRATION) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a filtration", path);
    goto out;
  }
  const Bettiflow__FiltrationInfo *info = c.header->filtration;
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  *out = (bf_filtration){.convention = (bf_convention)info->convention,
                         .threshold = info->threshold,
                         .limit_dimension = info->cut ? info->limit_dimension : BF_NOT_CUT,
                         .n = n,
                         .first = a[FIRST].data,
                         .vertex = a[VERTEX].data,
                         .value = a[VALUE].data};
  status = n1 == n + 1 ? check(out, nvertex, BF_BAD_INPUT)
                       : bf_fail(BF_BAD_INPUT, "array first has %llu entries where %llu simplices need one more than that", (unsigned long long)n1,
                                 (unsigned long long)n);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_filtration_free(out);
  return status;
}

bf_status bf_filtration_write(const bf_out *out, const bf_filtration *f) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__FiltrationInfo info = BETTIFLOW__FILTRATION_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = f->n, n1 = n + 1, nvertex = f->first[n];
  bf_status status = check(f, nvertex, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a Filtration", out->path);
  describe(a, &n, &n1, &nvertex);
  a[FIRST].data = f->first;
  a[VERTEX].data = f->vertex;
  a[VALUE].data = f->value;
  info.convention = (Bettiflow__Convention)f->convention;
  info.threshold = f->threshold;
  info.cut = f->limit_dimension != BF_NOT_CUT;
  info.limit_dimension = info.cut ? f->limit_dimension : 0;
  header.type = BETTIFLOW__ARTIFACT_TYPE__FILTRATION;
  header.info_case = BETTIFLOW__HEADER__INFO_FILTRATION;
  header.filtration = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_filtration_free(bf_filtration *value) {
  free(value->first);
  free(value->vertex);
  free(value->value);
  *value = (bf_filtration){0};
}
