/* A job's way into a child and its result's way into the store. */
#include "engine/local.h"
#include "base/file.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const double CHECK_SECONDS = 60; /* a check only looks at values */

static double least(double a, double b) { return a > 0 && b > 0 ? fmin(a, b) : a > 0 ? a : b; }

static bf_limits limits_of(const bf_limits *a, const bf_pstage *s) {
  const bf_limits *b = &s->limits;
  return (bf_limits){least(a->seconds, b->seconds), a->bytes && (!b->bytes || a->bytes < b->bytes) ? a->bytes : b->bytes};
}

/* The label of a source; gathered: sweep values first, in an array of its own. */
static void input_label(const bf_plan *plan, const bf_port_inputs *in, size_t i, bf_input *out) {
  size_t n;
  const bf_label *label = bf_source_label(plan, &in->source[i], &n);
  bf_label sweep[BF_MAX_SWEEP], *all;
  out->nsweep = in->gathered ? bf_sweep_labels(plan, in->from[i], sweep) : 0;
  out->nlabel = out->nsweep + n;
  out->label = all = bf_alloc(out->nlabel, sizeof *all);
  if (out->nsweep) memcpy(all, sweep, out->nsweep * sizeof *all);
  if (n) memcpy(all + out->nsweep, label, n * sizeof *all);
}

static bf_task_input *make_inputs(const bf_plan *plan, const bf_job *j, size_t *n) {
  bf_port_inputs *ports;
  *n = bf_job_inputs(plan, j, &ports);
  bf_task_input *all = bf_alloc(*n, sizeof *all);
  for (size_t p = 0; p < *n; p++) {
    all[p] = (bf_task_input){ports[p].port, ports[p].n, bf_alloc(ports[p].n, sizeof(bf_input))};
    for (size_t i = 0; i < ports[p].n; i++) {
      const bf_item *item = bf_source_item(plan, &ports[p].source[i]);
      input_label(plan, &ports[p], i, &all[p].item[i]);
      if (item)
        all[p].item[i].path = bf_store_object(plan->store, item->digest.hex);
      else
        all[p].item[i].reason = ports[p].source[i].job->message ? ports[p].source[i].job->message : "";
    }
  }
  bf_job_inputs_free(ports, *n);
  return all;
}

static void free_inputs(bf_task_input *in, size_t n) {
  for (size_t p = 0; in && p < n; p++) {
    for (size_t i = 0; i < in[p].nitem; i++) {
      free((void *)(uintptr_t)in[p].item[i].path);
      free((void *)(uintptr_t)in[p].item[i].label);
    }
    free(in[p].item);
  }
  free(in);
}

/* What differs by the job's kind; *object is the artifact of a save. */
static void fill_spec(const bf_plan *plan, const bf_job *j, bf_task_spec *spec, char **object) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  spec->kind = j->kind == BF_JOB_STAGE ? BF_TASK_STAGE : j->kind == BF_JOB_CHECK ? BF_TASK_CHECK : BF_TASK_WRITE;
  spec->entry = s->use;
  spec->params = j->of->params;
  for (size_t i = 0; i < s->nlink; i++) spec->connected |= 1u << s->link[i].port;
  if (spec->kind != BF_TASK_WRITE) return;
  spec->entry = j->kind == BF_JOB_SAVE ? s->save[j->save].format : s->print_format;
  spec->params = j->kind == BF_JOB_SAVE ? s->save[j->save].params : s->print_params;
  spec->type = bf_type_of(s->use->stage->outputs[j->source.port].types);
  spec->foreign = *object = bf_store_object(plan->store, bf_source_item(plan, &j->source)->digest.hex);
}

/* Fills in what a job reads and needs, and hands the whole to `go`. */
static bf_status with_spec(const bf_plan *plan, const bf_job *j, bf_task_spec *spec, bf_status (*go)(void *context, const bf_task_spec *spec), void *context) {
  char *object = NULL;
  const bf_entry **use = NULL;
  bf_task_input *inputs = NULL;
  fill_spec(plan, j, spec, &object);
  bf_status status = bf_job_uses(plan, j, &use, &spec->nuse);
  if (spec->kind == BF_TASK_STAGE) inputs = make_inputs(plan, j, &spec->ninput);
  spec->use = use;
  spec->input = inputs;
  if (status == BF_OK) status = go(context, spec);
  free_inputs(inputs, spec->ninput);
  free(use);
  free(object);
  return status;
}

static bf_status start(void *context, const bf_task_spec *spec) { return bf_child_start(spec, &((bf_work *)context)->child); }

static bf_status launch(bf_local *l, bf_work *w, uint32_t threads) {
  bf_job *j = w->job;
  bf_task_spec spec = {.threads = threads, .folder = w->folder, .log = w->log, .nlabel = j->nlabel, .label = j->label};
  const bf_params **more = NULL;
  spec.limits = limits_of(&l->o->limits, bf_stage_of(l->plan, j->of));
  spec.share = l->o->share;
  if (j->kind == BF_JOB_CHECK) {
    spec.more = more = bf_check_more(l, j, &spec.nmore);
    spec.limits.seconds = least(spec.limits.seconds, CHECK_SECONDS);
  }
  const bf_status status = with_spec(l->plan, j, &spec, start, w);
  free(more);
  return status;
}

static bf_status run_whole(void *context, const bf_task_spec *spec) { return bf_task_run(spec, context); }

bf_status bf_work_again(const bf_plan *plan, const bf_job *j, const bf_limits *limits, uint32_t threads, const char *folder, const char *log,
                        bf_task_result *out) {
  bf_task_spec spec = {.threads = threads, .folder = folder, .log = log, .nlabel = j->nlabel, .label = j->label};
  *out = (bf_task_result){0};
  spec.limits = limits_of(limits, bf_stage_of(plan, j->of));
  return with_spec(plan, j, &spec, run_whole, out);
}

static void free_work(bf_work *w) {
  if (w->folder) bf_folder_remove(w->folder);
  if (w->lock >= 0) bf_store_unlock_key(w->lock);
  free(w->folder);
  free(w->log);
}

bf_status bf_work_start(bf_local *l, bf_job *j, uint32_t threads, bool *started) {
  bf_work w = {.job = j, .lock = -1};
  bf_status status = BF_OK;
  *started = false;
  if (j->kind != BF_JOB_CHECK) {
    if (!bf_store_lock_key(l->plan->store, &j->key, &w.lock)) {
      l->locked = bf_grow(l->locked, l->nlocked, sizeof(bf_job *));
      l->locked[l->nlocked++] = j;
      return BF_OK;
    }
    if (bf_job_lookup(l->plan, j)) { /* another process has done it meanwhile */
      bf_store_unlock_key(w.lock);
      bf_job_release(l->plan, j);
      return BF_OK;
    }
    w.log = bf_run_log_path(l->run, j->number);
    BF_TRY(bf_store_tmp(l->plan->store, &w.folder));
  }
  BF_TRY(launch(l, &w, threads));
  j->state = BF_JOB_RUNNING;
  j->threads = threads;
  l->used += threads;
  l->work = bf_grow(l->work, l->nwork, sizeof *l->work);
  l->work[l->nwork++] = w;
  *started = true;
  return BF_OK;
out:
  free_work(&w);
  return status;
}

static bf_status publish(bf_local *l, const bf_work *w, bf_task_result *r) {
  bf_status status = BF_OK;
  char *file = NULL;
  for (size_t p = 0; p < r->noutput; p++)
    for (size_t i = 0; i < r->output[p].nitem; i++) {
      file = bf_format_text("%s/%s.%zu", w->folder, r->output[p].port, i);
      BF_TRY(bf_store_publish(l->plan->store, file, &r->output[p].item[i].digest));
      free(file);
      file = NULL;
    }
out:
  free(file);
  return status;
}

static bf_status keep(bf_local *l, const bf_work *w, bf_task_result *r) {
  bf_job *j = w->job;
  bool declined = r->status == BF_DECLINED;
  if (!bf_outputs_fit(l->plan, j, declined, r->output, r->noutput)) return bf_fail(BF_FAILED, "it reported other outputs than it has");
  bf_status status = publish(l, w, r);
  if (status != BF_OK) return status;
  const char *use = j->kind == BF_JOB_STAGE  ? bf_stage_of(l->plan, j->of)->use->id
                    : j->kind == BF_JOB_SAVE ? bf_stage_of(l->plan, j->of)->save[j->save].format->id
                                             : bf_stage_of(l->plan, j->of)->print_format->id;
  char *stage = bf_format_text("%s%s", j->kind == BF_JOB_STAGE ? "" : "save:", use);
  bf_record record = {.key = j->key,
                      .parts = j->parts,
                      .stage = stage,
                      .declined = declined,
                      .reason = declined ? r->message : NULL,
                      .noutput = r->noutput,
                      .output = r->output,
                      .usage = r->usage,
                      .finished_unix = (int64_t)time(NULL),
                      .version = (char *)(uintptr_t)BF_VERSION};
  status = bf_store_commit(l->plan->store, &record);
  free(stage);
  return status;
}

static void fail(bf_local *l, const bf_work *w, bf_status status, const char *message) {
  struct stat st;
  bool logged = w->log && !stat(w->log, &st) && st.st_size;
  char *named = bf_plan_name_files(l->plan, message), *text = bf_format_text("%s%s%s", named, logged ? "\n  its log: " : "", logged ? w->log : "");
  if (status == BF_STORE) bf_local_stop(l, BF_STORE, NULL);
  bf_job_fail(l->plan, w->job, status, text);
  free(named);
  free(text);
}

/* A task that found a bad file may have been given a damaged object, which is the store's trouble. Objects are read whole only then. */
static bf_status check_item(const bf_plan *plan, const bf_source *source) {
  const bf_item *item = bf_source_item(plan, source);
  bf_status status = BF_OK;
  bf_digest found;
  if (!item) return BF_OK;
  char *path = bf_store_object(plan->store, item->digest.hex);
  if (bf_digest_of_file(path, &found, NULL) != BF_OK || strcmp(found.hex, item->digest.hex))
    status = bf_fail(BF_STORE, "%s: the object is damaged; remove it and run the pipeline again", path);
  free(path);
  return status;
}

static bf_status check_inputs(const bf_plan *plan, const bf_job *j) {
  bf_port_inputs *ports;
  bf_status status = BF_OK;
  if (j->kind != BF_JOB_STAGE) return check_item(plan, &j->source);
  size_t n = bf_job_inputs(plan, j, &ports);
  for (size_t p = 0; p < n; p++)
    for (size_t i = 0; i < ports[p].n && status == BF_OK; i++) status = check_item(plan, &ports[p].source[i]);
  bf_job_inputs_free(ports, n);
  return status;
}

/* What a task may do to the exit code: a bad file, an invalid value or a wrong status inside of it is a failed task; a full disk and a
 * plugin that can't be loaded are not its own fault. */
static void end_job(bf_local *l, const bf_work *w, bf_task_result *r) {
  bf_job *j = w->job;
  j->usage = r->usage;
  if (r->status == BF_OK || r->status == BF_DECLINED) {
    bf_status status = keep(l, w, r);
    if (status != BF_OK) {
      fail(l, w, status, bf_error());
      return;
    }
    j->outcome = BF_RAN;
    j->noutput = r->noutput;
    j->output = r->output;
    r->output = NULL;
    r->noutput = 0;
    if (r->status == BF_DECLINED) j->message = bf_strdup(r->message);
    bf_job_end(l->plan, j, r->status == BF_OK ? BF_JOB_DONE : BF_JOB_DECLINED);
  } else if (r->status == BF_CANCELLED) {
    j->message = bf_strdup("cancelled");
    bf_job_end(l->plan, j, BF_JOB_SKIPPED);
  } else if (r->status == BF_BAD_INPUT && check_inputs(l->plan, j) != BF_OK) {
    fail(l, w, BF_STORE, bf_error());
  } else {
    char *message = bf_job_name_inputs(l->plan, j, r->message);
    fail(l, w, r->status == BF_STORE || r->status == BF_PLUGIN ? r->status : BF_FAILED, message);
    free(message);
  }
}

void bf_work_end(bf_local *l, bf_work *w) {
  bf_task_result r;
  bf_job *j = w->job;
  bf_child_end(w->child, &r);
  l->used -= j->threads;
  if (w->log) j->warnings = bf_log_warnings(w->log);
  if (j->kind == BF_JOB_CHECK)
    bf_check_end(l, j, &r);
  else
    end_job(l, w, &r);
  if (w->log) { /* most tasks say nothing */
    struct stat st;
    if (!stat(w->log, &st) && !st.st_size) unlink(w->log);
  }
  free_work(w);
  if (j->kind != BF_JOB_CHECK) bf_job_release(l->plan, j);
  bf_task_result_free(&r);
}
