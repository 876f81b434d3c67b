/* Open-file-description locks. */
#include "store/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bf_lock_result bf_lock(int fd, off_t at, off_t length, bool exclusive, bool wait) {
  struct flock l = {.l_type = (short)(exclusive ? F_WRLCK : F_RDLCK), .l_whence = SEEK_SET, .l_start = at, .l_len = length};
  for (;;) {
    if (!fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &l)) return BF_LOCK_TAKEN;
    if (errno == EAGAIN || errno == EACCES) return BF_LOCK_BUSY;
    if (errno != EINTR) return BF_LOCK_NONE;
  }
}

/* A key's lock is one byte of locks/keys, at the number that its first 15 digits write: no file is left behind. Two keys that share it
 * only wait for each other. */
static off_t key_byte(const char *key) {
  off_t at = 0;
  for (int i = 0; i < 15; i++) at = at * 16 + (key[i] <= '9' ? key[i] - '0' : key[i] - 'a' + 10);
  return at;
}

bool bf_store_lock_key(bf_store *s, const bf_digest *key, int *fd) {
  char *path = bf_store_file(s, "locks/keys");
  *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  free(path);
  if (*fd < 0) return true; /* locks only save work */
  if (bf_lock(*fd, key_byte(key->hex), 1, true, false) != BF_LOCK_BUSY) return true;
  close(*fd);
  *fd = -1;
  return false;
}

void bf_store_unlock_key(int fd) {
  if (fd >= 0) close(fd);
}
