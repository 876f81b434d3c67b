/* Checking everything in the store: each object's digest, each record, each journal. */
#include "base/file.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct check {
  const bf_store *store;
  bf_verify_report *report;
  void (*say)(void *context, const char *problem);
  void *context;
} check;

static void problem(check *c, const char *format, ...) BF_PRINTF(2, 3);
static void problem(check *c, const char *format, ...) {
  char text[8192];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  c->report->bad++;
  if (c->say) c->say(c->context, text);
}

/* Is the file where its name says, and a plain file? */
static bool in_place(check *c, const char *kind, const char *name, const char *path) {
  struct stat st;
  bool placed = false;
  if (bf_digest_valid(name)) {
    char *expected = bf_store_sharded(c->store, kind, name);
    placed = !strcmp(expected, path);
    free(expected);
  }
  if (lstat(path, &st) || !S_ISREG(st.st_mode) || !placed) {
    problem(c, "%s: not a file of the store; move it away", path);
    return false;
  }
  c->report->bytes += (uint64_t)st.st_size;
  return true;
}

static bf_status check_object(void *context, const char *name, const char *path) {
  check *c = context;
  bf_digest found;
  if (!in_place(c, "objects", name, path)) return BF_OK;
  c->report->objects++;
  if (bf_digest_of_file(path, &found, NULL) != BF_OK)
    problem(c, "%s; it can't be read", bf_error());
  else if (strcmp(found.hex, name))
    problem(c, "%s: damaged, its content has digest %s; remove it and the next run makes it again", path, found.hex);
  return BF_OK;
}

static bf_status check_record(void *context, const char *name, const char *path) {
  check *c = context;
  bf_record *r;
  if (!in_place(c, "actions", name, path)) return BF_OK;
  c->report->records++;
  if (bf_record_read(c->store, name, &r) != BF_RECORD_GOOD) {
    problem(c, "%s; remove %s and its task runs again when it is needed", bf_error(), path);
    return BF_OK;
  }
  for (size_t i = 0; i < r->noutput; i++)
    for (size_t j = 0; j < r->output[i].nitem; j++) {
      const bf_item *item = &r->output[i].item[j];
      if (!bf_store_has(c->store, item->digest.hex, item->size))
        problem(c, "%s: output %s of %s is missing or has another size than %llu (objects/%.2s/%s); the task runs again when it is needed", path,
                r->output[i].port, r->stage, (unsigned long long)item->size, item->digest.hex, item->digest.hex);
    }
  bf_record_free(r);
  return BF_OK;
}

/* Is what begins at `at` a record that a crash cut off: shorter than it says, or ending in bytes that never reached the disk? */
static bool is_cut_off(const char *path, uint64_t at) {
  char *data = NULL;
  size_t n;
  uint64_t length = 0;
  if (bf_file_read(path, SIZE_MAX >> 1, &data, &n) != BF_OK) return false;
  if (at > n) at = n;
  const uint8_t *tail = (const uint8_t *)data + at;
  size_t left = n - (size_t)at;
  while (left && !tail[left - 1]) left--;
  bool cut = left < 12;
  if (!cut) {
    uint32_t crc = bf_crc32c(0, tail, 8), said = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | tail[i];
    for (int i = 3; i >= 0; i--) said = said << 8 | tail[8 + i];
    cut = said == (crc >> 15 | crc << 17) + 0xa282ead8u && length <= BF_MAX_RECORD && length + 16 > left;
  }
  free(data);
  return cut;
}

/* Is a record that a crash cut off all that is wrong with a journal? */
static bool ends_cut_off(const char *path) {
  bf_frame_reader *r = NULL;
  const uint8_t *data = NULL;
  size_t n;
  uint64_t at = 0;
  bool good = bf_frame_open(path, BF_MAX_RECORD, &r) == BF_OK;
  while (good) {
    at = bf_frame_offset(r);
    good = bf_frame_next(r, &data, &n) == BF_OK;
    if (good && !data) break;
  }
  bf_frame_close(r);
  return !good && is_cut_off(path, at);
}

static void check_run(check *c, const char *id) {
  char *journal = bf_format_text("%s/runs/%s/journal", c->store->path, id);
  bf_run_info *run = NULL;
  bool torn = false;
  c->report->runs++;
  if (bf_run_read_id(c->store, id, &run, &torn) != BF_OK)
    problem(c, "%s", bf_error());
  else if (torn && !run->running && !ends_cut_off(journal))
    problem(c, "%s: damaged after %zu tasks; what follows is not read; remove the folder to forget the run", journal, run->ntask);
  bf_run_info_free(run);
  free(journal);
}

bf_status bf_store_verify(const bf_store *s, void (*say)(void *context, const char *problem), void *context, bf_verify_report *report) {
  *report = (bf_verify_report){0};
  check c = {s, report, say, context};
  char **run = NULL, *folder = bf_store_file(s, "runs");
  size_t n = 0;
  bf_status status = BF_OK;
  BF_TRY(bf_store_walk(s, "objects", check_object, &c));
  BF_TRY(bf_store_walk(s, "actions", check_record, &c));
  BF_TRY(bf_folder_list(folder, &run, &n));
  for (size_t i = 0; i < n; i++) check_run(&c, run[i]);
out:
  bf_names_free(run, n);
  free(folder);
  return status;
}
