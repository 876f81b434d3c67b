/* Zip archives and .npy files made byte by byte, after PKWARE's APPNOTE.TXT and NumPy's format description. */
#include "zipped.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct bytes {
  unsigned char *to;
  size_t n, room;
} bytes;

static void put(bytes *b, const void *data, size_t n) {
  if (n > b->room - b->n) abort(); /* the test gave too little room */
  if (n) memcpy(b->to + b->n, data, n);
  b->n += n;
}

static void number(bytes *b, uint64_t x, size_t size) {
  for (size_t i = 0; i < size; i++) put(b, &(unsigned char){(unsigned char)(x >> 8 * i)}, 1);
}

static size_t deflate_into(unsigned char *to, size_t room, const void *data, size_t n) {
  z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)n, .next_out = to, .avail_out = (uInt)room};
  if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END) abort();
  deflateEnd(&z);
  return z.total_out;
}

/* Version, flags, method, time and date, CRC-32, sizes, lengths of the name and of the extra field. */
static void common(bytes *b, const zipped *m, size_t packed) {
  number(b, 20, 2);
  number(b, m->flags, 2);
  number(b, m->method ? m->method : m->deflated ? 8 : 0, 2);
  number(b, 33ull << 16, 4);
  number(b, (uint32_t)crc32(0, m->data, (uInt)m->n) + m->crc, 4);
  number(b, packed, 4);
  number(b, (uint32_t)m->n + m->size, 4);
  number(b, strlen(m->name), 2);
  number(b, 0, 2);
}

size_t zip_make(unsigned char *to, size_t room, const zipped *member, size_t n) {
  bytes b = {to, 0, room};
  size_t *at = calloc(2 * n + 1, sizeof *at), *packed = at + n;
  for (size_t i = 0; i < n; i++) {
    const zipped *m = &member[i];
    size_t bound = m->n + m->n / 1000 + 64;
    unsigned char *data = malloc(bound);
    packed[i] = m->deflated ? deflate_into(data, bound, m->data, m->n) : m->n;
    at[i] = b.n;
    put(&b, "PK\3\4", 4);
    common(&b, m, packed[i]);
    put(&b, m->name, strlen(m->name));
    put(&b, m->deflated ? data : m->data, packed[i]);
    free(data);
  }
  size_t directory = b.n;
  for (size_t i = 0; i < n; i++) {
    put(&b, "PK\1\2", 4);
    number(&b, member[i].attributes ? 20 | 3 << 8 : 20, 2);
    common(&b, &member[i], packed[i]);
    number(&b, 0, 6);
    number(&b, (uint64_t)member[i].attributes << 16, 4);
    number(&b, member[i].at ? member[i].at : at[i], 4);
    put(&b, member[i].name, strlen(member[i].name));
  }
  size_t end = b.n;
  put(&b, "PK\5\6\0\0\0\0", 8);
  number(&b, n, 2);
  number(&b, n, 2);
  number(&b, end - directory, 4);
  number(&b, directory, 4);
  number(&b, 0, 2);
  free(at);
  return b.n;
}

size_t npy_make(unsigned char *to, size_t room, const char *header, const void *data, size_t n) {
  bytes b = {to, 0, room};
  put(&b, "\x93NUMPY\x01\x00", 8);
  number(&b, strlen(header), 2);
  put(&b, header, strlen(header));
  put(&b, data, n);
  return b.n;
}
