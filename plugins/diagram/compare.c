/* diagram.compare: are two persistence diagrams equal, and if not, how far are they from each other? */
#include "distance.h"

#include <math.h>
#include <stdlib.h>

typedef struct config {
  double effort;
} config;

static const bf_param params[] = {
    BF_PARAM(
        config, effort, .def = "5", .range = "(0, inf]",
        .doc =
            "billions of steps, about 15 seconds each, for the exact Wasserstein distance of a dimension; where they do not suffice it is told within bounds"),
    {0},
};

static const bf_port inputs[] = {
    {"a", BF_BIT(BF_PERSISTENCE_DIAGRAM), 0, NULL, "a diagram"},
    {"b", BF_BIT(BF_PERSISTENCE_DIAGRAM), 0, NULL,
     "another one, whose values are of the same kind: diameters, radii, squared radii, or values of no known meaning"},
    {0},
};

static const bf_port outputs[] = {
    {"table", BF_BIT(BF_TABLE), 0, NULL, "a row for each dimension: intervals of both, how many are in common, bottleneck and 2-Wasserstein distance"},
    {0},
};

enum { DIM, A, B, COMMON, BOTTLENECK, WASSERSTEIN, LEAST };

static bf_status add_columns(bf_table *t) {
  static const struct {
    const char *name;
    bf_column_type type;
  } column[] = {{"dim", BF_COLUMN_INTEGER},     {"intervals_a", BF_COLUMN_INTEGER}, {"intervals_b", BF_COLUMN_INTEGER},   {"common", BF_COLUMN_INTEGER},
                {"bottleneck", BF_COLUMN_REAL}, {"wasserstein", BF_COLUMN_REAL},    {"wasserstein_least", BF_COLUMN_REAL}};
  bf_status status = BF_OK;
  for (size_t i = 0; i < sizeof column / sizeof *column; i++) BF_TRY(bf_table_column(t, column[i].name, column[i].type));
out:
  return status;
}

/* ---- what makes two diagrams hard to compare ---- */

static bf_status check_conventions(const bf_diagram *a, const bf_diagram *b) {
  if (a->convention == b->convention) return BF_OK;
  return bf_fail(BF_BAD_INPUT,
                 "the first diagram has the convention %s, the second %s: such values can't be compared; make both with one convention. How a text file is "
                 "read: 'pers(convention=diameter|radius|squared_radius|value):FILE'",
                 bf_convention_name(a->convention), bf_convention_name(b->convention));
}

static bf_status note_thresholds(bf_table *t, const bf_diagram *a, const bf_diagram *b) {
  if (a->threshold == b->threshold) return BF_OK;
  const bool first = a->threshold < b->threshold;
  const double less = first ? a->threshold : b->threshold, more = first ? b->threshold : a->threshold;
  if (isinf(more))
    return bf_table_note(t, "the %s diagram was cut at %g, the other one was not: what lives there never dies in it", first ? "first" : "second", less);
  return bf_table_note(t, "the first diagram was cut at %g, the second at %g: what lives there never dies", a->threshold, b->threshold);
}

static bf_status add_notes(bf_table *t, const bf_diagram *a, const bf_diagram *b) {
  bf_status status = BF_OK;
  if (a->max_dim != b->max_dim)
    BF_TRY(
        bf_table_note(t, "the first diagram goes up to dimension %u, the second up to %u: what only one of them has is not compared", a->max_dim, b->max_dim));
  if (a->modulus != b->modulus)
    BF_TRY(bf_table_note(t, "the coefficients are of Z/%u in the first diagram and of Z/%u in the second, over which the same complex can have other intervals",
                         a->modulus, b->modulus));
  BF_TRY(note_thresholds(t, a, b));
out:
  return status;
}

/* ---- rows ---- */

static bf_status put_distance(bf_table *t, uint32_t dim, const diagram_distance *x) {
  bf_status status = BF_OK;
  BF_TRY(bf_table_put_integer(t, COMMON, (int64_t)x->common));
  BF_TRY(bf_table_put_real(t, BOTTLENECK, x->bottleneck));
  BF_TRY(bf_table_put_real(t, WASSERSTEIN, x->wasserstein));
  if (x->finished) goto out;
  BF_TRY(bf_table_put_real(t, LEAST, x->least));
  BF_TRY(bf_table_note(
      t, "dimension %u: the Wasserstein distance lies between wasserstein_least and wasserstein; a greater `effort` (bettiflow diff: --exact) tells it exactly",
      dim));
out:
  return status;
}

static uint64_t count(const bf_diagram *d, uint32_t dim) {
  uint64_t n = 0;
  for (uint64_t i = 0; i < d->n; i++) n += d->dim[i] == dim;
  return n;
}

/* A dimension that was computed in one diagram only has its intervals, but no distances. */
static bf_status add_row(bf_table *t, const bf_diagram *a, const bf_diagram *b, uint32_t dim, uint64_t most, uint64_t budget, const plane_step *step) {
  bf_status status = BF_OK;
  diagram_distance x;
  BF_TRY(bf_table_row(t));
  BF_TRY(bf_table_put_integer(t, DIM, dim));
  if (dim <= a->max_dim) BF_TRY(bf_table_put_integer(t, A, (int64_t)count(a, dim)));
  if (dim <= b->max_dim) BF_TRY(bf_table_put_integer(t, B, (int64_t)count(b, dim)));
  if (dim > a->max_dim || dim > b->max_dim) return BF_OK;
  BF_TRY(diagram_distance_of(a, b, dim, most, budget, step, &x));
  BF_TRY(put_distance(t, dim, &x));
out:
  return status;
}

/* ---- the stage ---- */

typedef struct progress {
  const bf_host *host;
  bf_task *task;
  uint64_t done, total;
} progress;

static bf_status call_host(void *context) {
  const progress *p = context;
  return p->host->step(p->task, p->done, p->total);
}

static bf_status read_one(const bf_host *host, bf_task *task, const char *port, bf_diagram *d) {
  size_t n;
  return bf_diagram_read(host->inputs(task, port, &n)->path, host->memory(task), d);
}

/* Dimensions above are those of a file that was made to have them. */
static bf_status find_last(const bf_diagram *a, const bf_diagram *b, uint32_t *last) {
  enum { MOST = 64 };
  const bf_diagram *const both[] = {a, b};
  for (int k = 0; k < 2; k++)
    if (both[k]->n && both[k]->dim[both[k]->n - 1] > MOST)
      return bf_fail(BF_BAD_INPUT, "the %s diagram has an interval of dimension %u; diagrams are compared up to dimension %d", k ? "second" : "first",
                     both[k]->dim[both[k]->n - 1], MOST);
  *last = a->max_dim > b->max_dim ? a->max_dim : b->max_dim;
  if (*last > MOST) *last = MOST;
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const double effort = 1e9 * ((const config *)cfg)->effort;
  const uint64_t most = effort < 1e19 ? (uint64_t)effort + 1 : 0;
  bf_diagram a = {0}, b = {0};
  bf_table t = {0};
  uint32_t last = 0;
  const bf_out *out = host->output(task, "table", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(read_one(host, task, "a", &a));
  BF_TRY(read_one(host, task, "b", &b));
  BF_TRY(check_conventions(&a, &b));
  BF_TRY(find_last(&a, &b, &last));
  BF_TRY(add_columns(&t));
  BF_TRY(add_notes(&t, &a, &b));
  progress p = {host, task, 0, last + UINT64_C(1)};
  const plane_step step = {call_host, &p};
  for (uint32_t dim = 0; dim <= last; dim++, p.done++) BF_TRY(add_row(&t, &a, &b, dim, most, host->memory(task), &step));
  BF_TRY(bf_table_write(out, &t));
out:
  bf_table_free(&t);
  bf_diagram_free(&a);
  bf_diagram_free(&b);
  return status;
}

static const bf_stage compare = {
    .id = "diagram.compare",
    .doc = "are two persistence diagrams equal; if not, their bottleneck and 2-Wasserstein distance in each dimension",
    .revision = 2,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(config),
    .params = params,
    .run = run,
};

BF_PLUGIN(.name = "compare", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&compare, NULL});
