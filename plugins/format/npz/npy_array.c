/* Arrays of numbers: reading them whole, and turning their elements into floats or whole numbers in C order. */
#include "npy_array.h"

#include "input.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bf_status npy_array_read(const source *s, uint64_t *left, npy_array *out) {
  bf_status status = BF_OK;
  *out = (npy_array){.where = strdup(s->where)};
  if (!out->where) return bf_fail(BF_NO_MEMORY, "%s: out of memory", s->where);
  BF_TRY(npy_read_header(s, &out->header));
  BF_TRY(source_read_all(s, out->header.at, out->header.count * out->header.element.size, left, &out->data));
  BF_TRY(source_at_end(s, out->header.at + out->header.count * out->header.element.size));
out:
  if (status != BF_OK) npy_array_free(out);
  return status;
}

bf_status npy_array_open(const char *path, uint64_t *left, npy_array *out) {
  input *in = NULL;
  *out = (npy_array){0};
  bf_status status = input_open(path, &in);
  if (status == BF_OK) status = npy_array_read(input_source(in), left, out);
  input_close(in);
  return status;
}

void npy_array_free(npy_array *a) {
  free(a->where);
  free(a->data);
  *a = (npy_array){0};
}

/* IEEE 754 half precision: 1 sign bit, 5 of exponent (bias 15), 10 of fraction; without hidden bit where the exponent is 0. */
static double half(uint16_t h) {
  int exponent = h >> 10 & 31, fraction = h & 1023;
  double x = exponent == 0 ? ldexp(fraction, -24) : exponent < 31 ? ldexp(1024 + fraction, exponent - 25) : fraction ? (double)NAN : (double)INFINITY;
  return h >> 15 ? -x : x;
}

/* The bits of an element, in this machine's byte order, zero-extended. */
static uint64_t bits(npy_element e, const unsigned char *at) {
  uint64_t v = 0;
  switch (e.size) {
  case 1:
    return *at;
  case 2: {
    uint16_t h;
    memcpy(&h, at, sizeof h);
    return e.swapped ? __builtin_bswap16(h) : h;
  }
  case 4: {
    uint32_t w;
    memcpy(&w, at, sizeof w);
    return e.swapped ? __builtin_bswap32(w) : w;
  }
  default:
    memcpy(&v, at, sizeof v);
    return e.swapped ? __builtin_bswap64(v) : v;
  }
}

static int64_t sign_extended(npy_element e, uint64_t v) {
  uint32_t unused = 64 - 8 * e.size;
  return (int64_t)(v << unused) >> unused;
}

static double real(npy_element e, const unsigned char *at) {
  uint64_t v = bits(e, at);
  if (e.kind == NPY_INT) return (double)sign_extended(e, v);
  if (e.kind != NPY_FLOAT) return e.kind == NPY_BOOL ? v != 0 : (double)v;
  if (e.size == 2) return half((uint16_t)v);
  if (e.size == 8) {
    double x;
    memcpy(&x, &v, sizeof x);
    return x;
  }
  uint32_t w = (uint32_t)v;
  float x;
  memcpy(&x, &w, sizeof x);
  return (double)x;
}

/* False when the element is not a whole number of 64 bits with a sign. */
static bool whole(npy_element e, const unsigned char *at, int64_t *out) {
  if (e.kind == NPY_FLOAT) {
    double x = real(e, at);
    if (!(fabs(x) < 9223372036854775808.0) || x != floor(x)) return false;
    *out = (int64_t)x;
    return true;
  }
  uint64_t v = bits(e, at);
  *out = e.kind == NPY_INT ? sign_extended(e, v) : e.kind == NPY_BOOL ? v != 0 : (int64_t)v;
  return e.kind != NPY_UINT || v <= INT64_MAX;
}

double npy_array_number(const npy_array *a, uint64_t at) { return real(a->header.element, a->data + at * a->header.element.size); }

/* Walks the elements in C order; `at` is the place in the file's order. */
typedef struct walk {
  uint64_t index[NPY_RANK], stride[NPY_RANK], at;
} walk;

static walk walk_start(const npy_header *h) {
  walk w = {0};
  uint64_t stride = 1;
  for (uint32_t k = 0; k < h->rank; k++) {
    uint32_t axis = h->fortran ? k : h->rank - 1 - k;
    w.stride[axis] = stride;
    stride *= h->shape[axis];
  }
  return w;
}

static void walk_on(walk *w, const npy_header *h) {
  for (uint32_t axis = h->rank; axis-- > 0;) {
    w->at += w->stride[axis];
    if (++w->index[axis] < h->shape[axis]) return;
    w->at -= w->stride[axis] * h->shape[axis];
    w->index[axis] = 0;
  }
}

/* "element (3, 0)" for the walk's place. */
static bf_status bad_element(const npy_array *a, const walk *w, const char *what) {
  char index[NPY_SHAPE_ROOM], value[32];
  npy_header place = {.rank = a->header.rank};
  memcpy(place.shape, w->index, sizeof place.shape);
  snprintf(value, sizeof value, "%.17g", npy_array_number(a, w->at));
  return bf_fail(BF_BAD_INPUT, "%s: element %s: %s %s", a->where, npy_shape_text(&place, index), value, what);
}

/* Frees the data; what it took of the budget is free again. */
static void drop(npy_array *a, uint64_t *left) {
  free(a->data);
  a->data = NULL;
  if (*left != UINT64_MAX) *left += a->header.count * a->header.element.size;
}

static bf_status check_floats(const npy_array *a, const float *x) {
  uint64_t i = 0;
  while (i < a->header.count && isfinite(x[i])) i++;
  if (i == a->header.count) return BF_OK;
  walk w = walk_start(&a->header);
  while (i-- > 0) walk_on(&w, &a->header);
  return bad_element(a, &w, "is not finite as a 32-bit float");
}

bf_status npy_array_floats(npy_array *a, uint64_t *left, float **out) {
  bf_status status = BF_OK;
  const npy_header *h = &a->header;
  float *x = NULL;
  *out = NULL;
  if (h->element.kind == NPY_FLOAT && h->element.size == 4 && !h->element.swapped && (!h->fortran || h->rank < 2)) {
    void *data = a->data;
    BF_TRY(check_floats(a, data));
    *out = data; /* as it should be, and counted in *left already */
    a->data = NULL;
    return BF_OK;
  }
  BF_TRY(budget_take(left, h->count * sizeof *x, a->where));
  if (!(x = malloc(h->count * sizeof *x + 1))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
  walk w = walk_start(h);
  for (uint64_t i = 0; i < h->count; i++, walk_on(&w, h)) x[i] = (float)real(h->element, a->data + w.at * h->element.size);
  BF_TRY(check_floats(a, x));
  drop(a, left);
  *out = x;
out:
  if (status != BF_OK) free(x);
  return status;
}

bf_status npy_array_ints(npy_array *a, int64_t least, int64_t most, uint64_t *left, int64_t **out) {
  bf_status status = BF_OK;
  const npy_header *h = &a->header;
  char what[96];
  *out = NULL;
  BF_TRY(budget_take(left, h->count * sizeof **out, a->where));
  int64_t *x = malloc(h->count * sizeof *x + 1);
  if (!x) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
  walk w = walk_start(h);
  for (uint64_t i = 0; i < h->count; i++, walk_on(&w, h)) {
    if (whole(h->element, a->data + w.at * h->element.size, &x[i]) && x[i] >= least && x[i] <= most) continue;
    snprintf(what, sizeof what, "is not a whole number from %" PRId64 " to %" PRId64, least, most);
    status = bad_element(a, &w, what);
    free(x);
    return status;
  }
  drop(a, left);
  *out = x;
out:
  return status;
}

const char *npy_shape_text(const npy_header *h, char to[NPY_SHAPE_ROOM]) {
  size_t n = (size_t)snprintf(to, NPY_SHAPE_ROOM, "(");
  for (uint32_t i = 0; i < h->rank; i++)
    n += (size_t)snprintf(to + n, NPY_SHAPE_ROOM - n, "%s%" PRIu64 "%s", i ? " " : "", h->shape[i], i + 1 < h->rank || h->rank == 1 ? "," : "");
  snprintf(to + n, NPY_SHAPE_ROOM - n, ")");
  return to;
}
