/* dataset.file: points from a file, through the format that its name or the user says. */
#include "../points/pick.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct config {
  bf_file path;
  bf_format_use format;
  const char *class;
  int64_t every;
} config;

static const bf_param params[] = {
    BF_PARAM(config, path, .def = NULL, .doc = "the file"),
    BF_PARAM(config, format, .def = "", .doc = "how to read it: `csv(label=last)`; by the file's extension if empty"),
    BF_PARAM(config, class, .def = "all", .doc = "the class to keep, or several separated by commas, or `all`"),
    BF_PARAM(config, every, .def = "1", .range = "[1, 4294967295]", .doc = "keep every n-th point of each class, starting with its first"),
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
  if (status == BF_OK && c->format.is && !(c->format.is->reads & BF_BIT(BF_POINT_CLOUD)))
    status = bf_fail(BF_INVALID, "format: %s does not read points", c->format.is->id);
  return status;
}

/* Reads the foreign file into an artifact beside the output, and that into memory. */
static bf_status read_file(const bf_host *host, bf_task *task, const config *c, const char *beside, bf_points *all) {
  bf_status status = BF_OK;
  size_t room = strlen(beside) + sizeof ".part";
  char *scratch = malloc(room);
  if (!scratch) return bf_fail(BF_NO_MEMORY, "no memory for a file name");
  snprintf(scratch, room, "%s.part", beside);
  bf_out out = {.path = scratch};
  BF_TRY(c->format.is->read(host, task, c->format.cfg, c->path.path, BF_POINT_CLOUD, &out));
  BF_TRY(bf_points_read(scratch, host->memory(task), all));
out:
  unlink(scratch);
  free(scratch);
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
  if (!c->format.is) return bf_fail(BF_INVALID, "format: none is known by the extension of %s; name one", c->path.path);
  BF_TRY(read_file(host, task, c, out->path, &all));
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
