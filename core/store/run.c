/* Writing a run's journal. */
#include "base/file.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct bf_run {
  bf_store *store;
  char *id, *folder, *journal; /* journal: path */
  int fd;                      /* the journal, locked for as long as the run lives */
  off_t size;                  /* of its whole records */
  struct timespec began;
  bool job; /* one job of a run: not indexed */
};

const char *bf_run_id(const bf_run *r) { return r->id; }

char *bf_run_log_path(const bf_run *r, uint32_t task) { return bf_format_text("%s/log/%u", r->folder, task); }

static void free_run(bf_run *r) {
  if (!r) return;
  if (r->fd >= 0) close(r->fd);
  free(r->id);
  free(r->folder);
  free(r->journal);
  free(r);
}

static bf_status write_at(int fd, const char *data, size_t n, off_t at) {
  while (n) {
    ssize_t k = pwrite(fd, data, n, at);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return BF_STORE;
    data += k;
    at += k;
    n -= (size_t)k;
  }
  return BF_OK;
}

/* Appends one framed record. When the disk is full nothing of it stays, so that later records can still be read. */
static bf_status append(bf_run *r, const uint8_t *data, size_t n) {
  char *frame = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&frame, &size);
  if (!f) return bf_fail(BF_NO_MEMORY, "%s: %s", r->journal, strerror(errno));
  bf_status status = bf_frame_write(f, data, n);
  if (fclose(f) && status == BF_OK) status = bf_fail(BF_NO_MEMORY, "%s: %s", r->journal, strerror(errno));
  if (status == BF_OK && write_at(r->fd, frame, size, r->size) != BF_OK) {
    status = bf_fail(BF_STORE, "%s: %s", r->journal, strerror(errno));
    if (ftruncate(r->fd, r->size)) status = bf_fail(BF_STORE, "%s: %s", r->journal, strerror(errno));
  }
  if (status == BF_OK) r->size += (off_t)size;
  free(frame);
  return status;
}

/* 20261123-224712-3f9a: UTC, and the fraction of the second in 65536ths, so that ids sort by time. */
static char *new_id(int64_t *started) {
  struct timespec now;
  struct tm t;
  char text[32];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &t);
  strftime(text, sizeof text, "%Y%m%d-%H%M%S", &t);
  *started = now.tv_sec;
  return bf_format_text("%s-%04llx", text, (unsigned long long)now.tv_nsec * 65536 / 1000000000);
}

/* Makes the journal with its header in tmp/<owner>/, where a crash leaves it to the sweep. */
static bf_status prepare(bf_run *r, const bf_run_info *info, char *folder) {
  bf_status status = BF_OK;
  uint8_t *data = NULL;
  size_t n;
  bf_run_info header = *info;
  char *path = bf_path_join(folder, "journal"), *logs = bf_path_join(folder, "log");
  r->id = new_id(&header.started_unix);
  if (info->run) {
    free(r->id);
    r->id = bf_strdup(info->run);
  }
  header.run = r->id;
  if (mkdir(logs, 0777)) {
    status = bf_fail(BF_STORE, "%s: %s", logs, strerror(errno));
    goto out;
  }
  if ((r->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0) {
    status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
    goto out;
  }
  bf_lock(r->fd, 0, 0, true, false);
  BF_TRY(bf_encode_header(&header, &data, &n));
  BF_TRY(append(r, data, n));
out:
  free(data);
  free(path);
  free(logs);
  return status;
}

/* One attempt; *taken when another run has the same id. */
static bf_status begin(bf_store *s, const bf_run_info *info, bf_run **out, bool *taken) {
  bf_status status = BF_OK;
  char *folder = NULL;
  bf_run *r = bf_alloc(1, sizeof *r);
  *r = (bf_run){.store = s, .fd = -1, .journal = bf_format_text("%s: the new run's journal", s->path)};
  *taken = false;
  clock_gettime(CLOCK_MONOTONIC, &r->began);
  BF_TRY(bf_store_tmp(s, &folder));
  BF_TRY(prepare(r, info, folder));
  r->folder = bf_format_text("%s/runs/%s", s->path, r->id);
  if (rename(folder, r->folder)) {
    *taken = errno == EEXIST || errno == ENOTEMPTY;
    if (!*taken) status = bf_fail(BF_STORE, "%s: %s", r->folder, strerror(errno));
    goto out;
  }
  free(r->journal);
  r->journal = bf_path_join(r->folder, "journal");
  *out = r;
  r = NULL;
out:
  if (r && folder) bf_folder_remove(folder);
  free(folder);
  free_run(r);
  return status;
}

bf_status bf_run_begin(bf_store *s, const bf_run_info *info, bf_run **out) {
  bool taken = false;
  bf_status status;
  *out = NULL;
  do status = begin(s, info, out, &taken);
  while (status == BF_OK && taken);
  return status;
}

bf_status bf_folder_replace(bf_store *s, const char *folder, const char *place) {
  bf_status status = BF_OK;
  char *old = NULL;
  if (!rename(folder, place)) return BF_OK;
  if (errno == ENOTEMPTY || errno == EEXIST) {
    BF_TRY(bf_store_tmp_name(s, &old));
    if (!rename(place, old)) bf_folder_remove(old);
    if (!rename(folder, place)) goto out;
  }
  status = bf_fail(BF_STORE, "%s: %s", place, strerror(errno));
out:
  free(old);
  return status;
}

bf_status bf_job_begin(bf_store *s, const char *run, const char *job, bf_run **out) {
  bf_status status = BF_OK;
  char *folder = NULL, *jobs = bf_format_text("%s/runs/%s/job", s->path, run);
  const bf_run_info info = {.run = (char *)(uintptr_t)run};
  bf_run *r = bf_alloc(1, sizeof *r);
  *r = (bf_run){.store = s, .fd = -1, .job = true, .journal = bf_format_text("%s: the job's journal", s->path)};
  clock_gettime(CLOCK_MONOTONIC, &r->began);
  if (mkdir(jobs, 0777) && errno != EEXIST) {
    status = bf_fail(BF_STORE, "%s: %s", jobs, strerror(errno));
    goto out;
  }
  BF_TRY(bf_store_tmp(s, &folder));
  BF_TRY(prepare(r, &info, folder));
  r->folder = bf_path_join(jobs, job);
  BF_TRY(bf_folder_replace(s, folder, r->folder));
  free(r->journal);
  r->journal = bf_path_join(r->folder, "journal");
  *out = r;
  r = NULL;
out:
  if (r && folder) bf_folder_remove(folder);
  free(folder);
  free(jobs);
  free_run(r);
  return status;
}

bf_status bf_run_task(bf_run *r, const bf_task_entry *e) {
  uint8_t *data = NULL;
  size_t n;
  bf_status status = bf_encode_task(e, &data, &n);
  if (status == BF_OK) status = append(r, data, n);
  free(data);
  return status;
}

bf_status bf_run_end(bf_run *r, uint32_t code, const bf_saved *saved, size_t nsaved) {
  bf_status status = BF_OK;
  uint8_t *data = NULL;
  size_t n;
  bf_store *s = r->store;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const bf_run_info footer = {.finished_unix = (int64_t)time(NULL),
                              .wall_seconds = (double)(now.tv_sec - r->began.tv_sec) + 1e-9 * (double)(now.tv_nsec - r->began.tv_nsec),
                              .status = code,
                              .nsaved = nsaved,
                              .saved = (bf_saved *)(uintptr_t)saved};
  BF_TRY(bf_encode_footer(&footer, &data, &n));
  BF_TRY(append(r, data, n));
  if (fsync(r->fd) && errno != EINVAL) {
    status = bf_fail(BF_STORE, "%s: %s", r->journal, strerror(errno));
    goto out;
  }
  close(r->fd);
  r->fd = -1;
  if (!r->job) bf_index_update(s, false); /* an index that can't be written now is brought up to date by the next query */
out:
  free(data);
  free_run(r);
  return status;
}
