/* Removing what the newest runs do not reach. */
#include "base/file.h"
#include "base/text.h"
#include "store/internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct digests { /* a set: filled first, then sorted, then asked */
  bf_digest *at;
  size_t n;
} digests;

typedef struct sweep {
  bf_store *store;
  const bf_gc_options *options;
  bf_gc_report *report;
  digests keys, objects;
  uint64_t *removed; /* of the kind that is being walked */
  const digests *kept;
} sweep;

static void add(digests *d, const char *hex) {
  d->at = bf_grow(d->at, d->n, sizeof *d->at);
  memcpy(d->at[d->n].hex, hex, 64);
  d->at[d->n++].hex[64] = 0;
}

static int by_hex(const void *a, const void *b) { return strcmp(((const bf_digest *)a)->hex, ((const bf_digest *)b)->hex); }

static void sort(digests *d) {
  if (d->n) qsort(d->at, d->n, sizeof *d->at, by_hex);
}

static bool holds(const digests *d, const char *hex) {
  bf_digest wanted;
  memcpy(wanted.hex, hex, sizeof wanted.hex);
  return d->n && bsearch(&wanted, d->at, d->n, sizeof *d->at, by_hex);
}

/* ---- marking ---- */

static void mark_outputs(sweep *w, const bf_output *output, size_t n) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < output[i].nitem; j++) add(&w->objects, output[i].item[j].digest.hex);
}

/* Whatever in a key's text may be a digest: inputs and FILE parameters. */
static void mark_parts(sweep *w, const char *text) {
  static const char hex[] = "0123456789abcdef";
  while (*text) {
    size_t n = strspn(text, hex);
    if (n == 64) add(&w->objects, text);
    text += n;
    text += strcspn(text, hex);
  }
}

static void mark_task(sweep *w, const bf_task_entry *t) {
  bf_record *r = NULL;
  mark_outputs(w, t->output, t->noutput);
  mark_parts(w, t->parts);
  if (!t->key[0]) return;
  add(&w->keys, t->key);
  if (bf_record_read(w->store, t->key, &r) == BF_RECORD_GOOD) mark_outputs(w, r->output, r->noutput);
  bf_record_free(r);
}

/* *kept false: there is no journal with a header. One that can't be read now, say of another user, is no reason to remove what it reaches. */
static bf_status mark_run(sweep *w, const char *id, bool *kept) {
  bf_run_info *run;
  *kept = false;
  char *journal = bf_format_text("%s/runs/%s/journal", w->store->path, id);
  bool hidden = access(journal, R_OK) && errno != ENOENT && errno != ENOTDIR;
  bf_status status = hidden ? bf_fail(BF_STORE, "%s: %s; without it gc can't tell what to keep", journal, strerror(errno)) : BF_OK;
  free(journal);
  if (hidden || bf_run_read_id(w->store, id, &run, NULL) != BF_OK) return status;
  for (size_t i = 0; i < run->ntask; i++) mark_task(w, &run->task[i]);
  for (size_t i = 0; i < run->nsaved; i++) add(&w->objects, run->saved[i].digest.hex);
  bf_run_info_free(run);
  *kept = true;
  return BF_OK;
}

/* ---- sweeping ---- */

static bf_status drop(sweep *w, const char *path, uint64_t *count) {
  struct stat st;
  bool folder = !lstat(path, &st) && S_ISDIR(st.st_mode);
  ++*count;
  w->report->bytes += bf_folder_bytes(path);
  if (w->options->dry_run) return BF_OK;
  if (folder) return bf_folder_remove(path);
  return unlink(path) && errno != ENOENT ? bf_fail(BF_STORE, "%s: can't be removed: %s", path, strerror(errno)) : BF_OK;
}

/* Newest first: the names of runs sort by time. Folders without a readable journal go too; under the exclusive lock nobody is making one. */
static bf_status sweep_runs(sweep *w) {
  char **name, *folder = bf_store_file(w->store, "runs");
  size_t n;
  uint32_t nkept = 0;
  bf_status status = bf_folder_list(folder, &name, &n);
  for (size_t i = n; status == BF_OK && i-- > 0;) {
    bool kept = false;
    char *path = bf_path_join(folder, name[i]);
    if (nkept < w->options->keep_runs) status = mark_run(w, name[i], &kept);
    nkept += kept;
    if (status == BF_OK && !kept) status = drop(w, path, &w->report->runs);
    free(path);
  }
  bf_names_free(name, n);
  free(folder);
  return status;
}

static bf_status sweep_file(void *context, const char *name, const char *path) {
  sweep *w = context;
  if (!bf_digest_valid(name) || holds(w->kept, name)) return BF_OK; /* what we did not name is not ours to remove; verify tells of it */
  return drop(w, path, w->removed);
}

static bf_status sweep_kind(sweep *w, const char *kind, digests *kept, uint64_t *removed) {
  sort(kept);
  w->kept = kept;
  w->removed = removed;
  return bf_store_walk(w->store, kind, sweep_file, w);
}

bf_status bf_store_gc(bf_store *s, const bf_gc_options *o, bf_gc_report *report) {
  bf_status status = BF_OK;
  sweep w = {.store = s, .options = o, .report = report};
  *report = (bf_gc_report){0};
  if (s->mode != BF_STORE_GC) return bf_fail(BF_STORE, "%s: gc needs the store for itself", s->path);
  BF_TRY(sweep_runs(&w));
  BF_TRY(sweep_kind(&w, "actions", &w.keys, &report->records));
  BF_TRY(sweep_kind(&w, "objects", &w.objects, &report->objects));
  BF_TRY(bf_store_sweep(s, o->dry_run, &report->tmp, &report->bytes));
  if (!o->dry_run && report->runs) BF_TRY(bf_index_update(s, false));
out:
  free(w.keys.at);
  free(w.objects.at);
  return status;
}
