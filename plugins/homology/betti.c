/* homology.betti: Betti numbers of a weighted graph's flag complex at single scales. */
#include "stage.h"
#include <math.h>
#include <stdlib.h>

typedef struct config {
  bf_reals scales;
  int64_t max_dim, modulus;
} config;

static const bf_param params[] = {
    BF_PARAM(config, scales, .def = "inf", .range = "[0, inf]", .doc = "one complex for each: all edges of at most this weight; inf: all edges"),
    BF_PARAM(config, max_dim, .def = "1", .range = "[0, 64]", .doc = "highest dimension"),
    BF_PARAM(config, modulus, .def = "2", .range = "[2, 65521]", .doc = "a prime p: coefficients in the field Z/p"),
    {0}};

static const bf_port inputs[] = {{"graph", BF_BIT(BF_WEIGHTED_GRAPH), 0, NULL, "the graph whose edge weights are distances"}, {0}};
static const bf_port outputs[] = {{"table", BF_BIT(BF_BETTI_TABLE), 0, NULL, "a row for each scale and dimension 0 to max_dim, zeros too"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (c->scales.n == 0) return bf_fail(BF_INVALID, "scales: none given; `inf` takes all edges");
  for (size_t i = 0; i < c->scales.n; i++)
    for (size_t j = 0; j < i; j++)
      if (c->scales.at[i] == c->scales.at[j]) return bf_fail(BF_INVALID, "scales: %g stands there twice", c->scales.at[i]);
  return bf_flag_check_modulus(c->modulus);
}

/* Weights are floats, so a scale is met as a float too: at 0.1 the edge of length 0.1f counts. */
static bf_status compute(const bf_host *host, bf_task *task, const config *c, const bf_graph *graph, uint64_t *betti) {
  bf_status status = BF_OK;
  bf_stage_step step = {host, task};
  bf_flag_options options = stage_options(&step, graph);
  float *scale = malloc(c->scales.n * sizeof *scale);
  if (!scale) return bf_fail(BF_NO_MEMORY, "no memory for %zu scales", c->scales.n);
  for (size_t i = 0; i < c->scales.n; i++) scale[i] = (float)c->scales.at[i];
  options.max_dim = (uint32_t)c->max_dim;
  options.modulus = (uint32_t)c->modulus;
  BF_TRY(bf_flag_betti(graph, &options, scale, c->scales.n, betti));
out:
  free(scale);
  return status;
}

static bf_status fill(bf_betti_table *t, const config *c, const uint64_t *betti) {
  uint64_t dims = (uint64_t)c->max_dim + 1;
  t->n = c->scales.n * dims;
  t->ntext = 1;
  t->text = calloc(1, sizeof *t->text);
  t->scale = malloc(t->n * sizeof *t->scale);
  t->dim = malloc(t->n * sizeof *t->dim);
  t->betti = malloc(t->n * sizeof *t->betti);
  if (!t->text || !(t->text[0] = calloc(1, 1)) || !t->scale || !t->dim || !t->betti)
    return bf_fail(BF_NO_MEMORY, "no memory for %llu Betti numbers", (unsigned long long)t->n);
  for (uint64_t i = 0; i < t->n; i++) {
    t->scale[i] = c->scales.at[i / dims];
    t->dim[i] = (uint32_t)(i % dims);
    t->betti[i] = (int64_t)betti[i];
  }
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const config *c = cfg;
  bf_graph graph = {0};
  bf_betti_table table = {0};
  size_t n;
  uint64_t *betti = calloc(c->scales.n * ((size_t)c->max_dim + 1), sizeof *betti);
  const bf_input *in = host->inputs(task, "graph", &n);
  const bf_out *out = host->output(task, "table", NULL, 0);
  if (!out || !betti) {
    status = out ? bf_fail(BF_NO_MEMORY, "no memory for the Betti numbers") : BF_FAILED;
    goto out;
  }
  BF_TRY(bf_graph_read(in->path, host->memory(task), &graph));
  BF_TRY(compute(host, task, c, &graph, betti));
  BF_TRY(fill(&table, c, betti));
  BF_TRY(bf_betti_table_write(out, &table));
out:
  bf_graph_free(&graph);
  bf_betti_table_free(&table);
  free(betti);
  return status;
}

static const bf_stage stage = {.id = "homology.betti",
                               .doc = "Betti numbers of the flag complex at single scales, by reduction of the graph before any homology is computed",
                               .revision = 1,
                               .max_threads = 64,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "betti", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
