/* Pins: a run with the file runs/<run>/pin is never removed by gc, nor what it reaches. */
#include "base/file.h"
#include "base/text.h"
#include "store/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *pin_of(const bf_store *s, const char *run) { return bf_format_text("%s/runs/%s/pin", s->path, run); }

/* A pin that can't be looked at is taken to be there. */
bool bf_run_pinned(const bf_store *s, const char *run) {
  char *path = pin_of(s, run);
  bool pinned = !access(path, F_OK) || (errno != ENOENT && errno != ENOTDIR);
  free(path);
  return pinned;
}

/* The folder is synced: a pin that was promised is there after a power failure. */
static bf_status sync_folder(const char *path) {
  char *folder = bf_path_parent(path);
  bf_status status = bf_file_sync(folder);
  free(folder);
  return status;
}

static bf_status make(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return bf_fail(BF_STORE, "%s: the run can't be pinned: %s", path, strerror(errno));
  close(fd);
  return sync_folder(path);
}

static bf_status drop(const char *path) {
  if (unlink(path) && errno != ENOENT) return bf_fail(BF_STORE, "%s: the pin can't be removed: %s", path, strerror(errno));
  return sync_folder(path);
}

bf_status bf_run_pin(bf_store *s, const char *run, bool pin, char **id) {
  bf_status status = BF_OK;
  char *path = NULL;
  *id = NULL;
  BF_TRY(bf_store_writable(s));
  if (!pin && *run && !strchr(run, '/') && bf_run_pinned(s, run))
    *id = bf_strdup(run); /* its journal may be lost */
  else
    BF_TRY(bf_run_resolve(s, run, id));
  path = pin_of(s, *id);
  status = pin ? make(path) : drop(path);
out:
  free(path);
  if (status != BF_OK) {
    free(*id);
    *id = NULL;
  }
  return status;
}
