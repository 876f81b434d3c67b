/* The local engine: keeps children busy until nothing is left to start. -j counts threads; results never depend on it. */
#include "engine/local.h"
#include "engine/spawn.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const double lock_seconds = 0.1; /* between two tries for a key that another process holds */

static uint32_t wanted_threads(const bf_local *l, const bf_job *j) {
  uint32_t most = j->kind == BF_JOB_STAGE ? bf_stage_of(l->plan, j->of)->use->stage->max_threads : 1;
  uint32_t spare = l->threads - l->used, share = (uint32_t)(spare / (l->ready.n + 1)); /* j is out of the queue already */
  if (share < 1) share = 1;
  return most < 1 ? 1 : most < share ? most : share;
}

static void start_ready(bf_local *l) {
  while (!l->draining && l->used < l->threads) {
    if (l->checks_left && (!l->ready.n || l->ready.at[0]->kind != BF_JOB_CHECK)) return; /* nothing runs before all checks are through */
    bf_job *j = bf_queue_pop(&l->ready);
    if (!j) return;
    bool started;
    bf_status status = bf_work_start(l, j, wanted_threads(l, j), &started);
    if (status != BF_OK) {
      bf_local_stop(l, status, bf_error());
      if (j->kind == BF_JOB_CHECK) continue;
      bf_job_fail(l->plan, j, status, bf_error());
      bf_job_release(l->plan, j);
    } else if (started && j->kind != BF_JOB_CHECK) {
      bf_local_tell(l, BF_EVENT_START, j, 0, 0);
    }
    bf_plan_evaluate(l->plan);
  }
}

static void retry_locked(bf_local *l) {
  if (!l->nlocked || bf_now() < l->locks_tried + lock_seconds) return;
  l->locks_tried = bf_now();
  for (size_t i = 0; i < l->nlocked; i++) bf_queue_push(&l->ready, l->locked[i]);
  l->nlocked = 0;
}

void bf_local_cancel(bf_local *l) {
  l->cancelled = true;
  bf_local_stop(l, BF_CANCELLED, "stopped; all that was done stays, and the next run goes on from here");
  for (size_t i = 0; i < l->nwork; i++) bf_child_cancel(l->work[i].child);
}

bool bf_local_signalled(const bf_local *l) {
  struct signalfd_siginfo info;
  return l->signals >= 0 && read(l->signals, &info, sizeof info) == sizeof info;
}

static void wait_for_something(bf_local *l) {
  size_t n = BF_CHILD_FDS * l->nwork + 1;
  struct pollfd *fds = bf_alloc(n, sizeof *fds);
  int patience = l->nlocked ? (int)(1e3 * lock_seconds) : 1000;
  for (size_t i = 0; i < l->nwork; i++) {
    bf_child_poll(l->work[i].child, fds + BF_CHILD_FDS * i);
    int ms = bf_child_patience(l->work[i].child);
    if (ms < patience) patience = ms;
  }
  fds[n - 1] = (struct pollfd){.fd = l->signals, .events = POLLIN};
  poll(fds, (nfds_t)n, patience);
  free(fds);
  if (bf_local_signalled(l)) bf_local_cancel(l);
}

static void turn_children(bf_local *l) {
  for (size_t i = 0; i < l->nwork;) {
    bf_work *w = &l->work[i];
    uint64_t done, total;
    bool ended = bf_child_turn(w->child);
    if (bf_child_stepped(w->child, &done, &total) && !ended) bf_local_tell(l, BF_EVENT_STEP, w->job, done, total);
    if (!ended) {
      i++;
      continue;
    }
    bf_work gone = *w;
    l->work[i] = l->work[--l->nwork];
    bf_work_end(l, &gone);
    bf_plan_evaluate(l->plan);
  }
}

/* Whatever has not ended when the run does is skipped, and with it what would have read it. */
static void skip_rest(bf_local *l) {
  bool any = false;
  char *why = l->cancelled ? bf_strdup("cancelled")
              : l->fatal   ? bf_format_text("the run was stopped: %.*s", (int)strcspn(l->fatal, "\n"), l->fatal)
                           : bf_strdup("another task failed");
  for (size_t i = 0; i < l->plan->njob; i++) {
    bf_job *j = l->plan->job[i];
    if (j->state >= BF_JOB_DONE) continue;
    any = true;
    free(j->message);
    j->message = bf_strdup(why);
    bf_job_end(l->plan, j, BF_JOB_SKIPPED);
    bf_plan_evaluate(l->plan);
  }
  if (any) bf_plan_note(l->plan, BF_FAILED); /* a run that left something out did not end well */
  free(why);
}

static void on_ready(void *context, bf_job *j) {
  bf_local *l = context;
  l->offered = true;
  if (!l->hold || !l->hold(l->holder, j)) bf_queue_push(&l->ready, j);
}

static bf_outcome on_found(void *context, bf_job *j) {
  const bf_local *l = context;
  return l->found ? l->found(l->holder, j) : BF_CACHED;
}

void bf_local_begin(bf_local *l) {
  bf_plan_open(l->plan);
  bf_plan_evaluate(l->plan);
  bf_local_tell(l, BF_EVENT_PLAN, NULL, 0, 0);
  if (l->offered && !l->plan->part && !l->draining) bf_checks_queue(l); /* whoever cut the job off has checked it */
}

void bf_local_work(bf_local *l) {
  for (;;) {
    retry_locked(l);
    start_ready(l);
    if (!l->nwork && (l->draining || (!l->ready.n && !l->nlocked))) break;
    wait_for_something(l);
    turn_children(l);
  }
}

/* Each child takes some file descriptors here. */
static void raise_file_limit(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

/* A job whose tasks read what an earlier wave has not made yet. */
static bf_status conclude_job(const bf_local *l, const bf_run_result *out) {
  const bf_counts *c = &out->counts;
  if (c->failed || !c->skipped || !l->plan->part) return BF_OK;
  return bf_fail(out->status,
                 "the job's inputs are not in the store: %" PRIu64 " of its %" PRIu64 " tasks were skipped; do the jobs of the waves before it first",
                 c->skipped, c->total);
}

/* The last word on the run; its message unless it is BF_OK. */
static bf_status conclude(const bf_local *l, const bf_run_result *out) {
  const bf_counts *c = &out->counts;
  if (out->status == BF_OK) return BF_OK;
  if (l->fatal) return bf_fail(out->status, "%s", l->fatal);
  if (conclude_job(l, out) != BF_OK) return out->status;
  if (!c->failed) return bf_fail(out->status, "%" PRIu64 " of %" PRIu64 " tasks were skipped", c->skipped, c->total);
  return bf_fail(out->status, "%" PRIu64 " of %" PRIu64 " tasks failed, %" PRIu64 " skipped", c->failed, c->total, c->skipped);
}

bf_status bf_local_finish(bf_local *l, bf_run_result *out) {
  skip_rest(l);
  if (bf_local_collect(l, out) != BF_OK) bf_local_stop(l, BF_STORE, bf_error());
  out->run = bf_strdup(bf_run_id(l->run));
  out->status = l->plan->status;
  out->counts = l->plan->counts;
  out->counts.total = l->plan->njob;
  if (bf_run_end(l->run, out->status == BF_CANCELLED ? 130 : (uint32_t)out->status, out->saved, out->nsaved) != BF_OK) {
    bf_local_stop(l, BF_STORE, bf_error());
    out->status = l->plan->status;
  }
  return conclude(l, out);
}

bf_status bf_local_open(bf_local *l, bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_plan_options *plan, const bf_run_options *o) {
  sigset_t stops = bf_stop_signals();
  *l = (bf_local){.o = o, .threads = o->threads ? o->threads : 1, .signals = -1};
  sigprocmask(SIG_BLOCK, &stops, &l->before);
  raise_file_limit();
  bf_status status = bf_plan_new(store, registry, p, plan, &l->plan);
  if (status != BF_OK) return status;
  l->plan->ready = on_ready;
  l->plan->found = on_found;
  l->plan->ended = bf_local_ended;
  l->plan->context = l;
  l->signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
  return BF_OK;
}

bf_status bf_local_begin_run(bf_local *l) {
  bf_status status = BF_OK;
  const bf_pipeline *p = l->plan->pipeline;
  l->folder = l->o->folder ? bf_strdup(l->o->folder) : bf_format_text("./%s-out", p->name);
  BF_TRY(bf_local_check_folder(p, l->folder));
  BF_TRY(bf_plan_begin(l->plan, &l->o->limits, false, &l->run));
out:
  return status;
}

void bf_local_close(bf_local *l) {
  if (!l->o) return; /* was never opened */
  if (l->signals >= 0) close(l->signals);
  sigprocmask(SIG_SETMASK, &l->before, NULL);
  for (size_t i = 0; i < l->ncheck; i++) bf_job_free(l->check[i]);
  free(l->check);
  free(l->ready.at);
  free(l->locked);
  free(l->work);
  free(l->written);
  free(l->fatal);
  free(l->folder);
  free(l->where);
  bf_plan_free(l->plan);
}

bf_status bf_run_local(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, bf_run_result *out) {
  bf_status status = BF_OK;
  bf_local l;
  *out = (bf_run_result){0};
  BF_TRY(bf_local_open(&l, store, registry, p, &(bf_plan_options){0}, o));
  BF_TRY(bf_local_begin_run(&l));
  bf_local_begin(&l);
  bf_local_work(&l);
  status = bf_local_finish(&l, out);
out:
  bf_local_close(&l);
  if (status != BF_OK) out->status = status;
  return status;
}

void bf_run_result_free(bf_run_result *r) {
  if (!r) return;
  for (size_t i = 0; i < r->nsaved; i++) free(r->saved[i].path);
  free(r->saved);
  free(r->run);
  free(r->printed);
  *r = (bf_run_result){0};
}
