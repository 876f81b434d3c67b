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

static void cancel(bf_local *l) {
  l->cancelled = true;
  bf_local_stop(l, BF_CANCELLED, "stopped; all that was done stays, and the next run goes on from here");
  for (size_t i = 0; i < l->nwork; i++) bf_child_cancel(l->work[i].child);
}

static void wait_for_something(bf_local *l, int signals) {
  size_t n = BF_CHILD_FDS * l->nwork + 1;
  struct pollfd *fds = bf_alloc(n, sizeof *fds);
  struct signalfd_siginfo info;
  int patience = l->nlocked ? (int)(1e3 * lock_seconds) : 1000;
  for (size_t i = 0; i < l->nwork; i++) {
    bf_child_poll(l->work[i].child, fds + BF_CHILD_FDS * i);
    int ms = bf_child_patience(l->work[i].child);
    if (ms < patience) patience = ms;
  }
  fds[n - 1] = (struct pollfd){.fd = signals, .events = POLLIN};
  poll(fds, (nfds_t)n, patience);
  free(fds);
  while (signals >= 0 && read(signals, &info, sizeof info) == sizeof info) cancel(l);
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
  char *why = l->cancelled ? bf_strdup("cancelled")
              : l->fatal   ? bf_format_text("the run was stopped: %.*s", (int)strcspn(l->fatal, "\n"), l->fatal)
                           : bf_strdup("another task failed");
  for (size_t i = 0; i < l->plan->njob; i++) {
    bf_job *j = l->plan->job[i];
    if (j->state >= BF_JOB_DONE) continue;
    free(j->message);
    j->message = bf_strdup(why);
    bf_job_end(l->plan, j, BF_JOB_SKIPPED);
    bf_plan_evaluate(l->plan);
  }
  free(why);
}

static void on_ready(void *context, bf_job *j) { bf_queue_push(&((bf_local *)context)->ready, j); }

static void loop(bf_local *l, int signals) {
  bf_plan_open(l->plan);
  bf_plan_evaluate(l->plan);
  bf_local_tell(l, BF_EVENT_PLAN, NULL, 0, 0);
  if (l->ready.n && !l->draining) bf_checks_queue(l);
  for (;;) {
    retry_locked(l);
    start_ready(l);
    if (!l->nwork && (l->draining || (!l->ready.n && !l->nlocked))) break;
    wait_for_something(l, signals);
    turn_children(l);
  }
  skip_rest(l);
}

/* Each child takes some file descriptors here. */
static void raise_file_limit(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

/* The last word on the run; its message unless it is BF_OK. */
static bf_status conclude(const bf_local *l, const bf_run_result *out) {
  const bf_counts *c = &out->counts;
  if (out->status == BF_OK) return BF_OK;
  if (l->fatal) return bf_fail(out->status, "%s", l->fatal);
  return bf_fail(out->status, "%" PRIu64 " of %" PRIu64 " tasks failed, %" PRIu64 " skipped", c->failed, c->total, c->skipped);
}

static void finish(bf_local *l, bf_run_result *out) {
  if (bf_local_collect(l, out) != BF_OK) bf_local_stop(l, BF_STORE, bf_error());
  out->run = bf_strdup(bf_run_id(l->run));
  out->status = l->plan->status;
  out->counts = l->plan->counts;
  out->counts.total = l->plan->njob;
  if (bf_run_end(l->run, out->status == BF_CANCELLED ? 130 : (uint32_t)out->status, out->saved, out->nsaved) != BF_OK) {
    bf_local_stop(l, BF_STORE, bf_error());
    out->status = l->plan->status;
  }
}

static void free_local(bf_local *l) {
  for (size_t i = 0; i < l->ncheck; i++) bf_job_free(l->check[i]);
  free(l->check);
  free(l->ready.at);
  free(l->locked);
  free(l->work);
  free(l->written);
  free(l->fatal);
  bf_plan_free(l->plan);
}

bf_status bf_run_local(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, bf_run_result *out) {
  bf_status status = BF_OK;
  sigset_t stops = bf_stop_signals(), before;
  int signals = -1;
  char *folder = o->folder ? bf_strdup(o->folder) : bf_format_text("./%s-out", p->name);
  bf_local l = {.o = o, .folder = folder, .threads = o->threads ? o->threads : 1};
  *out = (bf_run_result){0};
  sigprocmask(SIG_BLOCK, &stops, &before);
  raise_file_limit();
  BF_TRY(bf_plan_new(store, registry, p, &(bf_plan_options){0}, &l.plan));
  BF_TRY(bf_local_check_folder(p, folder));
  BF_TRY(bf_plan_begin(l.plan, &o->limits, &l.run));
  l.plan->ready = on_ready;
  l.plan->ended = bf_local_ended;
  l.plan->context = &l;
  signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
  loop(&l, signals);
  finish(&l, out);
  status = conclude(&l, out);
out:
  if (signals >= 0) close(signals);
  sigprocmask(SIG_SETMASK, &before, NULL);
  free_local(&l);
  free(folder);
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
