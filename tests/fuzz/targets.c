/* The targets and their good files. */
#include "targets.h"

#include "artifact_samples.h"
#include "zipped.h"

#include <bettiflow/frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ---- good files ---- */

static const float six[] = {1, 2, 3, 4, 5, 6};

static size_t seed_npy(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  return npy_make(to, room, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n", six, sizeof six);
}

static size_t seed_npy_fortran(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  return npy_make(to, room, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n", "\0\1\0\2\0\3\0\4\0\5\0\6", 12);
}

/* A member of FUZZ_MEMBERS: length, name, zero byte, array. */
static size_t member(unsigned char *to, size_t room, const char *name, const char *header, const void *data, size_t n) {
  size_t length = strlen(name) + 1;
  memcpy(to + 2, name, length);
  length += npy_make(to + 2 + length, room - 2 - length, header, data, n);
  to[0] = (unsigned char)length;
  to[1] = (unsigned char)(length >> 8);
  return 2 + length;
}

static size_t seed_members(const fuzz_variant *v, unsigned char *to, size_t room) {
  bool network = v->type == BF_NETWORK, turned = network && v->parameter[0]; /* a network of 2 or 3 outputs */
  size_t n = member(to, room, network ? "0.weight.npy" : "x.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", six, sizeof six);
  n += member(to + n, room - n, network ? "0.bias.npy" : "y.npy",
              turned ? "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }" : "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }",
              "\0\x3c\0\x40\0\0", turned ? 4 : 6);
  if (!network) n += member(to + n, room - n, "id.npy", "{'descr': '<u4', 'fortran_order': False, 'shape': (3,), }", "\0\0\0\0\1\0\0\0\2\0\0\0", 12);
  return n;
}

static size_t seed_npz(const fuzz_variant *v, unsigned char *to, size_t room) {
  unsigned char x[256], y[256];
  (void)v;
  zipped m[] = {{.name = "x.npy", .data = x, .n = seed_npy(v, x, sizeof x), .deflated = true},
                {.name = "y.npy", .data = y, .n = npy_make(y, sizeof y, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "\0\1\1", 3)}};
  return zip_make(to, room, m, 2);
}

static size_t put(unsigned char *to, size_t room, const void *bytes, size_t n) {
  if (n > room) abort();
  memcpy(to, bytes, n);
  return n;
}
#define BYTES(text) put(to, room, text, sizeof text - 1)

static size_t seed_idx(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  return BYTES("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4");
}

static size_t seed_idx_float(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  return BYTES("\0\0\x0d\1\0\0\0\2\x3f\xc0\0\0\0\0\0\0");
}

static size_t seed_gzip(const fuzz_variant *v, unsigned char *to, size_t room) {
  static const char text[] = "x,y,class\n0.5,-1e-3,0\n12345.678,2,1\n";
  z_stream z = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = sizeof text - 1, .next_out = to, .avail_out = (uInt)room};
  (void)v;
  if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END) abort();
  deflateEnd(&z);
  return z.total_out;
}

static size_t seed_tfrecord(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  static const char record[] = "\x41\x00" /* its length */
                               "\x0a\x3f\x0a\x1c\x0a\x0cvector/point\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40"
                               "\x0a\x1f\x0a\x13vector/ground_truth\x12\x08\x12\x06\x0a\x04\x00\x00\x80\x3f";
  size_t n = put(to, room, record, sizeof record - 1);
  return n + put(to + n, room - n, record, sizeof record - 1);
}

static size_t seed_dipha(const fuzz_variant *v, unsigned char *to, size_t room) {
  const int64_t head[] = {8067171840, 7, 3};
  const double d[] = {0, 1, 2, 1, 0, 1.5, 2, 1.5, 0};
  (void)v;
  size_t n = put(to, room, head, sizeof head);
  return n + put(to + n, room - n, d, sizeof d);
}

static size_t seed_binary(const fuzz_variant *v, unsigned char *to, size_t room) {
  (void)v;
  return put(to, room, six, sizeof six);
}

static size_t seed_safetensors(const fuzz_variant *v, unsigned char *to, size_t room) {
  static const char header[] =
      "{\"w0\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},\"b0\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}";
  const uint64_t length = sizeof header - 1;
  (void)v;
  size_t n = put(to, room, &length, sizeof length);
  n += put(to + n, room - n, header, sizeof header - 1);
  return n + put(to + n, room - n, six, sizeof six);
}

/* The sample of the type, as pieces of FUZZ_RECORDS. */
static size_t seed_artifact(const fuzz_variant *v, unsigned char *to, size_t room) {
  char path[] = "/tmp/bettiflow-fuzz-XXXXXX";
  bf_frame_reader *r;
  const uint8_t *data;
  size_t n = 0, size;
  int fd = mkstemp(path);
  if (fd < 0) abort();
  close(fd);
  write_sample(v->type, path);
  if (bf_frame_open(path, 1 << 20, &r) != BF_OK) abort();
  while (bf_frame_next(r, &data, &size) == BF_OK && data) {
    if (size > UINT16_MAX || n + size + 2 > room) abort();
    to[n++] = (unsigned char)size;
    to[n++] = (unsigned char)(size >> 8);
    n += put(to + n, room - n, data, size);
  }
  bf_frame_close(r);
  unlink(path);
  return n;
}

/* ---- targets ---- */

#define NPY_WORDS                                                                                                                                              \
  "\"\\x93NUMPY\\x01\\x00\"\n\"'descr'\"\n\"'fortran_order'\"\n\"'shape'\"\n\"True\"\n\"False\"\n\"<f8\"\n\">f4\"\n\"<f2\"\n\"|b1\"\n\"|u1\"\n\"|O\"\n\"<"     \
  "i8\"\n"                                                                                                                                                     \
  "\"4294967295\"\n\"()\"\n"
#define TEXT_WORDS                                                                                                                                             \
  "\"nan\"\n\"inf\"\n\"1e400\"\n\"-0\"\n\"0x1p3\"\n\"?\"\n\"\\\"\\\"\"\n\"\\x0a\"\n\"\\x0d\\x0a\"\n\"\\x09\"\n\"#\"\n\"4294967296\"\n\"1e-400\"\n\"class\"\n"

const fuzz_target fuzz_targets[] = {
    {"npy",
     "format/npy",
     FUZZ_PLAIN,
     NPY_WORDS,
     {{"format.npy", BF_POINT_CLOUD, {NULL}, .seed = seed_npy}, {"format.npy", BF_POINT_CLOUD, {"label", "last"}, .seed = seed_npy_fortran}}},
    {"npz",
     "format/npz",
     FUZZ_PLAIN,
     "\"PK\\x03\\x04\"\n\"PK\\x01\\x02\"\n\"PK\\x05\\x06\"\n\"PK\\x06\\x06\"\n\"PK\\x06\\x07\"\n\".npy\"\n" NPY_WORDS,
     {{"format.npz", BF_POINT_CLOUD, {NULL}, .seed = seed_npz}}},
    {"npz_members",
     "format/npz",
     FUZZ_MEMBERS,
     "\"x.npy\\x00\"\n\"points.npy\\x00\"\n\"label.npy\\x00\"\n\"0.weight.npy\\x00\"\n\"activations.npy\\x00\"\n" NPY_WORDS,
     {{"format.npz", BF_POINT_CLOUD, {NULL}, .seed = seed_members},
      {"format.npz", BF_NETWORK, {NULL}, .seed = seed_members},
      {"format.npz", BF_NETWORK, {"transposed", "true", "order", "file"}, .seed = seed_members}}},
    {"idx",
     "format/idx",
     FUZZ_PLAIN,
     "\"\\x00\\x00\\x0e\\x02\"\n\"\\xff\\xff\\xff\\xff\"\n\"\\x00\\x00\\x00\\x01\"\n\"\\x1f\\x8b\"\n",
     {{"format.idx", BF_POINT_CLOUD, {NULL}, .seed = seed_idx}, {"format.idx", BF_POINT_CLOUD, {"divide", "255"}, .seed = seed_idx_float}}},
    {"csv",
     "format/csv",
     FUZZ_PLAIN,
     TEXT_WORDS,
     {{"format.csv", BF_POINT_CLOUD, {NULL}, .text = "x,\"y, quoted\",class\n0.5,-1e-3,0\n12345.678,2,1\n\"3\",4,0\n"},
      {"format.csv", BF_POINT_CLOUD, {"label", "last"}, .text = "5.1,3.5,setosa\n# comment\n4.9,3.0,virginica\n"},
      {"format.uci", BF_POINT_CLOUD, {"label", "first", "missing", "skip"}, .text = "1 0.5 2\n2 ? 3\n1 7 -8\n"},
      {"format.uci", BF_POINT_CLOUD, {"classes", "names", "label", "2", "separator", "tab"}, .text = "1\ta\n2\tb\n"},
      {"format.csv", BF_POINT_CLOUD, {"header", "yes", "label", "y", "separator", "semicolon"}, .text = "x;y\n1;2\n"}}},
    {"csv_gz", "format/csv", FUZZ_PLAIN, "\"\\x1f\\x8b\\x08\"\n", {{"format.csv_gz", BF_POINT_CLOUD, {NULL}, .seed = seed_gzip}}},
    {"tfrecord",
     "format/tfrecord",
     FUZZ_RECORDS,
     "\"vector/point\"\n\"vector/ground_truth\"\n",
     {{"format.tfrecord", BF_POINT_CLOUD, {NULL}, .seed = seed_tfrecord}, {"format.tfrecord", BF_POINT_CLOUD, {"label", ""}, .seed = seed_tfrecord}}},
    {"pers",
     "format/pers",
     FUZZ_PLAIN,
     TEXT_WORDS "\"# pers(\"\n\"convention=\"\n\"threshold=\"\n\"modulus=\"\n",
     {{"format.pers", BF_PERSISTENCE_DIAGRAM, {NULL}, .text = "0 0 inf\n0 0 0.25\n1 0.5 1.5\n# end\n2 1 1.125\n"},
      {"format.pers", BF_PERSISTENCE_DIAGRAM, {"convention", "squared_radius"}, .text = "2 0 0 inf\n2 1 -0.5 1.5\n"},
      {"format.pers", BF_PERSISTENCE_DIAGRAM, {NULL}, .text = "# pers(convention=radius, modulus=2, threshold=1e2)\n0 -inf inf\n2 0 1.25 1e2\n"}}},
    {"filtration",
     "format/filtration",
     FUZZ_PLAIN,
     TEXT_WORDS "\"# filtration(\"\n\"convention=\"\n\"threshold=\"\n\"limit_dimension=\"\n",
     {{"format.filtration", BF_FILTRATION, {NULL}, .text = "0 0\n-0 1\n0.25 1 0\n# end\n1e-3 2 4294967295\n"},
      {"format.filtration", BF_FILTRATION, {NULL}, .text = "# filtration(convention=squared_radius, threshold=0.5, limit_dimension=1)\n0 0\n0 1\n0.5 0 1\n"},
      {"format.filtration", BF_FILTRATION, {"convention", "radius", "threshold", "2"}, .text = "0 0\n0 1\n2 0 1\n"}}},
    {"ripser",
     "format/ripser",
     FUZZ_PLAIN,
     TEXT_WORDS,
     {{"format.lower_distance", BF_WEIGHTED_GRAPH, {NULL}, .text = "1\n2,1.5\n3,inf,1\n"},
      {"format.upper_distance", BF_WEIGHTED_GRAPH, {NULL}, .text = "1,2,3\n1.5,2\n1\n"},
      {"format.distance", BF_WEIGHTED_GRAPH, {NULL}, .text = "0,1,2\n1,0,1.5\n2,1.5,0\n"},
      {"format.point_cloud", BF_WEIGHTED_GRAPH, {NULL}, .text = "1.5 2 -3e-2\n4,5,6\n"},
      {"format.point_cloud", BF_POINT_CLOUD, {NULL}, .text = "1.5 2 -3e-2\n4,5,6\n"},
      {"format.dipha", BF_WEIGHTED_GRAPH, {NULL}, .seed = seed_dipha},
      {"format.sparse", BF_WEIGHTED_GRAPH, {NULL}, .text = "0 1 0.5\n1 2 1\n3 3 0\n"},
      {"format.binary", BF_WEIGHTED_GRAPH, {NULL}, .seed = seed_binary}}},
    {"safetensors",
     "format/safetensors",
     FUZZ_PLAIN,
     "\"\\\"dtype\\\"\"\n\"\\\"shape\\\"\"\n\"\\\"data_offsets\\\"\"\n\"\\\"BF16\\\"\"\n\"\\\"F64\\\"\"\n\"\\\"F16\\\"\"\n\"__metadata__"
     "\"\n\"weight\"\n\"bias\"\n\"18446744073709551615\"\n",
     {{"format.safetensors", BF_NETWORK, {NULL}, .seed = seed_safetensors},
      {"format.safetensors", BF_NETWORK, {"transposed", "true", "order", "file", "activation", "relu"}, .seed = seed_safetensors}}},
    {"onnx",
     "format/onnx",
     FUZZ_PLAIN,
     "\"Gemm\"\n\"MatMul\"\n\"Add\"\n\"Relu\"\n\"transB\"\n\"alpha\"\n\"raw_data\"\n",
     {{"format.onnx", BF_NETWORK, {NULL}, .file = "unit/onnx/plain.onnx"},
      {"format.onnx", BF_NETWORK, {NULL}, .file = "unit/onnx/smooth.onnx"},
      {"format.onnx", BF_NETWORK, {NULL}, .file = "unit/onnx/matmul.onnx"}}},
    {"artifact",
     NULL,
     FUZZ_RECORDS,
     "\"bettiflow\"\n",
     {{NULL, BF_POINT_CLOUD, {NULL}, .seed = seed_artifact},
      {NULL, BF_NETWORK, {NULL}, .seed = seed_artifact},
      {NULL, BF_TRAINING_LOG, {NULL}, .seed = seed_artifact},
      {NULL, BF_WEIGHTED_GRAPH, {NULL}, .seed = seed_artifact},
      {NULL, BF_FILTRATION, {NULL}, .seed = seed_artifact},
      {NULL, BF_PERSISTENCE_DIAGRAM, {NULL}, .seed = seed_artifact},
      {NULL, BF_BETTI_TABLE, {NULL}, .seed = seed_artifact},
      {NULL, BF_FIGURE, {NULL}, .seed = seed_artifact},
      {NULL, BF_TABLE, {NULL}, .seed = seed_artifact},
      {NULL, BF_TRAINING_STATE, {NULL}, .seed = seed_artifact}}},
    {.name = NULL},
};

const fuzz_target *fuzz_target_find(const char *name) {
  const fuzz_target *t = fuzz_targets;
  while (t->name && strcmp(t->name, name) != 0) t++;
  return t->name ? t : NULL;
}

size_t fuzz_variants(const fuzz_target *t) {
  size_t n = 0;
  while (n < FUZZ_VARIANTS && t->variant[n].type) n++;
  return n;
}

size_t fuzz_seed(const fuzz_target *t, size_t variant, unsigned char *to, size_t room) {
  const fuzz_variant *v = &t->variant[variant];
  if (v->seed) return v->seed(v, to, room);
  if (v->text) return put(to, room, v->text, strlen(v->text));
  char path[4096];
  snprintf(path, sizeof path, "%s/tests/%s", getenv("BF_SOURCE") ? getenv("BF_SOURCE") : ".", v->file);
  FILE *f = fopen(path, "rbe");
  size_t n = f ? fread(to, 1, room, f) : 0;
  if (!f || n == 0) {
    perror(path);
    abort();
  }
  fclose(f);
  return n;
}
