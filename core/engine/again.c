/* Repeating tasks of a run, to see whether they give what its records say. */
#include "base/file.h"
#include "engine/local.h"
#include <bettiflow/random.h>
#include <stdlib.h>
#include <string.h>

static void ignore(void *context, bf_job *j) {
  (void)context;
  (void)j;
}

/* Are the objects here that its key names as inputs and files? A bundle of results alone lacks many. */
static bool has_inputs(const bf_store *store, const char *parts) {
  for (const char *line = parts; *line; line += strcspn(line, "\n"), line += *line == '\n') {
    const size_t n = strcspn(line, "\n");
    if (n < 65 || line[n - 65] != ' ' || (strncmp(line, "input ", 6) != 0 && strncmp(line, "param ", 6) != 0)) continue;
    char *digest = bf_strndup(line + n - 64, 64);
    const bool here = !bf_digest_valid(digest) || bf_store_has(store, digest, UINT64_MAX);
    free(digest);
    if (!here) return false;
  }
  return true;
}

/* Found in the store by its own key. Of several with one key (twins) any is as good. */
static bool has_record(const bf_job *j) { return j->parts && (j->state == BF_JOB_DONE || j->state == BF_JOB_DECLINED); }

static int by_key(const void *a, const void *b) {
  const bf_job *const *x = a, *const *y = b;
  const int order = strcmp((*x)->key.hex, (*y)->key.hex);
  return order ? order : ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

/* Each key once, in order of keys: the draw does not depend on the order of planning. */
static bf_job **candidates(const bf_plan *plan, size_t *n) {
  bf_job **all = bf_alloc(plan->njob, sizeof(bf_job *));
  size_t m = 0, kept = 0;
  for (size_t i = 0; i < plan->njob; i++)
    if (has_record(plan->job[i]) && has_inputs(plan->store, plan->job[i]->parts)) all[m++] = plan->job[i];
  if (m) qsort(all, m, sizeof(bf_job *), by_key);
  for (size_t i = 0; i < m; i++)
    if (!i || strcmp(all[i]->key.hex, all[i - 1]->key.hex)) all[kept++] = all[i];
  *n = kept;
  return all;
}

static bool same_outputs(const bf_output *a, size_t na, const bf_output *b, size_t nb) {
  if (na != nb) return false;
  for (size_t i = 0; i < na; i++) {
    if (strcmp(a[i].port, b[i].port) || a[i].nitem != b[i].nitem) return false;
    for (size_t k = 0; k < a[i].nitem; k++)
      if (strcmp(a[i].item[k].digest.hex, b[i].item[k].digest.hex) || a[i].item[k].size != b[i].item[k].size) return false;
  }
  return true;
}

/* Allocated; NULL when it gave the same. */
static char *compare(const bf_job *j, const bf_task_result *r) {
  const bool declined = j->state == BF_JOB_DECLINED;
  if (r->status == BF_DECLINED) return declined ? NULL : bf_format_text("declined this time: %s", r->message);
  if (r->status != BF_OK) return bf_format_text("can't be repeated: %s", r->message ? r->message : "it failed");
  if (declined) return bf_strdup("its record says that it declined; this time it gave a result");
  return same_outputs(j->output, j->noutput, r->output, r->noutput) ? NULL : bf_strdup("gave something else than its record says");
}

static bf_status repeat(bf_plan *plan, const bf_job *j, const bf_again_options *o, bf_again_result *out) {
  bf_task_result r = {0};
  char *folder = NULL, *name = NULL, *problem = NULL;
  uint32_t threads = j->kind == BF_JOB_STAGE ? bf_stage_of(plan, j->of)->use->stage->max_threads : 1;
  bf_status status = BF_OK;
  if (threads > o->threads) threads = o->threads;
  BF_TRY(bf_store_tmp(plan->store, &folder));
  status = bf_work_again(plan, j, &o->limits, threads ? threads : 1, folder, NULL, &r);
  if (status == BF_CANCELLED || status == BF_STORE || status == BF_PLUGIN) goto out;
  if (!r.status && status != BF_OK) r = (bf_task_result){.status = status, .message = bf_strdup(bf_error())};
  status = BF_OK;
  name = bf_job_name(plan, j);
  problem = compare(j, &r);
  out->repeated++;
  out->differ += problem != NULL;
  if (o->told) o->told(o->context, name, problem);
out:
  if (folder) bf_folder_remove(folder);
  bf_task_result_free(&r);
  free(folder);
  free(name);
  free(problem);
  return status;
}

/* Draws without putting back: the first n of a shuffle. */
static bf_status draw(bf_plan *plan, const bf_again_options *o, bf_again_result *out) {
  size_t n;
  bf_job **all = candidates(plan, &n);
  bf_status status = BF_OK;
  out->tasks = n;
  for (size_t i = 0; i < n && i < o->n; i++) {
    const size_t k = i + (size_t)bf_random_below(o->seed, i, n - i);
    bf_job *j = all[k];
    all[k] = all[i];
    BF_TRY(repeat(plan, j, o, out));
  }
out:
  free(all);
  return status;
}

bf_status bf_run_again(bf_store *store, const bf_registry *registry, const char *run, const bf_again_options *o, bf_again_result *out) {
  bf_status status = BF_OK;
  bf_run_info *header = NULL;
  bf_pipeline *p = NULL;
  bf_plan *plan = NULL;
  *out = (bf_again_result){0};
  BF_TRY(bf_run_read_header(store, run, &header));
  BF_TRY(bf_check_builds(registry, header));
  BF_TRY(bf_pipeline_reread(header->pipeline_file, header->pipeline_name, header->pipeline_text, registry, &p));
  BF_TRY(bf_plan_new(store, registry, p, &(bf_plan_options){.recorded = header}, &plan));
  plan->ready = ignore;
  plan->ended = ignore;
  bf_plan_open(plan);
  bf_plan_evaluate(plan);
  BF_TRY(draw(plan, o, out));
  if (!out->tasks)
    status = bf_fail(BF_FAILED,
                     "run %s: no task has its record here together with the records and objects of what it reads, so none can be repeated; a bundle "
                     "without --results has them",
                     header->run);
out:
  bf_plan_free(plan);
  bf_pipeline_free(p);
  bf_run_info_free(header);
  return status;
}
