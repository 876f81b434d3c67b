/* Parts of a text: where their lines begin and end, and reading them from a file. */
#include "ripser/text_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BEYOND = 256 }; /* bytes that are read behind a part, where its last line most likely ends */

/* A pipe must not be opened twice, so it is not opened to see what it is. */
static bool is_large_file(const char *path, size_t part, size_t *size) {
  struct stat info;
  if (!path || stat(path, &info) != 0 || !S_ISREG(info.st_mode) || (uint64_t)info.st_size <= part) return false;
  *size = (size_t)info.st_size;
  return true;
}

bf_status text_parts_open(text_parts *t, const char *path, size_t part, uint64_t budget) {
  bf_status status = BF_OK;
  *t = (text_parts){.name = path, .part = part, .file = -1};
  if (is_large_file(path, part, &t->size)) {
    BF_TRY(scan_allowed(path, t->size + 1, budget));
    t->file = open(path, O_RDONLY | O_CLOEXEC);
    if (t->file < 0) status = bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  } else {
    BF_TRY(scan_open(&t->whole, path, budget));
    t->name = t->whole.name;
    t->size = t->whole.size;
  }
  t->n = t->size / part + (t->size % part > 0);
out:
  return status;
}

void text_parts_close(text_parts *t) {
  if (t->file >= 0) close(t->file);
  scan_close(&t->whole);
  t->file = -1;
}

static bf_status grow(const text_parts *t, text_piece *piece, size_t need) {
  if (need <= piece->room) return BF_OK;
  char *larger = realloc(piece->memory, need);
  if (!larger) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu MiB", t->name, need >> 20);
  piece->memory = larger;
  piece->room = need;
  return BF_OK;
}

static bf_status read_bytes(const text_parts *t, size_t from, size_t n, char *to) {
  while (n > 0) {
    ssize_t got = pread(t->file, to, n, (off_t)from);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", t->name, strerror(errno));
    if (got == 0) return bf_fail(BF_BAD_INPUT, "%s: the file became shorter while it was read", t->name);
    to += got;
    from += (size_t)got;
    n -= (size_t)got;
  }
  return BF_OK;
}

/* Reads on to so many bytes from `from` on, or to the end of the file, and puts a zero behind them. */
static bf_status extend(const text_parts *t, size_t from, size_t n, text_piece *piece, size_t *have) {
  bf_status status = BF_OK;
  if (n > t->size - from) n = t->size - from;
  BF_TRY(grow(t, piece, n + 1));
  BF_TRY(read_bytes(t, from + *have, n - *have, piece->memory + *have));
  piece->memory[n] = 0;
  *have = n;
out:
  return status;
}

static const char nothing[] = "";

/* A part begins behind the first line feed from the byte before it on, and ends at the one behind which the next part begins. */
bf_status text_parts_take(const text_parts *t, uint64_t i, text_piece *piece, scan *lines) {
  bf_status status = BF_OK;
  const bool in_memory = t->file < 0;
  const size_t from = i ? (size_t)i * t->part - 1 : 0, own = (i + 1 < t->n ? (size_t)(i + 1) * t->part - 1 : t->size) - from;
  size_t have = in_memory ? t->size - from : 0, last = own;
  if (!in_memory) BF_TRY(extend(t, from, own + BEYOND, piece, &have));
  const char *text = in_memory ? t->whole.text + from : piece->memory, *feed = i ? memchr(text, '\n', own) : NULL;
  *lines = (scan){.name = t->name, .at = nothing, .end = nothing};
  if (i && !feed) return BF_OK; /* a line that began before reaches beyond it */
  const size_t begin = feed ? (size_t)(feed - text) + 1 : 0;
  while (!(feed = memchr(text + last, '\n', have - last)) && from + have < t->size) {
    last = have;
    BF_TRY(extend(t, from, 2 * have, piece, &have));
    text = piece->memory;
  }
  lines->at = text + begin;
  lines->end = feed ? feed : text + have;
  lines->size = (size_t)(lines->end - lines->at);
  if (i == 0) scan_skip_mark(lines);
out:
  return status;
}
