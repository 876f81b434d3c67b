/* Action records: looking up and committing. */
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
#include <unistd.h>

/* A task that took longer than this is worth syncing its record and folders at once; losing a shorter one in a power failure costs
 * no more than what the syncs of all of them would. */
static const double DEAR_SECONDS = 1;

static bf_status decode_file(const char *path, bf_record **out) {
  bf_status status = BF_OK;
  bf_frame_reader *r = NULL;
  const uint8_t *data, *more;
  size_t n;
  BF_TRY(bf_frame_open(path, BF_MAX_RECORD, &r));
  BF_TRY(bf_frame_next(r, &data, &n));
  if (!data || !bf_decode_record(data, n, out)) {
    status = bf_fail(BF_STORE, "%s: %s", path, data ? "not an action record" : "an empty file, not an action record");
    goto out;
  }
  if ((status = bf_frame_next(r, &more, &n)) == BF_OK && more) status = bf_fail(BF_STORE, "%s: goes on after the record", path);
out:
  bf_frame_close(r);
  if (status != BF_OK) {
    bf_record_free(*out);
    *out = NULL;
  }
  return status;
}

bf_record_state bf_record_read_file(const char *path, const char *key, bf_record **out) {
  bf_record_state state = BF_RECORD_GOOD;
  *out = NULL;
  if (access(path, F_OK)) {
    state = BF_RECORD_NONE;
  } else if (decode_file(path, out) != BF_OK || !*out) {
    state = BF_RECORD_BAD;
  } else if (strcmp((*out)->key.hex, key) || strcmp(bf_digest_of((*out)->parts, strlen((*out)->parts)).hex, key)) {
    bf_fail(BF_STORE, "%s: the record is for another key (%s)", path, (*out)->key.hex);
    state = BF_RECORD_BAD;
  }
  if (state == BF_RECORD_BAD) {
    bf_record_free(*out);
    *out = NULL;
  }
  return state;
}

bf_record_state bf_record_read(const bf_store *s, const char *key, bf_record **out) {
  char *path = bf_store_sharded(s, "actions", key);
  const bf_record_state state = bf_record_read_file(path, key, out);
  free(path);
  return state;
}

static bool objects_there(const bf_store *s, const bf_record *r, const char **missing) {
  for (size_t i = 0; i < r->noutput; i++)
    for (size_t j = 0; j < r->output[i].nitem; j++)
      if (!bf_store_has(s, r->output[i].item[j].digest.hex, r->output[i].item[j].size)) {
        if (missing) *missing = r->output[i].item[j].digest.hex;
        return false;
      }
  return true;
}

bf_status bf_store_lookup(const bf_store *s, const bf_digest *key, bf_record **out) {
  if (bf_record_read(s, key->hex, out) != BF_RECORD_GOOD) return BF_OK;
  if ((*out)->foreign || !objects_there(s, *out, NULL)) {
    bf_record_free(*out);
    *out = NULL;
  }
  return BF_OK;
}

bf_status bf_store_recall(const bf_store *s, const bf_digest *key, bf_record **out) {
  bf_record_read(s, key->hex, out);
  return BF_OK;
}

static bf_status write_frame(const char *path, const uint8_t *data, size_t n, bool dear) {
  bf_status status = BF_OK;
  FILE *f = fopen(path, "wxe");
  if (!f) return bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if ((status = bf_frame_write(f, data, n)) != BF_OK)
    bf_fail_in(status, "%s", path);
  else if (fflush(f) || fchmod(fileno(f), 0444) || (dear && fsync(fileno(f)) && errno != EINVAL))
    status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if (fclose(f) && status == BF_OK) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if (status != BF_OK) unlink(path);
  return status;
}

static bf_status sync_parent(char *path) {
  char *folder = bf_path_parent(path);
  bf_status status = bf_file_sync(folder);
  free(folder);
  free(path);
  return status;
}

/* The names: of the objects first, then of the record. The folder of a shard is synced with its parent, since it may be new. */
static bf_status sync_names(const bf_store *s, const bf_record *r) {
  bf_status status = BF_OK;
  bool done[256] = {false};
  for (size_t i = 0; i < r->noutput; i++)
    for (size_t j = 0; status == BF_OK && j < r->output[i].nitem; j++) {
      const char *hex = r->output[i].item[j].digest.hex;
      char shard[3] = {hex[0], hex[1], 0};
      bool *seen = &done[strtoul(shard, NULL, 16)];
      if (!*seen) status = sync_parent(bf_store_object(s, hex));
      *seen = true;
    }
  static const char *const roots[] = {"objects", "actions"};
  for (int i = 0; status == BF_OK && i < 2; i++) {
    char *root = bf_store_file(s, roots[i]);
    status = bf_file_sync(root);
    free(root);
  }
  return status == BF_OK ? sync_parent(bf_store_sharded(s, "actions", r->key.hex)) : status;
}

bf_status bf_store_commit(bf_store *s, const bf_record *r) {
  bf_status status = BF_OK;
  uint8_t *data = NULL;
  char *file = NULL;
  const char *missing = NULL;
  size_t n;
  bool dear = r->usage.wall_seconds >= DEAR_SECONDS;
  BF_TRY(bf_store_writable(s));
  if (strcmp(bf_digest_of(r->parts, strlen(r->parts)).hex, r->key.hex)) {
    status = bf_fail(BF_STORE, "the record of %s is for another key than its parts give", r->stage);
    goto out;
  }
  if (!objects_there(s, r, &missing)) {
    status = bf_fail(BF_STORE, "%s/objects: the object %s of %s is missing or short; something else removes files from the store", s->path, missing, r->stage);
    goto out;
  }
  BF_TRY(bf_encode_record(r, &data, &n));
  BF_TRY(bf_store_tmp_name(s, &file));
  BF_TRY(write_frame(file, data, n, dear));
  if ((status = bf_store_move_in(s, file, "actions", r->key.hex)) != BF_OK)
    unlink(file);
  else if (dear)
    status = sync_names(s, r);
out:
  free(data);
  free(file);
  return status;
}
