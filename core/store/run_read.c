/* Reading runs back. */
#include "base/file.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *journal_of(const bf_store *s, const char *run) { return bf_format_text("%s/runs/%s/journal", s->path, run); }

static bool is_held(const char *journal) {
  int fd = open(journal, O_RDONLY | O_CLOEXEC);
  bool held = fd >= 0 && bf_lock(fd, 0, 0, false, false) == BF_LOCK_BUSY;
  if (fd >= 0) close(fd);
  return held;
}

bool bf_run_alive(const bf_store *s, const char *run) {
  char *path = journal_of(s, run);
  bool alive = is_held(path);
  free(path);
  return alive;
}

bf_status bf_runs_list(const bf_store *s, char ***run, size_t *n) {
  char **name, *folder = bf_store_file(s, "runs");
  size_t all, kept = 0;
  bf_status status = bf_folder_list(folder, &name, &all);
  for (size_t i = 0; status == BF_OK && i < all; i++) {
    char *journal = journal_of(s, name[i]);
    if (!access(journal, F_OK))
      name[kept++] = name[i];
    else
      free(name[i]);
    free(journal);
  }
  free(folder);
  *run = name;
  *n = kept;
  return status;
}

/* What begins at `at` can't be read: did a crash cut it off, is it shorter than it says, or does it end in bytes that never reached the disk? */
static bf_journal_end judge_rest(const char *path, uint64_t at) {
  char *data = NULL;
  size_t n;
  uint64_t length = 0;
  if (access(path, F_OK)) return errno == ENOENT || errno == ENOTDIR ? BF_JOURNAL_NONE : BF_JOURNAL_DAMAGED;
  if (bf_file_read(path, SIZE_MAX >> 1, &data, &n) != BF_OK) return BF_JOURNAL_DAMAGED;
  if (at > n) at = n;
  const uint8_t *rest = (const uint8_t *)data + at;
  size_t left = n - (size_t)at;
  while (left && !rest[left - 1]) left--;
  bool cut = left < 12;
  if (!cut) {
    uint32_t crc = bf_crc32c(0, rest, 8), said = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | rest[i];
    for (int i = 3; i >= 0; i--) said = said << 8 | rest[8 + i];
    cut = said == (crc >> 15 | crc << 17) + 0xa282ead8u && length <= BF_MAX_RECORD && length + 16 > left;
  }
  free(data);
  if (!at) return left ? BF_JOURNAL_DAMAGED : BF_JOURNAL_NONE; /* the header */
  return cut ? BF_JOURNAL_CUT : BF_JOURNAL_DAMAGED;
}

static bf_status read_entries(const char *path, bool all, bf_run_info *info, uint64_t *at) {
  bf_status status = BF_OK;
  bf_frame_reader *r = NULL;
  const uint8_t *data = NULL;
  size_t n;
  *at = 0;
  BF_TRY(bf_frame_open(path, BF_MAX_RECORD, &r));
  do {
    *at = bf_frame_offset(r);
    BF_TRY(bf_frame_next(r, &data, &n));
    if (data && !bf_decode_entry(data, n, info)) {
      status = bf_fail(BF_BAD_INPUT, "%s: what begins at byte %llu is no entry of a journal", path, (unsigned long long)*at);
      goto out;
    }
  } while (data && all);
out:
  bf_frame_close(r);
  return status;
}

/* `all` false: only the header. */
static bf_status read_journal(const char *path, const char *id, bool all, bf_run_info **out, bf_journal_end *end) {
  uint64_t at;
  bf_journal_end found = BF_JOURNAL_WHOLE;
  bf_run_info *info = bf_alloc(1, sizeof *info);
  *out = NULL;
  bool held = is_held(path); /* asked before: what ends while it is read is not damaged */
  if (read_entries(path, all, info, &at) != BF_OK) found = held && info->run ? BF_JOURNAL_CUT : judge_rest(path, at);
  if (info->run && strcmp(info->run, id)) {
    found = BF_JOURNAL_DAMAGED;
    bf_fail(BF_BAD_INPUT, "%s: the journal of another run, %s", path, info->run);
  } else if (found == BF_JOURNAL_NONE || (!info->run && found == BF_JOURNAL_WHOLE)) {
    found = BF_JOURNAL_NONE;
    bf_fail(BF_BAD_INPUT, "%s: the journal has no header, so nothing is known of this run", path);
  } else if (info->run) {
    *out = info;
    info = NULL;
  }
  if (end) *end = found;
  bf_run_info_free(info);
  return *out ? BF_OK : BF_BAD_INPUT;
}

bf_status bf_journal_read(const char *path, const char *id, bf_run_info **out, bf_journal_end *end) { return read_journal(path, id, true, out, end); }

bf_status bf_run_read_id(const bf_store *s, const char *id, bf_run_info **out, bf_journal_end *end) {
  char *path = journal_of(s, id);
  bool alive = bf_run_alive(s, id); /* asked before: a run that ends while its journal is read is not one that was broken off */
  bf_status status = read_journal(path, id, true, out, end);
  if (status == BF_OK) {
    (*out)->running = !(*out)->finished && alive;
    (*out)->pinned = bf_run_pinned(s, id);
  }
  free(path);
  return status;
}

char *bf_job_folder(const bf_store *s, const char *run, const char *job) { return bf_format_text("%s/runs/%s/job/%s", s->path, run, job); }

bf_status bf_job_read(const bf_store *s, const char *run, const char *job, bf_run_info **out) {
  char *folder = bf_job_folder(s, run, job), *path = bf_path_join(folder, "journal");
  bf_status status = read_journal(path, run, true, out, NULL);
  free(path);
  free(folder);
  return status;
}

/* The newest one that ran; where all are only prepared, the newest of these. n > 0. */
static const char *newest(const bf_store *s, char *const *name, size_t n) {
  for (size_t i = n; i-- > 0;) {
    bf_run_info *header;
    char *path = journal_of(s, name[i]);
    bool prepared = read_journal(path, name[i], false, &header, NULL) == BF_OK && header->prepared;
    bf_run_info_free(header);
    free(path);
    if (!prepared) return name[i];
  }
  return name[n - 1];
}

/* The id that `run` means: "last", an id, or the beginning of just one. */
bf_status bf_run_resolve(const bf_store *s, const char *run, char **id) {
  char **name;
  size_t n, hits = 0;
  bf_status status = bf_runs_list(s, &name, &n);
  if (status != BF_OK) return status;
  *id = NULL;
  const char *wanted = n && !strcmp(run, "last") ? newest(s, name, n) : run;
  for (size_t i = 0; i < n; i++) {
    if (strncmp(name[i], wanted, strlen(wanted)) != 0) continue;
    hits = !strcmp(name[i], wanted) ? 1 : hits + 1;
    free(*id);
    *id = bf_strdup(name[i]);
    if (!strcmp(name[i], wanted)) break;
  }
  bf_names_free(name, n);
  if (!*id) status = bf_fail(BF_BAD_INPUT, n ? "no run '%s' in %s; `bettiflow runs` lists them" : "no run '%s' in %s: nothing ran here yet", run, s->path);
  if (hits > 1) status = bf_fail(BF_BAD_INPUT, "%zu runs begin with '%s'; give more of the id", hits, run);
  if (status != BF_OK) {
    free(*id);
    *id = NULL;
  }
  return status;
}

bf_status bf_run_read_header(const bf_store *s, const char *run, bf_run_info **out) {
  char *id = NULL;
  *out = NULL;
  bf_status status = bf_run_resolve(s, run, &id);
  if (status == BF_OK && id) {
    char *path = journal_of(s, id);
    status = read_journal(path, id, false, out, NULL);
    free(path);
  }
  free(id);
  return status;
}

bf_status bf_run_read(const bf_store *s, const char *run, bf_run_info **out) {
  char *id = NULL;
  *out = NULL;
  bf_status status = bf_run_resolve(s, run, &id);
  if (status == BF_OK && id) status = bf_run_read_id(s, id, out, NULL);
  free(id);
  return status;
}
