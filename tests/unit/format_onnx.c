/* ONNX: PyTorch's own files give PyTorch's numbers; graphs that are no chain of layers, and damaged files, are refused by name. */
#include "host.h"
#include "onnx.pb-c.h"

#include <bettiflow/artifact.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const bf_plugin *plugin(bf_task *t) {
  static const bf_plugin *loaded; /* stays when the task is freed */
  return loaded ? loaded : (loaded = test_task_load(t, "format/onnx.so"));
}

static bf_status read_onnx(bf_task *t, const char *path) {
  remove("net");
  return plugin(t)->formats[0]->read(test_host(), t, NULL, path, BF_NETWORK, &(bf_out){.path = "net"});
}

static const char *error_of(bf_task *t) { return plugin(t)->error(); }

/* ---- files that PyTorch made ---- */

typedef struct expected {
  size_t n, dim, outputs;
  double *rows; /* n × (dim + outputs) */
} expected;

static expected load_expected(const char *name) {
  char path[1024];
  expected e;
  snprintf(path, sizeof path, "%s/tests/unit/onnx/%s.txt", getenv("BF_SOURCE"), name);
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  assert_int_equal(fscanf(f, "%zu %zu %zu", &e.n, &e.dim, &e.outputs), 3);
  e.rows = calloc(e.n * (e.dim + e.outputs), sizeof *e.rows);
  for (size_t i = 0; i < e.n * (e.dim + e.outputs); i++) assert_int_equal(fscanf(f, "%lf", &e.rows[i]), 1);
  fclose(f);
  return e;
}

static void write_points(const expected *e) {
  bf_points p;
  assert_int_equal(bf_points_new(&p, e->n, (uint32_t)e->dim, true), BF_OK);
  for (size_t i = 0; i < e->n; i++)
    for (size_t k = 0; k < e->dim; k++) p.x[i * e->dim + k] = (float)e->rows[i * (e->dim + e->outputs) + k];
  assert_int_equal(bf_points_write(&(bf_out){.path = "points"}, &p), BF_OK);
  bf_points_free(&p);
}

static void check_file(const char *name, const char *const *activations, size_t layers) {
  char path[1024];
  bf_points p;
  expected e = load_expected(name);
  snprintf(path, sizeof path, "%s/tests/unit/onnx/%s.onnx", getenv("BF_SOURCE"), name);
  write_points(&e);
  bf_task *t = test_task_new("out");
  for (; *activations; activations++) {
    snprintf(path + 512, 512, "activation/%s.so", *activations);
    test_task_load(t, path + 512);
  }
  if (read_onnx(t, path) != BF_OK) fail_msg("%s: %s", name, error_of(t));
  test_task_load(t, "network/layers.so");
  test_task_input(t, "model", "net", NULL, 0);
  test_task_input(t, "points", "points", NULL, 0);
  if (test_task_run(t, "network.layers") != BF_OK) fail_msg("%s: %s", name, test_task_error(t));
  assert_int_equal(test_task_outputs(t, "layers"), layers + 1);
  assert_int_equal(bf_points_read(test_task_output(t, "layers", layers)->path, 0, &p), BF_OK);
  assert_int_equal(p.n, e.n);
  assert_int_equal(p.dim, e.outputs);
  for (size_t i = 0; i < e.n; i++)
    for (size_t k = 0; k < e.outputs; k++) {
      const double wanted = e.rows[i * (e.dim + e.outputs) + e.dim + k], got = (double)p.x[i * e.outputs + k];
      if (!(fabs(wanted - got) <= 1e-5 * fmax(1, fabs(wanted)))) fail_msg("%s: point %zu, output %zu: %g, not %g", name, i, k, got, wanted);
    }
  bf_points_free(&p);
  free(e.rows);
  test_task_free(t);
}

static void pytorch(void **state) {
  (void)state;
  check_file("plain", (const char *const[]){"relu", "leaky_relu", "tanh", "sigmoid", "clamp", NULL}, 6);
  check_file("smooth", (const char *const[]){"elu", "gelu", "silu", "softplus", "sine", NULL}, 7);
  check_file("norm", (const char *const[]){"relu", "leaky_relu", NULL}, 3);
  check_file("matmul", (const char *const[]){"relu", "tanh", NULL}, 3);
}

/* ---- files that the test makes ---- */

typedef struct graph { /* node k takes the value of the one before it, "v0" being the input, and gives "v<k+1>" */
  Bfonnx__Model model;
  Bfonnx__Graph graph;
  size_t n;
  Bfonnx__Node node[8], *nodes[8];
  char *in[8][5], *out[8][2], name[8][16], value[10][16];
  Bfonnx__Attribute attribute[8], *attributes[8];
  Bfonnx__Tensor tensor[8], *tensors[8];
  int64_t dims[8][3];
  Bfonnx__Value input, output, *inputs[1], *outputs[1];
  float numbers[64];
} graph;

static void begin(graph *g) {
  memset(g, 0, sizeof *g);
  bfonnx__model__init(&g->model);
  bfonnx__graph__init(&g->graph);
  bfonnx__value__init(&g->input);
  bfonnx__value__init(&g->output);
  for (int i = 0; i < 64; i++) g->numbers[i] = (float)(i % 7) - 3;
  for (int i = 0; i < 10; i++) snprintf(g->value[i], 16, "v%d", i);
  g->input.name = g->value[0];
  g->inputs[0] = &g->input;
  g->outputs[0] = &g->output;
  g->model.graph = &g->graph;
  g->graph.node = g->nodes;
  g->graph.initializer = g->tensors;
  g->graph.input = g->inputs;
  g->graph.output = g->outputs;
  g->graph.n_input = g->graph.n_output = 1;
}

static Bfonnx__Node *add_node(graph *g, const char *type, const char *second, const char *third) {
  const size_t k = g->graph.n_node++;
  Bfonnx__Node *node = g->nodes[k] = &g->node[k];
  bfonnx__node__init(node);
  snprintf(g->name[k], 16, "node%zu", k);
  node->name = g->name[k];
  node->op_type = (char *)(uintptr_t)type;
  node->input = g->in[k];
  node->output = g->out[k];
  g->in[k][node->n_input++] = g->value[k];
  if (second) g->in[k][node->n_input++] = (char *)(uintptr_t)second;
  if (third) g->in[k][node->n_input++] = (char *)(uintptr_t)third;
  g->out[k][node->n_output++] = g->value[k + 1];
  g->output.name = g->value[k + 1];
  return node;
}

static void add_attribute(graph *g, Bfonnx__Node *node, const char *name, float f, int64_t i) {
  const size_t k = (size_t)(node - g->node);
  bfonnx__attribute__init(&g->attribute[k]);
  g->attribute[k].name = (char *)(uintptr_t)name;
  g->attribute[k].f = f;
  g->attribute[k].i = i;
  g->attributes[k] = &g->attribute[k];
  node->attribute = &g->attributes[k];
  node->n_attribute = 1;
}

static Bfonnx__Tensor *add_tensor(graph *g, const char *name, size_t rank, int64_t rows, int64_t columns) {
  const size_t k = g->graph.n_initializer++;
  Bfonnx__Tensor *t = g->tensors[k] = &g->tensor[k];
  bfonnx__tensor__init(t);
  t->name = (char *)(uintptr_t)name;
  t->data_type = 1;
  g->dims[k][0] = rows;
  g->dims[k][1] = columns;
  g->dims[k][2] = 1;
  t->dims = g->dims[k];
  t->n_dims = rank;
  t->float_data = g->numbers;
  t->n_float_data = (size_t)(rank == 1 ? rows : rank ? rows * columns : 1);
  return t;
}

static size_t pack(const graph *g, uint8_t *to) { return bfonnx__model__pack(&g->model, to); }

static bf_status read_graph(bf_task *t, const graph *g) {
  static uint8_t bytes[1 << 16];
  FILE *f = fopen("in.onnx", "wb");
  fwrite(bytes, 1, pack(g, bytes), f);
  fclose(f);
  return read_onnx(t, "in.onnx");
}

static void expect_refused(bf_task *t, const graph *g, const char *message) {
  bf_status status = read_graph(t, g);
  if (status != BF_BAD_INPUT || !strstr(error_of(t), message)) fail_msg("status %d, '%s' is not in '%s'", (int)status, message, error_of(t));
  assert_null(fopen("net", "rb"));
}

/* A 2 × 3 weight and a bias of 3: y = 2 x W + 0.5 b, then LeakyRelu. */
static void base(graph *g) {
  begin(g);
  add_attribute(g, add_node(g, "Gemm", "w", "b"), "alpha", 2, 0);
  add_tensor(g, "w", 2, 2, 3);
  add_tensor(g, "b", 1, 3, 0);
}

static void operators(void **state) {
  (void)state;
  graph g;
  bf_network net;
  bf_task *t = test_task_new("out");
  base(&g);
  add_attribute(&g, add_node(&g, "LeakyRelu", NULL, NULL), "alpha", 0.25f, 0);
  add_node(&g, "MatMul", "m", NULL);
  add_tensor(&g, "m", 2, 3, 1)->name = (char[]){"m"};
  add_node(&g, "Add", "c", NULL);
  add_tensor(&g, "c", 0, 1, 1);
  if (read_graph(t, &g) != BF_OK) fail_msg("%s", error_of(t));
  assert_int_equal(bf_network_read("net", 0, &net), BF_OK);
  assert_int_equal(net.nlayer, 2);
  const float wanted[] = {-6, 0, -4, 2, -2, 4}; /* 2 × {-3 … 2}, turned */
  assert_memory_equal(net.layer[0].weight, wanted, sizeof wanted);
  assert_memory_equal(net.layer[0].bias, g.numbers, 12);
  assert_string_equal(net.layer[0].activation, "activation.leaky_relu(slope=0x1p-2)");
  assert_memory_equal(net.layer[1].weight, g.numbers, 12);
  assert_float_equal(net.layer[1].bias[0], -3, 0);
  assert_string_equal(net.layer[1].activation, "");
  bf_network_free(&net);
  test_task_free(t);
}

/* Constants that have other names by Identity nodes, also names of names. */
static void aliases(void **state) {
  (void)state;
  graph g;
  bf_network net;
  bf_task *t = test_task_new("out");
  begin(&g);
  add_node(&g, "Identity", NULL, NULL)->input[0] = (char[]){"b"};
  add_node(&g, "Identity", NULL, NULL);
  add_attribute(&g, add_node(&g, "Gemm", "w", "v2"), "transB", 0, 0);
  g.in[2][0] = g.value[0];
  add_tensor(&g, "w", 2, 2, 3);
  add_tensor(&g, "b", 1, 3, 0);
  if (read_graph(t, &g) != BF_OK) fail_msg("%s", error_of(t));
  assert_int_equal(bf_network_read("net", 0, &net), BF_OK);
  assert_int_equal(net.nlayer, 1);
  assert_memory_equal(net.layer[0].bias, g.numbers, 12);
  bf_network_free(&net);
  test_task_free(t);
}

static void refuses_graphs(void **state) {
  (void)state;
  graph g;
  bf_task *t = test_task_new("out");
  base(&g);
  add_node(&g, "Conv", "w", NULL);
  expect_refused(t, &g, "in.onnx: node 'node1' (Conv): this operator is not read");
  assert_non_null(strstr(error_of(t), "record the activations instead, see the stage network.recorded"));
  base(&g);
  add_node(&g, "Relu", NULL, NULL);
  add_node(&g, "Relu", NULL, NULL);
  expect_refused(t, &g, "'node2' (Relu): an activation where no");
  base(&g);
  add_node(&g, "Add", "v0", NULL); /* a residual connection */
  expect_refused(t, &g, "'node1' (Add): its input 'v0' is no constant: only a chain");
  base(&g);
  add_node(&g, "Relu", NULL, NULL);
  add_node(&g, "Add", "b", NULL);
  expect_refused(t, &g, "'node2' (Add): it adds a constant where no");
  base(&g);
  add_node(&g, "Tanh", NULL, NULL)->input[0] = g.value[0];
  expect_refused(t, &g, "'node1' (Tanh): it does not take 'v1'");
  base(&g);
  add_node(&g, "MatMul", "w", NULL);
  expect_refused(t, &g, "'node1' (MatMul): its weight takes 2 values, but 3 come in");
  base(&g);
  add_node(&g, "Softmax", NULL, NULL);
  add_node(&g, "Relu", NULL, NULL);
  expect_refused(t, &g, "'node2' (Relu): it stands behind a Softmax");
  base(&g);
  add_node(&g, "Relu", NULL, NULL)->domain = (char[]){"mine"};
  expect_refused(t, &g, "the domain 'mine'");
  base(&g);
  g.attribute[0].name = (char[]){"transA"}, g.attribute[0].i = 1;
  expect_refused(t, &g, "'node0' (Gemm): transA is not 0");
  base(&g);
  g.attribute[0].f = 3e38f;
  expect_refused(t, &g, "'node0' (Gemm): its weight times alpha is not finite");
  base(&g);
  g.numbers[0] = -3e38f;
  g.attribute[0].f = 1;
  add_node(&g, "Add", "b", NULL);
  expect_refused(t, &g, "'node1' (Add): the sum of its constants is not finite");
  begin(&g);
  add_node(&g, "BatchNormalization", "w", NULL);
  expect_refused(t, &g, "'node0' (BatchNormalization): it is read only right behind");
  base(&g);
  add_node(&g, "BatchNormalization", "w", NULL);
  expect_refused(t, &g, "'node1' (BatchNormalization): 'w' has 6 numbers for 3 values");
  base(&g);
  add_node(&g, "BatchNormalization", "b", "b")->n_input = 5;
  g.in[1][3] = g.in[1][4] = (char[]){"b"}; /* variances of -3, -2 and -1 */
  expect_refused(t, &g, "'node1' (BatchNormalization): its factor for value 0 is not finite");
  base(&g);
  g.output.name = g.value[5];
  expect_refused(t, &g, "the graph gives 1 outputs ('v5')");
  base(&g);
  g.graph.n_input = 0;
  expect_refused(t, &g, "the graph has no input");
  begin(&g);
  add_node(&g, "Identity", NULL, NULL);
  expect_refused(t, &g, "no fully connected layer");
  base(&g);
  add_node(&g, "Clip", "w", NULL);
  expect_refused(t, &g, "constant 'w': one number is expected here");
  base(&g);
  add_node(&g, "Reshape", "b", NULL);
  expect_refused(t, &g, "constant 'b': not whole numbers");
  base(&g);
  add_node(&g, "Div", "b", NULL);
  expect_refused(t, &g, "'node1' (Div): this operator is read only where it begins a GELU");
  test_task_free(t);
}

static void refuses_constants(void **state) {
  (void)state;
  graph g;
  bf_task *t = test_task_new("out");
  base(&g);
  g.tensor[0].dims[0] = 3;
  expect_refused(t, &g, "constant 'w': its shape needs 9 numbers, and 6 are there");
  base(&g);
  g.tensor[0].dims[0] = g.tensor[0].dims[1] = 1 << 30;
  expect_refused(t, &g, "constant 'w': its shape has more numbers than can be");
  base(&g);
  g.tensor[0].dims[0] = -2;
  expect_refused(t, &g, "more numbers than can be");
  base(&g);
  g.tensor[0].dims[0] = g.tensor[0].dims[1] = 1 << 19;
  expect_refused(t, &g, "needs 274877906944 numbers, and 6 are there");
  base(&g);
  g.tensor[0].dims[0] = 1ll << 39, g.tensor[0].dims[1] = 0, g.tensor[0].n_float_data = 0;
  expect_refused(t, &g, "'node0' (Gemm): its weight 'w' is empty, 549755813888 × 0");
  base(&g);
  g.attribute[0].type = 2;
  expect_refused(t, &g, "'node0' (Gemm): its attribute 'alpha' has another type");
  base(&g);
  g.tensor[0].data_type = 8;
  expect_refused(t, &g, "data type 8; float");
  base(&g);
  g.tensor[0].data_location = 1;
  expect_refused(t, &g, "its numbers are in another file");
  base(&g);
  g.tensor[0].raw_data = (ProtobufCBinaryData){7, (uint8_t *)g.numbers};
  expect_refused(t, &g, "no whole number of numbers");
  base(&g);
  g.numbers[1] = NAN;
  expect_refused(t, &g, "not finite");
  base(&g);
  g.tensor[1].name = (char[]){"w"};
  expect_refused(t, &g, "two constants are called 'w'");
  base(&g);
  g.tensor[0].n_dims = 1, g.tensor[0].dims[0] = 6;
  expect_refused(t, &g, "'node0' (Gemm): its weight 'w' has 1 dimensions");
  base(&g);
  g.tensor[1].dims[0] = 2, g.tensor[1].n_float_data = 2;
  expect_refused(t, &g, "'node0' (Gemm): it adds 2 numbers to 3 values");
  test_task_free(t);
}

/* A good file cut anywhere; noise; many tiny messages, which would take a hundred times the file's size. */
static void hostile(void **state) {
  (void)state;
  static uint8_t bytes[1 << 16];
  graph g;
  bf_task *t = test_task_new("out");
  base(&g);
  const size_t n = pack(&g, bytes);
  for (size_t cut = 0; cut < n; cut++) {
    FILE *f = fopen("cut.onnx", "wb");
    fwrite(bytes, 1, cut, f);
    fclose(f);
    assert_int_equal(read_onnx(t, "cut.onnx"), BF_BAD_INPUT);
  }
  uint8_t many[1 << 15];
  memcpy(many, (const uint8_t[]){0x3a, 0xfc, 0xff, 0x01}, 4); /* graph, 32764 bytes */
  for (size_t i = 4; i < sizeof many; i += 2) many[i] = 0x0a, many[i + 1] = 0;
  FILE *f = fopen("many.onnx", "wb");
  fwrite(many, 1, sizeof many, f);
  fclose(f);
  test_task_limits(t)->memory = 1 << 20;
  assert_int_equal(read_onnx(t, "many.onnx"), BF_NO_MEMORY);
  test_task_free(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pytorch),        cmocka_unit_test(operators),         cmocka_unit_test(aliases),
                                     cmocka_unit_test(refuses_graphs), cmocka_unit_test(refuses_constants), cmocka_unit_test(hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
