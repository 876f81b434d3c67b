/* What an ended job leaves: a line in the journal, an event for the display, a file in -o. */
#include "engine/local.h"
#include "base/file.h"
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void bf_local_stop(bf_local *l, bf_status status, const char *message) {
  l->draining = true;
  bf_plan_note(l->plan, status);
  if (message && !l->fatal) l->fatal = bf_strdup(message);
}

void bf_local_tell(bf_local *l, bf_event_kind kind, bf_job *j, uint64_t done, uint64_t of) {
  bf_label sweep[BF_MAX_SWEEP];
  bf_task_entry entry;
  char *stage = NULL;
  if (!l->o->listen) return;
  if (j) bf_job_entry(l->plan, j, &entry, sweep, &stage);
  l->plan->counts.total = l->plan->njob + l->plan->unexpanded;
  bf_event e = {.kind = kind,
                .counts = &l->plan->counts,
                .running = l->nwork + l->away,
                .entry = j ? &entry : NULL,
                .done = done,
                .of = of,
                .warnings = j ? j->warnings : NULL,
                .where = l->where};
  l->o->listen(l->o->context, &e);
  free(stage);
}

typedef struct place { /* a file in -o that was written */
  char *path;
  bf_job *job;
} place;

static int by_path(const void *a, const void *b) { return strcmp(((const place *)a)->path, ((const place *)b)->path); }

static void free_place(void *node) {
  free(((place *)node)->path);
  free(node);
}

bf_status bf_local_check_folder(const bf_pipeline *p, const char *folder) {
  bf_status status = BF_OK;
  struct stat st;
  size_t nsave = 0;
  for (size_t s = 0; s < p->nstage; s++) nsave += p->stage[s].nsave;
  if (!nsave) return BF_OK;
  char *path = bf_strdup(folder);
  while (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR) && strcmp(path, ".") &&
         strcmp(path, "/")) { /* folders that are not there yet are made later */
    char *parent = bf_path_parent(path);
    free(path);
    path = parent;
  }
  if (stat(path, &st))
    status = bf_fail(BF_STORE, "%s: %s; name another folder with -o", path, strerror(errno));
  else if (!S_ISDIR(st.st_mode))
    status = bf_fail(BF_STORE, "%s: not a folder; name another one with -o", path);
  else if (access(path, W_OK | X_OK))
    status = bf_fail(BF_STORE, "%s: can't write here (%s); name another folder with -o", path, strerror(errno));
  free(path);
  return status;
}

/* Copies the object, unless the file has its bytes already. */
static bf_status write_file(bf_local *l, const bf_job *j, const char *path) {
  const bf_item *item = &j->output[0].item[0];
  bf_digest there;
  uint64_t size;
  if (bf_digest_of_file(path, &there, &size) == BF_OK && !strcmp(there.hex, item->digest.hex)) return BF_OK;
  char *folder = bf_path_parent(path);
  bf_status status = bf_folder_make(folder);
  free(folder);
  return status == BF_OK ? bf_store_extract(l->plan->store, &item->digest, path) : status;
}

/* Item values are known only now, so that two saves can come to one file: the second one is refused. True when the file is there. */
static bool save(bf_local *l, bf_job *j) {
  char *name = bf_save_path(l->plan, j);
  place *mine = bf_alloc(1, sizeof *mine);
  *mine = (place){bf_path_join(l->folder, name), j};
  place *first = *(place **)tsearch(mine, &l->paths, by_path);
  bf_status status;
  if (first != mine) {
    char *a = bf_job_name(l->plan, first->job), *b = bf_job_name(l->plan, j);
    status = bf_fail(BF_FAILED, "%s and %s would both be saved as %s; name what tells them apart in braces", a, b, name);
    free(a);
    free(b);
    free_place(mine);
  } else {
    status = write_file(l, j, mine->path);
  }
  if (status != BF_OK) bf_local_stop(l, status, bf_error());
  free(name);
  return status == BF_OK;
}

void bf_local_ended(void *context, bf_job *j) {
  bf_local *l = context;
  bf_label sweep[BF_MAX_SWEEP];
  bf_task_entry entry;
  char *stage;
  if (!l->run || !bf_inside(l->plan, j->of)) return; /* only planned, or of another job */
  if (l->folder && j->kind != BF_JOB_STAGE && j->state == BF_JOB_DONE && (j->kind == BF_JOB_PRINT || save(l, j))) {
    l->written = bf_grow(l->written, l->nwritten, sizeof(bf_job *));
    l->written[l->nwritten++] = j;
  }
  bf_job_entry(l->plan, j, &entry, sweep, &stage);
  if (bf_run_task(l->run, &entry) != BF_OK) bf_local_stop(l, BF_STORE, bf_error());
  free(stage);
  if (j->state == BF_JOB_FAILED && !l->o->keep_going) l->draining = true;
  bf_local_tell(l, BF_EVENT_END, j, 0, 0);
}

static int in_order(const void *a, const void *b) {
  const bf_job *x = *(bf_job *const *)a, *y = *(bf_job *const *)b;
  const size_t xs[] = {x->of->stage, x->save, x->of->number, x->source.job->position, (size_t)x->source.item, x->number};
  const size_t ys[] = {y->of->stage, y->save, y->of->number, y->source.job->position, (size_t)y->source.item, y->number};
  for (size_t i = 0; i < sizeof xs / sizeof *xs; i++)
    if (xs[i] != ys[i]) return xs[i] < ys[i] ? -1 : 1;
  return 0;
}

/* A printed text; named by its item where the stage prints several. */
static bf_status add_print(const bf_local *l, const bf_job *j, bool named, bf_text *t) {
  const bf_digest *digest = &j->output[0].item[0].digest;
  char *data = NULL, *path = bf_store_object(l->plan->store, digest->hex);
  size_t n;
  bf_status status = bf_file_read(path, (size_t)1 << 30, &data, &n);
  if (status == BF_OK && strcmp(bf_digest_of(data, n).hex, digest->hex))
    status = bf_fail(BF_STORE, "%s: the object is damaged; remove it and run the pipeline again", path);
  if (status == BF_OK) {
    char *name = bf_job_name(l->plan, j->source.job);
    if (named) bf_text_addf(t, "%s%s\n", t->n ? "\n" : "", name);
    bf_text_add_n(t, data, n);
    free(name);
  }
  free(data);
  free(path);
  return status == BF_OK ? BF_OK : BF_STORE;
}

bf_status bf_local_collect(bf_local *l, bf_run_result *out) {
  bf_status status = BF_OK;
  bf_text printed = {0};
  size_t nprint = 0;
  if (l->nwritten) qsort(l->written, l->nwritten, sizeof(bf_job *), in_order);
  out->saved = bf_alloc(l->nwritten, sizeof *out->saved);
  for (size_t i = 0; i < l->nwritten; i++) nprint += l->written[i]->kind == BF_JOB_PRINT;
  for (size_t i = 0; i < l->nwritten && status == BF_OK; i++) {
    const bf_job *j = l->written[i];
    if (j->kind == BF_JOB_PRINT) {
      status = add_print(l, j, nprint > 1, &printed);
      continue;
    }
    char *name = bf_save_path(l->plan, j), *path = bf_path_join(l->folder, name);
    out->saved[out->nsaved++] = (bf_saved){path, j->output[0].item[0].digest};
    free(name);
  }
  out->printed = bf_text_take(&printed);
  tdestroy(l->paths, free_place);
  l->paths = NULL;
  return status;
}
