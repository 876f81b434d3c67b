/* The entries of a bundle's archive, one after the other. The file may be anybody's: two readers of libarchive stand behind each other, so that what zstd
 * gives can be counted before tar sees it, and so that nothing else than one layer of zstd and a tar archive is ever tried. */
#include "store/bundle_archive.h"
#include "store/bundle_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bf_stream {
  bf_archive_api api;
  const char *path;
  int fd;
  uint64_t packed, unpacked, allowed;
  uint64_t tail;              /* zero bytes at the end of what was unpacked so far */
  struct archive *file, *tar; /* what is behind zstd, as one entry of raw bytes; the entries of that */
  char *name;                 /* of the entry that is read */
  uint64_t size, position;    /* its bytes, and how many were given */
  bool over;                  /* unpacks to more than is allowed */
};

enum { FIRST_ALLOWANCE = 1 << 20 }; /* until the manifest's size is known */

static const uint8_t magic[4] = {0x28, 0xb5, 0x2f, 0xfd}; /* RFC 8878, 3.1.1 */

bool bf_is_bundle(const char *path) {
  uint8_t begin[4];
  struct stat st;
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const bool is = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && pread(fd, begin, 4, 0) == 4 && !memcmp(begin, magic, 4);
  if (fd >= 0) close(fd);
  return is;
}

static bf_status bad(const bf_stream *s, const char *what) { return bf_fail(BF_BAD_INPUT, "%s: %s", s->path, what); }

static bf_status too_much(const bf_stream *s) {
  return bf_fail(BF_BAD_INPUT, "%s: it unpacks to more than its manifest says (%" PRIu64 " bytes so far); it is no bundle, or it is forged", s->path,
                 s->unpacked);
}

static bf_status damaged(const bf_stream *s, struct archive *a) {
  const char *why = s->api.archive_error_string(a);
  if (s->over) return too_much(s);
  return bf_fail(BF_BAD_INPUT, "%s: damaged, cut off or no bundle%s%s; get it again", s->path, why ? ": " : "", why ? why : "");
}

/* ---- from zstd to tar ---- */

static void count_tail(bf_stream *s, const uint8_t *data, size_t n) {
  size_t zeros = 0;
  while (zeros < n && !data[n - 1 - zeros]) zeros++;
  s->tail = zeros == n ? s->tail + n : zeros;
  s->unpacked += n;
}

/* The next unpacked bytes: their number, 0 at the end, -1 when there is something wrong. */
static la_ssize_t unpack(bf_stream *s, const void **data) {
  size_t n = 0;
  la_int64_t offset = 0;
  do {
    const int code = s->api.archive_read_data_block(s->file, data, &n, &offset);
    if (code == ARCHIVE_EOF) return 0;
    if (code != ARCHIVE_OK) return -1;
  } while (!n);
  count_tail(s, *data, n);
  s->over = s->unpacked > s->allowed;
  return s->over ? -1 : (la_ssize_t)n;
}

static la_ssize_t feed(struct archive *tar, void *context, const void **data) {
  bf_stream *s = context;
  const la_ssize_t n = unpack(s, data);
  const char *why = s->api.archive_error_string(s->file);
  if (n < 0) s->api.archive_set_error(tar, EINVAL, "%s", why ? why : "it can't be unpacked");
  return n;
}

static bf_status open_file(bf_stream *s) {
  struct stat st;
  struct archive_entry *e;
  s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (s->fd < 0 || fstat(s->fd, &st)) return bad(s, strerror(errno));
  if (!S_ISREG(st.st_mode)) return bad(s, "not a regular file, and so no bundle");
  if (!bf_is_bundle(s->path)) return bad(s, "no bundle: it does not begin as a file of zstd does");
  s->packed = (uint64_t)st.st_size;
  s->file = s->api.archive_read_new();
  if (!s->file || s->api.archive_read_support_filter_zstd(s->file) != ARCHIVE_OK || s->api.archive_read_support_format_raw(s->file) != ARCHIVE_OK)
    return bf_fail(BF_FAILED, "%s: libarchive can't read zstd%s%s", s->path, s->file ? ": " : "", s->file ? s->api.archive_error_string(s->file) : "");
  if (s->api.archive_read_open_fd(s->file, s->fd, 1 << 16) != ARCHIVE_OK || s->api.archive_read_next_header(s->file, &e) != ARCHIVE_OK)
    return damaged(s, s->file);
  if (s->api.archive_filter_count(s->file) != 2 || s->api.archive_filter_code(s->file, 0) != ARCHIVE_FILTER_ZSTD)
    return bad(s, "packed more than once, and so no bundle");
  return BF_OK;
}

bf_status bf_stream_open(const char *path, bf_stream **out) {
  bf_stream *s = bf_alloc(1, sizeof *s);
  bf_status status = BF_OK;
  *s = (bf_stream){.path = path, .fd = -1, .allowed = FIRST_ALLOWANCE};
  *out = NULL;
  BF_TRY(bf_archive_load(&s->api));
  BF_TRY(open_file(s));
  s->tar = s->api.archive_read_new();
  if (!s->tar || s->api.archive_read_support_format_tar(s->tar) != ARCHIVE_OK) {
    status = bf_fail(BF_FAILED, "%s: libarchive can't read tar", path);
    goto out;
  }
  if (s->api.archive_read_open(s->tar, s, NULL, feed, NULL) != ARCHIVE_OK) {
    status = damaged(s, s->tar);
    goto out;
  }
  *out = s;
  s = NULL;
out:
  bf_stream_close(s);
  return status;
}

void bf_stream_close(bf_stream *s) {
  if (!s) return;
  if (s->tar) s->api.archive_read_free(s->tar);
  if (s->file) s->api.archive_read_free(s->file);
  if (s->fd >= 0) close(s->fd);
  free(s->name);
  free(s);
}

uint64_t bf_stream_packed(const bf_stream *s) { return s->packed; }

void bf_stream_allow(bf_stream *s, uint64_t bytes) { s->allowed = bytes > UINT64_MAX - s->unpacked ? UINT64_MAX : s->unpacked + bytes; }

/* ---- entries ---- */

static const char *kind_of(bf_stream *s, struct archive_entry *e) {
  const bf_archive_api *a = &s->api;
  if (a->archive_entry_hardlink(e) || a->archive_entry_symlink(e)) return "a link";
  switch (a->archive_entry_filetype(e)) {
  case AE_IFREG:
    return a->archive_entry_sparse_count(e) > 0 ? "a file with holes" : a->archive_entry_size_is_set(e) ? NULL : "of no stated size";
  case AE_IFDIR:
    return "a folder";
  case AE_IFLNK:
    return "a link";
  default:
    return "a device, pipe or socket";
  }
}

bf_status bf_stream_next(bf_stream *s, const char **name, uint64_t *size) {
  struct archive_entry *e;
  *name = NULL;
  const int code = s->api.archive_read_next_header(s->tar, &e);
  if (code == ARCHIVE_EOF) return BF_OK;
  if (code != ARCHIVE_OK) return damaged(s, s->tar);
  const char *path = s->api.archive_entry_pathname(e), *kind = kind_of(s, e);
  if (!path) return bad(s, "an entry without a name that can be read; no bundle has such");
  if (kind) return bf_fail(BF_BAD_INPUT, "%s: '%s' is %s; a bundle holds plain files only", s->path, path, kind);
  free(s->name);
  *name = s->name = bf_strdup(path);
  s->position = 0;
  const int64_t bytes = s->api.archive_entry_size(e);
  if (bytes < 0) return bf_fail(BF_BAD_INPUT, "%s: '%s' has no size", s->path, path);
  *size = s->size = (uint64_t)bytes;
  return BF_OK;
}

bf_status bf_stream_data(bf_stream *s, const void **data, size_t *n) {
  la_int64_t offset = 0;
  const int code = s->api.archive_read_data_block(s->tar, data, n, &offset);
  if (code != ARCHIVE_OK && code != ARCHIVE_EOF) return damaged(s, s->tar);
  if (code == ARCHIVE_EOF) *n = 0;
  if (*n && (uint64_t)offset != s->position) return bf_fail(BF_BAD_INPUT, "%s: '%s' has holes; a bundle holds plain files only", s->path, s->name);
  if (*n > s->size - s->position || (code == ARCHIVE_EOF && s->position != s->size))
    return bf_fail(BF_BAD_INPUT, "%s: '%s' is not %" PRIu64 " bytes long, as its head says", s->path, s->name, s->size);
  s->position += *n;
  return BF_OK;
}

/* Behind the last entry there are zero bytes, as tar ends, and behind these nothing. */
bf_status bf_stream_end(bf_stream *s) {
  const void *data;
  la_ssize_t n;
  while ((n = unpack(s, &data)) > 0) continue;
  if (n < 0) return damaged(s, s->file);
  const la_int64_t read = s->api.archive_filter_bytes(s->tar, 0);
  return s->unpacked - s->tail > (uint64_t)read ? bad(s, "something follows behind its last entry; no bundle has that") : BF_OK;
}
