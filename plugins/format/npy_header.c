/* Reading and writing the header of a .npy file: a Python dictionary of three known keys, which is all that is accepted. */
#include "npy_header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 16 };

typedef struct cursor {
  const char *path, *start, *at; /* zero-ended text */
  size_t offset;                 /* of `start` in the file */
} cursor;

static bf_status expected(const cursor *c, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the .npy header should have %s here, not '%.16s'", c->path, c->offset + (size_t)(c->at - c->start), what, c->at);
}

static bool skip(cursor *c, const char *token) {
  while (*c->at == ' ') c->at++;
  size_t n = strlen(token);
  if (strncmp(c->at, token, n) != 0) return false;
  c->at += n;
  return true;
}

static bf_status parse_text(cursor *c, char *to, size_t room) {
  size_t n = 0;
  if (!skip(c, "'")) return expected(c, "a quoted type such as '<f4' (records and structured types are not read)");
  while (c->at[n] && c->at[n] != '\'') n++;
  if (!c->at[n] || n >= room) return expected(c, "a short quoted type such as '<f4'");
  memcpy(to, c->at, n);
  to[n] = 0;
  c->at += n + 1;
  return BF_OK;
}

static bf_status parse_shape(cursor *c, npy_header *h) {
  if (!skip(c, "(")) return expected(c, "a shape such as (100, 2)");
  h->rank = 0;
  h->count = 1;
  while (!skip(c, ")")) {
    uint64_t n = 0;
    size_t digits = 0;
    if (h->rank > 0 && !skip(c, ",")) return expected(c, "a comma");
    if (h->rank > 0 && skip(c, ")")) break; /* (100,) */
    skip(c, "");
    for (; *c->at >= '0' && *c->at <= '9'; c->at++, digits++) {
      if (digits > 17) return expected(c, "a size below 10^18");
      n = 10 * n + (uint64_t)(*c->at - '0');
    }
    if (digits == 0 || h->rank == NPY_RANK) return expected(c, "a size, and at most eight of them");
    h->shape[h->rank++] = n;
    if (__builtin_mul_overflow(h->count, n, &h->count) || h->count >> 60) return expected(c, "a shape of fewer than 2^60 elements");
  }
  return BF_OK;
}

static bf_status parse(cursor *c, npy_header *h) {
  bf_status status = BF_OK;
  bool descr = false, order = false, shape = false;
  if (!skip(c, "{")) return expected(c, "'{'");
  while (!skip(c, "}")) {
    if (!descr && skip(c, "'descr'") && skip(c, ":")) {
      BF_TRY(parse_text(c, h->descr, sizeof h->descr));
      descr = true;
    } else if (!order && skip(c, "'fortran_order'") && skip(c, ":")) {
      h->fortran = skip(c, "True");
      if (!h->fortran && !skip(c, "False")) return expected(c, "True or False");
      order = true;
    } else if (!shape && skip(c, "'shape'") && skip(c, ":")) {
      BF_TRY(parse_shape(c, h));
      shape = true;
    } else {
      return expected(c, "one of 'descr', 'fortran_order' and 'shape', each once");
    }
    if (!skip(c, ",") && *c->at != '}') return expected(c, "a comma or '}'");
  }
  if (!descr || !order || !shape) return expected(c, "all of 'descr', 'fortran_order' and 'shape' before it ends");
  while (*c->at == ' ' || *c->at == '\n') c->at++;
  if (*c->at) return expected(c, "nothing more");
out:
  return status;
}

bf_status npy_read_header(FILE *f, const char *path, npy_header *out) {
  unsigned char head[12];
  *out = (npy_header){0};
  size_t got = fread(head, 1, 10, f);
  if (got < 10 || memcmp(head, "\x93NUMPY", 6) != 0) return bf_fail(BF_BAD_INPUT, "%s: not a .npy file (it does not begin with \\x93NUMPY)", path);
  if (head[6] < 1 || head[6] > 3) return bf_fail(BF_BAD_INPUT, "%s: byte 6: .npy version %d.%d is not known", path, head[6], head[7]);
  bool wide = head[6] > 1; /* version 1 has two bytes of length, the others four */
  if (wide && fread(head + 10, 1, 2, f) != 2) return bf_fail(BF_BAD_INPUT, "%s: byte 10: the file ends within its header", path);
  size_t n = (size_t)head[8] | (size_t)head[9] << 8;
  if (wide) n |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
  if (n > LONGEST) return bf_fail(BF_BAD_INPUT, "%s: byte 8: a header of %zu bytes; at most %d are read", path, n, LONGEST);
  char *text = calloc(n + 1, 1);
  if (!text) return bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
  cursor c = {.path = path, .start = text, .at = text, .offset = wide ? 12 : 10};
  bf_status status = fread(text, 1, n, f) == n ? parse(&c, out) : bf_fail(BF_BAD_INPUT, "%s: the file ends within its header of %zu bytes", path, n);
  free(text);
  return status;
}

void npy_write_header(FILE *f, const char *descr, uint32_t rank, const uint64_t *shape) {
  char text[256];
  size_t n = (size_t)snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
  for (uint32_t i = 0; i < rank; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%" PRIu64 "%s", i > 0 ? " " : "", shape[i], i + 1 < rank || rank == 1 ? "," : "");
  n += (size_t)snprintf(text + n, sizeof text - n, "), }");
  while ((10 + n + 1) % 64 != 0) text[n++] = ' ';
  text[n++] = '\n';
  const unsigned char head[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)n, (unsigned char)(n >> 8)};
  fwrite(head, 1, sizeof head, f);
  fwrite(text, 1, n, f);
}
