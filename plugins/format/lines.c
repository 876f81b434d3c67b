/* Lines of a plain or gzipped text file. */
#include "lines.h"

#include "npz/input.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16, LONGEST = 1 << 24 };

struct lines {
  input *in;
  char *path;
  uint64_t limit, total, number;
  char *text; /* the bytes text[at] … text[end - 1] are not handed out yet */
  size_t at, end, room;
  bool over; /* the file has no more bytes */
};

bf_status lines_open(const char *path, uint64_t limit, lines **out) {
  lines *l = *out = calloc(1, sizeof *l);
  if (!l) return bf_fail(BF_NO_MEMORY, "out of memory");
  l->limit = limit;
  bf_status status = (l->path = strdup(path)) ? input_open(path, &l->in) : bf_fail(BF_NO_MEMORY, "out of memory");
  if (status != BF_OK) {
    lines_close(l);
    *out = NULL;
  }
  return status;
}

void lines_close(lines *l) {
  if (!l) return;
  input_close(l->in);
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
  if (l->end >= LONGEST) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": a line of more than 16 MiB; is this a text file?", l->path, l->number + 1);
  if (l->room < l->end + BLOCK + 1) {
    size_t room = 2 * l->room + BLOCK + 1;
    char *text = realloc(l->text, room);
    if (!text) return bf_fail(BF_NO_MEMORY, "%s: out of memory", l->path);
    l->text = text;
    l->room = room;
  }
  size_t n = 0;
  bf_status status = input_source(l->in)->read(input_source(l->in), l->text + l->end, BLOCK, &n);
  if (status != BF_OK) return status;
  if (n < BLOCK) l->over = true;
  l->end += n;
  l->total += n;
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
  if (l->number == 1 && n >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) start += 3, n -= 3; /* a byte order mark */
  start[n] = 0;                                                                              /* room for it: text has one byte more than is ever filled */
  if (strlen(start) != n) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: a zero byte; this is not a text file", l->path, l->number, strlen(start) + 1);
  *line = start;
out:
  return status;
}
