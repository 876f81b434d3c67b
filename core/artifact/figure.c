/* Figure. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool draws_text(uint32_t kind) { return kind >= BF_DRAW_TEXT && kind <= BF_DRAW_TEXT_UP; }

static bool count_fits(uint32_t kind, uint64_t count) {
  switch (kind) {
  case BF_DRAW_LINE:
  case BF_DRAW_DASHED:
    return count >= 2;
  case BF_DRAW_AREA:
    return count >= 3;
  case BF_DRAW_DISC:
    return true;
  default:
    return draws_text(kind) && count == 1;
  }
}

static bf_status check(const bf_figure *f, bf_status bad) {
  if (!(f->width >= 0 && f->width < 1e6 && f->height >= 0 && f->height < 1e6)) return bf_fail(bad, "a figure of %g by %g points", f->width, f->height);
  for (uint64_t k = 0; k < f->n; k++) {
    unsigned long long at = k;
    if (!count_fits(f->kind[k], f->count[k])) return bf_fail(bad, "operation %llu: kind %u with %llu points", at, f->kind[k], (unsigned long long)f->count[k]);
    if (f->first[k] > f->nxy || f->count[k] > f->nxy - f->first[k]) return bf_fail(bad, "operation %llu: points past the end of array xy", at);
    if (!(f->size[k] >= 0) || isinf(f->size[k])) return bf_fail(bad, "operation %llu: the size %g", at, (double)f->size[k]);
    if (!draws_text(f->kind[k]) && f->text && f->text[k] && *f->text[k]) return bf_fail(bad, "operation %llu: text where none is drawn", at);
  }
  for (uint64_t i = 0; i < 2 * f->nxy; i++)
    if (!isfinite(f->xy[i])) return bf_fail(bad, "point %llu: a coordinate that is not finite", (unsigned long long)(i / 2));
  return BF_OK;
}

enum { KIND, COLOUR, SIZE, FIRST, COUNT, XY, TEXT, ARRAYS };
typedef struct layout {
  uint64_t n, nxy, two, nbyte;
  bf_array array[ARRAYS];
} layout;

static void describe(layout *l) {
  l->two = 2;
  l->array[KIND] = (bf_array){.name = "kind", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->n}};
  l->array[COLOUR] = (bf_array){.name = "colour", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&l->n}};
  l->array[SIZE] = (bf_array){.name = "size", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&l->n}};
  l->array[FIRST] = (bf_array){.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&l->n}};
  l->array[COUNT] = (bf_array){.name = "count", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&l->n}};
  l->array[XY] = (bf_array){.name = "xy", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&l->nxy, &l->two}};
  l->array[TEXT] = (bf_array){.name = "text", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {&l->nbyte}};
}

bf_status bf_figure_read(const char *path, uint64_t budget, bf_figure *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  layout l = {.n = BF_ANY, .nxy = BF_ANY, .nbyte = BF_ANY};
  uint64_t ntext = 0;
  describe(&l);
  *out = (bf_figure){0};
  BF_TRY(bf_container_open(path, BF_FIGURE, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_FIGURE) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a figure", path);
    goto out;
  }
  BF_TRY(bf_container_load(&c, l.array, ARRAYS));
  *out = (bf_figure){.width = c.header->figure->width,
                     .height = c.header->figure->height,
                     .n = l.n,
                     .nxy = l.nxy,
                     .kind = l.array[KIND].data,
                     .colour = l.array[COLOUR].data,
                     .size = l.array[SIZE].data,
                     .first = l.array[FIRST].data,
                     .count = l.array[COUNT].data,
                     .xy = l.array[XY].data};
  BF_TRY(bf_texts_split(&c, "text", false, l.array[TEXT].data, l.nbyte, &out->text, &ntext));
  if (ntext != out->n) {
    for (uint64_t i = 0; i < ntext; i++) free(out->text[i]);
    free(out->text);
    out->text = NULL;
    status = bf_fail(BF_BAD_INPUT, "%s: array text has %llu texts for %llu operations", path, (unsigned long long)ntext, (unsigned long long)out->n);
    goto out;
  }
  status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
  for (uint64_t k = 0; k < out->n; k++)
    if (!draws_text(out->kind[k])) free(out->text[k]), out->text[k] = NULL;
out:
  free(l.array[TEXT].data);
  bf_container_close(&c);
  if (status != BF_OK) bf_figure_free(out);
  return status;
}

bf_status bf_figure_write(const bf_out *out, const bf_figure *f) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__FigureInfo info = BETTIFLOW__FIGURE_INFO__INIT;
  layout l = {.n = f->n, .nxy = f->nxy};
  uint8_t *bytes = NULL;
  bf_status status = check(f, BF_FAILED);
  if (status == BF_OK) status = bf_texts_join(f->text, f->n, false, &bytes, &l.nbyte);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a Figure", out->path);
  describe(&l);
  l.array[KIND].data = f->kind;
  l.array[COLOUR].data = f->colour;
  l.array[SIZE].data = f->size;
  l.array[FIRST].data = f->first;
  l.array[COUNT].data = f->count;
  l.array[XY].data = f->xy;
  l.array[TEXT].data = bytes;
  info.width = f->width;
  info.height = f->height;
  header.type = BETTIFLOW__ARTIFACT_TYPE__FIGURE;
  header.info_case = BETTIFLOW__HEADER__INFO_FIGURE;
  header.figure = &info;
  status = bf_container_write(out, &header, l.array, ARRAYS);
  free(bytes);
  return status;
}

void bf_figure_free(bf_figure *value) {
  for (uint64_t k = 0; value->text && k < value->n; k++) free(value->text[k]);
  free(value->kind);
  free(value->colour);
  free(value->size);
  free(value->first);
  free(value->count);
  free(value->xy);
  free(value->text);
  *value = (bf_figure){0};
}
