/* Reading a declared number of bytes from a source within a budget. */
#include "source.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FIRST = 1 << 16, PIECE = 1 << 20 };

bf_status budget_take(uint64_t *left, uint64_t n, const char *where) {
  if (n > *left)
    return bf_fail(BF_NO_MEMORY, "%s: needs %" PRIu64 " bytes more, and the memory limit leaves %" PRIu64 "; raise it if the file is meant to be so large",
                   where, n, *left);
  *left -= n;
  return BF_OK;
}

bf_status source_read_all(const source *s, uint64_t at, uint64_t need, uint64_t *left, unsigned char **out) {
  bf_status status = BF_OK;
  uint64_t have = 0, room = need < FIRST ? need : FIRST;
  size_t got = 0;
  *out = NULL;
  BF_TRY(budget_take(left, need, s->where));
  do {
    if (have == room) room = room > need / 2 ? need : 2 * room;
    unsigned char *grown = realloc(*out, room + 1);
    if (!grown) {
      status = bf_fail(BF_NO_MEMORY, "%s: no memory for %" PRIu64 " bytes", s->where, room);
      goto out;
    }
    *out = grown;
    while (have < room) {
      size_t n = room - have < PIECE ? (size_t)(room - have) : PIECE;
      BF_TRY(s->read(s, grown + have, n, &got));
      have += got;
      if (got < n) {
        status =
            bf_fail(BF_BAD_INPUT, "%s: byte %" PRIu64 ": %" PRIu64 " bytes of data are declared, and %" PRIu64 " follow; truncated?", s->where, at, need, have);
        goto out;
      }
    }
  } while (have < need);
out:
  if (status != BF_OK) {
    free(*out);
    *out = NULL;
  }
  return status;
}

bf_status source_at_end(const source *s, uint64_t at) {
  unsigned char more;
  size_t got = 0;
  bf_status status = s->read(s, &more, 1, &got);
  if (status == BF_OK && got > 0) status = bf_fail(BF_BAD_INPUT, "%s: byte %" PRIu64 ": the data should end here, and more bytes follow", s->where, at);
  return status;
}
