/* Reading and writing the header of a .npy file: a Python dictionary of three known keys, which is all that is accepted. */
#include "npy_header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 16 };

typedef struct cursor {
  const char *where, *start, *at; /* zero-ended text */
  size_t offset;                  /* of `start` in the file */
} cursor;

static bf_status expected(const cursor *c, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the .npy header should have %s here, not '%.16s'", c->where, c->offset + (size_t)(c->at - c->start), what, c->at);
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

/* What numbers the type stands for. */
static bf_status find_element(const char *where, npy_header *h) {
  static const char *const known = " f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1";
  const char *d = h->descr, *found = strlen(d) == 3 ? strstr(known, (char[]){' ', d[1], d[2], 0}) : NULL;
  if (strchr(d, 'O'))
    return bf_fail(BF_BAD_INPUT, "%s: an array of pickled Python objects ('%s'), which are never read; save numbers: numpy.save(path, a.astype('<f4'))", where,
                   d);
  if (!found || !strchr("<>|", d[0]) || (d[0] == '|' && d[2] != '1'))
    return bf_fail(BF_BAD_INPUT, "%s: elements of type '%s'; floats (f2, f4, f8), whole numbers (i1 to i8, u1 to u8) and truth values (b1) are read", where, d);
  bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  h->element = (npy_element){.kind = (npy_kind)d[1], .size = (uint32_t)(d[2] - '0'), .swapped = d[2] != '1' && d[0] == (little ? '>' : '<')};
  return BF_OK;
}

static bf_status source_exactly(const source *s, void *to, size_t n) {
  size_t got = 0;
  bf_status status = s->read(s, to, n, &got);
  if (status == BF_OK && got < n) status = bf_fail(BF_BAD_INPUT, "%s: the file ends within its .npy header; truncated?", s->where);
  return status;
}

bf_status npy_read_header(const source *s, npy_header *out) {
  bf_status status = BF_OK;
  unsigned char head[12];
  char *text = NULL;
  size_t got = 0;
  *out = (npy_header){0};
  BF_TRY(s->read(s, head, 10, &got));
  if (got < 10 || memcmp(head, "\x93NUMPY", 6) != 0) return bf_fail(BF_BAD_INPUT, "%s: not a .npy file (it does not begin with \\x93NUMPY)", s->where);
  if (head[6] < 1 || head[6] > 3) return bf_fail(BF_BAD_INPUT, "%s: byte 6: .npy version %d.%d is not known", s->where, head[6], head[7]);
  bool wide = head[6] > 1; /* version 1 has two bytes of length, the others four */
  if (wide) BF_TRY(source_exactly(s, head + 10, 2));
  size_t n = (size_t)head[8] | (size_t)head[9] << 8;
  if (wide) n |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
  if (n > LONGEST) return bf_fail(BF_BAD_INPUT, "%s: byte 8: a header of %zu bytes; at most %d are read", s->where, n, LONGEST);
  if (!(text = calloc(n + 1, 1))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", s->where);
  BF_TRY(source_exactly(s, text, n));
  cursor c = {.where = s->where, .start = text, .at = text, .offset = wide ? 12 : 10};
  BF_TRY(parse(&c, out));
  out->at = c.offset + n;
  BF_TRY(find_element(s->where, out));
out:
  free(text);
  return status;
}

size_t npy_make_header(char to[NPY_HEADER_ROOM], const char *descr, uint32_t rank, const uint64_t *shape) {
  enum { HEAD = 10 };
  char *text = to + HEAD;
  size_t room = NPY_HEADER_ROOM - HEAD, n = (size_t)snprintf(text, room, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
  for (uint32_t i = 0; i < rank; i++)
    n += (size_t)snprintf(text + n, room - n, "%s%" PRIu64 "%s", i > 0 ? " " : "", shape[i], i + 1 < rank || rank == 1 ? "," : "");
  n += (size_t)snprintf(text + n, room - n, "), }");
  while ((HEAD + n + 1) % 64 != 0) text[n++] = ' ';
  text[n++] = '\n';
  memcpy(to, (const unsigned char[HEAD]){0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)n, (unsigned char)(n >> 8)}, HEAD);
  return HEAD + n;
}

void npy_write_header(FILE *f, const char *descr, uint32_t rank, const uint64_t *shape) {
  char header[NPY_HEADER_ROOM];
  size_t n = npy_make_header(header, descr, rank, shape);
  fwrite(header, 1, n, f);
}
