/* Lines of a plain or gzipped text file, through libarchive's raw format. */
#include "lines.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16, LONGEST = 1 << 26 };

struct lines {
  struct archive *a;
  char *path;
  uint64_t limit, total, number;
  char *text; /* the bytes text[at] … text[end - 1] are not handed out yet */
  size_t at, end, room;
  bool over; /* the file has no more bytes */
};

static bf_status archive_failed(const lines *l) {
  const char *why = archive_error_string(l->a);
  return bf_fail(BF_BAD_INPUT, "%s: can't read: %s", l->path, why ? why : "unknown error");
}

bf_status lines_open(const char *path, uint64_t limit, lines **out) {
  bf_status status = BF_OK;
  struct archive_entry *entry;
  lines *l = *out = calloc(1, sizeof *l);
  if (!l) return bf_fail(BF_NO_MEMORY, "out of memory");
  l->limit = limit;
  l->path = strdup(path);
  l->a = archive_read_new();
  if (!l->path || !l->a) {
    status = bf_fail(BF_NO_MEMORY, "out of memory");
    goto out;
  }
  archive_read_support_filter_gzip(l->a);
  archive_read_support_format_raw(l->a);
  archive_read_support_format_empty(l->a);
  if (archive_read_open_filename(l->a, path, BLOCK) != ARCHIVE_OK) {
    status = archive_failed(l);
    goto out;
  }
  int found = archive_read_next_header(l->a, &entry);
  if (found == ARCHIVE_EOF)
    l->over = true;
  else if (found != ARCHIVE_OK)
    status = archive_failed(l);
out:
  if (status != BF_OK) {
    lines_close(l);
    *out = NULL;
  }
  return status;
}

void lines_close(lines *l) {
  if (!l) return;
  archive_read_free(l->a);
  free(l->text);
  free(l->path);
  free(l);
}

uint64_t lines_number(const lines *l) { return l->number; }

/* Reads one more block behind the bytes that are there. */
static bf_status fill(lines *l) {
  if (l->at > 0) {
    memmove(l->text, l->text + l->at, l->end - l->at);
    l->end -= l->at;
    l->at = 0;
  }
  if (l->end >= LONGEST) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": a line of more than 64 MiB; is this a text file?", l->path, l->number + 1);
  if (l->room < l->end + BLOCK + 1) {
    size_t room = 2 * l->room + BLOCK + 1;
    char *text = realloc(l->text, room);
    if (!text) return bf_fail(BF_NO_MEMORY, "%s: out of memory", l->path);
    l->text = text;
    l->room = room;
  }
  la_ssize_t n = archive_read_data(l->a, l->text + l->end, BLOCK);
  if (n < 0) return archive_failed(l);
  if (n == 0) l->over = true;
  l->end += (size_t)n;
  l->total += (uint64_t)n;
  if (l->total > l->limit)
    return bf_fail(BF_BAD_INPUT, "%s: more than %" PRIu64 " MiB of text, unpacked; raise the format's parameter `limit` if this is meant", l->path,
                   l->limit >> 20);
  return BF_OK;
}

bf_status lines_next(lines *l, char **line) {
  bf_status status = BF_OK;
  size_t looked = 0;
  char *newline = NULL;
  *line = NULL;
  for (;;) {
    size_t have = l->end - l->at;
    newline = have > looked ? memchr(l->text + l->at + looked, '\n', have - looked) : NULL;
    if (newline || l->over) break;
    looked = have;
    BF_TRY(fill(l));
  }
  if (l->at == l->end) return BF_OK;
  char *start = l->text + l->at;
  size_t n = newline ? (size_t)(newline - start) : l->end - l->at;
  l->at += n + (newline != NULL);
  l->number++;
  if (n > 0 && start[n - 1] == '\r') n--;
  start[n] = 0; /* room for it: text has one byte more than is ever filled */
  if (strlen(start) != n) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: a zero byte; this is not a text file", l->path, l->number, strlen(start) + 1);
  *line = start;
out:
  return status;
}
