/* dataset.file: points from a file, through the format that its name or the user says; their classes may be in a second file. */
#include "../points/pick.h"
#include "../source_file.h"
#include "digest.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct config {
  bf_file path;
  bf_format_use format;
  const char *class;
  int64_t every;
  const char *sha256;
  bf_file labels;
  bf_format_use labels_format;
  const char *labels_sha256;
} config;

static const bf_param params[] = {
    BF_PARAM(config, path, .def = NULL, .doc = "the file"),
    BF_PARAM(config, format, .def = "", .doc = "how to read it: `csv(label=last)`; by the file's extension if empty"),
    BF_PARAM(config, class, .def = "all", .doc = "the class to keep, or several separated by commas, or `all`"),
    BF_PARAM(config, every, .def = "1", .range = "[1, 4294967295]", .doc = "keep every n-th point of each class, starting with its first"),
    BF_PARAM(config, sha256, .def = "", .doc = "SHA-256 that the file must have, 64 hex digits; empty: it is not checked"),
    BF_PARAM(config, labels, .def = "", .doc = "a second file with the points' classes, one number for each, such as MNIST's idx1 files; empty: none"),
    BF_PARAM(config, labels_format, .def = "", .doc = "how to read `labels`; by that file's extension if empty"),
    BF_PARAM(config, labels_sha256, .def = "", .doc = "SHA-256 that the file `labels` must have; empty: it is not checked"),
    {0}};

static const bf_port outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the points, in the file's order; ids are their numbers in the file"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  int32_t *list;
  size_t n;
  (void)connected;
  bf_status status = bf_classes_parse(c->class, &list, &n);
  free(list);
  if (status == BF_OK) status = source_check_format("format", &c->format, BF_POINT_CLOUD);
  if (status == BF_OK) status = source_check_format("labels_format", &c->labels_format, BF_POINT_CLOUD);
  if (status == BF_OK) status = bf_sha256_check_text("sha256", c->sha256);
  if (status == BF_OK) status = bf_sha256_check_text("labels_sha256", c->labels_sha256);
  return status;
}

/* Reads the foreign file into an artifact beside the output, and that into memory. */
static bf_status read_file(const bf_host *host, bf_task *task, const char *parameter, const bf_format_use *format, const char *path, const char *beside,
                           bf_points *all) {
  bf_status status = BF_OK;
  size_t room = strlen(beside) + sizeof ".part";
  char *scratch = malloc(room);
  if (!scratch) return bf_fail(BF_NO_MEMORY, "no memory for a file name");
  snprintf(scratch, room, "%s.part", beside);
  bf_out out = {.path = scratch};
  BF_TRY(source_read(host, task, parameter, format, path, BF_POINT_CLOUD, &out));
  BF_TRY(bf_points_read(scratch, host->memory(task), all));
out:
  unlink(scratch);
  free(scratch);
  return status;
}

/* The numbers of a cloud with one coordinate, as the classes of `all`. */
static bf_status take_labels(const char *path, const bf_points *numbers, bf_points *all) {
  if (numbers->dim != 1 || numbers->label)
    return bf_fail(BF_BAD_INPUT, "%s: %u numbers for each point%s; `labels` takes a file with one, the class", path, numbers->dim,
                   numbers->label ? " and a class" : "");
  if (numbers->n != all->n)
    return bf_fail(BF_BAD_INPUT, "%s: %llu classes, but there are %llu points; `path` and `labels` don't belong together", path, (unsigned long long)numbers->n,
                   (unsigned long long)all->n);
  if (!(all->label = malloc(all->n * sizeof *all->label + 1))) return bf_fail(BF_NO_MEMORY, "no memory for %llu classes", (unsigned long long)all->n);
  for (uint64_t i = 0; i < all->n; i++) {
    float x = numbers->x[i];
    if (!(x >= 0 && x <= 0x1p24f && x == floorf(x)))
      return bf_fail(BF_BAD_INPUT, "%s: number %llu, %g, is not a class: whole numbers from 0 to 2^24 are", path, (unsigned long long)i, (double)x);
    all->label[i] = (int32_t)x;
  }
  return BF_OK;
}

static bf_status read_labels(const bf_host *host, bf_task *task, const config *c, const char *beside, bf_points *all) {
  bf_status status = BF_OK;
  bf_points numbers = {0};
  const char *path = c->labels.path;
  if (all->label) return bf_fail(BF_BAD_INPUT, "%s: its points have classes already; leave `labels` out, or let `format` read no classes", c->path.path);
  BF_TRY(bf_sha256_check_file(host, task, "labels_sha256", path, c->labels_sha256));
  BF_TRY(read_file(host, task, "labels_format", &c->labels_format, path, beside, &numbers));
  status = take_labels(path, &numbers, all);
out:
  bf_points_free(&numbers);
  return status;
}

static bf_status no_such_class(const char *path, const bf_points *all, int32_t class) {
  int32_t least = INT32_MAX, most = INT32_MIN;
  for (uint64_t i = 0; i < all->n; i++) {
    if (all->label[i] < least) least = all->label[i];
    if (all->label[i] > most) most = all->label[i];
  }
  if (!all->n) return bf_fail(BF_BAD_INPUT, "%s: no point has class %d; there are no points", path, class);
  return bf_fail(BF_BAD_INPUT, "%s: no point has class %d; the least class is %d, the greatest %d", path, class, least, most);
}

/* Marks the points of the classes asked for; each class must be there. */
static bf_status mark(const config *c, const bf_points *all, bool *keep) {
  bf_status status = BF_OK;
  int32_t *list;
  size_t n;
  status = bf_classes_parse(c->class, &list, &n);
  if (status != BF_OK) return status;
  if (n && !all->label) {
    status = bf_fail(BF_BAD_INPUT, "%s: its points have no classes, so `class: %s` finds none", c->path.path, c->class);
    goto out;
  }
  for (size_t k = 0; k < n; k++) {
    uint64_t i = 0;
    while (i < all->n && all->label[i] != list[k]) i++;
    if (i == all->n) {
      status = no_such_class(c->path.path, all, list[k]);
      goto out;
    }
  }
  for (uint64_t i = 0; i < all->n; i++) keep[i] = !n || bf_class_in(all->label[i], list, n);
  status = bf_keep_some(all, NULL, true, (uint64_t)c->every, UINT64_MAX, keep);
out:
  free(list);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points all = {0}, kept = {0};
  bool *keep = NULL;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_sha256_check_file(host, task, "sha256", c->path.path, c->sha256));
  BF_TRY(read_file(host, task, "format", &c->format, c->path.path, out->path, &all));
  if (c->labels.path) BF_TRY(read_labels(host, task, c, out->path, &all));
  if (!(keep = malloc(all.n + 1))) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)all.n);
    goto out;
  }
  BF_TRY(mark(c, &all, keep));
  BF_TRY(bf_points_kept(&all, keep, &kept));
  host->log(task, BF_LOG_INFO, "%llu points of %llu", (unsigned long long)kept.n, (unsigned long long)all.n);
  status = bf_points_write(out, &kept);
out:
  free(keep);
  bf_points_free(&all);
  bf_points_free(&kept);
  return status;
}

static const bf_stage stage = {.id = "dataset.file",
                               .doc = "points from a file",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "file", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
