/* Taking in what the process of a point did: its journal says how each task ended, the store has what it made. */
#include "engine/parallel.h"
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bf_told {
  size_t wave, point;
  bf_run_info *info; /* its journal; NULL: there is none */
  const bf_task_entry **by_key;
};

static int by_key(const void *a, const void *b) {
  const bf_task_entry *const *x = a, *const *y = b;
  const int order = strcmp((*x)->key, (*y)->key);
  return order ? order : (int)(*x)->outcome - (int)(*y)->outcome;
}

static bf_told read_journal(const bf_parallel *e, size_t wave, size_t point) {
  char *name = bf_format_text("%zu.%zu", wave, point);
  bf_told t = {.wave = wave, .point = point};
  if (bf_job_read(e->local.plan->store, bf_run_id(e->local.run), name, &t.info) == BF_OK) {
    t.by_key = bf_alloc(t.info->ntask, sizeof(bf_task_entry *));
    for (size_t i = 0; i < t.info->ntask; i++) t.by_key[i] = &t.info->task[i];
    if (t.info->ntask) qsort(t.by_key, t.info->ntask, sizeof(bf_task_entry *), by_key);
  }
  free(name);
  return t;
}

static void free_told(bf_told *t) {
  bf_run_info_free(t->info);
  free(t->by_key);
}

/* The first by outcome, which is the one that ran. */
static const bf_task_entry *find_task(const bf_told *t, const bf_job *j) {
  size_t low = 0, high = t->info ? t->info->ntask : 0;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(t->by_key[middle]->key, j->key.hex) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return t->info && low < t->info->ntask && !strcmp(t->by_key[low]->key, j->key.hex) ? t->by_key[low] : NULL;
}

/* Moves a log to where this run's logs are. Its path is to be freed, NULL when there is none. */
static char *take_log(const bf_parallel *e, size_t point, uint32_t task, bf_job *j) {
  char *name = bf_format_text("%zu.%zu", e->told->wave, point), *folder = bf_job_folder(e->local.plan->store, bf_run_id(e->local.run), name);
  char *from = bf_format_text("%s/log/%" PRIu32, folder, task), *to = bf_run_log_path(e->local.run, j->number);
  const bool moved = !rename(from, to);
  if (moved) j->warnings = bf_log_warnings(to);
  free(name);
  free(folder);
  free(from);
  if (!moved) free(to);
  return moved ? to : NULL;
}

/* A message of work.c's ends with the log's path, which may be another machine's. */
static char *message_with(const char *message, const char *log) {
  static const char before[] = "\n  its log: ";
  const char *at = strstr(message, before);
  if (!at) return bf_strdup(message);
  return bf_format_text("%.*s%s%s", (int)(at - message), message, log ? before : "", log ? log : "");
}

/* ---- what ran: two points may need the same task; one makes it, the other finds it ---- */

typedef struct made {
  bf_digest key;
  size_t point; /* that made it, as which task of its own */
  uint32_t task;
  bool counted;
} made;

static int by_digest(const void *a, const void *b) { return strcmp(((const made *)a)->key.hex, ((const made *)b)->key.hex); }

static void note_made(bf_parallel *e, const bf_told *t) {
  for (size_t i = 0; t->info && i < t->info->ntask; i++) {
    const bf_task_entry *entry = &t->info->task[i];
    if ((entry->outcome != BF_RAN && entry->outcome != BF_OUTCOME_DECLINED) || !entry->key[0]) continue;
    made *m = bf_alloc(1, sizeof *m);
    *m = (made){.point = t->point, .task = entry->task};
    memcpy(m->key.hex, entry->key, sizeof m->key.hex);
    if (*(made **)tsearch(m, &e->made, by_digest) != m) free(m);
  }
}

void bf_adopt_forget(bf_parallel *e) {
  tdestroy(e->made, free);
  e->made = NULL;
}

bf_outcome bf_adopt_found(void *engine, bf_job *j) {
  bf_parallel *e = engine;
  const bf_told *t = e->told;
  /* Whether its own process made it is known when that has ended. */
  if (e->gnu && j->state == BF_JOB_NEW && e->waves.of[j->of->stage] == e->wave && !e->held[e->wave][j->of->number].ended) return 0;
  const made wanted = {.key = j->key};
  made **found = t ? tfind(&wanted, &e->made, by_digest) : NULL;
  if (!found || (*found)->counted) return BF_CACHED;
  free(take_log(e, (*found)->point, (*found)->task, j));
  (*found)->counted = true;
  return BF_RAN;
}

/* True when the task ended. One that its process found done waits for the end of the wave if other points have it too: one of them made it. */
static bool settle(bf_parallel *e, const bf_told *t, bf_job *j) {
  const bf_task_entry *entry = find_task(t, j);
  bool ended = true;
  if (entry && entry->outcome == BF_CACHED && j->twin && e->gnu) return false;
  if (entry && entry->outcome == BF_OUTCOME_FAILED) {
    char *log = take_log(e, t->point, entry->task, j), *message = message_with(entry->message, log);
    j->usage = entry->usage;
    bf_job_fail(e->local.plan, j, BF_FAILED, message);
    free(message);
    free(log);
  } else {
    ended = bf_job_lookup(e->local.plan, j);
  }
  if (ended) bf_job_release(e->local.plan, j);
  return ended;
}

/* A full disk or a missing plugin there is the run's trouble, not the task's. */
static void note_status(bf_parallel *e, const bf_told *t) {
  const uint32_t code = t->info && t->info->finished ? t->info->status : 0;
  if (code == BF_STORE || code == BF_PLUGIN || code == BF_INVALID) bf_plan_note(e->local.plan, (bf_status)code);
  if (code == BF_STORE) bf_local_stop(&e->local, BF_STORE, NULL);
}

void bf_adopt(bf_parallel *e, size_t wave, size_t point) {
  bf_held *held = &e->held[wave][point];
  bf_told t = read_journal(e, wave, point);
  note_status(e, &t);
  note_made(e, &t);
  e->told = &t; /* cppcheck-suppress autoVariables ; until the end of this function */
  for (bool more = held->n > 0; more;) {
    bf_held now = *held;
    more = false;
    held->at = NULL;
    held->n = 0;
    for (size_t i = 0; i < now.n; i++) {
      if (settle(e, &t, now.at[i])) {
        more = true;
        continue;
      }
      held->at = bf_grow(held->at, held->n, sizeof(bf_job *));
      held->at[held->n++] = now.at[i];
    }
    free(now.at);
    bf_plan_evaluate(e->local.plan);
  }
  e->told = NULL;
  free_told(&t);
}
