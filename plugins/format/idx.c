/* format.idx: the IDX files of MNIST and its likes: a type, sizes, and numbers, the most significant byte first; plain or gzipped. In: points. */
#include "array_points.h"
#include "npz/input.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct config {
  double divide;
} config;

static const bf_param params[] = {
    BF_PARAM(config, divide, .def = "1", .range = "(0, inf)", .doc = "each number is divided by it: 255 turns grey values of a byte into numbers from 0 to 1"),
    {0},
};

/* Bytes 2 and 3 of a file: the type of its numbers and how many sizes follow. */
static bf_status find_element(const char *where, const unsigned char magic[4], npy_header *h) {
  static const struct {
    unsigned char code;
    npy_element element;
  } types[] = {{0x08, {NPY_UINT, 1, false}}, {0x09, {NPY_INT, 1, false}},  {0x0b, {NPY_INT, 2, true}},
               {0x0c, {NPY_INT, 4, true}},   {0x0d, {NPY_FLOAT, 4, true}}, {0x0e, {NPY_FLOAT, 8, true}}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (types[i].code != magic[2]) continue;
    h->element = types[i].element;
    h->element.swapped &= __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    return BF_OK;
  }
  return bf_fail(BF_BAD_INPUT, "%s: byte 2: IDX has no type 0x%02x; bytes (8, 9), whole numbers (b, c) and floats (d, e) are read", where, magic[2]);
}

static bf_status read_header(const source *s, npy_header *h) {
  bf_status status = BF_OK;
  unsigned char magic[4], size[4];
  size_t got;
  h->count = 1;
  BF_TRY(s->read(s, magic, 4, &got));
  if (got < 4 || magic[0] || magic[1]) return bf_fail(BF_BAD_INPUT, "%s: not an IDX file (it does not begin with two zero bytes, a type and a rank)", s->where);
  BF_TRY(find_element(s->where, magic, h));
  if (magic[3] < 1 || magic[3] > NPY_RANK) return bf_fail(BF_BAD_INPUT, "%s: byte 3: %d sizes; 1 to %d are read", s->where, magic[3], NPY_RANK);
  for (; h->rank < magic[3]; h->rank++) {
    BF_TRY(s->read(s, size, 4, &got));
    if (got < 4) return bf_fail(BF_BAD_INPUT, "%s: byte %" PRIu32 ": the file ends within its sizes; truncated?", s->where, 4 + 4 * h->rank);
    uint64_t n = (uint64_t)size[0] << 24 | (uint64_t)size[1] << 16 | (uint64_t)size[2] << 8 | size[3];
    h->shape[h->rank] = n;
    if (__builtin_mul_overflow(h->count, n, &h->count) || h->count >> 60)
      return bf_fail(BF_BAD_INPUT, "%s: byte %" PRIu32 ": sizes of 2^60 numbers and more", s->where, 4 + 4 * h->rank);
  }
  h->at = 4 + 4 * h->rank;
out:
  return status;
}

static bf_status read_array(const source *s, uint64_t *left, npy_array *out) {
  bf_status status = BF_OK;
  BF_TRY(read_header(s, &out->header));
  const npy_header *h = &out->header;
  BF_TRY(source_read_all(s, h->at, h->count * h->element.size, left, &out->data));
  BF_TRY(source_at_end(s, h->at + h->count * h->element.size));
  if (!(out->where = strdup(s->where))) status = bf_fail(BF_NO_MEMORY, "%s: out of memory", s->where);
out:
  return status;
}

static bf_status divide(const char *path, double by, bf_points *p) {
  for (uint64_t i = 0; i < p->n * p->dim; i++) {
    p->x[i] = (float)((double)p->x[i] / by);
    if (!isfinite(p->x[i])) return bf_fail(BF_BAD_INPUT, "%s: number %" PRIu64 " divided by %g is not finite as a 32-bit float", path, i, by);
  }
  return BF_OK;
}

static bf_status read_idx(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  uint64_t left = budget_left(host->memory(task));
  double by = ((const config *)cfg)->divide;
  input *in = NULL;
  npy_array a = {0};
  bf_points p = {0};
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.idx reads points only");
  BF_TRY(input_open(path, &in));
  BF_TRY(read_array(input_source(in), &left, &a));
  BF_TRY(array_points(&a, false, &left, &p));
  if (by != 1) BF_TRY(divide(path, by, &p));
  BF_TRY(bf_points_write(out, &p));
out:
  bf_points_free(&p);
  npy_array_free(&a);
  input_close(in);
  return status;
}

static const bf_format idx = {
    .id = "format.idx",
    .doc = "IDX files, plain or gzipped, such as MNIST's: points in; images become rows of numbers, a file with one size points of one coordinate",
    .revision = 1,
    .extensions = ".idx .idx.gz .idx1-ubyte .idx1-ubyte.gz .idx3-ubyte .idx3-ubyte.gz -idx1-ubyte -idx1-ubyte.gz -idx3-ubyte -idx3-ubyte.gz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_idx,
};

BF_PLUGIN(.name = "idx", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&idx, NULL});
