/* Writing a bundle: first the manifest, then everything in its order, checked against it. */
#include "base/file.h"
#include "store/bundle_archive.h"
#include "store/bundle_pack.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 1 << 18 };

typedef struct packing {
  bf_pack_item *item; /* sorted by name, each once; borrowed */
  bf_manifest manifest;
  bf_archive_api api;
  struct archive *archive;
  const char *path; /* of the bundle */
  uint8_t *block;
} packing;

/* ---- the manifest ---- */

static int by_item(const void *a, const void *b) { return strcmp(((const bf_pack_item *)a)->name, ((const bf_pack_item *)b)->name); }

static int by_plugin(const void *a, const void *b) {
  const bf_bundle_plugin *p = a, *q = b;
  const int order = strcmp(p->id, q->id);
  return order ? order : strcmp(p->build, q->build);
}

static bf_status open_item(const bf_pack_item *item, int *fd, uint64_t *size) {
  struct stat st;
  *fd = open(item->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (*fd < 0 || fstat(*fd, &st)) return bf_fail(BF_STORE, "%s: can't be packed: %s", item->path, strerror(errno));
  if (!S_ISREG(st.st_mode)) return bf_fail(BF_STORE, "%s: can't be packed: not a regular file", item->path);
  *size = item->size ? item->size : (uint64_t)st.st_size;
  return BF_OK;
}

/* Reads `size` bytes of a file in blocks; each may be NULL. Gives the digest. */
static bf_status go_through(packing *k, const bf_pack_item *item, int fd, uint64_t size, bf_digest *digest,
                            bf_status (*each)(packing *k, const uint8_t *data, size_t n)) {
  bf_digesting d;
  bf_status status = BF_OK;
  bf_digest_begin(&d);
  while (size && status == BF_OK) {
    const ssize_t n = read(fd, k->block, size < BLOCK ? (size_t)size : BLOCK);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return bf_fail(BF_STORE, "%s: can't be packed: %s", item->path, n ? strerror(errno) : "it became shorter meanwhile");
    bf_digest_add(&d, k->block, (size_t)n);
    if (each) status = each(k, k->block, (size_t)n);
    size -= (uint64_t)n;
  }
  *digest = bf_digest_end(&d);
  return status;
}

/* An object's digest is its name; that its content has it is seen when it is packed. */
static bf_status describe(packing *k, const bf_pack_item *item, bf_manifest_entry *e) {
  int fd = -1;
  bf_status status = BF_OK;
  *e = (bf_manifest_entry){.name = item->name, .kind = bf_entry_kind_of(item->name)};
  if (!item->path) {
    e->size = item->size;
    e->digest = bf_digest_of(item->data, (size_t)item->size);
    return BF_OK;
  }
  BF_TRY(open_item(item, &fd, &e->size));
  if (e->kind == BF_ENTRY_OBJECT)
    memcpy(e->digest.hex, item->name + 11, sizeof e->digest.hex);
  else
    BF_TRY(go_through(k, item, fd, e->size, &e->digest, NULL));
out:
  if (fd >= 0) close(fd);
  return status;
}

static bf_status list(packing *k, const bf_pack *p, const char *version) {
  bf_status status = BF_OK;
  bf_manifest *m = &k->manifest;
  size_t n = 0;
  m->info.version = (char *)(uintptr_t)version;
  m->info.plugin = p->plugin;
  m->info.nplugin = p->nplugin;
  if (p->nplugin) qsort(p->plugin, p->nplugin, sizeof *p->plugin, by_plugin);
  k->item = bf_alloc(p->n, sizeof *k->item);
  if (p->n) memcpy(k->item, p->item, p->n * sizeof *k->item);
  if (p->n) qsort(k->item, p->n, sizeof *k->item, by_item);
  for (size_t i = 0; i < p->n; i++)
    if (!n || strcmp(k->item[n - 1].name, k->item[i].name)) k->item[n++] = k->item[i];
  m->entry = bf_alloc(n, sizeof *m->entry);
  for (; m->n < n; m->n++) BF_TRY(describe(k, &k->item[m->n], &m->entry[m->n]));
out:
  return status;
}

/* ---- the archive ---- */

static bf_status failed(packing *k, const char *name) {
  return bf_fail(BF_STORE, "%s: %s can't be packed: %s", k->path, name, k->archive ? k->api.archive_error_string(k->archive) : "out of memory");
}

static bf_status put_head(packing *k, const char *name, uint64_t size) {
  struct archive_entry *e = k->api.archive_entry_new();
  if (!e) return failed(k, name);
  k->api.archive_entry_copy_pathname(e, name);
  k->api.archive_entry_set_filetype(e, AE_IFREG);
  k->api.archive_entry_set_perm(e, 0444);
  k->api.archive_entry_set_size(e, (int64_t)size);
  const int code = k->api.archive_write_header(k->archive, e);
  k->api.archive_entry_free(e);
  return code == ARCHIVE_OK ? BF_OK : failed(k, name);
}

static bf_status put(packing *k, const uint8_t *data, size_t n) {
  return k->api.archive_write_data(k->archive, data, n) == (la_ssize_t)n ? BF_OK : failed(k, "an entry");
}

static bf_status put_item(packing *k, const bf_pack_item *item, const bf_manifest_entry *e) {
  int fd = -1;
  uint64_t size = 0;
  bf_digest found = {0};
  bf_status status = BF_OK;
  BF_TRY(put_head(k, e->name, e->size));
  if (!item->path) return put(k, item->data, (size_t)item->size);
  BF_TRY(open_item(item, &fd, &size));
  BF_TRY(go_through(k, item, fd, e->size, &found, put));
  if (strcmp(found.hex, e->digest.hex) && e->kind == BF_ENTRY_OBJECT)
    status = bf_fail(BF_STORE, "%s: damaged, its content has digest %s; remove it, run the pipeline again and pack that run", item->path, found.hex);
  else if (strcmp(found.hex, e->digest.hex) || size != e->size)
    status = bf_fail(BF_STORE, "%s: it changed while it was packed; try again", item->path);
out:
  if (fd >= 0) close(fd);
  return status;
}

static bf_status write_all(void *context, int fd) {
  packing *k = context;
  bf_status status = BF_OK;
  bf_archive_api *a = &k->api;
  char *text = bf_manifest_text(&k->manifest);
  const size_t n = strlen(text);
  k->archive = a->archive_write_new();
  if (!k->archive || a->archive_write_set_format_pax_restricted(k->archive) != ARCHIVE_OK || a->archive_write_add_filter_zstd(k->archive) != ARCHIVE_OK ||
      a->archive_write_set_bytes_in_last_block(k->archive, 1) != ARCHIVE_OK || a->archive_write_open_fd(k->archive, fd) != ARCHIVE_OK) {
    status = failed(k, "the archive");
    goto out;
  }
  BF_TRY(put_head(k, bf_manifest_name, n));
  BF_TRY(put(k, (const uint8_t *)text, n));
  for (size_t i = 0; i < k->manifest.n; i++) BF_TRY(put_item(k, &k->item[i], &k->manifest.entry[i]));
  if (a->archive_write_close(k->archive) != ARCHIVE_OK) status = failed(k, "the end");
out:
  if (k->archive) a->archive_write_free(k->archive);
  free(text);
  return status;
}

static void count(const bf_manifest *m, bf_bundle_count *c) {
  *c = (bf_bundle_count){.entries = m->n};
  for (size_t i = 0; i < m->n; i++) {
    c->objects += m->entry[i].kind == BF_ENTRY_OBJECT;
    c->records += m->entry[i].kind == BF_ENTRY_RECORD;
    c->runs += m->entry[i].kind == BF_ENTRY_JOURNAL;
    c->files += m->entry[i].kind == BF_ENTRY_FILE;
    c->bytes += m->entry[i].size;
  }
}

bf_status bf_pack_write(const bf_pack *p, const char *path, const char *version, bf_bundle_count *counted) {
  bf_status status = BF_OK;
  packing k = {.path = path, .block = bf_alloc(BLOCK, 1)};
  BF_TRY(bf_archive_load(&k.api));
  BF_TRY(list(&k, p, version));
  BF_TRY(bf_file_make(path, write_all, &k));
  if (counted) count(&k.manifest, counted);
out:
  free(k.manifest.entry);
  free(k.item);
  free(k.block);
  return status;
}
