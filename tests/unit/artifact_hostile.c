/* Files with right checksums and wrong content: hostile headers, chunks that do not fit, values that break a type's rules. */
#include "artifact/container.h"
#include "artifact_samples.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- a file made by hand: the header and chunks of a cloud of two points, to be changed before they are written ---- */

typedef struct forged {
  Bettiflow__Header header;
  Bettiflow__Array array[4], *array_at[4];
  Bettiflow__Label label[2], *label_at[2];
  uint64_t shape[4][5];
  Bettiflow__Chunk chunk[4];
  size_t nchunk;
} forged;

static float x[] = {1, 2, 3, 4, 5, 6};
static int32_t label[] = {0, 1};
static uint32_t id[] = {0, 1};

static void add_array(forged *f, const char *name, Bettiflow__DataType dtype, uint64_t rows, uint64_t columns, void *data, size_t bytes) {
  size_t i = f->header.n_array++;
  bettiflow__array__init(&f->array[i]);
  f->array[i].name = (char *)name;
  f->array[i].dtype = dtype;
  f->array[i].shape = f->shape[i];
  f->shape[i][0] = rows;
  f->shape[i][1] = columns;
  f->array[i].n_shape = columns ? 2 : 1;
  f->array_at[i] = &f->array[i];
  bettiflow__chunk__init(&f->chunk[f->nchunk]);
  f->chunk[f->nchunk].array = (uint32_t)i;
  f->chunk[f->nchunk].data = (ProtobufCBinaryData){bytes, data};
  f->nchunk++;
}

static forged *sound(void) {
  static forged f;
  memset(&f, 0, sizeof f);
  bettiflow__header__init(&f.header);
  f.header.magic = (char *)"bettiflow";
  f.header.version = 1;
  f.header.type = BETTIFLOW__ARTIFACT_TYPE__POINT_CLOUD;
  f.header.array = f.array_at;
  for (int i = 0; i < 2; i++) {
    bettiflow__label__init(&f.label[i]);
    f.label[i].name = (char *)(i ? "class" : "layer");
    f.label[i].value = (char *)"1";
    f.label_at[i] = &f.label[i];
  }
  f.header.label = f.label_at;
  f.header.n_label = 2;
  add_array(&f, "x", BETTIFLOW__DATA_TYPE__F32, 2, 3, x, sizeof x);
  add_array(&f, "label", BETTIFLOW__DATA_TYPE__I32, 2, 0, label, sizeof label);
  add_array(&f, "id", BETTIFLOW__DATA_TYPE__U32, 2, 0, id, sizeof id);
  return &f;
}

static void put(const forged *f, const char *path) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  uint8_t *buffer = malloc(bettiflow__header__get_packed_size(&f->header) + 1);
  assert_int_equal(bf_frame_write(file, buffer, bettiflow__header__pack(&f->header, buffer)), BF_OK);
  free(buffer);
  for (size_t i = 0; i < f->nchunk; i++) {
    buffer = malloc(bettiflow__chunk__get_packed_size(&f->chunk[i]) + 1);
    assert_int_equal(bf_frame_write(file, buffer, bettiflow__chunk__pack(&f->chunk[i], buffer)), BF_OK);
    free(buffer);
  }
  assert_int_equal(fclose(file), 0);
}

static bf_status status_of(const forged *f) {
  bf_points p;
  put(f, "forged");
  bf_status status = bf_points_read("forged", 0, &p);
  if (status != BF_OK) assert_ptr_equal(strstr(bf_error(), "forged: "), bf_error());
  bf_points_free(&p);
  return status;
}

/* Makes a sound file, changes it, and wants it refused with this in the message. */
#define REFUSED(what, ...)                                                                                                                                     \
  do {                                                                                                                                                         \
    forged *f = sound();                                                                                                                                       \
    __VA_ARGS__;                                                                                                                                               \
    assert_int_equal(status_of(f), BF_BAD_INPUT);                                                                                                              \
    if (!strstr(bf_error(), what)) fail_msg("%s", bf_error());                                                                                                 \
  } while (0)

static void headers(void **state) {
  static char *uses_unsorted[] = {(char *)"a.c", (char *)"a.b"}, *uses_twice[] = {(char *)"a.b", (char *)"a.b"}, *uses_bad[] = {(char *)"../a"};
  char long_value[300];
  (void)state;
  memset(long_value, 'a', sizeof long_value);
  long_value[256] = 0;
  assert_int_equal(status_of(sound()), BF_OK);
  REFUSED("not an artifact", f->header.magic = (char *)"bettifloW");
  REFUSED("version 2", f->header.version = 2);
  REFUSED("type of artifact", f->header.type = 0);
  REFUSED("type of artifact", f->header.type = 99);
  REFUSED("Network where a PointCloud", f->header.type = BETTIFLOW__ARTIFACT_TYPE__NETWORK);
  REFUSED("label's name", f->label[0].name = (char *)"Layer");
  REFUSED("label's name", f->label[0].name = (char *)"");
  REFUSED("one name", f->label[0].name = (char *)"class");
  REFUSED("label's value", f->label[0].value = (char *)"a\nb");
  REFUSED("label's value", f->label[0].value = (char *)"\xc0\x80");
  REFUSED("label's value", f->label[0].value = (char *)"\xed\xa0\x80");
  REFUSED("label's value", f->label[0].value = long_value);
  REFUSED("not sorted", (f->header.uses = uses_unsorted, f->header.n_uses = 2));
  REFUSED("not sorted", (f->header.uses = uses_twice, f->header.n_uses = 2));
  REFUSED("no id", (f->header.uses = uses_bad, f->header.n_uses = 1));
}

static void arrays(void **state) {
  (void)state;
  for (int shift = 3; shift < 64; shift++) REFUSED("larger than the file", f->shape[0][0] = 1ull << shift);
  REFUSED("larger than the file", (f->shape[0][0] = 1ull << 40, f->shape[0][1] = 1ull << 40));
  REFUSED("larger than the file", (f->shape[0][0] = f->shape[1][0] = f->shape[2][0] = UINT64_MAX));
  REFUSED("type of number", f->array[0].dtype = 0);
  REFUSED("type of number", f->array[0].dtype = 99);
  REFUSED("wrong type of number", f->array[0].dtype = BETTIFLOW__DATA_TYPE__U32);
  REFUSED("rank", f->array[0].n_shape = 0);
  REFUSED("rank", (f->array[0].n_shape = 5, f->shape[0][2] = f->shape[0][3] = f->shape[0][4] = 1));
  REFUSED("rank", (f->array[0].n_shape = 1, f->shape[0][0] = 6));
  REFUSED("one name", f->array[1].name = (char *)"x");
  REFUSED("array's name", f->array[1].name = (char *)"a b");
  REFUSED("not where it should be", f->array[1].name = (char *)"more");
  REFUSED("fits the other arrays", (f->shape[1][0] = 1, f->chunk[1].data.len = 4));
  REFUSED("not where it should be", (f->header.n_array = f->nchunk = 2));
  REFUSED("wrong type of number", (f->array[1].name = (char *)"id", f->array[2].name = (char *)"label"));
  REFUSED("has no array", add_array(f, "extra", BETTIFLOW__DATA_TYPE__U8, 1, 0, x, 1));
  REFUSED("without coordinates", (f->shape[0][1] = 0, f->array[0].n_shape = 2, f->nchunk = 2, f->chunk[0] = f->chunk[1], f->chunk[1] = f->chunk[2]));
}

static void chunks(void **state) {
  (void)state;
  REFUSED("record 1 at byte", f->chunk[0].array = 1);
  REFUSED("record 1 at byte", f->chunk[0].array = 1000000);
  REFUSED("record 2 at byte", f->chunk[1] = f->chunk[0]);
  REFUSED("a chunk of array number 1", f->chunk[0].data.len = 20);
  REFUSED("a chunk of array number 0", f->chunk[0].data.len = 0);
  REFUSED("a chunk of array number 1", (f->chunk[1].data.data = (uint8_t *)x, f->chunk[1].data.len = 12));
  REFUSED("goes on after", (f->chunk[3] = f->chunk[2], f->nchunk = 4));
  REFUSED("ends inside array label", f->nchunk = 1);
  forged *split = sound(); /* pieces are fine */
  split->chunk[3] = split->chunk[2];
  split->chunk[2] = split->chunk[1];
  split->chunk[1] = split->chunk[0];
  split->chunk[0].data.len = 7;
  split->chunk[1].data.data += 7;
  split->chunk[1].data.len -= 7;
  split->nchunk = 4;
  assert_int_equal(status_of(split), BF_OK);
}

/* A header record of raw bytes. */
static bf_status status_of_header(const uint8_t *data, size_t n) {
  bf_points p;
  FILE *f = fopen("raw", "wb");
  assert_non_null(f);
  assert_int_equal(bf_frame_write(f, data, n), BF_OK);
  assert_int_equal(fclose(f), 0);
  return bf_points_read("raw", 0, &p);
}

static void raw_headers(void **state) {
  enum { MANY = 2000000 };
  uint8_t *data = malloc((5 << 20) + 1000);
  (void)state;
  size_t n = bettiflow__header__pack(&sound()->header, data);
  uint8_t unknown[] = {0xfa, 0x3f, 1, 'x'}; /* field 1023 */
  memcpy(data + n, unknown, sizeof unknown);
  assert_int_equal(status_of_header(data, n + sizeof unknown), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "plain encoding"));
  uint8_t magic_again[] = {0x0a, 9, 'b', 'e', 't', 't', 'i', 'f', 'l', 'o', 'w'};
  memcpy(data + n, magic_again, sizeof magic_again);
  assert_int_equal(status_of_header(data, n + sizeof magic_again), BF_BAD_INPUT);
  uint8_t zero_in_text[] = {0x2a, 5, 'a', '.', 'b', 0, 'c'}; /* uses: "a.b\0c" */
  memcpy(data + n, zero_in_text, sizeof zero_in_text);
  assert_int_equal(status_of_header(data, n + sizeof zero_in_text), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "plain encoding"));
  for (size_t i = 0; i < MANY; i++) data[n + 2 * i] = 0x22, data[n + 2 * i + 1] = 0; /* two million empty labels in 4 MB */
  assert_int_equal(status_of_header(data, n + 2 * (size_t)MANY), BF_NO_MEMORY);
  memset(data + n, 0, 5 << 20);
  assert_int_equal(status_of_header(data, n + (5 << 20)), BF_BAD_INPUT);
  assert_int_equal(status_of_header(data, 0), BF_BAD_INPUT);
  free(data);
}

/* ---- rules of the types: files made without a check ---- */

static uint64_t two = 2, three = 3, zero;
#define HEADER(kind, ...)                                                                                                                                      \
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;                                                                                                          \
  header.type = BETTIFLOW__ARTIFACT_TYPE__##kind;                                                                                                              \
  __VA_ARGS__

static void refused(bf_type type, Bettiflow__Header *header, const bf_array *array, size_t n, const char *what) {
  assert_int_equal(bf_container_write(&(bf_out){"bad", NULL, 0}, header, array, n), BF_OK);
  assert_int_equal(read_any(type, "bad", 0), BF_BAD_INPUT);
  if (!strstr(bf_error(), what)) fail_msg("%s", bf_error());
}

static void bad_points(void **state) {
  static float wrong[] = {1, NAN, 2, INFINITY, 0};
  static int32_t below[] = {0, -1};
  (void)state;
  for (int i = 0; i < 3; i++) {
    HEADER(POINT_CLOUD);
    bf_array a[] = {{.name = "x", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&two, &two}, .data = i == 2 ? x : wrong + i},
                    {.name = "label", .dtype = BETTIFLOW__DATA_TYPE__I32, .shape = {&two}, .data = below},
                    {.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&two}, .data = id}};
    if (i == 1) wrong[1] = 1;
    refused(BF_POINT_CLOUD, &header, a, 3, i == 2 ? "class -1" : "not finite");
  }
}

static void bad_graphs(void **state) {
  static const struct {
    uint32_t u[3], v[3];
    float w[3];
    const char *what;
  } cases[] = {{{0, 0, 1}, {1, 1, 2}, {1, 1, 1}, "twice"},          {{0, 1, 0}, {1, 2, 2}, {1, 1, 1}, "order"},
               {{0, 1, 1}, {1, 1, 2}, {1, 1, 1}, "u < v"},          {{0, 0, 1}, {1, 2, 4}, {1, 1, 1}, "u < v"},
               {{0, 0, 2}, {1, 2, 1}, {1, 1, 1}, "u < v"},          {{0, 0, 1}, {1, 2, 2}, {1, -1, 1}, "weight -1"},
               {{0, 0, 1}, {1, 2, 2}, {1, NAN, 1}, "weight"},       {{0, 0, 1}, {1, 2, 2}, {1, 1, INFINITY}, "weight inf"},
               {{0, 0, 1}, {1, 2, 4000000000u}, {1, 1, 1}, "u < v"}};
  static uint32_t ids[] = {0, 1, 2, 3};
  static uint64_t four = 4;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bettiflow__GraphInfo info = BETTIFLOW__GRAPH_INFO__INIT;
    HEADER(WEIGHTED_GRAPH, header.info_case = BETTIFLOW__HEADER__INFO_GRAPH, header.graph = &info);
    info.vertices = 4;
    bf_array a[] = {{.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&four}, .data = ids},
                    {.name = "u", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&three}, .data = (void *)cases[i].u},
                    {.name = "v", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&three}, .data = (void *)cases[i].v},
                    {.name = "w", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&three}, .data = (void *)cases[i].w}};
    refused(BF_WEIGHTED_GRAPH, &header, a, 4, cases[i].what);
    info.dense = true;
    refused(BF_WEIGHTED_GRAPH, &header, a, 4, "sparse");
    info.dense = false;
    info.convention = (Bettiflow__Convention)(BETTIFLOW__CONVENTION__VALUE + 1 + i);
    refused(BF_WEIGHTED_GRAPH, &header, a, 4, "convention");
    info.convention = BETTIFLOW__CONVENTION__CONVENTION_UNKNOWN;
    info.vertices = 4000000000u; /* far more than there are ids */
    refused(BF_WEIGHTED_GRAPH, &header, a, 4, "array id");
  }
}

static void bad_members(void **state) {
  static const uint64_t firsts[][4] = {{1, 2, 3, 4}, {0, 1, 1, 4}, {0, 2, 1, 4}, {0, 1, 5, 4}, {0, 1, 2, UINT64_MAX}, {0, 1, 2, 3}, {0, 2, 3, 4}};
  static uint32_t ids[] = {7, 8, 9}, members[] = {7, 8, 9, 10};
  static float w[] = {1};
  static uint64_t four = 4;
  (void)state;
  for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
    Bettiflow__GraphInfo info = BETTIFLOW__GRAPH_INFO__INIT;
    HEADER(WEIGHTED_GRAPH, header.info_case = BETTIFLOW__HEADER__INFO_GRAPH, header.graph = &info);
    info.vertices = 3;
    bf_array a[] = {{.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&three}, .data = ids},
                    {.name = "u", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&zero}, .data = ids},
                    {.name = "v", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&zero}, .data = ids},
                    {.name = "w", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&zero}, .data = w},
                    {.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&four}, .data = (void *)firsts[i]},
                    {.name = "member", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&four}, .data = members}};
    refused(BF_WEIGHTED_GRAPH, &header, a, 6, "");
    refused(BF_WEIGHTED_GRAPH, &header, a, 5, "by half");
  }
}

/* Two simplices: the vertices 0 … first[1] - 1 of vertex[], and the rest. */
static void bad_filtrations(void **state) {
  static const struct { /* NOLINT(clang-analyzer-optin.performance.Padding): in the order in which a case is read */
    uint32_t convention;
    double threshold;
    bool cut;
    uint32_t limit, vertex[3];
    uint64_t first[3];
    double value[2];
    const char *what;
  } cases[] = {{0, 1, false, 0, {0, 0, 1}, {0, 1, 3}, {0, 1}, "convention"},          {5, 1, false, 0, {0, 0, 1}, {0, 1, 3}, {0, 1}, "convention"},
               {1, NAN, false, 0, {0, 0, 1}, {0, 1, 3}, {0, 1}, "threshold"},         {1, .5, false, 0, {0, 0, 1}, {0, 1, 3}, {0, 1}, "above the threshold"},
               {1, 1, true, 0, {0, 0, 1}, {0, 1, 3}, {0, 1}, "above the limit"},      {1, 1, false, 0, {0, 1, 1}, {0, 1, 3}, {0, 1}, "do not rise"},
               {1, 1, false, 0, {0, 0, 1}, {0, 1, 3}, {0, NAN}, "not a number"},      {1, 1, false, 0, {0, 0, 1}, {1, 2, 3}, {0, 1}, "begin with 0"},
               {1, 1, false, 0, {0, 0, 1}, {0, 0, 3}, {0, 1}, "out of range"},        {1, 1, false, 0, {0, 0, 1}, {0, 1, 4}, {0, 1}, "out of range"},
               {1, 1, false, 0, {0, 0, 1}, {0, 1, 2}, {0, 1}, "belong to no simplex"}};
  uint64_t three = 3;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bettiflow__FiltrationInfo info = BETTIFLOW__FILTRATION_INFO__INIT;
    HEADER(FILTRATION, header.info_case = BETTIFLOW__HEADER__INFO_FILTRATION, header.filtration = &info);
    info.convention = (Bettiflow__Convention)cases[i].convention;
    info.threshold = cases[i].threshold;
    info.cut = cases[i].cut;
    info.limit_dimension = cases[i].limit;
    bf_array a[] = {{.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&three}, .data = (void *)cases[i].first},
                    {.name = "vertex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&three}, .data = (void *)cases[i].vertex},
                    {.name = "value", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&two}, .data = (void *)cases[i].value}};
    refused(BF_FILTRATION, &header, a, 3, cases[i].what);
  }
}

static void bad_diagrams(void **state) {
  static const struct {
    uint32_t max_dim, modulus, convention, dim[2];
    double birth[2], death[2];
    const char *what;
  } cases[] = {{1, 4, 1, {0, 1}, {0, 0}, {1, 1}, "no prime"},   {1, 0, 1, {0, 1}, {0, 0}, {1, 1}, "no prime"}, {1, 2, 0, {0, 1}, {0, 0}, {1, 1}, "convention"},
               {1, 2, 5, {0, 1}, {0, 0}, {1, 1}, "convention"}, {1, 2, 1, {0, 2}, {0, 0}, {1, 1}, "above"},    {1, 2, 1, {1, 0}, {0, 0}, {1, 1}, "order"},
               {1, 2, 1, {0, 0}, {1, 0}, {2, 2}, "order"},      {1, 2, 1, {0, 0}, {0, 0}, {2, 1}, "order"},    {1, 2, 1, {0, 0}, {0, 1}, {1, 1}, "is none"},
               {1, 2, 1, {0, 0}, {0, NAN}, {1, 2}, "is none"},  {1, 2, 1, {0, 0}, {0, 1}, {1, NAN}, "is none"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bettiflow__DiagramInfo info = BETTIFLOW__DIAGRAM_INFO__INIT;
    HEADER(PERSISTENCE_DIAGRAM, header.info_case = BETTIFLOW__HEADER__INFO_DIAGRAM, header.diagram = &info);
    info.max_dim = cases[i].max_dim;
    info.modulus = cases[i].modulus;
    info.convention = (Bettiflow__Convention)cases[i].convention;
    bf_array a[] = {{.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&two}, .data = (void *)cases[i].dim},
                    {.name = "birth", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&two}, .data = (void *)cases[i].birth},
                    {.name = "death", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&two}, .data = (void *)cases[i].death}};
    refused(BF_PERSISTENCE_DIAGRAM, &header, a, 3, cases[i].what);
  }
}

/* Intervals of dimension 0 and 1, the first essential, over Z/3: arrays that are right, and one change of each. */
static void bad_chains(void **state) {
  static const struct {
    uint32_t kind, birth[3], death[3], coefficient[4], vertex[5];
    uint64_t first[4], nbirth, ndeath, nfirst, nterm, nvertex;
    unsigned arrays; /* bits: which of the five are there */
    const char *what;
  } cases[] = {{2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, NULL},
               {0, {5, 5, 6}, {7, 5, 6}, {0}, {0}, {0}, 3, 3, 3, 3, 5, 3, NULL},
               {1, {0}, {0}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 28, NULL},
               {2, {5, 6, 6}, {7, 7, 6}, {1, 1, 2}, {5, 5, 5, 7, 7}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, NULL}, /* ids are not unique */
               {3, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, "kind 3"},
               {0, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, "by half"},
               {1, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 3, "by half"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 30, "by half"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 23, "by half"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 15, "by half"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 0, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, "coefficient 0"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 3}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 5, 31, "coefficient 3"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {1, 2, 3}, 3, 3, 3, 3, 5, 31, "begin with 0"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 0, 3}, 3, 3, 3, 3, 5, 31, "out of range"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 3, 2}, 3, 3, 3, 3, 5, 31, "out of range"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 4}, 3, 3, 3, 3, 5, 31, "out of range"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, UINT64_MAX, 3}, 3, 3, 3, 3, 5, 31, "out of range"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 2}, 3, 3, 3, 3, 5, 31, "no interval"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3, 3}, 3, 3, 4, 3, 5, 31, "array first"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1}, 3, 3, 2, 3, 5, 31, "array first"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0}, 3, 3, 0, 3, 5, 31, "array first"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 2, 3, 3, 3, 5, 31, "more or fewer"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 0, 3, 3, 5, 31, "more or fewer"},
               {2, {5, 5, 6}, {7, 5, 6}, {1, 1, 2}, {5, 5, 6, 7, 6}, {0, 1, 3}, 3, 3, 3, 3, 4, 31, "more or fewer"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bettiflow__DiagramInfo info = BETTIFLOW__DIAGRAM_INFO__INIT;
    HEADER(PERSISTENCE_DIAGRAM, header.info_case = BETTIFLOW__HEADER__INFO_DIAGRAM, header.diagram = &info);
    static uint32_t dim[] = {0, 1};
    static double birth[] = {0, 1}, death[] = {INFINITY, 2};
    uint64_t size[5] = {cases[i].nbirth, cases[i].ndeath, cases[i].nfirst, cases[i].nterm, cases[i].nvertex};
    info.max_dim = 1;
    info.modulus = 3;
    info.convention = BETTIFLOW__CONVENTION__DIAMETER;
    info.representatives = (Bettiflow__Representatives)cases[i].kind;
    bf_array a[8] = {{.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&two}, .data = dim},
                     {.name = "birth", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&two}, .data = birth},
                     {.name = "death", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&two}, .data = death}};
    static const char *const names[] = {"birth_simplex", "death_simplex", "first", "coefficient", "vertex"};
    const void *data[] = {cases[i].birth, cases[i].death, cases[i].first, cases[i].coefficient, cases[i].vertex};
    size_t n = 3;
    for (int k = 0; k < 5; k++)
      if (cases[i].arrays >> k & 1)
        a[n++] =
            (bf_array){.name = names[k], .dtype = k == 2 ? BETTIFLOW__DATA_TYPE__U64 : BETTIFLOW__DATA_TYPE__U32, .shape = {&size[k]}, .data = (void *)data[k]};
    if (cases[i].what) {
      refused(BF_PERSISTENCE_DIAGRAM, &header, a, n, cases[i].what);
      continue;
    }
    assert_int_equal(bf_container_write(&(bf_out){"good", NULL, 0}, &header, a, n), BF_OK);
    assert_int_equal(read_any(BF_PERSISTENCE_DIAGRAM, "good", 0), BF_OK);
  }
}

/* Dimensions that no simplex here has. */
static void large_simplices(void **state) {
  enum { DIM = 100 };
  static uint32_t vertex[DIM + 2], dim[] = {DIM};
  static double birth[] = {0}, death[] = {1};
  static uint64_t one = 1, nbirth = DIM + 1, ndeath = DIM + 2;
  Bettiflow__DiagramInfo info = BETTIFLOW__DIAGRAM_INFO__INIT;
  HEADER(PERSISTENCE_DIAGRAM, header.info_case = BETTIFLOW__HEADER__INFO_DIAGRAM, header.diagram = &info);
  (void)state;
  for (uint32_t i = 0; i < DIM + 2; i++) vertex[i] = i;
  info.max_dim = DIM;
  info.modulus = 2;
  info.convention = BETTIFLOW__CONVENTION__DIAMETER;
  bf_array a[] = {{.name = "dim", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&one}, .data = dim},
                  {.name = "birth", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&one}, .data = birth},
                  {.name = "death", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&one}, .data = death},
                  {.name = "birth_simplex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&nbirth}, .data = vertex},
                  {.name = "death_simplex", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&ndeath}, .data = vertex}};
  refused(BF_PERSISTENCE_DIAGRAM, &header, a, 5, "above 64");
}

static void bad_logs(void **state) {
  static const struct {
    uint32_t attempt[2], attempts;
    uint64_t step[2];
    double final, validation;
    const char *what;
  } cases[] = {{{1, 1}, 0, {1, 2}, 1, 1, "attempts is 0"},      {{0, 1}, 1, {1, 2}, 1, 1, "attempt 0"},
               {{1, 3}, 2, {1, 2}, 1, 1, "attempt 3"},          {{2, 1}, 2, {1, 2}, 1, 1, "falls"},
               {{1, 1}, 1, {2, 2}, 1, 1, "not rise"},           {{1, 2}, 2, {1, 9}, 1, 1, "last step, 8"},
               {{1, 1}, 1, {1, 2}, 1.5, 1, "final accuracy"},   {{1, 1}, 1, {1, 2}, NAN, 1, "accuracy"},
               {{1, 1}, 1, {1, 2}, 1, -1, "validation points"}, {{1, 2}, 2, {9, 8}, 1, 1, "validation_loss and"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const bool last = i + 1 == sizeof cases / sizeof *cases;
    Bettiflow__TrainingInfo info = BETTIFLOW__TRAINING_INFO__INIT;
    HEADER(TRAINING_LOG, header.info_case = BETTIFLOW__HEADER__INFO_TRAINING, header.training = &info);
    info.attempts = cases[i].attempts;
    info.steps = 8;
    info.final_accuracy = cases[i].final;
    info.final_validation = cases[i].validation;
    bf_array a[8] = {{.name = "attempt", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&two}, .data = (void *)cases[i].attempt},
                     {.name = "step", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {&two}, .data = (void *)cases[i].step}};
    static const char *const names[] = {"loss", "accuracy", "rate", "gradient", "validation_loss", "validation_accuracy"};
    for (int k = 0; k < 6; k++) a[k + 2] = (bf_array){.name = names[k], .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&two}, .data = x};
    refused(BF_TRAINING_LOG, &header, a, last ? 7 : 8, cases[i].what);
    if (!last) continue;
    refused(BF_TRAINING_LOG, &header, a, 6, "without the arrays");
    refused(BF_TRAINING_LOG, &header, a + 1, 7, "array attempt is not where it should be");
  }
}

static void bad_tables(void **state) {
  static Bettiflow__Column column[3], *at[] = {&column[0], &column[1], &column[2]};
  static uint64_t one = 1, four = 4, five = 5, six = 6, huge = 1ull << 61;
  static char ab[] = "a\0b", abc[] = "a\0b\0c";
  static int64_t whole[] = {1, 2};
  static const struct {
    const char *name;
    int type;
    uint64_t *integers, *reals, *rows;
    char *text;
    uint64_t *bytes;
    const char *what;
  } cases[] = {{"b", 2, &one, &zero, &two, ab, &four, ""},
               {"a", 2, &one, &zero, &two, ab, &four, "two columns have the name 'a'"},
               {"", 2, &one, &zero, &two, ab, &four, "column 1 is empty"},
               {"b\n", 2, &one, &zero, &two, ab, &four, "no text of one line"},
               {"b", 0, &one, &zero, &two, ab, &four, "type that is not known"},
               {"b", 4, &one, &zero, &two, ab, &four, "type that is not known"},
               {"b", -1, &one, &zero, &two, ab, &four, "type that is not known"},
               {"b", 3, &one, &zero, &two, ab, &four, "integer has size 1 where 0"},
               {"b", 2, &one, &zero, &two, abc, &five, "has no end"},
               {"b", 2, &one, &zero, &two, abc, &six, "3 texts for 2 rows of 1 columns"},
               {"b", 1, &zero, &zero, &two, ab, &four, "2 texts for 2 rows of 2 columns"},
               {"b", 1, &zero, &zero, &huge, ab, &four, "rows of 2 columns"}};
  (void)state;
  for (size_t i = 0; i <= sizeof cases / sizeof *cases; i++) {
    const bool none = i == sizeof cases / sizeof *cases; /* rows, but no columns */
    Bettiflow__TableInfo info = BETTIFLOW__TABLE_INFO__INIT;
    HEADER(TABLE, header.info_case = BETTIFLOW__HEADER__INFO_TABLE, header.table = &info);
    for (int k = 0; k < 2; k++) bettiflow__column__init(&column[k]);
    column[0].name = (char *)"a";
    column[0].type = BETTIFLOW__COLUMN_TYPE__COLUMN_TEXT;
    column[1].name = (char *)(none ? "" : cases[i].name);
    column[1].type = (Bettiflow__ColumnType)(none ? 0 : cases[i].type);
    info.column = at;
    info.n_column = none ? 0 : 2;
    bf_array a[] = {
        {.name = "text", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {none ? &zero : cases[i].bytes}, .data = none ? ab : cases[i].text},
        {.name = "integer", .dtype = BETTIFLOW__DATA_TYPE__I64, .shape = {none ? &zero : cases[i].integers, none ? &two : cases[i].rows}, .data = whole},
        {.name = "real", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {none ? &zero : cases[i].reals, none ? &two : cases[i].rows}, .data = whole},
        {.name = "note", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {&zero}, .data = ab}};
    if (i) {
      refused(BF_TABLE, &header, a, 4, none ? "2 rows of no columns" : cases[i].what);
    } else { /* the sound one */
      assert_int_equal(bf_container_write(&(bf_out){"bad", NULL, 0}, &header, a, 4), BF_OK);
      assert_int_equal(read_any(BF_TABLE, "bad", 0), BF_OK);
      remove("bad");
    }
  }
}

/* What a reader refuses, the writer refuses too, and leaves no file. */
static void writers(void **state) {
  static float w[] = {1, NAN};
  static uint32_t u[] = {0, 0}, v[] = {1, 1}, ids[] = {0, 1, 2};
  static double birth[] = {1}, death[] = {1};
  static bf_layer layers[] = {{1, 1, x, x, (char *)"activation.relu"}, {2, 1, x, x, (char *)""}};
  const bf_label same[] = {{"a", "1"}, {"a", "2"}}, capital[] = {{"A", "1"}}, control[] = {{"a", "\x7f"}};
  bf_out out = {"none", NULL, 0};
  bf_points p = {.n = 2, .dim = 1, .x = w, .id = ids};
  bf_graph g = {.n = 3, .m = 2, .u = u, .v = v, .w = x, .id = ids};
  bf_diagram d = {.modulus = 2, .convention = BF_RADIUS, .n = 1, .dim = ids, .birth = birth, .death = death};
  bf_network net = {2, layers};
  (void)state;
  assert_int_equal(bf_points_write(&out, &p), BF_FAILED);
  assert_int_equal(bf_graph_write(&out, &g), BF_FAILED);
  assert_int_equal(bf_diagram_write(&out, &d), BF_FAILED);
  assert_int_equal(bf_network_write(&out, &net), BF_FAILED);
  layers[1].inputs = 1;
  layers[1].activation = (char *)"relu";
  assert_int_equal(bf_network_write(&out, &net), BF_FAILED);
  w[1] = 1;
  assert_int_equal(bf_points_write(&(bf_out){"none", same, 2}, &p), BF_FAILED);
  assert_int_equal(bf_points_write(&(bf_out){"none", capital, 1}, &p), BF_FAILED);
  assert_int_equal(bf_points_write(&(bf_out){"none", control, 1}, &p), BF_FAILED);
  assert_int_not_equal(access("none", F_OK), 0);
  assert_int_equal(bf_points_write(&out, &p), BF_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(headers),     cmocka_unit_test(arrays),          cmocka_unit_test(chunks),
                                     cmocka_unit_test(raw_headers), cmocka_unit_test(bad_points),      cmocka_unit_test(bad_graphs),
                                     cmocka_unit_test(bad_members), cmocka_unit_test(bad_filtrations), cmocka_unit_test(bad_diagrams),
                                     cmocka_unit_test(bad_chains),  cmocka_unit_test(large_simplices), cmocka_unit_test(bad_logs),
                                     cmocka_unit_test(bad_tables),  cmocka_unit_test(writers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
