/* Stages for tests of the engine: each artifact is a point cloud of one point on the line, its value, so that a dump shows who read what.
 * Every run appends a line to the file that BF_TRACE names. */
#include <bettiflow/artifact.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct config {
  int64_t value, layers, classes, decline, fail, milliseconds;
  bool backwards;
  bf_activation_use activation;
} config;

static void trace(const char *stage, double value) {
  const char *path = getenv("BF_TRACE");
  char line[80];
  int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
  if (fd < 0) return;
  int n = snprintf(line, sizeof line, "%s %g\n", stage, value);
  if (write(fd, line, (size_t)n) != n) abort();
  close(fd);
}

static bf_status give(const bf_host *host, bf_task *task, const char *port, const bf_label *label, size_t nlabel, double value) {
  const bf_out *out = host->output(task, port, label, nlabel);
  bf_points points;
  if (!out) return BF_FAILED;
  bf_status status = bf_points_new(&points, 1, 1, false);
  if (status == BF_OK) {
    points.x[0] = (float)value;
    status = bf_points_write(out, &points);
  }
  bf_points_free(&points);
  return status;
}

/* The value at a port; `other` when it is not connected. */
static bf_status take(const bf_host *host, bf_task *task, const char *port, double other, double *value) {
  size_t n;
  const bf_input *in = host->inputs(task, port, &n);
  bf_points points;
  *value = other;
  if (!n) return BF_OK;
  bf_status status = bf_points_read(in[0].path, host->memory(task), &points);
  if (status == BF_OK) *value = (double)points.x[0];
  bf_points_free(&points);
  return status;
}

static bf_status pass_time(const bf_host *host, bf_task *task, const config *c) {
  bf_status status = BF_OK;
  for (int64_t i = 0; status == BF_OK && i < c->milliseconds; i++) {
    usleep(1000);
    status = host->step(task, (uint64_t)i + 1, (uint64_t)c->milliseconds);
  }
  return status;
}

/* ---- trace.value ---- */

static bf_status run_value(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  trace("value", (double)c->value);
  if (c->value == c->decline) return bf_fail(BF_DECLINED, "declined %" PRId64, c->value);
  if (c->value == c->fail) return bf_fail(BF_FAILED, "failed %" PRId64, c->value);
  const char *lie = getenv("BF_LIE"); /* what no key knows of: as if somebody had forged the result */
  bf_status status = pass_time(host, task, c);
  return status == BF_OK ? give(host, task, "out", NULL, 0, (double)c->value + (lie ? atof(lie) : 0)) : status;
}

/* ---- trace.grid: items (layer, class) with the value base + 10 layer + class ---- */

static bf_status run_grid(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  double base;
  bf_status status = take(host, task, "base", 0, &base);
  trace("grid", base);
  if (status == BF_OK && base == (double)c->decline) return bf_fail(BF_DECLINED, "declined %g", base);
  for (int64_t i = 0; status == BF_OK && i < c->layers * c->classes; i++) {
    int64_t k = c->backwards ? c->layers * c->classes - 1 - i : i, layer = k / c->classes, class = k % c->classes;
    char text[2][24];
    snprintf(text[0], sizeof text[0], "%" PRId64, layer);
    snprintf(text[1], sizeof text[1], "%" PRId64, class);
    status = give(host, task, "items", (const bf_label[]){{"layer", text[0]}, {"class", text[1]}}, 2, base + (double)(10 * layer + class));
  }
  return status;
}

/* ---- trace.layers: items (layer) with the value 100 layer ---- */

static bf_status run_layers(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  trace("layers", 0);
  if (c->decline == 0) return bf_fail(BF_DECLINED, "no layers");
  for (int64_t i = 0; status == BF_OK && i < c->layers; i++) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, i);
    status = give(host, task, "items", (const bf_label[]){{"layer", text}}, 1, 100 * (double)i);
  }
  return status;
}

/* ---- trace.sum: a + b + value ---- */

static bf_status check_sum(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  if (c->value == 666) return bf_fail(BF_INVALID, "value: 666 is not to be had");
  return connected & 1 ? BF_OK : bf_fail(BF_INVALID, "'a' must be connected");
}

static bf_status run_sum(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  double a, b;
  bf_status status = take(host, task, "a", 0, &a);
  if (status == BF_OK) status = take(host, task, "b", 0, &b);
  if (status != BF_OK) return status;
  trace("sum", a + b + (double)c->value);
  if (a + b == (double)c->decline) return bf_fail(BF_DECLINED, "declined %g", a + b);
  if (a + b == (double)c->fail) return bf_fail(BF_FAILED, "failed %g", a + b);
  status = pass_time(host, task, c);
  return status == BF_OK ? give(host, task, "out", NULL, 0, a + b + (double)c->value) : status;
}

/* ---- trace.list: everything that is gathered, as a table ---- */

static uint32_t intern(bf_betti_table *t, const char *text) {
  for (uint32_t i = 0; i < t->ntext; i++)
    if (!strcmp(t->text[i], text)) return i;
  t->text = realloc(t->text, (t->ntext + 1) * sizeof *t->text);
  t->text[t->ntext] = strdup(text);
  return t->ntext++;
}

static bf_status run_list(const bf_host *host, bf_task *task, const void *cfg) {
  (void)cfg;
  size_t n;
  const bf_input *in = host->inputs(task, "items", &n), *widest = in;
  bf_betti_table t = {0};
  bf_status status = BF_OK;
  trace("list", (double)n);
  intern(&t, "");
  for (size_t i = 1; i < n; i++)
    if (in[i].nlabel > widest->nlabel) widest = &in[i];
  t.naxis = n ? (uint32_t)widest->nlabel : 0;
  t.nsweep = n ? (uint32_t)widest->nsweep : 0;
  t.axis = calloc(t.naxis + 1, sizeof *t.axis);
  t.value = calloc(n * t.naxis + 1, sizeof *t.value);
  t.declined = calloc(n * t.naxis + 1, sizeof *t.declined);
  t.scale = calloc(n + 1, sizeof *t.scale);
  t.dim = calloc(n + 1, sizeof *t.dim);
  t.betti = calloc(n + 1, sizeof *t.betti);
  t.reason = calloc(n + 1, sizeof *t.reason);
  for (uint32_t k = 0; k < t.naxis; k++) t.axis[k] = strdup(widest->label[k].name);
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    uint32_t *row = in[i].path ? t.value + t.n * t.naxis : t.declined + t.ndeclined * t.naxis;
    for (size_t k = 0; k < in[i].nlabel; k++) row[k] = intern(&t, in[i].label[k].value);
    if (!in[i].path) {
      t.reason[t.ndeclined++] = intern(&t, in[i].reason);
      continue;
    }
    bf_points points;
    status = bf_points_read(in[i].path, host->memory(task), &points);
    if (status == BF_OK) t.betti[t.n++] = (int64_t)points.x[0];
    bf_points_free(&points);
  }
  const bf_out *out = status == BF_OK ? host->output(task, "table", NULL, 0) : NULL;
  if (status == BF_OK) status = out ? bf_betti_table_write(out, &t) : BF_FAILED;
  bf_betti_table_free(&t);
  return status;
}

/* ---- format.trace ---- */

static bf_status dump_points(const char *path, FILE *f) {
  bf_points points;
  bf_status status = bf_points_read(path, 0, &points);
  for (uint64_t i = 0; status == BF_OK && i < points.n; i++) fprintf(f, "%g\n", (double)points.x[i]);
  bf_points_free(&points);
  return status;
}

static void dump_row(FILE *f, const bf_betti_table *t, const uint32_t *row) {
  for (uint32_t k = 0; k < t->naxis; k++) fprintf(f, "%s,", t->text[row[k]]);
}

static bf_status dump_table(const char *path, FILE *f) {
  bf_betti_table t;
  bf_status status = bf_betti_table_read(path, 0, &t);
  if (status != BF_OK) return status;
  for (uint32_t k = 0; k < t.naxis; k++) fprintf(f, "%s%s,", k < t.nsweep ? "$" : "", t.axis[k]);
  fputs("value\n", f);
  for (uint64_t i = 0; i < t.n; i++) {
    dump_row(f, &t, t.value + i * t.naxis);
    fprintf(f, "%" PRId64 "\n", t.betti[i]);
  }
  for (uint64_t i = 0; i < t.ndeclined; i++) {
    dump_row(f, &t, t.declined + i * t.naxis);
    fprintf(f, "%s\n", t.text[t.reason[i]]);
  }
  bf_betti_table_free(&t);
  return BF_OK;
}

static bf_status write_trace(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  (void)host, (void)task, (void)cfg;
  FILE *f = fopen(out, "w");
  if (!f) return bf_fail(BF_STORE, "%s: can't be written", out);
  bf_status status = type == BF_BETTI_TABLE ? dump_table(path, f) : dump_points(path, f);
  if (fclose(f) && status == BF_OK) status = bf_fail(BF_STORE, "%s: can't be written", out);
  return status;
}

static const bf_format trace_format = {.id = "format.trace",
                                       .doc = "values, one on each line",
                                       .revision = 1,
                                       .extensions = ".trace",
                                       .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_BETTI_TABLE),
                                       .write = write_trace};

#define POINTS BF_BIT(BF_POINT_CLOUD)
#define VALUE BF_PARAM(config, value, .def = "0", .doc = "the value, or what is added")
#define DECLINE BF_PARAM(config, decline, .def = "-1", .doc = "the input at which it declines")
#define FAIL BF_PARAM(config, fail, .def = "-1", .doc = "the input at which it fails")
#define SLOW BF_PARAM(config, milliseconds, .def = "0", .doc = "time that it takes")
#define LAYERS BF_PARAM(config, layers, .def = "2", .doc = "layers")

static const bf_stage value_stage = {.id = "trace.value",
                                     .doc = "a value",
                                     .revision = 1,
                                     .outputs = (const bf_port[]){{"out", POINTS, 0, NULL, "the value"}, {0}},
                                     .cfg_size = sizeof(config),
                                     .params = (const bf_param[]){VALUE, DECLINE, FAIL, SLOW, {0}},
                                     .run = run_value};
static const bf_stage grid_stage = {.id = "trace.grid",
                                    .doc = "items by layer and class",
                                    .revision = 1,
                                    .inputs = (const bf_port[]){{"base", POINTS, BF_OPTIONAL, NULL, "added to all"}, {0}},
                                    .outputs = (const bf_port[]){{"items", POINTS, BF_MANY, "layer,class", "10 layer + class"}, {0}},
                                    .cfg_size = sizeof(config),
                                    .params = (const bf_param[]){LAYERS,
                                                                 BF_PARAM(config, classes, .def = "2", .doc = "classes"),
                                                                 BF_PARAM(config, backwards, .def = "false", .doc = "last item first"),
                                                                 DECLINE,
                                                                 {0}},
                                    .run = run_grid};
static const bf_stage layers_stage = {.id = "trace.layers",
                                      .doc = "items by layer",
                                      .revision = 1,
                                      .outputs = (const bf_port[]){{"items", POINTS, BF_MANY, "layer", "100 layer"}, {0}},
                                      .cfg_size = sizeof(config),
                                      .params = (const bf_param[]){LAYERS, DECLINE, {0}},
                                      .run = run_layers};
static const bf_stage sum_stage = {.id = "trace.sum",
                                   .doc = "a + b + value",
                                   .revision = 1,
                                   .max_threads = 2,
                                   .inputs = (const bf_port[]){{"a", POINTS, BF_OPTIONAL, NULL, "a value"}, {"b", POINTS, BF_OPTIONAL, NULL, "another"}, {0}},
                                   .outputs = (const bf_port[]){{"out", POINTS, 0, NULL, "the sum"}, {0}},
                                   .cfg_size = sizeof(config),
                                   .params = (const bf_param[]){VALUE, DECLINE, FAIL, SLOW, BF_PARAM(config, activation, .def = "", .doc = "not used"), {0}},
                                   .check = check_sum,
                                   .run = run_sum};
static const bf_stage list_stage = {.id = "trace.list",
                                    .doc = "what is gathered",
                                    .revision = 1,
                                    .inputs = (const bf_port[]){{"items", POINTS, BF_MANY, NULL, "values"}, {0}},
                                    .outputs = (const bf_port[]){{"table", BF_BIT(BF_BETTI_TABLE), 0, NULL, "a row for each"}, {0}},
                                    .run = run_list};

BF_PLUGIN(.name = "test-trace", .version = "1.0", .licence = "MIT",
          .stages = (const bf_stage *const[]){&value_stage, &grid_stage, &layers_stage, &sum_stage, &list_stage, NULL},
          .formats = (const bf_format *const[]){&trace_format, NULL});
