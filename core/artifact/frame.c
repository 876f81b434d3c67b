/* TFRecord framing: records guarded by masked CRC-32C. */
#include <bettiflow/frame.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian and read as they are");

enum { HEAD = 12, TAIL = 4 }; /* bytes around a payload */

struct bf_frame_reader {
  FILE *f;
  char *path;
  size_t max_record;
  uint64_t size, offset, count;
  uint8_t *buffer; /* payload and its CRC */
  size_t room;
};

static uint32_t masked(uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }

bf_status bf_frame_open(const char *path, size_t max_record, bf_frame_reader **out) {
  struct stat st;
  *out = NULL;
  FILE *f = fopen(path, "rbe");
  if (!f || fstat(fileno(f), &st)) {
    bf_status status = bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
    if (f) fclose(f);
    return status;
  }
  if (!S_ISREG(st.st_mode)) {
    fclose(f);
    return bf_fail(BF_BAD_INPUT, "%s: not a regular file", path);
  }
  bf_frame_reader *r = calloc(1, sizeof *r);
  char *copy = strdup(path);
  if (!r || !copy) {
    fclose(f);
    free(r);
    free(copy);
    return bf_fail(BF_NO_MEMORY, "%s: no memory to read it", path);
  }
  *r = (bf_frame_reader){.f = f, .path = copy, .max_record = max_record, .size = (uint64_t)st.st_size};
  *out = r;
  return BF_OK;
}

static bf_status bad(const bf_frame_reader *r, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: %s", r->path, (unsigned long long)r->count, (unsigned long long)r->offset, what);
}

static bf_status get(bf_frame_reader *r, void *to, size_t n) {
  if (fread(to, 1, n, r->f) == n) return BF_OK;
  return bad(r, ferror(r->f) ? strerror(errno) : "the file became shorter while it was read");
}

/* Reads and checks a record's length. */
static bf_status read_head(bf_frame_reader *r, uint64_t *length) {
  uint8_t head[HEAD];
  uint32_t crc;
  uint64_t left = r->size - r->offset;
  if (left < HEAD) return bad(r, "the file ends inside a record; it was cut off");
  bf_status status = get(r, head, HEAD);
  if (status != BF_OK) return status;
  memcpy(length, head, 8);
  memcpy(&crc, head + 8, 4);
  if (crc != masked(bf_crc32c(0, head, 8))) return bad(r, "wrong checksum of the length; the file is damaged, or not made of TFRecords");
  left -= HEAD;
  if (left < TAIL || *length > left - TAIL) return bad(r, "the file ends inside a record; it was cut off");
  if (*length > r->max_record)
    return bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: %llu bytes, more than the %zu that such a record may have", r->path,
                   (unsigned long long)r->count, (unsigned long long)r->offset, (unsigned long long)*length, r->max_record);
  return BF_OK;
}

static bf_status make_room(bf_frame_reader *r, size_t need) {
  if (need <= r->room) return BF_OK;
  uint8_t *buffer = realloc(r->buffer, need);
  if (!buffer) return bf_fail(BF_NO_MEMORY, "%s: no memory for a record of %zu bytes", r->path, need);
  r->buffer = buffer;
  r->room = need;
  return BF_OK;
}

bf_status bf_frame_next(bf_frame_reader *r, const uint8_t **data, size_t *n) {
  bf_status status = BF_OK;
  uint64_t length = 0;
  uint32_t crc;
  *data = NULL;
  *n = 0;
  if (r->offset == r->size) {
    if (fgetc(r->f) != EOF) status = bad(r, "the file became longer while it was read");
    return status;
  }
  BF_TRY(read_head(r, &length));
  BF_TRY(make_room(r, (size_t)length + TAIL));
  BF_TRY(get(r, r->buffer, (size_t)length + TAIL));
  memcpy(&crc, r->buffer + length, 4);
  if (crc != masked(bf_crc32c(0, r->buffer, (size_t)length))) return bad(r, "wrong checksum of the data; the file is damaged");
  *data = r->buffer;
  *n = (size_t)length;
  r->offset += HEAD + length + TAIL;
  r->count++;
out:
  return status;
}

uint64_t bf_frame_size(const bf_frame_reader *r) { return r->size; }
uint64_t bf_frame_offset(const bf_frame_reader *r) { return r->offset; }
uint64_t bf_frame_count(const bf_frame_reader *r) { return r->count; }

void bf_frame_close(bf_frame_reader *r) {
  if (!r) return;
  fclose(r->f);
  free(r->path);
  free(r->buffer);
  free(r);
}

bf_status bf_frame_write(FILE *f, const void *data, size_t n) {
  uint8_t head[HEAD];
  uint64_t length = n;
  uint32_t crc = masked(bf_crc32c(0, data, n));
  memcpy(head, &length, 8);
  uint32_t head_crc = masked(bf_crc32c(0, head, 8));
  memcpy(head + 8, &head_crc, 4);
  if (fwrite(head, 1, HEAD, f) != HEAD || fwrite(data, 1, n, f) != n || fwrite(&crc, 1, TAIL, f) != TAIL)
    return bf_fail(BF_STORE, "can't write: %s", strerror(errno));
  return BF_OK;
}
