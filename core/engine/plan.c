/* Making a plan: instances, their parameters, who reads whom. */
#include "engine/plan.h"
#include "base/file.h"
#include "base/pack.h"
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stored_file { /* a FILE parameter that was taken in before */
  char *path, *object;
  bf_digest digest;
} stored_file;

static int by_path(const void *a, const void *b) { return strcmp(((const stored_file *)a)->path, ((const stored_file *)b)->path); }

static void free_file(void *node) {
  stored_file *f = node;
  free(f->path);
  free(f->object);
  free(f);
}

/* The digest that a file, or the archive of a folder, has in the store. */
static bf_status forecast_digest(const char *path, bf_digest *digest) {
  char name[32];
  if (!bf_is_folder(path)) return bf_digest_of_file(path, digest, NULL);
  FILE *packed = tmpfile();
  if (!packed) return bf_fail(BF_STORE, "can't make a temporary file: %s", strerror(errno));
  snprintf(name, sizeof name, "/proc/self/fd/%d", fileno(packed));
  bf_status status = bf_folder_pack(path, fileno(packed));
  if (status == BF_OK) status = bf_digest_of_file(name, digest, NULL);
  fclose(packed);
  return status;
}

typedef struct taker { /* whose FILE parameters are asked for */
  bf_plan *plan;
  bf_instance *instance;
  const bf_stage_files *row; /* recorded: the instance's, or NULL */
} taker;

/* The run's header names the object. */
static bf_status recorded_file(const taker *t, const char *path, bf_digest *digest, char **stored) {
  if (!t->row || t->instance->nfile >= t->row->n) return bf_fail(BF_INVALID, "%s: the run's header does not say which object this file is", path);
  *digest = t->row->digest[t->instance->nfile];
  *stored = bf_store_object(t->plan->store, digest->hex);
  return BF_OK;
}

/* Into the store, or in a forecast only its digest. Each path once. */
static bf_status take_file(bf_plan *plan, const char *path, bf_digest *digest, char **stored) {
  stored_file wanted = {.path = (char *)(uintptr_t)path};
  stored_file **known = tfind(&wanted, &plan->files, by_path);
  if (!known) {
    stored_file *f = bf_alloc(1, sizeof *f);
    bf_status status = plan->forecast ? forecast_digest(path, &f->digest) : bf_store_add_file(plan->store, path, &f->digest);
    if (status != BF_OK) {
      free(f);
      return status == BF_BAD_INPUT ? bf_fail_in(BF_INVALID, "can't read the file") : status;
    }
    f->path = bf_strdup(path);
    f->object = plan->forecast ? bf_strdup(path) : bf_store_object(plan->store, f->digest.hex);
    known = tsearch(f, &plan->files, by_path);
  }
  *digest = (*known)->digest;
  *stored = bf_strdup((*known)->object);
  return BF_OK;
}

/* bf_param_env.file */
static bf_status settle_file(void *context, const char *path, bf_digest *digest, char **stored) {
  const taker *t = context;
  bf_instance *in = t->instance;
  bf_status status = t->plan->recorded ? recorded_file(t, path, digest, stored) : take_file(t->plan, path, digest, stored);
  if (status != BF_OK) return status;
  in->file = bf_grow(in->file, in->nfile, sizeof *in->file);
  in->file[in->nfile++] = *digest;
  return BF_OK;
}

typedef struct naming {
  const char *text;
  char *found;
} naming;

static void name_file(const void *node, VISIT visit, void *context) {
  const stored_file *f = *(const stored_file *const *)node;
  naming *n = context;
  if (visit != postorder && visit != leaf) return;
  const char *text = n->found ? n->found : n->text, *at = strstr(text, f->object);
  if (!at || !strcmp(f->object, f->path)) return;
  char *named = bf_format_text("%.*s%s%s", (int)(at - text), text, f->path, at + strlen(f->object));
  free(n->found);
  n->found = named;
}

char *bf_plan_name_files(const bf_plan *plan, const char *text) {
  naming n = {.text = text};
  twalk_r(plan->files, name_file, &n);
  return n.found ? n.found : bf_strdup(text);
}

/* The sweep points of each instance of a stage: point[first[i]] … point[first[i+1]-1], rising. */
typedef struct points_by_instance {
  size_t *first, *point;
} points_by_instance;

static points_by_instance group_points(const bf_pipeline *p, const bf_pstage *s) {
  points_by_instance g = {bf_alloc(s->ninstance + 2, sizeof(size_t)), bf_alloc(p->npoint, sizeof(size_t))};
  size_t *next = g.first + 1;
  for (size_t k = 0; k < p->npoint; k++) g.first[s->point_instance[k] + 2]++;
  for (size_t i = 0; i < s->ninstance; i++) g.first[i + 2] += g.first[i + 1];
  for (size_t k = 0; k < p->npoint; k++) g.point[next[s->point_instance[k]]++] = k;
  return g;
}

static void add_producer(bf_instance *reader, size_t link, bf_instance *producer, bool streams) {
  bf_producers *from = &reader->from[link];
  from->at = bf_grow(from->at, from->n, sizeof(bf_instance *));
  from->at[from->n++] = producer;
  producer->reader = bf_grow(producer->reader, producer->nreader, sizeof *producer->reader);
  producer->reader[producer->nreader++] = (bf_reader){reader, link};
  if (!streams) reader->missing++;
}

/* `in` and `each` read the one instance that agrees on the producer's axes; `gather` all that agree on the reader's, in sweep order. */
static void connect_link(bf_plan *plan, size_t stage, size_t l, const points_by_instance *points) {
  const bf_pipeline *p = plan->pipeline;
  const bf_pstage *s = &p->stage[stage];
  const bf_link *link = &s->link[l];
  const bf_pstage *producer = &p->stage[link->from];
  size_t *seen = bf_alloc(producer->ninstance, sizeof *seen); /* reader number + 1 that took it last */
  bool streams = bf_streams(s, l);
  for (size_t i = 0; i < s->ninstance; i++) {
    bf_instance *reader = &plan->instance[stage][i];
    if (!bf_needed(plan, stage, i)) continue;
    if (link->kind != BF_LINK_GATHER) {
      add_producer(reader, l, &plan->instance[link->from][producer->point_instance[s->instance_point[i]]], streams);
      continue;
    }
    for (size_t k = points->first[i]; k < points->first[i + 1]; k++) {
      size_t number = producer->point_instance[points->point[k]];
      if (seen[number] == i + 1) continue;
      seen[number] = i + 1;
      add_producer(reader, l, &plan->instance[link->from][number], false);
    }
  }
  free(seen);
}

/* Moves on to what the header says of the next instance; rows are by stage and rising instance. */
static const bf_stage_files *next_row(const bf_run_info *recorded, const bf_pstage *s, const bf_instance *in, const bf_stage_files *row) {
  const bf_stage_files *end = recorded->files + recorded->nfiles;
  if (!row)
    for (row = recorded->files; row < end && strcmp(row->stage, s->name);) row++;
  if (row == end) return NULL;
  while (row + 1 < end && !strcmp(row[1].stage, s->name) && row[1].instance <= in->number) row++;
  return row;
}

static bf_status make_instances(bf_plan *plan, size_t stage) {
  const bf_pstage *s = &plan->pipeline->stage[stage];
  taker taker = {.plan = plan};
  bf_param_env env = {plan->registry, settle_file, &taker};
  size_t n = 0;
  plan->instance[stage] = bf_alloc(s->ninstance, sizeof(bf_instance));
  for (size_t i = 0; i < s->ninstance; i++) {
    bf_instance *in = &plan->instance[stage][i];
    *in = (bf_instance){.stage = stage, .number = i, .from = bf_alloc(s->nlink, sizeof *in->from)};
    if (!bf_needed(plan, stage, i)) continue;
    taker.instance = in;
    if (plan->recorded) taker.row = next_row(plan->recorded, s, in, taker.row);
    n++;
    bf_status status = bf_pipeline_params(plan->pipeline, stage, i, &env, &in->params);
    if (status != BF_OK) return status;
    in->head = bf_key_head(s->use, in->params, "stage");
  }
  plan->unexpanded += n;
  return BF_OK;
}

bf_status bf_plan_new(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_plan_options *o, bf_plan **out) {
  bf_status status = BF_OK;
  bf_plan *plan = bf_alloc(1, sizeof *plan);
  *plan = (bf_plan){.store = store, .registry = registry, .pipeline = p, .forecast = o->forecast, .recorded = o->recorded, .part = o->part};
  plan->instance = bf_alloc(p->nstage, sizeof *plan->instance);
  for (size_t s = 0; s < p->nstage; s++) BF_TRY(make_instances(plan, s));
  for (size_t s = 0; s < p->nstage; s++) {
    points_by_instance points = group_points(p, &p->stage[s]);
    for (size_t l = 0; l < p->stage[s].nlink; l++) connect_link(plan, s, l, &points);
    free(points.first);
    free(points.point);
  }
  *out = plan;
  return BF_OK;
out:
  bf_plan_free(plan);
  return status;
}

static void free_instance(const bf_plan *plan, bf_instance *in) {
  for (size_t l = 0; in->from && l < bf_stage_of(plan, in)->nlink; l++) free(in->from[l].at);
  bf_params_free(in->params);
  free(in->head);
  free(in->file);
  free(in->from);
  free(in->job);
  free(in->reader);
}

static void no_key(void *node) { (void)node; }

void bf_plan_free(bf_plan *plan) {
  if (!plan) return;
  for (size_t s = 0; s < plan->pipeline->nstage; s++) {
    for (size_t i = 0; plan->instance[s] && i < plan->pipeline->stage[s].ninstance; i++) free_instance(plan, &plan->instance[s][i]);
    free(plan->instance[s]);
  }
  for (size_t i = 0; i < plan->njob; i++) bf_job_free(plan->job[i]);
  tdestroy(plan->files, free_file);
  tdestroy(plan->keys, no_key);
  free(plan->instance);
  free(plan->job);
  free(plan->fresh);
  free(plan);
}
