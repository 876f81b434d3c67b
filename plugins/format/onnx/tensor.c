/* An ONNX model's attributes and the numbers of its constants. */
#include "../weights/weights.h"
#include "model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FLOAT = 1, INT64 = 7, BOOL = 9, FLOAT16 = 10, DOUBLE = 11, BFLOAT16 = 16 }; /* data types */

/* ---- attributes ---- */

static const Bfonnx__Attribute *attribute(const Bfonnx__Node *node, const char *name) {
  for (size_t i = 0; i < node->n_attribute; i++)
    if (strcmp(node->attribute[i]->name, name) == 0) return node->attribute[i];
  return NULL;
}

float onnx_real(const Bfonnx__Node *node, const char *name, float missing) {
  const Bfonnx__Attribute *a = attribute(node, name);
  return a ? a->f : missing;
}

int64_t onnx_whole(const Bfonnx__Node *node, const char *name, int64_t missing) {
  const Bfonnx__Attribute *a = attribute(node, name);
  return a ? a->i : missing;
}

const char *onnx_wrong_attribute(const Bfonnx__Node *node) {
  enum { REAL = 1, WHOLE = 2, TEXT = 3 };
  static const struct {
    const char *name;
    int32_t type;
  } known[] = {{"alpha", REAL},   {"beta", REAL},    {"epsilon", REAL},        {"min", REAL},        {"max", REAL}, {"axis", WHOLE},
               {"transA", WHOLE}, {"transB", WHOLE}, {"training_mode", WHOLE}, {"approximate", TEXT}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const Bfonnx__Attribute *a = attribute(node, known[i].name);
    if (a && a->type && a->type != known[i].type) return known[i].name;
  }
  return NULL;
}

bool onnx_says(const Bfonnx__Node *node, const char *name, const char *text) {
  const Bfonnx__Attribute *a = attribute(node, name);
  return a && a->s.len == strlen(text) && memcmp(a->s.data, text, a->s.len) == 0;
}

/* ---- constants ---- */

static bf_status bad(const onnx_model *m, const Bfonnx__Tensor *t, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s: constant '%.200s': %s", m->path, t->name, what);
}

/* The product of its dims. */
static bf_status count(const onnx_model *m, const Bfonnx__Tensor *t, uint64_t *n) {
  *n = 1;
  if (t->n_external_data || t->data_location)
    return bad(m, t, "its numbers are in another file; export the model with the weights inside (in PyTorch: a model below 2 GiB has them inside)");
  if (t->n_dims > WEIGHTS_RANK) return bad(m, t, "more than 8 dimensions");
  for (size_t i = 0; i < t->n_dims; i++)
    if (t->dims[i] < 0 || __builtin_mul_overflow(*n, (uint64_t)t->dims[i], n) || *n >> 40) return bad(m, t, "its shape has more numbers than can be");
  return BF_OK;
}

static bf_status check_count(const onnx_model *m, const Bfonnx__Tensor *t, uint64_t wanted, uint64_t there) {
  if (wanted == there) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: constant '%.200s': its shape needs %" PRIu64 " numbers, and %" PRIu64 " are there", m->path, t->name, wanted, there);
}

static bf_status from_raw(const onnx_model *m, const Bfonnx__Tensor *t, weights_dtype dtype, size_t n, float *x) {
  const size_t size = weights_dtype_size[dtype];
  if (t->raw_data.len % size) return bad(m, t, "its bytes are no whole number of numbers");
  bf_status status = check_count(m, t, n, t->raw_data.len / size);
  if (status != BF_OK) return status;
  return weights_convert(dtype, t->raw_data.data, n, x) == n ? BF_OK : bad(m, t, "a number is not finite as a 32-bit float");
}

/* Numbers that are fields of their own; 16-bit ones have their bits in whole numbers. */
static bf_status from_fields(const onnx_model *m, const Bfonnx__Tensor *t, weights_dtype dtype, size_t n, float *x) {
  const size_t there = dtype == WEIGHTS_F32 ? t->n_float_data : dtype == WEIGHTS_F64 ? t->n_double_data : t->n_int32_data;
  bf_status status = check_count(m, t, n, there);
  if (status != BF_OK) return status;
  for (size_t i = 0; i < n; i++) {
    if (dtype == WEIGHTS_F32 || dtype == WEIGHTS_F64) {
      x[i] = dtype == WEIGHTS_F32 ? t->float_data[i] : (float)t->double_data[i];
    } else {
      const unsigned char bits[2] = {(unsigned char)t->int32_data[i], (unsigned char)((uint32_t)t->int32_data[i] >> 8)};
      weights_convert(dtype, bits, 1, x + i);
    }
    if (!isfinite(x[i])) return bad(m, t, "a number is not finite as a 32-bit float");
  }
  return BF_OK;
}

bf_status onnx_floats(onnx_model *m, const Bfonnx__Tensor *t, float **out, size_t *n) {
  uint64_t wanted;
  weights_dtype dtype;
  *out = NULL;
  bf_status status = count(m, t, &wanted);
  if (status != BF_OK) return status;
  switch (t->data_type) {
  case FLOAT:
    dtype = WEIGHTS_F32;
    break;
  case DOUBLE:
    dtype = WEIGHTS_F64;
    break;
  case FLOAT16:
    dtype = WEIGHTS_F16;
    break;
  case BFLOAT16:
    dtype = WEIGHTS_BF16;
    break;
  default:
    return bf_fail(BF_BAD_INPUT, "%s: constant '%.200s': data type %" PRId32 "; float, double, float16 and bfloat16 are read", m->path, t->name, t->data_type);
  }
  const uint64_t there = t->raw_data.len / 2 + t->n_float_data + t->n_double_data + t->n_int32_data; /* at most */
  if (wanted > there) return check_count(m, t, wanted, there);
  if (wanted * sizeof **out > m->left)
    return bf_fail(BF_NO_MEMORY, "%s: its numbers need more than the memory limit; %" PRIu64 " MiB are left", m->path, m->left >> 20);
  m->left -= wanted * sizeof **out;
  if (!(*out = calloc(wanted + 1, sizeof **out))) return bf_fail(BF_NO_MEMORY, "%s: no memory for '%.200s'", m->path, t->name);
  *n = (size_t)wanted;
  status = t->raw_data.len ? from_raw(m, t, dtype, *n, *out) : from_fields(m, t, dtype, *n, *out);
  if (status != BF_OK) {
    free(*out);
    *out = NULL;
  }
  return status;
}

bf_status onnx_wholes(const onnx_model *m, const Bfonnx__Tensor *t, size_t most, int64_t *out, size_t *n) {
  uint64_t wanted;
  bf_status status = count(m, t, &wanted);
  if (status != BF_OK) return status;
  const size_t size = t->data_type == INT64 ? 8 : 1;
  if (t->data_type != INT64 && t->data_type != BOOL) return bad(m, t, "not whole numbers");
  const size_t there = t->raw_data.len ? t->raw_data.len / size : t->data_type == INT64 ? t->n_int64_data : t->n_int32_data;
  if (wanted > most) return bad(m, t, "more numbers than are expected here");
  status = check_count(m, t, wanted, there);
  for (size_t i = 0; i < wanted && status == BF_OK; i++) {
    uint64_t bits = 0;
    for (size_t k = 0; t->raw_data.len && k < size; k++) bits |= (uint64_t)t->raw_data.data[i * size + k] << (8 * k);
    out[i] = t->raw_data.len ? (int64_t)bits : t->data_type == INT64 ? t->int64_data[i] : t->int32_data[i];
  }
  *n = (size_t)wanted;
  return status;
}

bf_status onnx_scalar(onnx_model *m, const Bfonnx__Tensor *t, float *out) {
  size_t n = 0;
  int64_t whole = 0;
  float *x = NULL;
  bf_status status;
  if (t->data_type == INT64 || t->data_type == BOOL) {
    status = onnx_wholes(m, t, 1, &whole, &n);
    *out = (float)whole;
  } else {
    status = onnx_floats(m, t, &x, &n);
    if (status == BF_OK && n) *out = x[0];
    free(x);
  }
  return status == BF_OK && n != 1 ? bad(m, t, "one number is expected here") : status;
}
