/* Archives for tests of bundles, by libarchive. */
#include "store_archives.h"
#include <inttypes.h>
#include <time.h>

static void must(struct archive *a, int code) {
  if (code != ARCHIVE_OK) fail_msg("libarchive: %s", archive_error_string(a));
}

part part_object(const char *content, char name[76]) {
  const bf_digest d = bf_digest_of(content, strlen(content));
  snprintf(name, 76, "objects/%.2s/%s", d.hex, d.hex);
  return (part){.name = name, .data = content, .n = strlen(content)};
}

part part_record(const bf_store *s, const bf_digest *key, char name[76]) {
  part p = {.name = name};
  snprintf(name, 76, "actions/%.2s/%s", key->hex, key->hex);
  char *path = bf_format_text("%s/%s", bf_store_path(s), name);
  p.data = read_bytes(path, &p.n);
  free(path);
  return p;
}

char *archive_manifest(const part *p, size_t n) {
  bf_text t = {0};
  bf_text_add(&t, "bettiflow bundle 1\nversion 0.1.0\n");
  for (size_t i = 0; i < n; i++) {
    const bf_digest d = bf_digest_of(p[i].data, p[i].n);
    if (!p[i].unlisted) bf_text_addf(&t, "entry %" PRIu64 " %s %s\n", p[i].size ? p[i].size : p[i].n, p[i].claimed ? p[i].claimed : d.hex, p[i].name);
  }
  return bf_text_take(&t);
}

static void put(struct archive *a, const part *p) {
  struct archive_entry *e = archive_entry_new();
  archive_entry_set_pathname(e, p->name);
  archive_entry_set_perm(e, 0644);
  archive_entry_set_mtime(e, time(NULL), 0);
  if (p->link && !p->type)
    archive_entry_set_hardlink(e, p->link);
  else
    archive_entry_set_filetype(e, p->type ? p->type : AE_IFREG);
  if (p->type == AE_IFLNK) archive_entry_set_symlink(e, p->link);
  if (p->type == AE_IFCHR || p->type == AE_IFBLK) archive_entry_set_rdev(e, 0x0105);
  archive_entry_set_size(e, (int64_t)p->n);
  const int code = archive_write_header(a, e);
  if (code != ARCHIVE_WARN) must(a, code); /* a name that is not UTF-8 */
  if (p->n) assert_int_equal(archive_write_data(a, p->data, p->n), p->n);
  archive_entry_free(e);
}

static void write_parts(const char *path, const part *first, const part *p, size_t n, int layers) {
  struct archive *a = archive_write_new();
  must(a, archive_write_set_format_pax_restricted(a));
  for (int i = 0; i < layers; i++) must(a, archive_write_add_filter_zstd(a));
  must(a, archive_write_open_filename(a, path));
  if (first) put(a, first);
  for (size_t i = 0; i < n; i++) put(a, &p[i]);
  must(a, archive_write_close(a));
  archive_write_free(a);
}

void archive_write(const char *path, const part *p, size_t n) {
  char *text = archive_manifest(p, n);
  const part manifest = {.name = "bundle", .data = text, .n = strlen(text)};
  write_parts(path, &manifest, p, n, 1);
  free(text);
}

void archive_write_plain(const char *path, const part *p, size_t n, int layers) { write_parts(path, NULL, p, n, layers); }

void archive_wrap(const char *path, const void *data, size_t n) {
  struct archive *a = archive_write_new();
  struct archive_entry *e = archive_entry_new();
  must(a, archive_write_set_format_raw(a));
  must(a, archive_write_add_filter_zstd(a));
  must(a, archive_write_open_filename(a, path));
  archive_entry_set_filetype(e, AE_IFREG);
  must(a, archive_write_header(a, e));
  assert_int_equal(archive_write_data(a, data, n), n);
  must(a, archive_write_close(a));
  archive_entry_free(e);
  archive_write_free(a);
}

void archive_append_zeros(const char *path, uint64_t bytes) {
  enum { ONCE = 64 << 20, PACKED = 1 << 20 };
  struct archive *a = archive_write_new();
  struct archive_entry *e = archive_entry_new();
  char *zeros = bf_alloc(ONCE, 1), *packed = bf_alloc(PACKED, 1);
  size_t n = 0;
  must(a, archive_write_set_format_raw(a));
  must(a, archive_write_add_filter_zstd(a));
  must(a, archive_write_set_bytes_in_last_block(a, 1));
  must(a, archive_write_open_memory(a, packed, PACKED, &n));
  archive_entry_set_filetype(e, AE_IFREG);
  must(a, archive_write_header(a, e));
  assert_int_equal(archive_write_data(a, zeros, ONCE), ONCE);
  must(a, archive_write_close(a));
  FILE *f = fopen(path, "abe");
  assert_non_null(f);
  for (uint64_t done = 0; done < bytes; done += ONCE) assert_int_equal(fwrite(packed, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
  archive_entry_free(e);
  archive_write_free(a);
  free(zeros);
  free(packed);
}
