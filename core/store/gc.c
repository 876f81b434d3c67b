/* Removing what no run that is kept reaches, and the oldest runs until the objects are within a size. */
#include "base/file.h"
#include "base/text.h"
#include "store/gc_marks.h"
#include "store/internal.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct held_run {
  char *id;
  uint32_t rank;
  const char *why; /* it goes by the rules; NULL: it stays, unless the size goal takes it */
} held_run;

typedef struct sweep {
  bf_store *store;
  const bf_gc_options *options;
  bf_gc_report *report;
  double now;
  held_run *run; /* oldest first */
  size_t nrun;
  bf_marks keys, objects;
  uint64_t *bytes; /* of objects, by rank: BF_RANK_YOUNG, the runs, and last what never goes */
  uint32_t cut;    /* ranks below go for the size goal */
  const char *kind;
  const bf_marks *kept; /* of the kind that is being walked */
  uint64_t *removed;
} sweep;

static bool is_young(const sweep *w, const char *path) {
  struct stat st;
  return w->options->older > 0 && !lstat(path, &st) && w->now - (double)st.st_mtime < w->options->older;
}

/* ---- marking ---- */

static void mark_outputs(sweep *w, const bf_output *output, size_t n, uint32_t rank) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < output[i].nitem; j++) bf_marks_add(&w->objects, output[i].item[j].digest.hex, rank);
}

/* Whatever in a key's text may be a digest: inputs and FILE parameters. */
static void mark_parts(sweep *w, const char *text, uint32_t rank) {
  static const char hex[] = "0123456789abcdef";
  while (*text) {
    size_t n = strspn(text, hex);
    if (n == 64) bf_marks_add(&w->objects, text, rank);
    text += n;
    text += strcspn(text, hex);
  }
}

static void mark_journal(sweep *w, const bf_run_info *run, uint32_t rank) {
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    mark_outputs(w, t->output, t->noutput, rank);
    mark_parts(w, t->parts, rank);
    if (bf_digest_valid(t->key)) bf_marks_add(&w->keys, t->key, rank);
  }
  for (size_t i = 0; i < run->nsaved; i++) bf_marks_add(&w->objects, run->saved[i].digest.hex, rank);
  for (size_t i = 0; i < run->nfiles; i++)
    for (size_t k = 0; k < run->files[i].n; k++) bf_marks_add(&w->objects, run->files[i].digest[k].hex, rank);
}

/* What a journal reaches that can't be read to its end is not known: nothing may go. `folder` holds it. */
static bf_status fail_damaged(const char *folder, const char *what) {
  char *why = bf_strdup(bf_error());
  bf_status status = bf_fail(BF_STORE, "%s; so gc can't tell what to keep and removes nothing; remove the folder %s to forget the %s", why, folder, what);
  free(why);
  return status;
}

static bf_status mark_job(sweep *w, const bf_run_info *run, const char *name, uint32_t rank) {
  char *folder = bf_job_folder(w->store, run->run, name), *journal = bf_path_join(folder, "journal");
  bf_run_info *job = NULL;
  bf_journal_end end;
  bf_journal_read(journal, run->run, &job, &end);
  bf_status status = end == BF_JOURNAL_DAMAGED ? fail_damaged(folder, "job") : BF_OK;
  if (job) mark_journal(w, job, rank);
  bf_run_info_free(job);
  free(journal);
  free(folder);
  return status;
}

/* The run, and its jobs, whose results may be in no other journal yet. */
static bf_status mark_run(sweep *w, const bf_run_info *run, uint32_t rank) {
  char **name, *folder = bf_format_text("%s/runs/%s/job", w->store->path, run->run);
  size_t n;
  bf_status status = bf_folder_list(folder, &name, &n);
  mark_journal(w, run, rank);
  for (size_t i = 0; i < n && status == BF_OK; i++) status = mark_job(w, run, name[i], rank);
  bf_names_free(name, n);
  free(folder);
  return status;
}

/* The records of the marked keys may have other objects than the journals say. */
static void mark_records(sweep *w) {
  bf_marks_tidy(&w->keys);
  for (size_t i = 0; i < w->keys.n; i++) {
    bf_record *r = NULL;
    if (bf_record_read(w->store, w->keys.at[i].digest.hex, &r) == BF_RECORD_GOOD) mark_outputs(w, r->output, r->noutput, w->keys.at[i].rank);
    bf_record_free(r);
  }
}

static bf_status mark_young_record(void *context, const char *name, const char *path) {
  sweep *w = context;
  bf_record *r = NULL;
  if (!bf_digest_valid(name) || bf_marks_find(&w->keys, name) || !is_young(w, path)) return BF_OK;
  bf_marks_add(&w->keys, name, BF_RANK_YOUNG);
  if (bf_record_read(w->store, name, &r) == BF_RECORD_GOOD) {
    mark_outputs(w, r->output, r->noutput, BF_RANK_YOUNG);
    mark_parts(w, r->parts, BF_RANK_YOUNG);
  }
  bf_record_free(r);
  return BF_OK;
}

/* ---- which runs stay by the rules ---- */

static double written(const char *journal) {
  struct stat st;
  return stat(journal, &st) ? 0 : (double)st.st_mtime;
}

/* One without an end is as old as what was written last, by it or one of its jobs. */
static double ended(const sweep *w, const bf_run_info *run) {
  char **name, *folder = bf_format_text("%s/runs/%s", w->store->path, run->run), *jobs = bf_path_join(folder, "job");
  char *journal = bf_path_join(folder, "journal");
  size_t n = 0;
  double last = run->finished ? (double)run->finished_unix : written(journal);
  if (!run->finished) bf_folder_list(jobs, &name, &n);
  for (size_t i = 0; i < n; i++) {
    char *own = bf_format_text("%s/%s/journal", jobs, name[i]);
    last = fmax(last, written(own));
    free(own);
  }
  if (n) bf_names_free(name, n);
  free(journal);
  free(jobs);
  free(folder);
  return last;
}

/* Only a run that has no journal at all can go unread. */
static bf_status judge_unread(const sweep *w, held_run *r, bool pinned, bf_journal_end end) {
  bf_status status = BF_OK;
  char *folder = bf_format_text("%s/runs/%s", w->store->path, r->id);
  r->why = "no journal";
  if (end == BF_JOURNAL_DAMAGED)
    status = fail_damaged(folder, "run");
  else if (pinned)
    status = bf_fail(BF_STORE, "%s: the run is pinned but has no header, so gc can't tell what to keep; `bettiflow gc --unpin %s` lets it go", folder, r->id);
  free(folder);
  return status;
}

/* *nkept: of those that the number keeps. */
static bf_status judge_run(sweep *w, held_run *r, uint32_t *nkept) {
  const bf_gc_options *o = w->options;
  bool pinned = bf_run_pinned(w->store, r->id), newest = *nkept < o->keep_runs;
  bf_run_info *run;
  bf_journal_end end;
  r->why = "old";
  if (!pinned && !newest && o->older <= 0 && !bf_run_alive(w->store, r->id)) return BF_OK;
  if (bf_run_read_id(w->store, r->id, &run, &end) != BF_OK || end == BF_JOURNAL_DAMAGED) {
    bf_run_info_free(run);
    return judge_unread(w, r, pinned, end);
  }
  if (pinned || run->running) r->rank = BF_RANK_NEVER;
  w->report->pinned += pinned;
  w->report->running += run->running;
  bool young = o->older > 0 && w->now - ended(w, run) < o->older;
  bf_status status = BF_OK;
  if (r->rank == BF_RANK_NEVER || newest || young) {
    r->why = NULL;
    status = mark_run(w, run, r->rank);
  }
  *nkept += r->rank != BF_RANK_NEVER && newest;
  bf_run_info_free(run);
  return status;
}

/* Newest first: the names of runs sort by time. */
static bf_status judge_runs(sweep *w) {
  char **name, *folder = bf_store_file(w->store, "runs");
  uint32_t nkept = 0;
  bf_status status = bf_folder_list(folder, &name, &w->nrun);
  w->run = bf_alloc(w->nrun, sizeof *w->run);
  for (size_t i = 0; i < w->nrun; i++) w->run[i] = (held_run){.id = name[i], .rank = (uint32_t)i + 1};
  for (size_t i = w->nrun; status == BF_OK && i-- > 0;) status = judge_run(w, &w->run[i], &nkept);
  free(name);
  free(folder);
  return status;
}

/* ---- the size goal ---- */

static bf_status weigh_object(void *context, const char *name, const char *path) {
  sweep *w = context;
  struct stat st;
  if (!bf_digest_valid(name) || lstat(path, &st)) return BF_OK;
  const bf_mark *mark = bf_marks_find(&w->objects, name);
  if (!mark && !is_young(w, path)) return BF_OK;
  uint32_t rank = mark ? mark->rank : BF_RANK_YOUNG;
  if (!mark) bf_marks_add(&w->objects, name, rank);
  w->bytes[rank == BF_RANK_NEVER ? w->nrun + 1 : rank] += (uint64_t)st.st_size;
  return BF_OK;
}

/* Young things that no run reaches are marked; then the lowest ranks go until the rest is within the goal. */
static bf_status weigh(sweep *w) {
  bf_status status = BF_OK;
  uint64_t all = 0;
  if (w->options->older <= 0 && !w->options->size) return BF_OK;
  w->bytes = bf_alloc(w->nrun + 2, sizeof *w->bytes);
  if (w->options->older > 0) BF_TRY(bf_store_walk(w->store, "actions", mark_young_record, w));
  bf_marks_tidy(&w->objects);
  BF_TRY(bf_store_walk(w->store, "objects", weigh_object, w));
  for (size_t i = 0; i < w->nrun + 2; i++) all += w->bytes[i];
  while (w->options->size && all > w->options->size && w->cut <= w->nrun) all -= w->bytes[w->cut++];
out:
  return status;
}

/* ---- sweeping ---- */

static bf_status drop(sweep *w, const char *kind, const char *name, const char *path, const char *why, uint64_t *count) {
  struct stat st;
  const bool there = !lstat(path, &st), folder = there && S_ISDIR(st.st_mode);
  const uint64_t bytes = folder ? bf_folder_bytes(path) : there ? (uint64_t)st.st_size : 0;
  ++*count;
  w->report->bytes += bytes;
  if (w->options->tell) w->options->tell(w->options->context, kind, name, why, bytes);
  if (w->options->dry_run) return BF_OK;
  if (folder) return bf_folder_remove(path);
  return unlink(path) && errno != ENOENT ? bf_fail(BF_STORE, "%s: can't be removed: %s", path, strerror(errno)) : BF_OK;
}

/* Oldest first. Folders without a readable journal go too; under the exclusive lock nobody is making one. */
static bf_status sweep_runs(sweep *w) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < w->nrun && status == BF_OK; i++) {
    const held_run *r = &w->run[i];
    if (!r->why && r->rank >= w->cut) continue;
    char *path = bf_format_text("%s/runs/%s", w->store->path, r->id);
    status = drop(w, "run", r->id, path, r->why ? r->why : "size", &w->report->runs);
    free(path);
  }
  return status;
}

static bf_status sweep_file(void *context, const char *name, const char *path) {
  sweep *w = context;
  if (!bf_digest_valid(name)) return BF_OK; /* what we did not name is not ours to remove; verify tells of it */
  const bf_mark *mark = bf_marks_find(w->kept, name);
  if (!mark || mark->rank < w->cut) return drop(w, w->kind, name, path, mark ? "size" : "old", w->removed);
  if (w->kept == &w->objects) w->report->left += bf_folder_bytes(path);
  return BF_OK;
}

static bf_status sweep_kind(sweep *w, const char *folder, const char *kind, bf_marks *kept, uint64_t *removed) {
  bf_marks_tidy(kept);
  w->kind = kind;
  w->kept = kept;
  w->removed = removed;
  return bf_store_walk(w->store, folder, sweep_file, w);
}

bf_status bf_store_gc(bf_store *s, const bf_gc_options *o, bf_gc_report *report) {
  bf_status status = BF_OK;
  sweep w = {.store = s, .options = o, .report = report, .now = (double)time(NULL)};
  *report = (bf_gc_report){0};
  if (s->mode != BF_STORE_GC && !o->dry_run) return bf_fail(BF_STORE, "%s: gc needs the store for itself", s->path);
  BF_TRY(judge_runs(&w));
  mark_records(&w);
  BF_TRY(weigh(&w));
  BF_TRY(sweep_runs(&w));
  BF_TRY(sweep_kind(&w, "actions", "record", &w.keys, &report->records));
  BF_TRY(sweep_kind(&w, "objects", "object", &w.objects, &report->objects));
  report->missed = o->size && report->left > o->size;
  BF_TRY(bf_store_sweep(s, o->dry_run, &report->tmp, &report->bytes));
  report->index_late = !o->dry_run && report->runs && bf_index_update(s, false) != BF_OK;
out:
  for (size_t i = 0; i < w.nrun && w.run; i++) free(w.run[i].id);
  free(w.run);
  free(w.bytes);
  bf_marks_free(&w.keys);
  bf_marks_free(&w.objects);
  return status;
}
