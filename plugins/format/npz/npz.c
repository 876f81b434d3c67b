/* Reading .npz archives through libarchive: its seeking reader of zip files, which trusts the central directory only. */
#include "npz.h"
#include "directory.h"

#include <archive.h>
#include <archive_entry.h>
#include <bettiflow/artifact.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct reader {
  struct archive *a;
  const char *path;
  npz *z;
  size_t room;
  uint64_t *left;
} reader;

/* libarchive's own words, with the file before them. */
static bf_status archive_failed(const reader *r, const char *where) {
  const char *why = archive_error_string(r->a);
  return bf_fail(BF_BAD_INPUT, "%s: can't be read: %s", where, why && why[0] ? why : "damaged archive");
}

/* Members are read as the archive's stream goes on; libarchive checks size and CRC-32 where a member ends. */
static bf_status read_member(const source *s, void *to, size_t n, size_t *got) {
  const reader *r = s->from;
  *got = 0;
  while (*got < n) {
    la_ssize_t have = archive_read_data(r->a, (char *)to + *got, n - *got);
    if (have < 0) return archive_failed(r, s->where);
    if (have == 0) break;
    *got += (size_t)have;
  }
  return BF_OK;
}

/* Checks a member's name, and cuts ".npy" off. */
static bf_status take_name(const reader *r, const char *name, char **out) {
  size_t n = name ? strlen(name) : 0;
  if (n == 0 || !bf_valid_text(name, n)) return bf_fail(BF_BAD_INPUT, "%s: member %zu has no name in UTF-8 without control characters", r->path, r->z->n);
  if (n > NPZ_NAME) return bf_fail(BF_BAD_INPUT, "%s: member %zu has a name of %zu bytes; at most %d are read", r->path, r->z->n, n, NPZ_NAME);
  bool up = strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 || strstr(name, "/../") || (n > 3 && strcmp(name + n - 3, "/..") == 0);
  if (name[0] == '/' || strchr(name, '\\') || up)
    return bf_fail(BF_BAD_INPUT, "%s: member '%s': its name is a path that leads out of the archive", r->path, name);
  if (n < 5 || strcmp(name + n - 4, ".npy") != 0)
    return bf_fail(BF_BAD_INPUT, "%s: member '%s' is no NumPy array (its name does not end in .npy)", r->path, name);
  if (!(*out = strndup(name, n - 4))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  return BF_OK;
}

/* Appends the archive's next member, without data yet. */
static bf_status add_member(reader *r, struct archive_entry *entry) {
  npz *z = r->z;
  char *name = NULL;
  if (z->n == NPZ_MEMBERS) return bf_fail(BF_BAD_INPUT, "%s: more than %d members", r->path, NPZ_MEMBERS);
  if (z->n == r->room) {
    size_t room = 2 * r->room + 16;
    npz_member *grown = reallocarray(z->member, room, sizeof *grown);
    if (!grown) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
    z->member = grown;
    r->room = room;
  }
  bf_status status = take_name(r, archive_entry_pathname_utf8(entry), &name);
  if (status != BF_OK) return status;
  z->member[z->n++] = (npz_member){.name = name};
  return BF_OK;
}

/* What libarchive would read, and we do not: other kinds of entries, other compressions (their decoders allocate what the file asks for). */
static bf_status check_entry(const reader *r, struct archive_entry *entry, const npz_member *m) {
  const char *format = archive_format_name(r->a);
  if (archive_entry_filetype(entry) != AE_IFREG) return bf_fail(BF_BAD_INPUT, "%s: member '%s' is no plain file", r->path, m->name);
  if (archive_entry_is_encrypted(entry)) return bf_fail(BF_BAD_INPUT, "%s: member '%s' is encrypted", r->path, m->name);
  if (!strstr(format, "(uncompressed)") && !strstr(format, "(deflation)"))
    return bf_fail(BF_BAD_INPUT, "%s: member '%s': %s; stored and deflated members are read, as numpy.savez makes them", r->path, m->name, format);
  return BF_OK;
}

static bf_status read_entry(reader *r, struct archive_entry *entry) {
  bf_status status = BF_OK;
  char *where = NULL;
  BF_TRY(add_member(r, entry));
  npz_member *m = &r->z->member[r->z->n - 1];
  BF_TRY(check_entry(r, entry, m));
  if (asprintf(&where, "%s: member '%s'", r->path, m->name) < 0) {
    where = NULL;
    status = bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
    goto out;
  }
  BF_TRY(npy_array_read(&(source){.where = where, .from = r, .read = read_member}, r->left, &m->array));
out:
  free(where);
  return status;
}

static bf_status read_entries(reader *r) {
  bf_status status = BF_OK;
  struct archive_entry *entry;
  int64_t end = 0; /* of the member before: members may not share bytes of the file */
  for (;;) {
    int found = archive_read_next_header(r->a, &entry);
    if (found == ARCHIVE_EOF) break;
    if (found != ARCHIVE_OK) return archive_failed(r, r->path);
    if (archive_filter_bytes(r->a, 0) < end) return bf_fail(BF_BAD_INPUT, "%s: member %zu overlaps the one before it", r->path, r->z->n);
    BF_TRY(read_entry(r, entry));
    end = archive_filter_bytes(r->a, 0);
  }
out:
  return status;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static bf_status check_distinct(const npz *z) {
  bf_status status = BF_OK;
  const char **name = malloc((z->n + 1) * sizeof *name);
  if (!name) return bf_fail(BF_NO_MEMORY, "%s: out of memory", z->path);
  for (size_t i = 0; i < z->n; i++) name[i] = z->member[i].name;
  qsort(name, z->n, sizeof *name, by_name);
  for (size_t i = 1; i < z->n && status == BF_OK; i++) {
    if (strcmp(name[i - 1], name[i]) == 0) status = bf_fail(BF_BAD_INPUT, "%s: member '%s' stands there twice", z->path, name[i]);
  }
  free(name);
  return status;
}

static bf_status read_archive(const char *path, uint64_t *left, npz *out) {
  bf_status status = BF_OK;
  reader r = {.path = path, .z = out, .left = left};
  uint32_t members = 0;
  *out = (npz){.path = strdup(path)};
  BF_TRY(npz_directory_check(path, &members));
  r.a = archive_read_new();
  if (!r.a || !out->path) {
    status = bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
    goto out;
  }
  archive_read_support_format_zip_seekable(r.a);
  if (archive_read_open_filename(r.a, path, 1 << 16) != ARCHIVE_OK) {
    status = archive_errno(r.a) == EILSEQ /* libarchive's "unrecognized" */
                 ? bf_fail(BF_BAD_INPUT, "%s: not a whole .npz archive (a zip file, with its directory at the end); truncated?", path)
                 : bf_fail(BF_BAD_INPUT, "%s: %s", path, archive_errno(r.a) > 0 ? strerror(archive_errno(r.a)) : archive_error_string(r.a));
    goto out;
  }
  BF_TRY(read_entries(&r));
  BF_TRY(check_distinct(out));
  if (out->n != members) /* libarchive takes entries that begin at the same byte for one */
    BF_TRY(bf_fail(BF_BAD_INPUT, "%s: its directory counts %u members, but there are %zu; overlapping ones, or damage", path, members, out->n));
  if (out->n == 0) status = bf_fail(BF_BAD_INPUT, "%s: an archive without members", path);
out:
  archive_read_free(r.a);
  if (status != BF_OK) npz_free(out);
  return status;
}

/* libarchive gives names in the locale's encoding, so the thread reads in one that has all of Unicode (glibc has this one built in). */
bf_status npz_read(const char *path, uint64_t *left, npz *out) {
  locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = uselocale(utf8);
  bf_status status = read_archive(path, left, out);
  uselocale(before);
  if (utf8) freelocale(utf8);
  return status;
}

npz_member *npz_find(const npz *z, const char *name) {
  for (size_t i = 0; i < z->n; i++) {
    if (strcmp(z->member[i].name, name) == 0) return &z->member[i];
  }
  return NULL;
}

void npz_free(npz *z) {
  for (size_t i = 0; i < z->n; i++) {
    free(z->member[i].name);
    npy_array_free(&z->member[i].array);
  }
  free(z->member);
  free(z->path);
  *z = (npz){0};
}

const char *npz_list(const npz *z, char to[NPZ_LIST_ROOM]) {
  size_t used = 0;
  char shape[NPY_SHAPE_ROOM];
  to[0] = 0;
  for (size_t i = 0; i < z->n; i++) {
    const char *name = z->member[i].name;
    npy_shape_text(&z->member[i].array.header, shape);
    if (used + strlen(name) + strlen(shape) + 16 > NPZ_LIST_ROOM) {
      snprintf(to + used, NPZ_LIST_ROOM - used, ", …");
      break;
    }
    used += (size_t)snprintf(to + used, NPZ_LIST_ROOM - used, "%s'%s' %s", i ? ", " : "", name, shape);
  }
  return to;
}
