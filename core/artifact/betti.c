/* BettiTable. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_AXES = 256, MAX_DIM = 64 };

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Texts must differ; the first is "". */
static bf_status check_texts(const bf_betti_table *t, bf_status bad) {
  if (!t->ntext || *t->text[0]) return bf_fail(bad, "array text does not begin with the empty text");
  char **sorted = malloc(t->ntext * sizeof *sorted);
  if (!sorted) return bf_fail(BF_NO_MEMORY, "no memory for %u texts", t->ntext);
  memcpy(sorted, t->text, t->ntext * sizeof *sorted);
  qsort(sorted, t->ntext, sizeof *sorted, by_text);
  bool distinct = true;
  for (uint32_t i = 1; i < t->ntext; i++) distinct &= strcmp(sorted[i - 1], sorted[i]) != 0;
  free(sorted);
  return distinct ? BF_OK : bf_fail(bad, "array text has a text twice");
}

static bf_status check_indices(const bf_betti_table *t, const char *array, const uint32_t *index, uint64_t n, bf_status bad) {
  for (uint64_t i = 0; i < n; i++)
    if (index[i] >= t->ntext) return bf_fail(bad, "array %s: element %llu is %u, but there are %u texts", array, (unsigned long long)i, index[i], t->ntext);
  return BF_OK;
}

static bf_status check_axes(const bf_betti_table *t, bf_status bad) {
  if (t->naxis > MAX_AXES || t->nsweep > t->naxis) return bf_fail(bad, "%u axes, %u of them of the sweep", t->naxis, t->nsweep);
  for (uint32_t i = 0; i < t->naxis; i++) {
    if (!bf_valid_name(t->axis[i])) return bf_fail(bad, "the axis name '%s' is not [a-z][a-z0-9_]*", t->axis[i]);
    for (uint32_t j = 0; j < i; j++)
      if (!strcmp(t->axis[i], t->axis[j])) return bf_fail(bad, "two axes have the name %s", t->axis[i]);
  }
  return BF_OK;
}

static bf_status check(const bf_betti_table *t, bf_status bad) {
  bf_status status = BF_OK;
  BF_TRY(check_axes(t, bad));
  BF_TRY(check_texts(t, bad));
  BF_TRY(check_indices(t, "value", t->value, t->n * t->naxis, bad));
  BF_TRY(check_indices(t, "declined", t->declined, t->ndeclined * t->naxis, bad));
  BF_TRY(check_indices(t, "reason", t->reason, t->ndeclined, bad));
  for (uint64_t i = 0; i < t->n; i++) {
    unsigned long long at = i;
    if (isnan(t->scale[i])) return bf_fail(bad, "row %llu: the scale is not a number", at);
    if (t->dim[i] > MAX_DIM) return bf_fail(bad, "row %llu: dimension %u, above %d", at, t->dim[i], MAX_DIM);
    if (t->betti[i] < 0) return bf_fail(bad, "row %llu: the Betti number %lld", at, (long long)t->betti[i]);
  }
out:
  return status;
}

enum { VALUE, SCALE, DIM, BETTI, DECLINED, REASON, TEXT, ARRAYS };
typedef struct layout {
  uint64_t n, naxis, ndeclined, nbyte;
  bf_array array[ARRAYS];
} layout;

static void describe(layout *l) {
  l->array[VALUE] = (bf_array){.name = "value", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->n, &l->naxis}};
  l->array[SCALE] = (bf_array){.name = "scale", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&l->n}};
  l->array[DIM] = (bf_array){.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->n}};
  l->array[BETTI] = (bf_array){.name = "betti", .dtype = BETTIFLOW__DATA_TYPE__I64, .shape = {&l->n}};
  l->array[DECLINED] = (bf_array){.name = "declined", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->ndeclined, &l->naxis}};
  l->array[REASON] = (bf_array){.name = "reason", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->ndeclined}};
  l->array[TEXT] = (bf_array){.name = "text", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {&l->nbyte}};
}

static bf_status take_axes(const Bettiflow__BettiInfo *info, bf_betti_table *out) {
  if (!(out->axis = calloc(info->n_axis + 1, sizeof *out->axis))) return bf_fail(BF_NO_MEMORY, "no memory for its axes");
  for (size_t i = 0; i < info->n_axis; i++) {
    if (!(out->axis[i] = strdup(info->axis[i]))) return bf_fail(BF_NO_MEMORY, "no memory for its axes");
    out->naxis++;
  }
  out->nsweep = info->sweep_axes;
  return BF_OK;
}

bf_status bf_betti_table_read(const char *path, uint64_t budget, bf_betti_table *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  layout l = {.n = BF_ANY, .ndeclined = BF_ANY, .nbyte = BF_ANY};
  uint64_t ntext;
  describe(&l);
  *out = (bf_betti_table){0};
  BF_TRY(bf_container_open(path, BF_BETTI_TABLE, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_BETTI || c.header->betti->n_axis > MAX_AXES) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a table, or names more than %d axes", path, MAX_AXES);
    goto out;
  }
  l.naxis = c.header->betti->n_axis;
  BF_TRY(bf_container_load(&c, l.array, ARRAYS));
  *out = (bf_betti_table){.n = l.n,
                          .value = l.array[VALUE].data,
                          .scale = l.array[SCALE].data,
                          .dim = l.array[DIM].data,
                          .betti = l.array[BETTI].data,
                          .ndeclined = l.ndeclined,
                          .declined = l.array[DECLINED].data,
                          .reason = l.array[REASON].data};
  BF_TRY(bf_texts_split(&c, "text", true, l.array[TEXT].data, l.nbyte, &out->text, &ntext));
  if (ntext > UINT32_MAX) {
    for (uint64_t i = UINT32_MAX; i < ntext; i++) free(out->text[i]);
    ntext = UINT32_MAX;
    status = bf_fail(BF_BAD_INPUT, "%s: array text has more than 2^32 texts", path);
  }
  out->ntext = (uint32_t)ntext;
  if (status == BF_OK) status = take_axes(c.header->betti, out);
  if (status == BF_OK) status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  free(l.array[TEXT].data);
  bf_container_close(&c);
  if (status != BF_OK) bf_betti_table_free(out);
  return status;
}

bf_status bf_betti_table_write(const bf_out *out, const bf_betti_table *t) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__BettiInfo info = BETTIFLOW__BETTI_INFO__INIT;
  layout l = {.n = t->n, .naxis = t->naxis, .ndeclined = t->ndeclined};
  uint8_t *bytes = NULL;
  bf_status status = check(t, BF_FAILED);
  if (status == BF_OK) status = bf_texts_join(t->text, t->ntext, true, &bytes, &l.nbyte);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a BettiTable", out->path);
  describe(&l);
  l.array[VALUE].data = t->value;
  l.array[SCALE].data = t->scale;
  l.array[DIM].data = t->dim;
  l.array[BETTI].data = t->betti;
  l.array[DECLINED].data = t->declined;
  l.array[REASON].data = t->reason;
  l.array[TEXT].data = bytes;
  info.axis = t->axis;
  info.n_axis = t->naxis;
  info.sweep_axes = t->nsweep;
  header.type = BETTIFLOW__ARTIFACT_TYPE__BETTI_TABLE;
  header.info_case = BETTIFLOW__HEADER__INFO_BETTI;
  header.betti = &info;
  status = bf_container_write(out, &header, l.array, ARRAYS);
  free(bytes);
  return status;
}

void bf_betti_table_free(bf_betti_table *value) {
  for (uint32_t i = 0; value->axis && i < value->naxis; i++) free(value->axis[i]);
  for (uint32_t i = 0; value->text && i < value->ntext; i++) free(value->text[i]);
  free(value->axis);
  free(value->text);
  free(value->value);
  free(value->scale);
  free(value->dim);
  free(value->betti);
  free(value->declined);
  free(value->reason);
  *value = (bf_betti_table){0};
}
