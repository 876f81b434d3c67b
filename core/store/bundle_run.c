/* What belongs to a run: its journal, its logs, the records of its tasks, and the files that it was given. */
#include "base/file.h"
#include "store/bundle_pack.h"
#include "store/codec.h"
#include "store/gc_marks.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A line of a key's text that ends in a digest and begins so. */
static bool names_digest(const char *line, size_t n, const char *begins) {
  return n > strlen(begins) + 64 && !strncmp(line, begins, strlen(begins)) && line[n - 65] == ' ' && strspn(line + n - 64, "0123456789abcdef") >= 64;
}

/* Calls for each input's digest of a key's text ("input PORT [labels] DIGEST"), or each file's ("param NAME file DIGEST"). */
static void each_digest(const char *parts, bool files, void (*each)(void *context, const char *digest), void *context) {
  while (*parts) {
    const size_t n = strcspn(parts, "\n");
    if (names_digest(parts, n, files ? "param " : "input ") && (!files || (n > 75 && !strncmp(parts + n - 70, " file ", 6)))) each(context, parts + n - 64);
    parts += n + (parts[n] == '\n');
  }
}

static void add_digest(void *set, const char *digest) { bf_marks_add(set, digest, 0); }

/* ---- journal and logs ---- */

/* Only the whole records of a journal are packed: a crash may have torn the last one. */
static bf_status pack_journal(bf_pack *p, const char *run) {
  bf_status status = BF_OK;
  bf_frame_reader *r = NULL;
  const uint8_t *data;
  size_t n;
  char *path = bf_format_text("%s/runs/%s/journal", p->store->path, run);
  if (bf_frame_open(path, BF_MAX_RECORD, &r) != BF_OK) {
    status = bf_fail(BF_STORE, "%s", bf_error());
    goto out;
  }
  while (bf_frame_next(r, &data, &n) == BF_OK && data) continue;
  bf_pack_add(p, (bf_pack_item){.name = bf_format_text("runs/%s/journal", run), .path = bf_strdup(path), .size = bf_frame_offset(r)});
out:
  bf_frame_close(r);
  free(path);
  return status;
}

/* Empty logs tell nothing. */
static void pack_log(bf_pack *p, const char *run, uint32_t task) {
  struct stat st;
  char *name = bf_format_text("runs/%s/log/%u", run, task), *path = bf_store_file(p->store, name);
  if (!lstat(path, &st) && S_ISREG(st.st_mode) && st.st_size) {
    bf_pack_add(p, (bf_pack_item){.name = name, .path = path});
    return;
  }
  free(name);
  free(path);
}

/* ---- which records ---- */

typedef struct readers { /* digests that some task of the run reads */
  bf_marks stages, saves;
} readers;

static bool is_save(const bf_task_entry *t) { return strchr(t->stage, '.') != NULL; } /* "<stage>.save", "<stage>.print" */

static bool is_result(const readers *r, const bf_task_entry *t) {
  size_t items = 0;
  if (is_save(t)) return true;
  for (size_t i = 0; i < t->noutput; i++)
    for (size_t j = 0; j < t->output[i].nitem; j++, items++) {
      const char *hex = t->output[i].item[j].digest.hex;
      if (bf_marks_find(&r->saves, hex) || !bf_marks_find(&r->stages, hex)) return true;
    }
  return !items; /* declined, or it gave no items */
}

static bool has_record(const bf_task_entry *t) {
  return t->key[0] && (t->outcome == BF_RAN || t->outcome == BF_CACHED || (t->outcome == BF_OUTCOME_DECLINED && t->parts[0]));
}

typedef struct given { /* FILE parameters */
  bf_pack *pack;
  const char *lost; /* one that the store lacks */
} given;

static void pack_given(void *context, const char *digest) {
  given *g = context;
  bf_digest d;
  memcpy(d.hex, digest, 64);
  d.hex[64] = 0;
  if (bf_store_has(g->pack->store, d.hex, UINT64_MAX))
    bf_pack_object(g->pack, &d);
  else
    g->lost = digest;
}

static bf_status pack_task(bf_pack *p, const bf_task_entry *t, bool results) {
  bf_digest key;
  given g = {p, NULL};
  memcpy(key.hex, t->key, sizeof key.hex);
  bf_status status = bf_pack_record(p, &key, false);
  if (status != BF_OK) return bf_fail_in(status, "task %u, %s", t->task, t->stage);
  if (!results) each_digest(t->parts, true, pack_given, &g);
  return g.lost ? bf_fail(BF_STORE, "task %u, %s: the store lacks the file that it was given (objects/%.2s/%.64s); run the pipeline again, then pack that run",
                          t->task, t->stage, g.lost, g.lost)
                : BF_OK;
}

bf_status bf_pack_run(bf_pack *p, const bf_run_info *run, bool results) {
  bf_status status = BF_OK;
  readers r = {0};
  if (run->running) return bf_fail(BF_USAGE, "run %s is still going on; pack it when it has ended", run->run);
  for (size_t i = 0; results && i < run->ntask; i++) each_digest(run->task[i].parts, false, add_digest, is_save(&run->task[i]) ? &r.saves : &r.stages);
  bf_marks_tidy(&r.saves);
  bf_marks_tidy(&r.stages);
  BF_TRY(pack_journal(p, run->run));
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    pack_log(p, run->run, t->task);
    bf_pack_plugins(p, t->parts);
    if (has_record(t) && (!results || is_result(&r, t))) BF_TRY(pack_task(p, t, results));
  }
out:
  bf_marks_free(&r.saves);
  bf_marks_free(&r.stages);
  return status;
}
