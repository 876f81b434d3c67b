/* The parallel engine: wave after wave, each one call of GNU Parallel. A wave of which only one point has anything to do runs here, as the local engine runs
 * it. */
#include "engine/parallel.h"
#include "base/file.h"
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- which tasks wait for their wave ---- */

static bool hold(void *holder, bf_job *j) {
  bf_parallel *e = holder;
  const size_t wave = e->waves.of[j->of->stage];
  if (j->kind == BF_JOB_CHECK || e->here[wave]) return false;
  bf_held *held = &e->held[wave][j->of->number];
  held->at = bf_grow(held->at, held->n, sizeof(bf_job *));
  held->at[held->n++] = j;
  return true;
}

static void make_held(bf_parallel *e, const bf_pipeline *p) {
  bf_waves_find(p, &e->waves);
  e->held = bf_alloc(e->waves.n, sizeof *e->held);
  e->here = bf_alloc(e->waves.n, sizeof *e->here);
  for (size_t w = 0; w < e->waves.n; w++) {
    e->held[w] = bf_alloc(e->waves.at[w].npoint, sizeof **e->held);
    e->here[w] = e->waves.at[w].npoint == 1;
  }
}

static void free_held(bf_parallel *e) {
  for (size_t w = 0; e->held && w < e->waves.n; w++) {
    for (size_t k = 0; k < e->waves.at[w].npoint; k++) free(e->held[w][k].at);
    free(e->held[w]);
  }
  free(e->held);
  free(e->here);
  bf_waves_free(&e->waves);
}

static size_t *points_to_do(const bf_parallel *e, size_t wave, size_t *n) {
  size_t *point = bf_alloc(e->waves.at[wave].npoint, sizeof *point);
  *n = 0;
  for (size_t k = 0; k < e->waves.at[wave].npoint; k++)
    if (e->held[wave][k].n) point[(*n)++] = k;
  return point;
}

/* ---- one wave ---- */

static void count_running(bf_parallel *e, bf_held *held, bool running) {
  if (held->running == running) return;
  held->running = running;
  e->local.away += running ? 1 : UINT64_MAX;
  if (e->running) e->running[held->host] += running ? 1 : UINT32_MAX;
}

static void tell_where(bf_parallel *e) {
  bf_text t = {0};
  for (size_t h = 0; h < e->hosts.n; h++)
    if (e->running[h]) bf_text_addf(&t, "%s%s %" PRIu32, t.n ? ", " : "", e->hosts.at[h].name, e->running[h]);
  free(e->local.where);
  e->local.where = bf_text_take(&t);
}

/* Results of a machine without the store come after the line that tells of the end. */
static void hear_end(bf_parallel *e, bf_held *held, size_t point) {
  if (e->travel && !e->hosts.at[held->host].told.shared) {
    e->narriving += !held->arriving;
    held->arriving = true;
    return;
  }
  held->ended = true;
  bf_adopt(e, e->wave, point);
}

static void hear(void *context, const bf_gnu_line *line) {
  bf_parallel *e = context;
  if (line->wave != e->wave || line->point >= e->waves.at[e->wave].npoint || (e->hosts_file && line->host >= e->hosts.n)) return;
  bf_held *held = &e->held[e->wave][line->point];
  if (e->running && held->host != line->host) { /* another try, elsewhere */
    count_running(e, held, false);
    held->host = line->host;
  }
  count_running(e, held, line->kind != BF_GNU_END);
  if (e->running) tell_where(e);
  if (line->kind == BF_GNU_END) {
    held->code = atoi(line->more);
    hear_end(e, held, line->point);
  }
  bf_local_tell(&e->local, BF_EVENT_PLAN, NULL, 0, 0);
}

/* *lost: a machine went away meanwhile. */
static void listen_to(bf_parallel *e, bool *lost) {
  struct pollfd fds[BF_GNU_FDS + 1];
  for (;;) {
    bf_gnu_poll(e->gnu, fds);
    fds[BF_GNU_FDS] = (struct pollfd){.fd = e->local.signals, .events = POLLIN};
    const bool silent = fds[0].fd < 0 && fds[1].fd < 0; /* it is about to end */
    poll(fds, BF_GNU_FDS + 1, silent ? 2 : e->narriving || e->local.cancelled ? 50 : 500);
    if (bf_local_signalled(&e->local)) {
      bf_local_cancel(&e->local);
      bf_gnu_stop(e->gnu);
      bf_masters_close(&e->masters); /* which ends what runs on other machines */
    }
    *lost |= bf_machines_lost(e);
    if (bf_gnu_turn(e->gnu, hear, e)) return;
    bf_machines_arrivals(e, false);
    if (e->local.draining) bf_gnu_drain(e->gnu);
  }
}

/* Points that died after they had done something, and tasks that waited for another point's. */
static void adopt_all(bf_parallel *e, size_t wave) {
  for (size_t before = SIZE_MAX, left; before; before = left) {
    left = 0;
    for (size_t k = 0; k < e->waves.at[wave].npoint; k++) {
      if (e->held[wave][k].n) bf_adopt(e, wave, k);
      left += e->held[wave][k].n;
    }
    if (left == before) break;
  }
}

/* What the points that were given left undone. */
static void fail_rest(bf_parallel *e, size_t wave, const char *why) {
  for (size_t k = 0; k < e->waves.at[wave].npoint && !e->local.draining; k++) {
    bf_held *held = &e->held[wave][k];
    for (size_t i = 0; held->given && i < held->n; i++) {
      char *message = held->code < 0
                          ? bf_format_text("the process of its point (wave %zu, point %zu) died%s%s; the same run again goes on from here", wave, k,
                                           why ? ": " : "", why ? why : "")
                          : bf_format_text("the process of its point (wave %zu, point %zu) ended with code %d and left it undone", wave, k, held->code);
      bf_job_fail(e->local.plan, held->at[i], BF_FAILED, message);
      bf_job_release(e->local.plan, held->at[i]);
      free(message);
    }
    if (held->given) held->n = 0;
    held->given = false;
    bf_plan_evaluate(e->local.plan);
  }
}

/* The same for each run of this store on this machine, so that machines without it find what they did before. */
static char *store_id(const char *store) {
  char host[65] = "";
  gethostname(host, sizeof host - 1);
  char *text = bf_format_text("%s:%s", host, store), *id = bf_strndup(bf_digest_of(text, strlen(text)).hex, 16);
  free(text);
  return id;
}

/* GNU Parallel's own journal: joblog.WAVE, and with a number behind it where the wave has another call. */
static char *joblog_of(const bf_parallel *e, size_t wave) {
  char *path = bf_format_text("%s/runs/%s/joblog.%zu", bf_store_path(e->local.plan->store), bf_run_id(e->local.run), wave), *first = path;
  for (unsigned i = 2; !access(path, F_OK); i++) {
    char *next = bf_format_text("%s.%u", first, i);
    if (path != first) free(path);
    path = next;
  }
  if (path != first) free(first);
  return path;
}

/* For --memfree: GNU Parallel starts nothing while less is free, and kills the youngest job while less than half of it is. So it is no more than what jobs of
 * the expected size leave twice over: only when something else takes memory does it act. 0: it is not given. */
static uint64_t memory_to_leave(uint64_t need, uint32_t jobs, uint64_t spare) {
  const uint64_t taken = need * jobs, left = spare > taken ? 2 * (spare - taken) : 0;
  return need < left ? need : left;
}

/* One call of GNU Parallel. *why (allocated): how it ended, or NULL; *lost: a machine went away meanwhile. */
static bf_status call_parallel(bf_parallel *e, size_t wave, const size_t *point, size_t n, char **why, bool *lost) {
  bf_local *l = &e->local;
  const char *store = bf_store_path(l->plan->store);
  char *joblog = joblog_of(e, wave), *id = store_id(store);
  const uint32_t wanted = n < l->threads ? (uint32_t)n : l->threads, threads = l->threads / wanted;
  const uint64_t spare = bf_memory_free(), need = e->memory * threads; /* a point runs as many tasks at a time */
  const uint32_t jobs = bf_jobs_that_fit(wanted, need, spare);
  const bf_gnu_call call = {.store = store,
                            .run = bf_run_id(l->run),
                            .store_id = id,
                            .wave = wave,
                            .npoint = n,
                            .point = point,
                            .jobs = jobs,
                            .threads = threads,
                            .keep_going = l->o->keep_going,
                            .plugin_path = l->o->plugin_path,
                            .joblog = joblog,
                            .memory = memory_to_leave(need, jobs, spare),
                            .hosts = e->hosts_file ? &e->hosts : NULL,
                            .masters = &e->masters,
                            .logins = e->logins,
                            .travel = e->travel};
  if (jobs < wanted && !e->hosts_file)
    bf_machines_note(e, bf_format_text("%" PRIu32 " at a time instead of %" PRIu32 ": each job is likely to need %.1f GiB, and %.1f GiB are free", jobs, wanted,
                                       (double)need / 1073741824, (double)spare / 1073741824));
  for (size_t i = 0; i < n; i++) {
    bf_held *held = &e->held[wave][point[i]];
    held->given = true;
    held->ended = false;
    held->code = -1;
  }
  bf_status status = bf_machines_prepare(e, wave, point, n);
  e->wave = wave;
  if (status == BF_OK) status = bf_gnu_start(&call, &e->gnu);
  if (status == BF_OK) {
    listen_to(e, lost);
    bf_gnu_end(e->gnu, why);
    e->gnu = NULL;
    bf_machines_arrivals(e, true);
    for (size_t k = 0; k < e->waves.at[wave].npoint; k++) count_running(e, &e->held[wave][k], false);
  }
  free(joblog);
  free(id);
  return status;
}

/* The points' journals and logs are in the run's now. */
static void drop_journals(const bf_parallel *e) {
  char *folder = bf_format_text("%s/runs/%s/job", bf_store_path(e->local.plan->store), bf_run_id(e->local.run));
  bf_folder_remove(folder);
  free(folder);
}

/* A point that used up its tries on machines that went away gets others, as long as any are left. */
static bf_status run_points(bf_parallel *e, size_t wave) {
  bf_status status = BF_OK;
  char *why = NULL;
  for (bool again = true; again && status == BF_OK;) {
    size_t n, *point = points_to_do(e, wave, &n);
    bool lost = false;
    again = false;
    e->memory = n ? bf_wave_memory(e, wave) : 0;
    if (n && (status = bf_machines_connect(e)) == BF_OK) {
      free(why);
      why = NULL;
      status = call_parallel(e, wave, point, n, &why, &lost);
      adopt_all(e, wave);
      again = lost && !e->local.draining;
    }
    free(point);
  }
  if (status == BF_OK) fail_rest(e, wave, why);
  drop_journals(e);
  free(why);
  return status;
}

/* False when none of its points has anything to do. */
static bool run_wave(bf_parallel *e, size_t wave) {
  size_t n, *point = points_to_do(e, wave, &n);
  if (n == 1) {
    bf_held *held = &e->held[wave][point[0]];
    for (size_t i = 0; i < held->n; i++) bf_queue_push(&e->local.ready, held->at[i]);
    held->n = 0;
    e->here[wave] = true;
  } else if (n) {
    const bf_status status = run_points(e, wave);
    if (status != BF_OK) bf_local_stop(&e->local, status, bf_error());
  }
  free(point);
  return n > 0;
}

/* Mostly each wave has its turn once. A task that waited for an equal one of a later wave, and what reads it, get another. */
static void run_waves(bf_parallel *e) {
  for (bool more = true; more && !e->local.draining;) {
    more = false;
    for (size_t w = 0; w < e->waves.n && !e->local.draining; w++) {
      more |= run_wave(e, w);
      bf_local_work(&e->local);
    }
  }
}

bf_status bf_run_parallel(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, const char *hosts, bf_run_result *out) {
  bf_status status = BF_OK;
  bf_parallel e = {.local.signals = -1, .hosts_file = hosts};
  bf_local *l = &e.local;
  *out = (bf_run_result){0};
  BF_TRY(bf_gnu_find());
  BF_TRY(bf_local_open(l, store, registry, p, &(bf_plan_options){0}, o));
  make_held(&e, p);
  l->hold = hold;
  l->found = bf_adopt_found;
  l->holder = &e;
  BF_TRY(bf_machines_ask(&e, store, registry));
  BF_TRY(bf_local_begin_run(l));
  bf_local_begin(l);
  bf_local_work(l);
  run_waves(&e);
  status = bf_local_finish(l, out);
out:
  bf_local_close(l);
  bf_machines_close(&e);
  free_held(&e);
  bf_adopt_forget(&e);
  if (status != BF_OK) out->status = status;
  return status;
}
