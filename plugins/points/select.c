/* points.select: the points of one class, or of some; or these against the rest. */
#include "pick.h"
#include <stdlib.h>
#include <string.h>

typedef struct config {
  const char *class;
  bool against_rest, authors_origin;
} config;

static const bf_param params[] = {
    BF_PARAM(config, class, .def = NULL, .doc = "the class to keep, or several separated by commas, or `all`"),
    BF_PARAM(config, against_rest, .def = "false", .doc = "keep all points: class 1 are those that `class` names, class 0 the rest"),
    BF_PARAM(config, authors_origin, .def = "false",
             .doc =
                 "add one point at the origin, in the place of the first point that is dropped (else at the end): the authors of the study set the points of "
                 "the other class to zero instead of dropping them"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points with classes"}, {0}};
static const bf_port outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "those of the class (or all, as two classes), in order, with their ids"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  int32_t *list;
  size_t n;
  (void)connected;
  bf_status status = bf_classes_parse(c->class, &list, &n);
  free(list);
  if (status == BF_OK && c->against_rest && !n) status = bf_fail(BF_INVALID, "class: against_rest needs the classes that become class 1, not `all`");
  if (status == BF_OK && c->against_rest && c->authors_origin)
    status = bf_fail(BF_INVALID, "authors_origin: stands in the place of points that are dropped, and against_rest drops none");
  return status;
}

/* Makes the points of the classes class 1 and the others class 0; none or all of them are no two classes. */
static bf_status set_against_rest(const char *class, const int32_t *list, size_t nlist, bf_points *p) {
  uint64_t chosen = 0;
  for (uint64_t i = 0; i < p->n; i++) chosen += (uint64_t)(p->label[i] = bf_class_in(p->label[i], list, nlist));
  if (chosen && chosen < p->n) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "class: %s of the %llu points has class %s, so that there are no two classes; name others", chosen ? "each" : "none",
                 (unsigned long long)p->n, class);
}

/* The kept points and one at the origin, which has the id of the point in whose place it stands. */
static bf_status with_origin(const bf_points *all, const bool *keep, const bf_points *kept, bf_points *out) {
  uint64_t place = 0, dim = kept->dim;
  while (place < all->n && keep[place]) place++;
  bf_status status = bf_points_new(out, kept->n + 1, kept->dim, kept->label != NULL);
  if (status != BF_OK) return status;
  for (uint64_t i = 0; i <= kept->n; i++) {
    uint64_t from = i - (i > place);
    if (i == place) {
      memset(out->x + i * dim, 0, dim * sizeof *out->x);
      out->id[i] = place < all->n ? all->id[place] : UINT32_MAX;
      if (out->label && kept->label && kept->n) out->label[i] = kept->label[0];
    } else {
      memcpy(out->x + i * dim, kept->x + from * dim, dim * sizeof *out->x);
      out->id[i] = kept->id[from];
      if (out->label && kept->label) out->label[i] = kept->label[from];
    }
  }
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points all = {0}, kept = {0}, more = {0};
  bool *keep = NULL;
  int32_t *list = NULL;
  size_t n, nlist;
  const bf_input *in = host->inputs(task, "points", &n);
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_classes_parse(c->class, &list, &nlist));
  BF_TRY(bf_points_read(in[0].path, host->memory(task), &all));
  if (!all.label && (nlist || c->against_rest)) {
    status = bf_fail(BF_BAD_INPUT, "class: the points have no classes to select from; `class: all` keeps them");
    goto out;
  }
  if (c->against_rest) {
    BF_TRY(set_against_rest(c->class, list, nlist, &all));
    status = bf_points_write(out, &all);
    goto out;
  }
  if (!(keep = malloc(all.n + 1))) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)all.n);
    goto out;
  }
  for (uint64_t i = 0; i < all.n; i++) keep[i] = !nlist || bf_class_in(all.label[i], list, nlist);
  BF_TRY(bf_points_kept(&all, keep, &kept));
  if (!kept.n) host->log(task, BF_LOG_WARNING, "none of the %llu points has class %s", (unsigned long long)all.n, c->class);
  if (c->authors_origin) BF_TRY(with_origin(&all, keep, &kept, &more));
  status = bf_points_write(out, c->authors_origin ? &more : &kept);
out:
  free(list);
  free(keep);
  bf_points_free(&all);
  bf_points_free(&kept);
  bf_points_free(&more);
  return status;
}

static const bf_stage stage = {.id = "points.select",
                               .doc = "points of one class, or of some, or one class against the rest",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "select", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
