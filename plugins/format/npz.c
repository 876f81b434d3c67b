/* format.npz: NumPy's archives of arrays, as points (an array of coordinates, and beside it class numbers and ids) or as networks (npz_network.h). */
#include "array_points.h"
#include "npz_network.h"
#include "npz/npz.h"
#include "npz/npz_write.h"

#include <string.h>

typedef struct config {
  const char *points, *label, *id;
  weights_rules rules;
} config;

static const bf_param params[] = {
    BF_PARAM(config, points, .def = "auto", .doc = "points: the array with the coordinates; auto: `points` or `x`, or the only one beside classes and ids"),
    BF_PARAM(config, label, .def = "auto", .doc = "points: the array with the class numbers; auto: `label` or `y`, if there is one; none: no classes"),
    BF_PARAM(config, id, .def = "auto", .doc = "points: the array with the points' ids; auto: `id`, if there is one; none: numbers from 0"),
    WEIGHTS_PARAMS(config),
    {0},
};

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static bf_status choose(const npz *z, const char *parameter) {
  char list[NPZ_LIST_ROOM];
  return bf_fail(BF_BAD_INPUT, "%s: which array is meant? Name it by the format's parameter `%s`; there are %s", z->path, parameter, npz_list(z, list));
}

/* The array that the parameter names, or with `auto` one of the two usual names; *out is NULL where there is none. */
static bf_status find(const npz *z, const char *parameter, const char *want, const char *first, const char *second, npy_array **out) {
  char list[NPZ_LIST_ROOM];
  bool automatic = is(want, "auto");
  *out = NULL;
  if (is(want, "none")) return BF_OK;
  npz_member *a = npz_find(z, automatic ? first : want), *b = automatic ? npz_find(z, second) : NULL;
  if (a && b && a != b) return choose(z, parameter);
  if (!a && !automatic)
    return bf_fail(BF_BAD_INPUT, "%s: no array is named '%s', as the format's parameter `%s` asks; there are %s", z->path, want, parameter, npz_list(z, list));
  if (a || b) *out = a ? &a->array : &b->array;
  return BF_OK;
}

/* The only array that is neither label nor id; NULL, with a message, when there is none, or another. */
static npy_array *find_only(const npz *z, const npy_array *label, const npy_array *id) {
  npy_array *found = NULL;
  size_t n = 0;
  for (size_t i = 0; i < z->n; i++) {
    npy_array *a = &z->member[i].array;
    if (a == label || a == id) continue;
    found = a;
    n++;
  }
  if (n == 1) return found;
  choose(z, "points");
  return NULL;
}

static bf_status read_points(const npz *z, const config *cfg, uint64_t *left, bf_points *p) {
  bf_status status = BF_OK;
  npy_array *x, *label, *id;
  BF_TRY(find(z, "points", cfg->points, "points", "x", &x));
  BF_TRY(find(z, "label", cfg->label, "label", "y", &label));
  BF_TRY(find(z, "id", cfg->id, "id", "id", &id));
  if (!x) x = find_only(z, label, id);
  if (!x) return BF_BAD_INPUT;
  if (x == label || x == id || (label && label == id)) return bf_fail(BF_BAD_INPUT, "%s: one array can't be points and classes or ids at once", x->where);
  BF_TRY(array_points(x, false, left, p));
  if (label) BF_TRY(array_classes(label, left, p));
  if (id) BF_TRY(array_ids(id, left, p));
out:
  return status;
}

static bf_status read_npz(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  uint64_t left = budget_left(host->memory(task));
  bf_points p = {0};
  npz z = {0};
  if (type == BF_NETWORK) return npz_network_read(host, task, &((const config *)cfg)->rules, path, out);
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.npz does not read this type");
  BF_TRY(npz_read(path, &left, &z));
  BF_TRY(read_points(&z, cfg, &left, &p));
  BF_TRY(bf_points_write(out, &p));
out:
  bf_points_free(&p);
  npz_free(&z);
  return status;
}

static bf_status write_points(npz_writer *w, const bf_points *p) {
  bf_status status = BF_OK;
  BF_TRY(npz_put(w, "points", "<f4", 2, (uint64_t[]){p->n, p->dim}, p->x, p->n * p->dim * sizeof *p->x));
  if (p->label) BF_TRY(npz_put(w, "label", "<i4", 1, &p->n, p->label, p->n * sizeof *p->label));
  BF_TRY(npz_put(w, "id", "<u4", 1, &p->n, p->id, p->n * sizeof *p->id));
out:
  return status;
}

static bf_status write_npz(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  bf_points p = {0};
  npz_writer w = {0};
  (void)cfg;
  if (type == BF_NETWORK) return npz_network_write(host, task, path, out_path);
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.npz does not write this type");
  BF_TRY(bf_points_read(path, host->memory(task), &p));
  BF_TRY(npz_create(&w, out_path));
  BF_TRY(write_points(&w, &p));
out:
  bf_points_free(&p);
  return npz_finish(&w, status);
}

static const bf_format format_npz = {
    .id = "format.npz",
    .doc = "archives of NumPy arrays: points, with classes and ids, and networks, in and out",
    .revision = 1,
    .extensions = ".npz",
    .reads = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_NETWORK),
    .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_NETWORK),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_npz,
    .write = write_npz,
};

BF_PLUGIN(.name = "npz", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&format_npz, NULL});
