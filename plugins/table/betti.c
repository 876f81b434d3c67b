/* table.betti: one table of Betti numbers from many persistence diagrams, or from many small tables. */
#include "build.h"
#include "either.h"

#include <math.h>
#include <stdlib.h>

typedef struct config {
  bf_reals scale;
} config;

static const bf_param params[] = {
    BF_PARAM(config, scale, .def = "[]",
             .doc =
                 "Betti numbers at these scales, in the diagrams' own values, counting birth <= scale < death; empty: the essential classes, which never die"),
    {0},
};

static const bf_port inputs[] = {
    EITHER_INPUTS("diagrams to count in", "tables to put one below the other"),
    {0},
};

static const bf_port outputs[] = {
    {"table", BF_BIT(BF_BETTI_TABLE), 0, NULL, "a row for each item, scale and dimension, zeros too"},
    {0},
};

static bf_status check(const void *cfg_, uint32_t connected) {
  bf_status status = BF_OK;
  const config *cfg = cfg_;
  BF_TRY(table_either(connected));
  if (connected == EITHER_TABLES_BIT && cfg->scale.n > 0)
    return bf_fail(BF_INVALID, "scale: the rows of `tables` have their scales already; leave this parameter out, or gather `diagrams`");
  for (size_t i = 0; i < cfg->scale.n; i++) {
    if (isnan(cfg->scale.at[i])) return bf_fail(BF_INVALID, "scale: not a number");
    for (size_t j = 0; j < i; j++) {
      if (cfg->scale.at[j] == cfg->scale.at[i]) return bf_fail(BF_INVALID, "scale: %g stands there twice", cfg->scale.at[i]);
    }
  }
out:
  return status;
}

/* Diameters are floats, so a scale is met as a float too: at 0.1 the edge of length 0.1f counts, though as a double it is longer. */
static bool is_reached(double value, double scale) { return value <= scale || (isfinite(value) && value == (double)(float)scale); }

/* The rows of one diagram at one scale. */
static bf_status count(table_build *b, const bf_diagram *d, double scale) {
  bf_status status = BF_OK;
  if (isfinite(scale) && scale > d->threshold && (double)(float)scale != d->threshold) /* a threshold may be such a float too */
    return bf_fail(BF_INVALID, "scale: %g is past %g, the threshold at which the diagram was cut; raise the threshold or lower the scale", scale, d->threshold);
  int64_t *betti = calloc((size_t)d->max_dim + 1, sizeof *betti);
  if (!betti) return bf_fail(BF_NO_MEMORY, "out of memory for the Betti numbers of a diagram");
  for (uint64_t i = 0; i < d->n; i++) {
    bool essential = isinf(d->death[i]);
    if (isinf(scale) && scale > 0 ? essential : is_reached(d->birth[i], scale) && !is_reached(d->death[i], scale)) betti[d->dim[i]]++;
  }
  for (uint32_t dim = 0; dim <= d->max_dim; dim++) BF_TRY(table_build_row(b, scale, dim, betti[dim]));
out:
  free(betti);
  return status;
}

static bf_status add_diagram(table_build *b, const bf_input *in, const config *cfg, uint64_t budget) {
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(table_build_item(b, in));
  BF_TRY(bf_diagram_read(in->path, budget, &d));
  if (cfg->scale.n == 0) BF_TRY(count(b, &d, INFINITY));
  for (size_t i = 0; i < cfg->scale.n; i++) BF_TRY(count(b, &d, cfg->scale.at[i]));
out:
  bf_diagram_free(&d);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  size_t ndiagram, ntable;
  const bf_input *diagram = host->inputs(task, "diagrams", &ndiagram);
  const bf_input *table = host->inputs(task, "tables", &ntable);
  table_build *b = NULL;
  bf_betti_table t = {0};
  BF_TRY(table_build_new(&b));
  for (size_t i = 0; i < ndiagram; i++) {
    BF_TRY(host->step(task, i, ndiagram));
    if (diagram[i].path)
      BF_TRY(add_diagram(b, &diagram[i], cfg, host->memory(task)));
    else
      BF_TRY(table_build_input(b, &diagram[i], host->memory(task)));
  }
  BF_TRY(table_build_inputs(b, host, task, table, ntable));
  BF_TRY(table_build_take(b, &t));
  const bf_out *out = host->output(task, "table", NULL, 0);
  if (!out) {
    status = BF_FAILED;
    goto out;
  }
  BF_TRY(bf_betti_table_write(out, &t));
out:
  bf_betti_table_free(&t);
  table_build_free(b);
  return status;
}

static const bf_stage betti = {
    .id = "table.betti",
    .doc = "collects Betti numbers of all items in one table, declined items with their reasons",
    .revision = 1,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "betti-table", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&betti, NULL});
