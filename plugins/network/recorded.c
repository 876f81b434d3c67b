/* network.recorded: activations that another program recorded, one array for each layer, as network.layers would give them. */
#include "../points/pick.h"
#include "format/npz/npz.h"
#include "format/weights/weights.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 4096 };

typedef struct config {
  bf_file path;
  const char *order, *labels, *class;
  int64_t every;
} config;

static const bf_param params[] = {
    BF_PARAM(config, path, .def = NULL, .choices = "file|folder",
             .doc = "a .npz file, or a folder of .npy files: an array for each layer, whose rows are samples"),
    BF_PARAM(config, order, .def = "names", .choices = "names|file", .doc = "layers by their names, numbers in them as numbers; or as they stand in the file"),
    BF_PARAM(config, labels, .def = "", .doc = "array with the class numbers; none: all samples are class 0; \"\": `labels`, `label` or `y`"),
    BF_PARAM(config, class, .def = "all", .doc = "the class to keep, or several separated by commas, or `all`"),
    BF_PARAM(config, every, .def = "1", .range = "[1, 4294967295]", .doc = "keep every n-th sample of each class, starting with its first"),
    {0},
};

typedef struct recorded {
  const char *path;
  npz z;
  uint64_t left; /* bytes that may still be allocated */
  size_t nlayer;
  npz_member **layer; /* in order */
  uint64_t rows;
  int32_t *label; /* rows */
  bool *keep;     /* rows */
  size_t nclass;
  int32_t class[MAX_CLASSES]; /* those that are kept, rising */
} recorded;

/* ---- arrays ---- */

static int by_name(const void *a, const void *b) { return weights_natural((*(npz_member *const *)a)->name, (*(npz_member *const *)b)->name); }

static const char *const usual[] = {"labels", "label", "y"}; /* names of the array of class numbers */
enum { USUAL = sizeof usual / sizeof *usual };

/* Whether the array is what one saves class numbers as: never a layer then. */
static bool is_classes(const npz_member *m) {
  const npy_header *h = &m->array.header;
  size_t i = 0;
  while (i < USUAL && strcmp(m->name, usual[i]) != 0) i++;
  return i < USUAL && h->rank && h->element.kind != NPY_FLOAT && h->count == h->shape[0];
}

static bool is_layer(const npz_member *m, const npz_member *labels) { return m != labels && !is_classes(m); }

static bool same_numbers(const npy_array *a, const npy_array *b) {
  uint64_t i = 0, n = a->header.count;
  if (b->header.count != n) return false;
  while (i < n && npy_array_number(a, i) == npy_array_number(b, i)) i++;
  return i == n;
}

/* The array with a usual name: class numbers, if there are any. */
static bf_status find_usual(const recorded *r, npz_member **out) {
  npz_member *named = NULL;
  for (size_t i = 0; i < USUAL; i++) {
    npz_member *m = npz_find(&r->z, usual[i]);
    if (!named) named = m;
    if (!m || !is_classes(m)) continue;
    if (*out && !same_numbers(&m->array, &(*out)->array))
      return bf_fail(BF_BAD_INPUT, "%s: '%s' and '%s' both look like class numbers, and differ; the parameter `labels` says which it is", r->path, (*out)->name,
                     m->name);
    if (!*out) *out = m;
  }
  if (!*out) *out = named;
  return BF_OK;
}

/* The array of labels, or NULL for `none`. */
static bf_status find_labels(const recorded *r, const char *name, npz_member **out) {
  char list[NPZ_LIST_ROOM];
  *out = NULL;
  if (strcmp(name, "none") == 0) return BF_OK;
  if (*name) *out = npz_find(&r->z, name);
  if (!*name) {
    bf_status status = find_usual(r, out);
    if (status != BF_OK) return status;
  }
  if (*out) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: no array '%.100s' with the class numbers (`labels` names it, `labels: none` does without); there are %s", r->path,
                 *name ? name : "labels", npz_list(&r->z, list));
}

static bf_status check_layer(const recorded *r, const npy_array *a) {
  char shape[NPY_SHAPE_ROOM];
  const npy_header *h = &a->header;
  if (!h->rank || !h->count || h->shape[0] > UINT32_MAX || h->count / h->shape[0] > UINT32_MAX)
    return bf_fail(BF_BAD_INPUT, "%s has the shape %s; a layer has a row of numbers for each sample", a->where, npy_shape_text(h, shape));
  if (h->shape[0] == r->rows) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s has %" PRIu64 " rows, but '%s' has %" PRIu64 ": each layer needs a row for each sample", a->where, h->shape[0],
                 r->layer[0]->name, r->rows);
}

static bf_status list_layers(recorded *r, const npz_member *labels, bool by_names) {
  bf_status status = BF_OK;
  if (!(r->layer = reallocarray(NULL, r->z.n + 1, sizeof(npz_member *)))) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", r->path, r->z.n);
  for (size_t i = 0; i < r->z.n; i++)
    if (is_layer(&r->z.member[i], labels)) r->layer[r->nlayer++] = &r->z.member[i];
  if (!r->nlayer) return bf_fail(BF_BAD_INPUT, "%s: no array beside the labels", r->path);
  if (by_names) qsort(r->layer, r->nlayer, sizeof(npz_member *), by_name);
  r->rows = r->layer[0]->array.header.shape[0];
  for (size_t i = 0; i < r->nlayer && status == BF_OK; i++) status = check_layer(r, &r->layer[i]->array);
  return status;
}

static bf_status read_labels(recorded *r, npz_member *m) {
  int64_t *wide = NULL;
  bf_status status = budget_take(&r->left, r->rows * (sizeof *r->label + 2 * sizeof *r->keep), r->path);
  if (status != BF_OK) return status;
  r->label = calloc(r->rows, sizeof *r->label);
  r->keep = malloc(r->rows);
  if (!r->label || !r->keep) return bf_fail(BF_NO_MEMORY, "%s: no memory for %" PRIu64 " labels", r->path, r->rows);
  memset(r->keep, true, r->rows);
  if (!m) return BF_OK;
  if (m->array.header.count != r->rows || m->array.header.shape[0] != r->rows)
    return bf_fail(BF_BAD_INPUT, "%s: %" PRIu64 " labels for %" PRIu64 " samples", m->array.where, m->array.header.count, r->rows);
  status = npy_array_ints(&m->array, 0, INT32_MAX, &r->left, &wide);
  for (uint64_t i = 0; i < r->rows && status == BF_OK; i++) r->label[i] = (int32_t)wide[i];
  free(wide);
  return status;
}

/* ---- samples ---- */

static int by_class(const void *a, const void *b) { return *(const int32_t *)a < *(const int32_t *)b ? -1 : *(const int32_t *)a > *(const int32_t *)b; }

/* Adds to the list of classes; false when it is full. */
static bool add_class(recorded *r, int32_t class) {
  if (r->nclass && bsearch(&class, r->class, r->nclass, sizeof class, by_class)) return true;
  if (r->nclass == MAX_CLASSES) return false;
  size_t at = r->nclass++;
  for (; at && r->class[at - 1] > class; at--) r->class[at] = r->class[at - 1];
  r->class[at] = class;
  return true;
}

/* Leaves marked the samples of the classes asked for, thinned. */
static bf_status choose(recorded *r, const config *c) {
  int32_t *list = NULL;
  size_t n;
  const bf_points all = {.n = r->rows, .dim = 1, .label = r->label};
  bf_status status = bf_classes_parse(c->class, &list, &n);
  if (status != BF_OK) return status;
  for (uint64_t i = 0; i < r->rows; i++) r->keep[i] = !n || bf_class_in(r->label[i], list, n);
  BF_TRY(bf_keep_some(&all, NULL, true, (uint64_t)c->every, UINT64_MAX, r->keep));
  for (uint64_t i = 0; i < r->rows; i++)
    if (r->keep[i] && !add_class(r, r->label[i])) BF_TRY(bf_fail(BF_BAD_INPUT, "%s: more than %d classes", r->path, MAX_CLASSES));
  for (size_t k = 0; k < n; k++)
    if (!bsearch(&list[k], r->class, r->nclass, sizeof *list, by_class)) BF_TRY(bf_fail(BF_BAD_INPUT, "%s: no sample has class %" PRId32, r->path, list[k]));
out:
  free(list);
  return status;
}

/* ---- out ---- */

static bf_status write_class(const bf_host *host, bf_task *task, const recorded *r, const bf_points *cloud, size_t layer, int32_t class, bool *mask) {
  char layer_text[24], class_text[16];
  bf_points part = {0};
  snprintf(layer_text, sizeof layer_text, "%zu", layer);
  snprintf(class_text, sizeof class_text, "%" PRId32, class);
  const bf_out *out = host->output(task, "layers", (const bf_label[]){{"layer", layer_text}, {"class", class_text}}, 2);
  if (!out) return BF_FAILED;
  for (uint64_t i = 0; i < r->rows; i++) mask[i] = r->keep[i] && r->label[i] == class;
  bf_status status = bf_points_kept(cloud, mask, &part);
  if (status == BF_OK) status = bf_points_write(out, &part);
  bf_points_free(&part);
  return status;
}

/* Cloud and mask are the caller's, made once; x is the layer's. */
static bf_status write_layer(const bf_host *host, bf_task *task, recorded *r, size_t layer, bf_points *cloud, bool *mask) {
  bf_status status = BF_OK;
  npy_array *a = &r->layer[layer]->array;
  const uint64_t bytes = a->header.count * sizeof(float);
  cloud->dim = (uint32_t)(a->header.count / r->rows);
  BF_TRY(npy_array_floats(a, &r->left, &cloud->x));
  BF_TRY(budget_take(&r->left, bytes, a->where)); /* for a class's copy */
  for (size_t k = 0; k < r->nclass; k++) {
    BF_TRY(host->step(task, layer * r->nclass + k, r->nlayer * r->nclass));
    BF_TRY(write_class(host, task, r, cloud, layer, r->class[k], mask));
  }
  r->left += 2 * bytes;
out:
  free(cloud->x);
  cloud->x = NULL;
  return status;
}

static bf_status write_layers(const bf_host *host, bf_task *task, recorded *r) {
  bf_status status = BF_OK;
  bf_points cloud = {.n = r->rows, .label = r->label};
  bool *mask = NULL;
  BF_TRY(budget_take(&r->left, r->rows * sizeof *cloud.id, r->path));
  cloud.id = reallocarray(NULL, r->rows, sizeof *cloud.id);
  mask = malloc(r->rows);
  if (!cloud.id || !mask) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for %" PRIu64 " samples", r->path, r->rows);
    goto out;
  }
  for (uint64_t i = 0; i < r->rows; i++) cloud.id[i] = (uint32_t)i;
  for (size_t l = 0; l < r->nlayer; l++) BF_TRY(write_layer(host, task, r, l, &cloud, mask));
out:
  free(cloud.id);
  free(mask);
  return status;
}

static bf_status check(const void *cfg, uint32_t connected) {
  int32_t *list;
  size_t n;
  (void)connected;
  bf_status status = bf_classes_parse(((const config *)cfg)->class, &list, &n);
  free(list);
  return status;
}

static void tell(const bf_host *host, bf_task *task, const recorded *r, const npz_member *labels) {
  for (size_t i = 0; i < r->z.n; i++)
    if (&r->z.member[i] != labels && is_classes(&r->z.member[i]))
      host->log(task, BF_LOG_WARNING, "'%s' is left out: it looks like class numbers, and not like a layer; the parameter `labels` names the one to use",
                r->z.member[i].name);
  for (size_t i = 0; i < r->nlayer; i++) {
    char shape[NPY_SHAPE_ROOM];
    host->log(task, BF_LOG_INFO, "layer %zu: '%s' %s", i, r->layer[i]->name, npy_shape_text(&r->layer[i]->array.header, shape));
  }
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  npz_member *labels = NULL;
  recorded *r = calloc(1, sizeof *r);
  if (!r) return bf_fail(BF_NO_MEMORY, "no memory for the list of layers");
  r->path = c->path.path;
  r->left = budget_left(host->memory(task));
  BF_TRY(npz_read(r->path, &r->left, &r->z));
  BF_TRY(find_labels(r, c->labels, &labels));
  BF_TRY(list_layers(r, labels, strcmp(c->order, "names") == 0));
  tell(host, task, r, labels);
  BF_TRY(read_labels(r, labels));
  BF_TRY(choose(r, c));
  status = write_layers(host, task, r);
out:
  npz_free(&r->z);
  free(r->layer);
  free(r->label);
  free(r->keep);
  free(r);
  return status;
}

static const bf_stage stage = {
    .id = "network.recorded",
    .doc = "the activations of a network of any program: a point cloud for each layer and class, from arrays that it saved",
    .revision = 2,
    .outputs = (const bf_port[]){{.name = "layers",
                                  .types = BF_BIT(BF_POINT_CLOUD),
                                  .flags = BF_MANY,
                                  .axes = "layer,class",
                                  .doc = "layer by layer from 0, classes rising; arrays of more dimensions are flattened; ids are the samples' numbers"},
                                 {0}},
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "recorded", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
