/* format.tfrecord: TensorFlow's data sets, one tf.train.Example for each point, as the paper's authors published theirs. */
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <bettiflow/frame.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "example.pb-c.h"

typedef struct config {
  const char *point, *label;
} config;

static const bf_param params[] = {
    BF_PARAM(config, point, .def = "vector/point", .doc = "the feature with the coordinates"),
    BF_PARAM(config, label, .def = "vector/ground_truth", .doc = "the feature with the class: one number, or one-hot numbers; \"\" for no classes"),
    {0},
};

enum { LONGEST = 1 << 24, BUDGET = 1 << 28 }; /* bytes of a record, and of all that parsing one may allocate */

/* ---- parsing within a budget: what was allocated for a record counts until its end, so freeing gives nothing back ---- */

static void *budget_alloc(void *left_, size_t n) {
  size_t *left = left_;
  if (n > *left) return NULL;
  *left -= n;
  return malloc(n);
}

static void budget_free(void *left, void *at) {
  (void)left;
  free(at);
}

typedef struct reader {
  const config *cfg;
  const char *path;
  bf_frame_reader *frames;
  bf_points p;
  uint64_t room, budget;
  size_t label_values; /* in each record's label */
  uint64_t at;         /* where the record in hand begins in the file */
} reader;

static bf_status bad(const reader *r, const char *what, const char *name) {
  return bf_fail(BF_BAD_INPUT, "%s: record %" PRIu64 " at byte %" PRIu64 ": feature '%s' %s", r->path, bf_frame_count(r->frames) - 1, r->at, name, what);
}

/* The feature of that name, or NULL after an error. */
static const Tfexample__Feature *find(const reader *r, const Tfexample__Example *e, const char *name) {
  const Tfexample__Feature *found = NULL;
  for (size_t i = 0; e->features && i < e->features->n_feature; i++) {
    if (strcmp(e->features->feature[i]->key, name) != 0) continue;
    if (found) {
      bad(r, "stands there twice", name);
      return NULL;
    }
    found = e->features->feature[i]->value;
  }
  if (!found) bad(r, "is missing (see the format's parameters `point` and `label`)", name);
  return found;
}

static bf_status add_room(reader *r) {
  if (r->p.n < r->room) return BF_OK;
  /* A record has 16 bytes of framing and 4 for each coordinate: the file can't hold more points than that. */
  uint64_t most = bf_frame_size(r->frames) / (16 + 4 * (uint64_t)r->p.dim), more = r->room ? 2 * r->room : 1024;
  if (more > most) more = most > r->room ? most : r->room + 1;
  uint64_t bytes = more * (4 * (uint64_t)r->p.dim + 8);
  if (more > UINT32_MAX) return bf_fail(BF_BAD_INPUT, "%s: more than 2^32 - 1 points", r->path);
  if (r->budget && bytes > r->budget)
    return bf_fail(BF_NO_MEMORY, "%s: its points need more than the memory limit of %" PRIu64 " MiB", r->path, r->budget >> 20);
  float *x = reallocarray(r->p.x, more, r->p.dim * sizeof *x);
  if (x) r->p.x = x;
  int32_t *label = reallocarray(r->p.label, more, sizeof *label);
  if (label) r->p.label = label;
  if (!x || !label) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  r->room = more;
  return BF_OK;
}

static bf_status add_point(reader *r, const Tfexample__Example *e) {
  bf_status status = BF_OK;
  const char *name = r->cfg->point;
  const Tfexample__Feature *f = find(r, e, name);
  if (!f) return BF_BAD_INPUT;
  if (f->kind_case != TFEXAMPLE__FEATURE__KIND_FLOAT_LIST) return bad(r, "is not a list of floats", name);
  const Tfexample__FloatList *list = f->float_list;
  if (list->n_value == 0) return bad(r, "is empty", name);
  if (r->p.n == 0) r->p.dim = (uint32_t)list->n_value;
  if (list->n_value != r->p.dim) return bad(r, "has another length than in the records before", name);
  BF_TRY(add_room(r));
  for (size_t i = 0; i < list->n_value; i++) {
    if (!isfinite(list->value[i])) return bad(r, "has a number that is not finite", name);
    r->p.x[r->p.n * r->p.dim + i] = list->value[i];
  }
out:
  return status;
}

/* The class: one whole number, or the place of the single largest of several numbers. */
static bf_status add_label(reader *r, const Tfexample__Example *e) {
  const char *name = r->cfg->label;
  const Tfexample__Feature *f = find(r, e, name);
  if (!f) return BF_BAD_INPUT;
  bool whole = f->kind_case == TFEXAMPLE__FEATURE__KIND_INT64_LIST;
  if (!whole && f->kind_case != TFEXAMPLE__FEATURE__KIND_FLOAT_LIST) return bad(r, "is not a list of numbers", name);
  size_t n = whole ? f->int64_list->n_value : f->float_list->n_value, best = 0, ties = 0;
  if (n == 0) return bad(r, "is empty", name);
  if (r->p.n == 0) r->label_values = n;
  if (n != r->label_values) return bad(r, "has another length than in the records before", name);
  double class = 0;
  for (size_t i = 0; i < n; i++) {
    double x = whole ? (double)f->int64_list->value[i] : (double)f->float_list->value[i];
    if (!isfinite(x)) return bad(r, "has a number that is not finite", name);
    ties += i > 0 && x == class;
    if (i > 0 && x <= class) continue;
    class = x;
    best = i;
    ties = 0;
  }
  if (ties > 0) return bad(r, "has no single largest number, so that it names no class", name);
  if (n > 1) class = (double)best;
  if (!(class >= 0 && class <= INT32_MAX && class == floor(class))) return bad(r, "is no class: whole numbers from 0 are", name);
  r->p.label[r->p.n] = (int32_t) class;
  return BF_OK;
}

static bf_status read_record(reader *r, const uint8_t *data, size_t n) {
  bf_status status = BF_OK;
  size_t left = BUDGET;
  ProtobufCAllocator allocator = {budget_alloc, budget_free, &left};
  Tfexample__Example *e = tfexample__example__unpack(&allocator, n, data);
  if (!e) return bf_fail(BF_BAD_INPUT, "%s: record %" PRIu64 " at byte %" PRIu64 ": not a tf.train.Example", r->path, bf_frame_count(r->frames) - 1, r->at);
  BF_TRY(add_point(r, e));
  if (r->cfg->label[0]) BF_TRY(add_label(r, e));
  r->p.n++;
out:
  tfexample__example__free_unpacked(e, &allocator);
  return status;
}

static bf_status read_tfrecord(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  reader r = {.cfg = cfg, .path = path, .budget = host->memory(task)};
  const uint8_t *data;
  size_t n;
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.tfrecord reads points only");
  BF_TRY(bf_frame_open(path, LONGEST, &r.frames));
  for (;;) {
    r.at = bf_frame_offset(r.frames);
    BF_TRY(bf_frame_next(r.frames, &data, &n));
    if (!data) break;
    BF_TRY(read_record(&r, data, n));
    if (r.p.n % 256 == 0) BF_TRY(host->step(task, bf_frame_offset(r.frames), bf_frame_size(r.frames)));
  }
  if (r.p.n == 0) {
    status = bf_fail(BF_BAD_INPUT, "%s: empty file; records of tf.train.Example were expected", path);
    goto out;
  }
  if (!r.cfg->label[0]) {
    free(r.p.label);
    r.p.label = NULL;
  }
  if (!(r.p.id = reallocarray(NULL, r.p.n, sizeof *r.p.id))) {
    status = bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
    goto out;
  }
  for (uint64_t i = 0; i < r.p.n; i++) r.p.id[i] = (uint32_t)i;
  BF_TRY(bf_points_write(out, &r.p));
out:
  bf_points_free(&r.p);
  bf_frame_close(r.frames);
  return status;
}

/* ---- out ---- */

static bf_status write_record(FILE *f, const config *cfg, const bf_points *p, uint64_t i) {
  uint8_t small[4096], *data = small;
  float class = p->label ? (float)p->label[i] : 0;
  Tfexample__FloatList lists[2] = {TFEXAMPLE__FLOAT_LIST__INIT, TFEXAMPLE__FLOAT_LIST__INIT};
  Tfexample__Feature values[2] = {TFEXAMPLE__FEATURE__INIT, TFEXAMPLE__FEATURE__INIT};
  Tfexample__NamedFeature named[2] = {TFEXAMPLE__NAMED_FEATURE__INIT, TFEXAMPLE__NAMED_FEATURE__INIT}, *list[2] = {&named[0], &named[1]};
  Tfexample__Features features = TFEXAMPLE__FEATURES__INIT;
  Tfexample__Example example = TFEXAMPLE__EXAMPLE__INIT;
  lists[0].n_value = p->dim;
  lists[0].value = p->x + i * p->dim;
  lists[1].n_value = 1;
  lists[1].value = &class;
  for (int k = 0; k < 2; k++) {
    values[k].kind_case = TFEXAMPLE__FEATURE__KIND_FLOAT_LIST;
    values[k].float_list = &lists[k];
    named[k].key = (char *)(k == 0 ? cfg->point : cfg->label);
    named[k].value = &values[k];
  }
  features.n_feature = p->label && cfg->label[0] ? 2 : 1;
  features.feature = list;
  example.features = &features;
  size_t n = tfexample__example__get_packed_size(&example);
  if (n > sizeof small && !(data = malloc(n))) return bf_fail(BF_NO_MEMORY, "out of memory for a record");
  tfexample__example__pack(&example, data);
  bf_status status = bf_frame_write(f, data, n);
  if (data != small) free(data);
  return status;
}

static bf_status write_tfrecord(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_points p = {0};
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.tfrecord writes points only");
  BF_TRY(bf_points_read(path, host->memory(task), &p));
  BF_TRY(text_open(&out, out_path));
  for (uint64_t i = 0; i < p.n; i++) {
    if (p.label && p.label[i] > 1 << 24)
      BF_TRY(bf_fail(BF_INVALID, "class %" PRId32 " is not exact in a 32-bit float, which is what records hold; at most 2^24 is", p.label[i]));
    BF_TRY(write_record(out.f, cfg, &p, i));
    if (i % 256 == 0) BF_TRY(host->step(task, i, p.n));
  }
out:
  bf_points_free(&p);
  return text_close(&out, status);
}

static const bf_format tfrecord = {
    .id = "format.tfrecord",
    .doc = "TensorFlow's data sets, a tf.train.Example for each point: points in and out",
    .revision = 1,
    .extensions = ".tfrecords .tfrecord",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .writes = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_tfrecord,
    .write = write_tfrecord,
};

BF_PLUGIN(.name = "tfrecord", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&tfrecord, NULL});
