/* Reading a bundle: the manifest, then each entry, which must be the one that the manifest says. */
#include "base/file.h"
#include "base/stop.h"
#include "store/bundle_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  LINE_MOST = 512,
  LINE_MEAN = 256,         /* bytes of the manifest for each entry that is allowed */
  ENTRY_OVERHEAD = 4 << 9, /* bytes of tar around an entry: its head, one for a size over 8 GiB, the filling-up */
  ARCHIVE_OVERHEAD = 1 << 20
};

void bf_bundle_problem(bf_reading *r, const char *format, ...) {
  va_list args;
  char text[4096];
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  bf_fail(BF_BAD_INPUT, "%s: %s", r->path, text);
  if (!r->bad++) r->first = bf_strdup(bf_error());
  if (r->say) r->say(r->context, bf_error());
}

char *bf_unpacked(const bf_reading *r, const bf_manifest_entry *e) { return bf_format_text("%s/%zu", r->folder, (size_t)(e - r->manifest.entry)); }

void bf_reading_free(bf_reading *r) {
  if (r->folder) bf_folder_remove(r->folder);
  free(r->folder);
  free(r->first);
  bf_manifest_free(&r->manifest);
}

/* ---- the manifest ---- */

typedef struct lines {
  char text[LINE_MOST];
  size_t n;
  uint64_t number;
} lines;

static bf_status take_line(bf_reading *r, lines *l, const bf_bundle_limits *most) {
  l->text[l->n] = 0;
  l->number++;
  bf_status status = strlen(l->text) != l->n ? bf_fail(BF_BAD_INPUT, "a zero byte") : bf_manifest_line(&r->manifest, l->text, l->number, most);
  l->n = 0;
  return status == BF_OK ? BF_OK : bf_fail_in(status, "%s: its manifest, line %" PRIu64, r->path, l->number);
}

static bf_status read_manifest(bf_reading *r, bf_stream *s, const bf_bundle_limits *most) {
  bf_status status = BF_OK;
  const char *name;
  const void *data;
  size_t n;
  uint64_t size;
  lines l = {.n = 0};
  BF_TRY(bf_stream_next(s, &name, &size));
  if (!name || strcmp(name, bf_manifest_name)) {
    status = bf_fail(BF_BAD_INPUT, "%s: no bundle: its first entry is %s%s%s, not the manifest '%s'", r->path, name ? "'" : "", name ? name : "missing",
                     name ? "'" : "", bf_manifest_name);
    goto out;
  }
  bf_stream_allow(s, size + ARCHIVE_OVERHEAD);
  if (size / LINE_MEAN > most->entries + BF_BUNDLE_PLUGINS) {
    status = bf_fail(BF_BAD_INPUT, "%s: its manifest of %" PRIu64 " MiB is too long for %" PRIu64 " entries; if you trust it, allow more with --max-entries",
                     r->path, size >> 20, most->entries);
    goto out;
  }
  while ((status = bf_stream_data(s, &data, &n)) == BF_OK && n)
    for (size_t i = 0; i < n; i++) {
      const char c = ((const char *)data)[i];
      if (c == '\n') {
        BF_TRY(take_line(r, &l, most));
      } else if (l.n == LINE_MOST - 1) {
        status = bf_fail(BF_BAD_INPUT, "%s: its manifest, line %" PRIu64 ": longer than %d bytes", r->path, l.number + 1, LINE_MOST - 1);
        goto out;
      } else {
        l.text[l.n++] = c;
      }
    }
  if (status == BF_OK && (l.n || l.number < 2)) status = bf_fail(BF_BAD_INPUT, "%s: its manifest was cut off", r->path);
out:
  return status;
}

/* ---- entries ---- */

static bf_status write_all(const char *path, int fd, const char *data, size_t n) {
  while (n) {
    const ssize_t k = write(fd, data, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
    data += k;
    n -= (size_t)k;
  }
  return BF_OK;
}

/* Whoever holds back the signals that stop removes what is unpacked, then lets them through. */
static bf_status go_on(const bf_reading *r) { return bf_stop_asked() ? bf_fail(BF_CANCELLED, "%s: stopped", r->path) : BF_OK; }

/* Every entry's digest is looked at; a wrong one is a problem, but the next entry can still be read. */
static bf_status read_entry(bf_reading *r, bf_stream *s, const bf_manifest_entry *e, bool unpack) {
  bf_status status = BF_OK;
  bf_digesting d;
  const void *data;
  size_t n;
  char *path = bf_unpacked(r, e);
  const int fd = unpack ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666) : -1;
  if (unpack && fd < 0) {
    status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
    goto out;
  }
  bf_digest_begin(&d);
  while ((status = bf_stream_data(s, &data, &n)) == BF_OK && n) {
    bf_digest_add(&d, data, n);
    BF_TRY(go_on(r));
    if (unpack) BF_TRY(write_all(path, fd, data, n));
  }
  const bf_digest found = bf_digest_end(&d);
  if (status == BF_OK && strcmp(found.hex, e->digest.hex))
    bf_bundle_problem(r, "%s: its content has digest %s, not %s; the bundle is damaged or forged, get it again", e->name, found.hex, e->digest.hex);
out:
  if (fd >= 0 && close(fd) && status == BF_OK) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  free(path);
  return status;
}

static bf_status expect(const bf_reading *r, size_t i, const char *name, uint64_t size) {
  const bf_manifest *m = &r->manifest;
  if (!name && i == m->n) return BF_OK;
  if (!name) return bf_fail(BF_BAD_INPUT, "%s: it ends before '%s' and has %zu of %zu entries; get it again", r->path, m->entry[i].name, i, m->n);
  if (i == m->n) return bf_fail(BF_BAD_INPUT, "%s: '%s' is not in its manifest", r->path, name);
  if (strcmp(name, m->entry[i].name)) return bf_fail(BF_BAD_INPUT, "%s: '%s' stands where its manifest has '%s'", r->path, name, m->entry[i].name);
  if (size != m->entry[i].size)
    return bf_fail(BF_BAD_INPUT, "%s: '%s' has %" PRIu64 " bytes, and %" PRIu64 " in its manifest", r->path, name, size, m->entry[i].size);
  return BF_OK;
}

static bf_status read_entries(bf_reading *r, bf_stream *s, bool (*wanted)(const bf_reading *r, const bf_manifest_entry *e)) {
  bf_status status = BF_OK;
  const char *name;
  uint64_t size = 0;
  for (size_t i = 0;; i++) {
    BF_TRY(bf_stream_next(s, &name, &size));
    BF_TRY(expect(r, i, name, size));
    if (!name) break;
    BF_TRY(go_on(r));
    BF_TRY(read_entry(r, s, &r->manifest.entry[i], wanted(r, &r->manifest.entry[i])));
  }
  status = bf_stream_end(s);
out:
  return status;
}

static bf_bundle_limits limits_of(const bf_bundle_limits *asked, uint64_t packed) {
  bf_bundle_limits most = asked ? *asked : (bf_bundle_limits){0};
  const uint64_t cap = (uint64_t)BF_BUNDLE_GIB << 30;
  if (!most.entries) most.entries = BF_BUNDLE_ENTRIES;
  if (!most.bytes) most.bytes = packed > (cap - BF_BUNDLE_FREE) / BF_BUNDLE_RATIO ? cap : packed * BF_BUNDLE_RATIO + BF_BUNDLE_FREE;
  return most;
}

bf_status bf_bundle_read(bf_reading *r, const bf_bundle_limits *limits, bool (*wanted)(const bf_reading *r, const bf_manifest_entry *e)) {
  bf_status status = BF_OK;
  bf_stream *s = NULL;
  BF_TRY(bf_stream_open(r->path, &s));
  const bf_bundle_limits most = limits_of(limits, bf_stream_packed(s));
  BF_TRY(read_manifest(r, s, &most));
  if (r->ready) BF_TRY(r->ready(r));
  bf_stream_allow(s, r->manifest.info.count.bytes + r->manifest.n * (uint64_t)ENTRY_OVERHEAD + ARCHIVE_OVERHEAD);
  BF_TRY(read_entries(r, s, wanted));
out:
  bf_stream_close(s);
  return status;
}
