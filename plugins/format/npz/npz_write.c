/* Writing .npz archives. The zip container of stored members is put together here, after PKWARE's APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16: libarchive's zip
 * writer puts the time zone and the user into the file, and its bytes differ from version to version. */
#include "npz_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
  LOCAL = 0x04034b50,
  CENTRAL = 0x02014b50,
  END = 0x06054b50,
  VERSION = 20,      /* "version needed": 2.0 */
  UTF8 = 1 << 11,    /* flag: the name is UTF-8 */
  DATE = 1 << 5 | 1, /* 1 January 1980, the earliest there is */
  LOCAL_SIZE = 30,   /* bytes without the name */
  CENTRAL_SIZE = 46
};

struct npz_entry {
  char *name; /* with .npy */
  uint32_t crc, size, at;
};

static unsigned char *put2(unsigned char *to, uint32_t x) {
  to[0] = (unsigned char)x;
  to[1] = (unsigned char)(x >> 8);
  return to + 2;
}

static unsigned char *put4(unsigned char *to, uint32_t x) { return put2(put2(to, x & 0xffff), x >> 16); }

/* What local and central headers have in common: version, flags, method 0 (stored), time, CRC, both sizes, name length, no extra field. */
static unsigned char *put_common(unsigned char *to, const struct npz_entry *e) {
  to = put2(to, VERSION);
  to = put2(to, UTF8);
  to = put2(put2(put2(to, 0), 0), DATE);
  to = put4(put4(put4(to, e->crc), e->size), e->size);
  return put2(put2(to, (uint32_t)strlen(e->name)), 0);
}

bf_status npz_create(npz_writer *w, const char *path) {
  *w = (npz_writer){.path = path, .f = fopen(path, "wxbe")};
  return w->f ? BF_OK : bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
}

/* A new entry with its name; NULL after an error. */
static struct npz_entry *add_entry(npz_writer *w, const char *name) {
  char *file = NULL;
  if (w->n == NPZ_MEMBERS || strlen(name) + 4 > NPZ_NAME) {
    bf_fail(BF_INVALID, "%s: too many arrays, or too long a name: '%s'", w->path, name);
    return NULL;
  }
  if (w->n == w->room) {
    size_t room = 2 * w->room + 16;
    struct npz_entry *grown = reallocarray(w->entry, room, sizeof *grown);
    if (grown) {
      w->entry = grown;
      w->room = room;
    }
  }
  if (w->n == w->room || asprintf(&file, "%s.npy", name) < 0) {
    bf_fail(BF_NO_MEMORY, "%s: out of memory", w->path);
    return NULL;
  }
  w->entry[w->n] = (struct npz_entry){.name = file};
  return &w->entry[w->n++];
}

/* CRC-32 of header and data; zlib counts in 32 bits. */
static uint32_t checksum(const char *header, size_t nheader, const unsigned char *data, uint64_t bytes) {
  uLong crc = crc32(0, (const Bytef *)header, (uInt)nheader);
  for (uint64_t at = 0; at < bytes; at += 1 << 30) crc = crc32(crc, data + at, (uInt)(bytes - at < 1 << 30 ? bytes - at : 1 << 30));
  return (uint32_t)crc;
}

bf_status npz_put(npz_writer *w, const char *name, const char *descr, uint32_t rank, const uint64_t *shape, const void *data, uint64_t bytes) {
  char header[NPY_HEADER_ROOM];
  unsigned char local[LOCAL_SIZE];
  size_t nheader = npy_make_header(header, descr, rank, shape);
  int64_t at = ftello(w->f);
  if (at < 0 || bytes >= UINT32_MAX - nheader || (uint64_t)at + bytes >= UINT32_MAX - nheader - 1024)
    return bf_fail(BF_INVALID, "%s: .npz archives of 4 GiB and more are not written; save single arrays as .npy", w->path);
  struct npz_entry *e = add_entry(w, name);
  if (!e) return BF_INVALID;
  *e = (struct npz_entry){.name = e->name, .crc = checksum(header, nheader, data, bytes), .size = (uint32_t)(nheader + bytes), .at = (uint32_t)at};
  put_common(put4(local, LOCAL), e);
  fwrite(local, 1, sizeof local, w->f);
  fputs(e->name, w->f);
  fwrite(header, 1, nheader, w->f);
  fwrite(data, 1, bytes, w->f);
  return ferror(w->f) ? bf_fail(BF_STORE, "%s: can't write: %s", w->path, strerror(errno)) : BF_OK;
}

static void write_directory(npz_writer *w) {
  unsigned char central[CENTRAL_SIZE], end[22];
  uint32_t at = (uint32_t)ftello(w->f), size = 0;
  for (size_t i = 0; i < w->n; i++) {
    const struct npz_entry *e = &w->entry[i];
    unsigned char *to = put_common(put2(put4(central, CENTRAL), VERSION), e);
    to = put2(put2(put2(to, 0), 0), 0); /* no comment, disk 0, no text */
    put4(put4(to, 0), e->at);
    fwrite(central, 1, sizeof central, w->f);
    fputs(e->name, w->f);
    size += CENTRAL_SIZE + (uint32_t)strlen(e->name);
  }
  unsigned char *to = put2(put2(put4(end, END), 0), 0);
  to = put2(put2(to, (uint32_t)w->n), (uint32_t)w->n);
  put2(put4(put4(to, size), at), 0);
  fwrite(end, 1, sizeof end, w->f);
}

bf_status npz_finish(npz_writer *w, bf_status status) {
  if (w->f) {
    if (status == BF_OK) write_directory(w);
    bool bad = ferror(w->f) || fflush(w->f) != 0;
    int error = errno;
    bad |= fclose(w->f) != 0;
    if (status == BF_OK && bad) status = bf_fail(BF_STORE, "%s: can't write: %s", w->path, strerror(error ? error : EIO));
    if (status != BF_OK) unlink(w->path);
  }
  for (size_t i = 0; i < w->n; i++) free(w->entry[i].name);
  free(w->entry);
  *w = (npz_writer){0};
  return status;
}
