/* Finding, opening and closing a store; its format version, its lock, and the folder of unfinished work. */
#include "base/file.h"
#include "base/text.h"
#include "store/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORE_VERSION = 1 };
static const char *const folders[] = {"objects", "actions", "tmp", "runs", "locks"};
enum { NFOLDER = sizeof folders / sizeof *folders };

char *bf_store_file(const bf_store *s, const char *name) { return bf_path_join(s->path, name); }

const char *bf_store_path(const bf_store *s) { return s->path; }

bf_status bf_store_writable(const bf_store *s) {
  return s->mode != BF_STORE_READ ? BF_OK : bf_fail(BF_STORE, "%s: the store is open for reading only", s->path);
}

static bool is_folder(const char *path) {
  struct stat st;
  return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The nearest .bettiflow/ from the current folder upwards; NULL when there is none. */
static char *nearest(void) {
  char *folder = getcwd(NULL, 0);
  while (folder) {
    char *candidate = bf_path_join(folder, ".bettiflow");
    if (is_folder(candidate)) {
      free(folder);
      return candidate;
    }
    free(candidate);
    char *up = strcmp(folder, "/") ? bf_path_parent(folder) : NULL;
    free(folder);
    folder = up;
  }
  return NULL;
}

static char *place(const char *path) {
  if (path && *path) return bf_strdup(path);
  const char *named = getenv("BETTIFLOW_STORE");
  if (named && *named) return bf_strdup(named);
  char *found = nearest();
  return found ? found : bf_strdup(".bettiflow");
}

static bf_status cannot_write(const char *path, int error) {
  return bf_fail(BF_STORE, "%s: the store can't be written (%s); free or allow it, or name another with --store or BETTIFLOW_STORE", path, strerror(error));
}

/* A folder without the file `store` becomes a store only if it holds nothing foreign: a first run that was cut off may have left folders. */
static bf_status check_empty(const char *path) {
  char **name;
  size_t n;
  bf_status status = bf_folder_list(path, &name, &n);
  if (status != BF_OK) return status;
  for (size_t i = 0; status == BF_OK && i < n; i++) {
    bool known = !strcmp(name[i], "store") || !strncmp(name[i], ".bettiflow-", 11); /* another process makes the store right now */
    for (size_t j = 0; j < NFOLDER; j++) known |= !strcmp(name[i], folders[j]);
    if (!known) status = bf_fail(BF_STORE, "%s: holds '%s' and is not a bettiflow store; name an empty or new folder", path, name[i]);
  }
  bf_names_free(name, n);
  return status;
}

static bf_status make_folder(const char *path) {
  int error = mkdir(path, 0777) ? errno : 0;
  return !error || (error == EEXIST && is_folder(path)) ? BF_OK : cannot_write(path, error);
}

static bf_status initialise(const char *path) {
  bf_status status = BF_OK;
  char *mark = bf_path_join(path, "store");
  if (is_folder(path)) {
    if ((status = check_empty(path)) != BF_OK && !access(mark, F_OK)) status = BF_OK; /* another process has made and used it meanwhile */
    if (status != BF_OK) goto out;
  } else if ((status = bf_folder_make(path)) != BF_OK) {
    status = bf_fail(status, "%s: the store can't be made here; name another place with --store or BETTIFLOW_STORE", bf_error());
    goto out;
  }
  for (size_t i = 0; i < NFOLDER; i++) {
    char *folder = bf_path_join(path, folders[i]);
    status = make_folder(folder);
    free(folder);
    if (status != BF_OK) goto out;
  }
  char text[64];
  int n = snprintf(text, sizeof text, "bettiflow store %d\n", STORE_VERSION);
  BF_TRY(bf_file_replace(mark, text, (size_t)n));
  BF_TRY(bf_file_sync(path));
out:
  free(mark);
  return status;
}

/* Reads the file `store`; makes the store first if it may. */
static bf_status check_version(const char *path, bf_store_mode mode) {
  char *mark = bf_path_join(path, "store"), *text = NULL;
  size_t n;
  long version = 0;
  bf_status status = BF_OK;
  if (access(mark, F_OK)) {
    if (errno != ENOENT && errno != ENOTDIR) {
      status = bf_fail(BF_STORE, "%s: %s", mark, strerror(errno));
      goto out;
    }
    if (mode != BF_STORE_RUN)
      status = is_folder(path) ? bf_fail(BF_STORE, "%s: not a bettiflow store (it has no file 'store')", path)
                               : bf_fail(BF_STORE, "%s: no store there; `bettiflow run` makes one, --store or BETTIFLOW_STORE names another", path);
    else
      status = initialise(path);
    if (status != BF_OK) goto out;
  }
  if (bf_file_read(mark, 4096, &text, &n) != BF_OK) {
    status = bf_fail(BF_STORE, "%s", bf_error());
    goto out;
  }
  if (strncmp(text, "bettiflow store ", 16) || (version = strtol(text + 16, NULL, 10)) < 1)
    status = bf_fail(BF_STORE, "%s: this is not the version file of a bettiflow store", mark);
  else if (version > STORE_VERSION)
    status = bf_fail(BF_STORE, "%s: the store has format %ld, this bettiflow knows formats up to %d; use a newer bettiflow or another store", path, version,
                     STORE_VERSION);
out:
  free(text);
  free(mark);
  return status;
}

/* Where a file system has no locks, runs and readers go on without; gc must not. */
static bf_status take_lock(bf_store *s) {
  bf_status status = BF_OK;
  char *path = bf_store_file(s, "locks/store");
  bool read = s->mode == BF_STORE_READ, gc = s->mode == BF_STORE_GC;
  s->lock = read ? open(path, O_RDONLY | O_CLOEXEC) : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (s->lock < 0) {
    if (!read) status = cannot_write(s->path, errno);
  } else if (bf_lock(s->lock, 0, 0, gc, true) == BF_LOCK_NONE && gc) {
    status = bf_fail(BF_STORE, "%s: can't lock it (%s), so running tasks can't be told from dead ones; run gc where the store is on a file system with locks",
                     path, strerror(errno));
  }
  free(path);
  return status;
}

bf_status bf_store_open(const char *path, bf_store_mode mode, bf_store **out) {
  bf_status status = BF_OK;
  char *where = place(path);
  bf_store *s = bf_alloc(1, sizeof *s);
  *out = NULL;
  *s = (bf_store){.mode = mode, .lock = -1, .owner = -1};
  BF_TRY(check_version(where, mode));
  if (!(s->path = bf_path_absolute(where))) {
    status = bf_fail(BF_STORE, "%s: %s", where, strerror(errno));
    goto out;
  }
  BF_TRY(take_lock(s));
  if (mode == BF_STORE_RUN) BF_TRY(bf_store_sweep(s, false, NULL, NULL));
  *out = s;
  s = NULL;
out:
  bf_store_close(s);
  free(where);
  return status;
}

bool bf_store_exists(const char *path) {
  char *where = place(path), *mark = bf_path_join(where, "store");
  bool exists = !access(mark, F_OK) || (errno != ENOENT && errno != ENOTDIR);
  free(mark);
  free(where);
  return exists;
}

bool bf_store_in_use(const char *path) {
  char *where = place(path), *file = bf_path_join(where, "locks/store");
  int fd = open(file, O_RDWR | O_CLOEXEC);
  bool busy = fd >= 0 && bf_lock(fd, 0, 0, true, false) == BF_LOCK_BUSY;
  if (fd >= 0) close(fd);
  free(file);
  free(where);
  return busy;
}

void bf_store_close(bf_store *s) {
  if (!s) return;
  if (s->tmp) bf_folder_remove(s->tmp);
  if (s->owner >= 0) close(s->owner);
  if (s->lock >= 0) close(s->lock);
  free(s->tmp);
  free(s->path);
  free(s);
}

/* ---- unfinished work ----
 * tmp/<owner>-<host>-<pid>: <owner> is a random number in hex; its process holds a lock on that byte of locks/owners for as long as it has the
 * store open. So whoever gets the lock knows that the owner is dead, on whatever host and whoever has its pid now. */

static bool owner_byte(const char *name, off_t *at) {
  if (strspn(name, "0123456789abcdef") != 15 || name[15] != '-') return false;
  *at = (off_t)strtoull(name, NULL, 16);
  return true;
}

static int open_owners(const bf_store *s) {
  char *path = bf_store_file(s, "locks/owners");
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  free(path);
  return fd;
}

static bf_status make_tmp(bf_store *s) {
  uint64_t number = 0;
  char host[65] = "";
  if (s->tmp) return BF_OK;
  bf_status status = bf_store_writable(s);
  if (status != BF_OK) return status;
  if (getrandom(&number, sizeof number, 0) != sizeof number) return bf_fail(BF_STORE, "no random numbers: %s", strerror(errno));
  number >>= 4;
  if ((s->owner = open_owners(s)) < 0) return cannot_write(s->path, errno);
  bf_lock(s->owner, (off_t)number, 1, true, false);
  gethostname(host, sizeof host - 1);
  for (char *c = host; *c; c++)
    if (*c == '/') *c = '_';
  s->tmp = bf_format_text("%s/tmp/%015llx-%s-%ld", s->path, (unsigned long long)number, host, (long)getpid());
  status = make_folder(s->tmp);
  if (status != BF_OK) {
    free(s->tmp);
    s->tmp = NULL;
    close(s->owner);
    s->owner = -1;
  }
  return status;
}

bf_status bf_store_tmp_name(bf_store *s, char **path) {
  bf_status status = make_tmp(s);
  if (status == BF_OK) *path = bf_format_text("%s/%u", s->tmp, atomic_fetch_add(&s->serial, 1));
  return status;
}

bf_status bf_store_tmp(bf_store *s, char **folder) {
  bf_status status = bf_store_tmp_name(s, folder);
  if (status == BF_OK && (status = make_folder(*folder)) != BF_OK) {
    free(*folder);
    *folder = NULL;
  }
  return status;
}

/* Under gc's exclusive lock everybody else is dead, so what has no readable owner goes too. */
static bool is_dead(const bf_store *s, int owners, const char *name) {
  off_t at;
  if (!owner_byte(name, &at)) return s->mode == BF_STORE_GC;
  return bf_lock(owners, at, 1, true, false) == BF_LOCK_TAKEN;
}

bf_status bf_store_sweep(const bf_store *s, bool dry_run, uint64_t *removed, uint64_t *bytes) {
  bf_status status = BF_OK;
  char **name = NULL, *tmp = bf_store_file(s, "tmp");
  size_t n = 0;
  int owners = -1;
  BF_TRY(bf_folder_list(tmp, &name, &n));
  if (n && (owners = open_owners(s)) < 0) {
    if (s->mode != BF_STORE_READ) status = cannot_write(s->path, errno);
    goto out;
  }
  for (size_t i = 0; i < n; i++) {
    char *folder = bf_path_join(tmp, name[i]);
    if (is_dead(s, owners, name[i])) {
      if (bytes) *bytes += bf_folder_bytes(folder);
      if (removed) ++*removed;
      if (!dry_run) bf_folder_remove(folder); /* a second sweeper may be at it too: what stays is swept next time */
    }
    free(folder);
  }
out:
  if (owners >= 0) close(owners);
  bf_names_free(name, n);
  free(tmp);
  return status;
}
