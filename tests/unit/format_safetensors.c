/* safetensors: what names, shapes and types of others become, refused files with their places, and that what is written reads back. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bf_status read_bytes(fake *f, const void *bytes, size_t n) {
  fake_spill("in.safetensors", bytes, n);
  remove("net");
  return fake_read(f, "format.safetensors", "in.safetensors", BF_NETWORK, "net");
}

/* The length of the header, the header, the numbers. */
static bf_status read_file(fake *f, const char *header, const void *data, size_t n) {
  static unsigned char bytes[1 << 20];
  const size_t h = strlen(header);
  for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)h >> (8 * i));
  for (size_t i = 0; i < h; i++) bytes[8 + i] = (unsigned char)header[i];
  if (n) memcpy(bytes + 8 + h, data, n);
  return read_bytes(f, bytes, 8 + h + n);
}

static fake *new_fake(const char *activation) {
  fake *f = fake_new(fake_plugin("format/safetensors"));
  if (activation) fake_set(f, "activation", activation);
  return f;
}

static void expect_layer(uint32_t i, uint32_t inputs, uint32_t outputs, const float *weight, const float *bias, const char *activation) {
  bf_network net;
  assert_int_equal(bf_network_read("net", 0, &net), BF_OK);
  assert_true(i < net.nlayer);
  const bf_layer *l = &net.layer[i];
  assert_int_equal(l->inputs, inputs);
  assert_int_equal(l->outputs, outputs);
  assert_memory_equal(l->weight, weight, (size_t)inputs * outputs * sizeof *weight);
  assert_memory_equal(l->bias, bias, outputs * sizeof *bias);
  assert_string_equal(l->activation, activation);
  bf_network_free(&net);
}

#define ENTRY(name, shape, begin, end) "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end "]}"

/* 2 → 3 → 1, stored in another order than the layers'. */
static const float own[] = {1, 2, 3, 4, 5, 6, 0.1f, 0.2f, 0.3f, 7, 8, 9, 0.4f};

static void names(void **state) {
  (void)state;
  static const char *const headers[] = {
      "{" ENTRY("0.weight", "[3,2]", 0, 24) "," ENTRY("0.bias", "[3]", 24, 36) "," ENTRY("2.weight", "[1,3]", 36, 48) "," ENTRY("2.bias", "[1]", 48, 52) "}",
      "{" ENTRY("layers.9.weight", "[3,2]", 0, 24) "," ENTRY("layers.9.bias", "[3]", 24, 36) "," ENTRY("layers.10.weight", "[1,3]", 36,
                                                                                                       48) "," ENTRY("layers.10.bias", "[1]", 48, 52) "}",
      "{" ENTRY("fc2.bias", "[1]", 48, 52) "," ENTRY("fc1.weight", "[3,2]", 0, 24) "," ENTRY("fc1.bias", "[1,3]", 24, 36) "," ENTRY("fc2.weight", "[1,3]", 36,
                                                                                                                                    48) "}",
      "{" ENTRY("w0", "[3,2]", 0, 24) "," ENTRY("b0", "[3]", 24, 36) "," ENTRY("w1", "[1,3]", 36, 48) "," ENTRY("b1", "[1]", 48, 52) "}",
      "{\"__metadata__\":{\"format\":\"pt\"}," ENTRY("dense/kernel:0", "[3,2]", 0, 24) "," ENTRY("dense/bias:0", "[3]", 24, 36) "," ENTRY(
          "dense_1/kernel:0", "[1,3]", 36, 48) "," ENTRY("dense_1/bias:0", "[1]", 48, 52) "}     ",
  };
  fake *f = new_fake("leaky_relu(slope=0.25)");
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    if (read_file(f, headers[i], own, sizeof own) != BF_OK) fail_msg("row %zu: %s", i, fake_error(f));
    expect_layer(0, 2, 3, own, own + 6, "activation.leaky_relu(slope=0x1p-2)");
    expect_layer(1, 3, 1, own + 9, own + 12, "");
  }
  fake_free(f);
}

/* Inputs × outputs, no bias, layers in the file's order though the names say another one. */
static void foreign(void **state) {
  (void)state;
  const float turned[] = {1, 3, 5, 2, 4, 6, 7, 8, 9}, zeros[3] = {0};
  fake *f = new_fake("relu");
  fake_set(f, "transposed", "true");
  fake_set(f, "order", "file");
  assert_int_equal(read_file(f, "{" ENTRY("out.w", "[3,1]", 24, 36) "," ENTRY("x.w", "[2,3]", 0, 24) "}", turned, sizeof turned), BF_OK);
  expect_layer(0, 2, 3, own, zeros, "activation.relu");
  expect_layer(1, 3, 1, own + 9, zeros, "");
  fake_free(f);
}

static void types(void **state) {
  (void)state;
  const float expected[] = {1, -2.5f, 0x1p-24f, 65504}, close[] = {1, -2.5f, 0x1p-24f, 65280}, bias[] = {0, 0};
  const double wide[] = {1, -2.5, 0x1p-24, 65504};
  const uint16_t half[] = {0x3c00, 0xc100, 0x0001, 0x7bff}, brain[] = {0x3f80, 0xc020, 0x3380, 0x477f}, infinite[] = {0x3c00, 0x7c00};
  fake *f = new_fake(NULL);
  assert_int_equal(read_file(f, "{\"w\":{\"dtype\":\"F64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}", wide, 32), BF_OK);
  expect_layer(0, 2, 2, expected, bias, "");
  assert_int_equal(read_file(f, "{\"w\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}", half, 8), BF_OK);
  expect_layer(0, 2, 2, expected, bias, "");
  assert_int_equal(read_file(f, "{\"w\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}", brain, 8), BF_OK);
  expect_layer(0, 2, 2, close, bias, "");
  assert_int_equal(read_file(f, "{\"w\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}", infinite, 4), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "'w': number 1 is not finite"));
  fake_free(f);
}

static const struct bad {
  const char *header, *message;
} refused[] = {
    {"", "not JSON"},
    {"[]", "not a JSON object"},
    {"{}", "the last 52 bytes belong to no array"},
    {"{\"w\":{\"dtype\":\"F32\",\"shape\":[[[]]],\"data_offsets\":[0,52]}}", "nests more than 3 deep"},
    {"{" ENTRY("w", "[13,1]", 0, 52) "," ENTRY("w", "[13,1]", 0, 52) "}", "duplicate"},
    {"{" ENTRY("w", "[13,1]", 0, 52) "," ENTRY("b", "[13]", 0, 52) "}", "overlap at byte 0"},
    {"{" ENTRY("w", "[12,1]", 0, 48) "," ENTRY("b", "[2]", 44, 52) "}", "'w' and 'b' overlap at byte 44"},
    {"{" ENTRY("w", "[12,1]", 4, 52) "}", "bytes 0 to 4 after the header belong to no array"},
    {"{" ENTRY("w", "[12,1]", 0, 48) "}", "the last 4 bytes belong to no array"},
    {"{" ENTRY("w", "[14,1]", 0, 56) "}", "'w': its bytes 0 to 56 are not among the 52"},
    {"{" ENTRY("w", "[13,1]", 52, 0) "}", "bytes 52 to 0"},
    {"{" ENTRY("w", "[4294967296,4294967296]", 0, 52) "}", "more numbers than can be"},
    {"{" ENTRY("w", "[4294967296,1073741824]", 0, 52) "}", "don't fill"},
    {"{" ENTRY("w", "[-13,-1]", 0, 52) "}", "not a whole number"},
    {"{" ENTRY("w", "[13,1]", -1, 51) "}", "not two whole numbers"},
    {"{" ENTRY("w", "[1.5]", 0, 52) "}", "not a whole number"},
    {"{" ENTRY("w", "[1,1,1,1,1,1,1,1,13]", 0, 52) "}", "at most 8 sizes"},
    {"{" ENTRY("w", "[99999999999999999999]", 0, 52) "}", "too big integer"},
    {"{\"w\":{\"dtype\":\"I8\",\"shape\":[52],\"data_offsets\":[0,52]}}", "type I8; F32"},
    {"{\"w\":{\"dtype\":7,\"shape\":[52],\"data_offsets\":[0,52]}}", "has no dtype"},
    {"{\"w\":{\"dtype\":\"F32\",\"shape\":[13,1]}}", "not described by dtype"},
    {"{\"w\":3}", "not described by dtype"},
    {"{\"__metadata__\":[]," ENTRY("w", "[13,1]", 0, 52) "}", "__metadata__ is not"},
    {"{" ENTRY("running_mean", "[13]", 0, 52) "}", "neither a weight nor a bias"},
    {"{" ENTRY("b", "[13]", 0, 52) "}", "'b' has no weight"},
    {"{" ENTRY("1.weight", "[13]", 0, 52) "}", "has the shape (13)"},
    {"{" ENTRY("conv.weight", "[13,1,1,1]", 0, 52) "}", "has the shape (13, 1, 1, 1)"},
    {"{" ENTRY("w", "[0,3]", 0, 0) "," ENTRY("b", "[13]", 0, 52) "}", "has the shape (0, 3)"},
    {"{" ENTRY("w1", "[6,1]", 0, 24) "," ENTRY("weight1", "[7,1]", 24, 52) "}", "would be the same layer's"},
    {"{" ENTRY("w1", "[5,2]", 0, 40) "," ENTRY("b1", "[3]", 40, 52) "}", "'b1' has the shape (3); beside 'w1' it needs (5)"},
    {"{" ENTRY("w1", "[5,2]", 0, 40) "," ENTRY("w2", "[1,3]", 40, 52) "}",
     "layers 0 and 1 don't fit: 'w1' (5, 2) gives 5 values, 'w2' (1, 3) takes 3 (the order is that of the names"},
    {"{" ENTRY("w1", "[2,5]", 0, 40) "," ENTRY("w2", "[3,1]", 40, 52) "}", "'w2' (3, 1) takes 1 (the order"},
    {"{" ENTRY("w1", "[1,3]", 0, 12) "," ENTRY("w2", "[3,2]", 12, 36) "," ENTRY("w3", "[2,2]", 36, 52) "}", "with transposed=true they would"},
    {"{" ENTRY("w1", "[5,2]", 0, 40) "," ENTRY("w2", "[1,3]", 40, 52) "} x", "not JSON"},
};

static void refuses(void **state) {
  (void)state;
  fake *f = new_fake("relu");
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    bf_status status = read_file(f, refused[i].header, own, sizeof own);
    if (status != BF_BAD_INPUT || !strstr(fake_error(f), refused[i].message))
      fail_msg("row %zu: status %d, '%s' is not in '%s'", i, (int)status, refused[i].message, fake_error(f));
    assert_null(fopen("net", "rb"));
  }
  fake_free(f);
}

/* Files cut anywhere, lengths that lie, and headers of many values: refused at once. */
static void hostile(void **state) {
  (void)state;
  const size_t many = (1 << 19) + 8;
  unsigned char *bytes = calloc(many, 1);
  fake *f = new_fake("relu");
  assert_int_equal(read_file(f, "{}", own, 0), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "no arrays, so no network"));
  assert_int_equal(read_file(f, "{" ENTRY("w", "[13,1]", 0, 52) "}", own, sizeof own), BF_OK);
  size_t n;
  char *good = fake_slurp("in.safetensors", &n);
  for (size_t cut = 0; cut < n; cut++) assert_int_equal(read_bytes(f, good, cut), BF_BAD_INPUT);
  memset(good, 0xff, 8);
  assert_int_equal(read_bytes(f, good, n), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "a header of 18446744073709551615 bytes"));
  memset(bytes + 8, ',', many - 8);
  bytes[2] = 8;
  assert_int_equal(read_bytes(f, bytes, many), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "more values than that of a network"));
  memset(bytes + 8, '[', many - 8);
  assert_int_equal(read_bytes(f, bytes, many), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "nests more than 3 deep"));
  fake_memory(f, 100);
  assert_int_equal(read_file(f, "{" ENTRY("w", "[13,1]", 0, 52) "}", own, sizeof own), BF_NO_MEMORY);
  free(good);
  free(bytes);
  fake_free(f);
}

static void activations(void **state) {
  (void)state;
  static const char header[] = "{" ENTRY("w0", "[6,2]", 0, 48) "," ENTRY("w1", "[1,1]", 48, 52) "}";
  static const char fits[] = "{" ENTRY("w0", "[2,6]", 0, 48) "," ENTRY("b0", "[1,1]", 48, 52) "}";
  static const char *const bad[] = {"Relu",
                                    "relu(",
                                    "relu()",
                                    "leaky_relu(0.1)",
                                    "leaky_relu(slope=)",
                                    "leaky_relu(slope=nan)",
                                    "gelu(approximate=\"tanh)",
                                    "gelu(approximate=Tanh)",
                                    "leaky_relu(slope=1",
                                    "elu(alpha=1)alpha=2)",
                                    "elu(alpha=1,alpha=2)",
                                    "x y!"};
  static const char two[] = "{" ENTRY("w0", "[1,1]", 0, 4) "," ENTRY("w1", "[12,1]", 4, 52) "}";
  fake *f = new_fake(NULL);
  assert_int_equal(read_file(f, header, own, sizeof own), BF_BAD_INPUT); /* shapes come first */
  assert_int_equal(read_file(f, fits, own, sizeof own), BF_BAD_INPUT);
  assert_int_equal(read_file(f, two, own, sizeof own), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "does not say which activation its 1 hidden layers have"));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    fake *g = new_fake(bad[i]);
    if (read_file(g, two, own, sizeof own) != BF_BAD_INPUT || !strstr(fake_error(g), "is no activation")) fail_msg("%s: %s", bad[i], fake_error(g));
    fake_free(g);
  }
  fake_free(f);
}

/* Written, looked at as others would, and read back without any parameter: the same artifact, to the byte. */
static void round_trip(void **state) {
  (void)state;
  float w[] = {1, 2, 3, 4, 5, 6, -7, 8, 9}, b[] = {0.1f, 0.2f, 0.3f, 0.4f};
  bf_layer layer[] = {{2, 3, w, b, (char[]){"activation.elu(alpha=0x1.8p+0)"}}, {3, 1, w + 6, b + 3, (char[]){""}}};
  const bf_network net = {2, layer};
  size_t n, m;
  assert_int_equal(bf_network_write(&(bf_out){.path = "made"}, &net), BF_OK);
  fake *f = new_fake(NULL);
  remove("out.safetensors");
  assert_int_equal(fake_write(f, "format.safetensors", "made", BF_NETWORK, "out.safetensors"), BF_OK);
  char *text = fake_slurp("out.safetensors", &n);
  uint64_t header;
  memcpy(&header, text, 8);
  assert_int_equal(header % 8, 0);
  assert_int_equal(n, 8 + header + 13 * sizeof(float));
  assert_memory_equal(text + 8 + header + 24, b, 12);
  assert_non_null(strstr(text + 8, "\"layers.1.weight\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[36,48]}"));
  remove("net");
  assert_int_equal(fake_read(f, "format.safetensors", "out.safetensors", BF_NETWORK, "net"), BF_OK);
  char *made = fake_slurp("made", &n), *back = fake_slurp("net", &m);
  assert_int_equal(n, m);
  assert_memory_equal(made, back, n);
  free(made);
  free(back);
  free(text);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names),   cmocka_unit_test(foreign),     cmocka_unit_test(types),     cmocka_unit_test(refuses),
                                     cmocka_unit_test(hostile), cmocka_unit_test(activations), cmocka_unit_test(round_trip)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
