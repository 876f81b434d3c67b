/* Taking in what the process of a point did: its journal says how each task ended, the store has what it made. */
#include "engine/parallel.h"
#include "base/file.h"
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct bf_told {
  size_t wave, point;
  bf_run_info *info; /* its journal; NULL: there is none */
  const bf_task_entry **by_key;
  char *folder;
};

static int by_key(const void *a, const void *b) {
  const bf_task_entry *const *x = a, *const *y = b;
  return strcmp((*x)->key, (*y)->key);
}

static bf_told read_journal(const bf_parallel *e, size_t wave, size_t point) {
  char *name = bf_format_text("%zu.%zu", wave, point);
  bf_told t = {.wave = wave, .point = point, .folder = bf_job_folder(e->local.plan->store, bf_run_id(e->local.run), name)};
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
  free(t->folder);
}

static const bf_task_entry *find_task(const bf_told *t, const bf_job *j) {
  const bf_task_entry wanted = {.key = (char *)(uintptr_t)j->key.hex}, *key = &wanted;
  if (!t->info || !t->info->ntask) return NULL;
  const bf_task_entry **found = bsearch(&key, t->by_key, t->info->ntask, sizeof key, by_key);
  return found ? *found : NULL;
}

/* Moves the task's log to where this run's logs are, and names it so in the message. */
static char *take_log(const bf_parallel *e, const bf_told *t, const bf_task_entry *entry, bf_job *j) {
  char *from = bf_format_text("%s/log/%u", t->folder, entry->task), *to = bf_run_log_path(e->local.run, j->number), *message = NULL;
  const char *at = strstr(entry->message, from);
  if (!rename(from, to)) {
    j->warnings = bf_log_warnings(to);
    if (at) message = bf_format_text("%.*s%s%s", (int)(at - entry->message), entry->message, to, at + strlen(from));
  }
  free(from);
  free(to);
  return message ? message : bf_strdup(entry->message);
}

/* ---- what ran: two points may need the same task; one makes it, the other finds it ---- */

typedef struct made {
  bf_digest key;
  bool counted;
} made;

static int by_digest(const void *a, const void *b) { return strcmp(((const made *)a)->key.hex, ((const made *)b)->key.hex); }

static void note_made(bf_parallel *e, const bf_told *t) {
  for (size_t i = 0; t->info && i < t->info->ntask; i++) {
    const bf_task_entry *entry = &t->info->task[i];
    if ((entry->outcome != BF_RAN && entry->outcome != BF_OUTCOME_DECLINED) || !entry->key[0]) continue;
    made *m = bf_alloc(1, sizeof *m);
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
  const bf_task_entry *entry = j->of->number == t->point ? find_task(t, j) : NULL;
  if (entry) free(take_log(e, t, entry, j));
  (*found)->counted = true;
  return BF_RAN;
}

/* True when the task ended. One that its process found done waits for the end of the wave if other points have it too: one of them made it. */
static bool settle(bf_parallel *e, const bf_told *t, bf_job *j) {
  const bf_task_entry *entry = find_task(t, j);
  bool ended = true;
  if (entry && entry->outcome == BF_CACHED && j->twin && e->gnu) return false;
  if (entry && entry->outcome == BF_OUTCOME_FAILED) {
    char *message = take_log(e, t, entry, j);
    j->usage = entry->usage;
    bf_job_fail(e->local.plan, j, BF_FAILED, message);
    free(message);
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
  e->told = &t;
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
