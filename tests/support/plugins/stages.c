/* Well-behaved plugins for tests: small stages that show labels, order, items, files, seeds and checks; an activation; a format. */
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ONE_POINTS_OUT ((const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), 0, NULL, "points"}, {0}})
#define ONE_POINTS_IN ((const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), 0, NULL, "points"}, {0}})

/* Writes the cloud to a port and frees it; label NULL for a ONE port. */
static bf_status give(const bf_host *host, bf_task *task, const char *port, const bf_label *label, bf_points *points) {
  const bf_out *out = host->output(task, port, label, label ? 1 : 0);
  bf_status status = out ? bf_points_write(out, points) : BF_FAILED;
  bf_points_free(points);
  return status;
}

static bf_status make(bf_points *points, uint64_t seed, uint64_t n) {
  bf_status status = bf_points_new(points, n, 2, false);
  for (uint64_t i = 0; status == BF_OK && i < 2 * n; i++) points->x[i] = (float)bf_random_uniform(seed, i);
  return status;
}

static bf_status take(const bf_host *host, bf_task *task, bf_points *points) {
  size_t n;
  const bf_input *in = host->inputs(task, "points", &n);
  return bf_points_read(in[0].path, host->memory(task), points);
}

/* ---- test.points: n random points ---- */

typedef struct source {
  int64_t n, seed;
  const char *note;
} source;

static bf_status run_points(const bf_host *host, bf_task *task, const void *cfg) {
  const source *c = cfg;
  bf_points points;
  bf_status status = make(&points, host->seed(task, "points"), (uint64_t)c->n);
  return status == BF_OK ? give(host, task, "points", NULL, &points) : status;
}

static const bf_stage points_stage = {
    .id = "test.points",
    .doc = "random points in the unit square",
    .revision = 1,
    .outputs = ONE_POINTS_OUT,
    .cfg_size = sizeof(source),
    .params = (const bf_param[]){BF_PARAM(source, n, .def = "10", .range = "[0, 1000000]", .doc = "points"),
                                 BF_PARAM(source, seed, .def = "0", .doc = "of the random stream"),
                                 BF_PARAM(source, note, .def = "", .doc = "changes the key and nothing else"),
                                 {0}},
    .run = run_points,
};

/* ---- test.items: n clouds, item i with i + 1 points ---- */

static bf_status run_items(const bf_host *host, bf_task *task, const void *cfg) {
  const source *c = cfg;
  bf_status status = BF_OK;
  for (int64_t i = 0; status == BF_OK && i < c->n; i++) {
    char text[24];
    bf_points points;
    snprintf(text, sizeof text, "%" PRId64, i);
    status = make(&points, host->seed(task, text), (uint64_t)i + 1);
    if (status == BF_OK) status = give(host, task, "points", &(bf_label){"item", text}, &points);
  }
  return status;
}

static const bf_stage items_stage = {
    .id = "test.items",
    .doc = "several clouds, each one point larger than the one before",
    .revision = 1,
    .outputs = (const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), BF_MANY, "item", "points"}, {0}},
    .cfg_size = sizeof(source),
    .params = (const bf_param[]){BF_PARAM(source, n, .def = "3", .range = "[0, 1000]", .doc = "clouds"),
                                 BF_PARAM(source, seed, .def = "0", .doc = "of the random streams"),
                                 {0}},
    .run = run_items,
};

/* ---- test.add: adds a number to each coordinate, perhaps slowly, and applies an activation if one is given ---- */

typedef struct add {
  double value, seconds;
  bf_activation_use activation;
} add;

static bf_status run_add(const bf_host *host, bf_task *task, const void *cfg) {
  const add *c = cfg;
  bf_points points;
  bf_status status = take(host, task, &points);
  uint64_t steps = (uint64_t)(c->seconds * 100);
  for (uint64_t i = 0; status == BF_OK && i < steps; i++) {
    usleep(10000);
    status = host->step(task, i + 1, steps);
  }
  size_t n = status == BF_OK ? points.n * points.dim : 0;
  for (size_t i = 0; i < n; i++) points.x[i] += (float)c->value;
  if (n && c->activation.is) c->activation.is->apply(c->activation.cfg, points.x, points.x, n);
  if (status == BF_OK) return give(host, task, "points", NULL, &points);
  bf_points_free(&points);
  return status;
}

static const bf_stage add_stage = {
    .id = "test.add",
    .doc = "adds a number to each coordinate",
    .revision = 1,
    .inputs = ONE_POINTS_IN,
    .outputs = ONE_POINTS_OUT,
    .cfg_size = sizeof(add),
    .params = (const bf_param[]){BF_PARAM(add, value, .def = "1", .range = "[-1e6, 1e6]", .doc = "what is added"),
                                 BF_PARAM(add, seconds, .def = "0", .range = "[0, 3600]", .doc = "time that it takes"),
                                 BF_PARAM(add, activation, .def = "", .doc = "applied afterwards"),
                                 {0}},
    .run = run_add,
};

/* ---- test.count: one row of a table for each item, in the order given, with its number of points ---- */

typedef struct counting {
  bf_betti_table t;
} counting;

static uint32_t intern(bf_betti_table *t, const char *text) {
  for (uint32_t i = 0; i < t->ntext; i++)
    if (!strcmp(t->text[i], text)) return i;
  t->text = realloc(t->text, (t->ntext + 1) * sizeof *t->text);
  t->text[t->ntext] = strdup(text);
  return t->ntext++;
}

static void name_axes(bf_betti_table *t, const bf_input *in, size_t n) {
  const bf_input *widest = n ? in : NULL;
  for (size_t i = 1; i < n; i++)
    if (in[i].nlabel > widest->nlabel) widest = &in[i];
  t->naxis = widest ? (uint32_t)widest->nlabel : 0;
  t->nsweep = widest ? (uint32_t)widest->nsweep : 0;
  t->axis = calloc(t->naxis + 1, sizeof *t->axis);
  for (uint32_t k = 0; k < t->naxis; k++) t->axis[k] = strdup(widest->label[k].name);
}

static bf_status count_item(bf_betti_table *t, const bf_input *in, uint64_t budget) {
  uint32_t *row = in->path ? t->value + t->n * t->naxis : t->declined + t->ndeclined * t->naxis;
  for (uint32_t k = 0; k < t->naxis; k++) row[k] = k < in->nlabel ? intern(t, in->label[k].value) : 0;
  if (!in->path) {
    t->reason[t->ndeclined++] = intern(t, in->reason);
    return BF_OK;
  }
  bf_points points;
  bf_status status = bf_points_read(in->path, budget, &points);
  if (status == BF_OK) t->betti[t->n++] = (int64_t)points.n;
  bf_points_free(&points);
  return status;
}

static bf_status run_count(const bf_host *host, bf_task *task, const void *cfg) {
  (void)cfg;
  size_t n;
  const bf_input *in = host->inputs(task, "items", &n);
  bf_betti_table t = {0};
  bf_status status = BF_OK;
  intern(&t, "");
  name_axes(&t, in, n);
  t.value = calloc(n * t.naxis + 1, sizeof *t.value);
  t.scale = calloc(n + 1, sizeof *t.scale);
  t.dim = calloc(n + 1, sizeof *t.dim);
  t.betti = calloc(n + 1, sizeof *t.betti);
  t.declined = calloc(n * t.naxis + 1, sizeof *t.declined);
  t.reason = calloc(n + 1, sizeof *t.reason);
  for (size_t i = 0; status == BF_OK && i < n; i++) status = count_item(&t, &in[i], host->memory(task));
  const bf_out *out = status == BF_OK ? host->output(task, "table", NULL, 0) : NULL;
  if (out)
    status = bf_betti_table_write(out, &t);
  else if (status == BF_OK)
    status = BF_FAILED;
  bf_betti_table_free(&t);
  return status;
}

static const bf_stage count_stage = {
    .id = "test.count",
    .doc = "a row with the number of points for each item",
    .revision = 1,
    .inputs = (const bf_port[]){{"items", BF_BIT(BF_POINT_CLOUD), BF_MANY, NULL, "point clouds"}, {0}},
    .outputs = (const bf_port[]){{"table", BF_BIT(BF_BETTI_TABLE), 0, NULL, "the counts, as Betti numbers of dimension 0"}, {0}},
    .run = run_count,
};

/* ---- test.file: as many points as the file has bytes ---- */

typedef struct file_config {
  bf_file path;
  bf_format_use format;
  bool with_format;
} file_config;

static bf_status run_file(const bf_host *host, bf_task *task, const void *cfg) {
  const file_config *c = cfg;
  bf_points points;
  if (c->with_format) {
    const bf_out *out = host->output(task, "points", NULL, 0);
    return out ? c->format.is->read(host, task, c->format.cfg, c->path.path, BF_POINT_CLOUD, out) : BF_FAILED;
  }
  FILE *f = fopen(c->path.path, "rb");
  uint64_t n = 0;
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: can't be read", c->path.path);
  while (getc(f) != EOF) n++;
  fclose(f);
  bf_status status = make(&points, 0, n);
  return status == BF_OK ? give(host, task, "points", NULL, &points) : status;
}

static const bf_stage file_stage = {
    .id = "test.file",
    .doc = "reads a file",
    .revision = 1,
    .outputs = ONE_POINTS_OUT,
    .cfg_size = sizeof(file_config),
    .params = (const bf_param[]){BF_PARAM(file_config, path, .doc = "the file"),
                                 BF_PARAM(file_config, format, .def = "", .doc = "of the file"),
                                 BF_PARAM(file_config, with_format, .def = "false", .doc = "read points by the format; else make one for each byte"),
                                 {0}},
    .run = run_file,
};

/* ---- test.check: what a table can't say ---- */

typedef struct bounds {
  int64_t low, high;
} bounds;

static bf_status check_bounds(const void *cfg, uint32_t connected) {
  const bounds *c = cfg;
  if (c->low > c->high) return bf_fail(BF_INVALID, "low (%" PRId64 ") is above high (%" PRId64 ")", c->low, c->high);
  return (connected & 3) == 3 ? bf_fail(BF_INVALID, "only one of 'left' and 'right' can be connected") : BF_OK;
}

static bf_status run_check(const bf_host *host, bf_task *task, const void *cfg) {
  const bounds *c = cfg;
  bf_points points;
  host->log(task, BF_LOG_INFO, "threads %u", host->threads(task));
  bf_status status = make(&points, host->seed(task, "check"), (uint64_t)(c->high - c->low));
  return status == BF_OK ? give(host, task, "points", NULL, &points) : status;
}

static const bf_stage check_stage = {
    .id = "test.check",
    .doc = "high - low points, where low may not be above high",
    .revision = 1,
    .max_threads = 4,
    .inputs = (const bf_port[]){{"left", BF_BIT(BF_POINT_CLOUD), BF_OPTIONAL, NULL, "not read"},
                                {"right", BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_WEIGHTED_GRAPH), BF_OPTIONAL, NULL, "not read"},
                                {0}},
    .outputs = ONE_POINTS_OUT,
    .cfg_size = sizeof(bounds),
    .params = (const bf_param[]){BF_PARAM(bounds, low, .def = "0", .range = "[0, 100]", .doc = "lower bound"),
                                 BF_PARAM(bounds, high, .def = "10", .range = "[0, 100]", .doc = "upper bound"),
                                 {0}},
    .check = check_bounds,
    .run = run_check,
};

/* ---- activation.test_scale ---- */

typedef struct scale_config {
  double by;
} scale_config;

static void scale_apply(const void *cfg, const float *x, float *y, size_t n) {
  const scale_config *c = cfg;
  for (size_t i = 0; i < n; i++) y[i] = (float)c->by * x[i];
}

static void scale_derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)x, (void)y;
  const scale_config *c = cfg;
  for (size_t i = 0; i < n; i++) dx[i] = (float)c->by;
}

static const bf_activation scale_activation = {
    .id = "activation.test_scale",
    .doc = "multiplies by a number",
    .revision = 1,
    .derive_needs = BF_NEEDS_X,
    .cfg_size = sizeof(scale_config),
    .params = (const bf_param[]){BF_PARAM(scale_config, by, .def = "2", .range = "(-100, 100)", .doc = "the factor"), {0}},
    .apply = scale_apply,
    .derive = scale_derive,
};

/* ---- format.test_points: two numbers on each line ---- */

typedef struct text_config {
  const char *separator;
} text_config;

static bf_status read_text(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  (void)host, (void)task, (void)type;
  const text_config *c = cfg;
  const char *pattern = !strcmp(c->separator, "space") ? "%f %f%*1[\n]" : "%f,%f%*1[\n]";
  bf_points points = {.dim = 2};
  float x, y;
  int got;
  FILE *f = fopen(path, "r");
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: can't be read", path);
  while ((got = fscanf(f, pattern, &x, &y)) == 2) {
    points.x = realloc(points.x, (points.n + 1) * 2 * sizeof *points.x);
    points.id = realloc(points.id, (points.n + 1) * sizeof *points.id);
    points.id[points.n] = (uint32_t)points.n;
    points.x[2 * points.n] = x;
    points.x[2 * points.n++ + 1] = y;
  }
  fclose(f);
  bf_status status =
      got == EOF ? bf_points_write(out, &points) : bf_fail(BF_BAD_INPUT, "%s: line %llu is not two numbers", path, (unsigned long long)points.n + 1);
  bf_points_free(&points);
  return status;
}

static bf_status write_text(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  (void)type;
  const text_config *c = cfg;
  bf_points points;
  bf_status status = bf_points_read(path, host->memory(task), &points);
  if (status != BF_OK) return status;
  FILE *f = fopen(out, "w");
  for (uint64_t i = 0; f && i < points.n; i++)
    fprintf(f, "%.9g%c%.9g\n", (double)points.x[i * points.dim], !strcmp(c->separator, "space") ? ' ' : ',', (double)points.x[i * points.dim + 1]);
  if (!f || fclose(f)) status = bf_fail(BF_STORE, "%s: can't be written", out);
  bf_points_free(&points);
  return status;
}

static const bf_format text_format = {
    .id = "format.test_points",
    .doc = "points in the plane, two numbers on each line",
    .revision = 1,
    .extensions = ".xy .test.xy",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .writes = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(text_config),
    .params = (const bf_param[]){BF_PARAM(text_config, separator, .def = "space", .choices = "space|comma", .doc = "between the numbers"), {0}},
    .read = read_text,
    .write = write_text,
};

BF_PLUGIN(.name = "test-stages", .version = "1.0", .licence = "MIT",
          .stages = (const bf_stage *const[]){&points_stage, &items_stage, &add_stage, &count_stage, &file_stage, &check_stage, NULL},
          .activations = (const bf_activation *const[]){&scale_activation, NULL}, .formats = (const bf_format *const[]){&text_format, NULL});
