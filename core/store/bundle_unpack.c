/* Bringing a bundle into a store: all of it is unpacked in tmp/ and checked; then objects, records and runs get their names, in this order. */
#include "base/file.h"
#include "store/bundle_internal.h"
#include "store/internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

void bf_unpack_report_free(bf_unpack_report *r) { bf_bundle_info_free(&r->info); }

typedef struct arrival {
  bf_store *store;
  const bf_unpack_options *options;
  bf_unpack_report *report;
  bf_reading read;
  bool *known; /* by run: the store has it */
} arrival;

static bool has_already(const bf_reading *r, const bf_manifest_entry *e) {
  return e->kind == BF_ENTRY_OBJECT && bf_store_has(r->store, e->digest.hex, e->size);
}

/* All but the objects that the store has; a damaged one is replaced. */
static bool is_new(const bf_reading *r, const bf_manifest_entry *e) { return !has_already(r, e) || !bf_store_object_whole(r->store, &e->digest); }

/* Before the first byte is unpacked: is there room for the last? */
static bf_status room(const bf_reading *r) {
  struct statvfs v;
  if (statvfs(r->folder, &v)) return BF_OK;
  const uint64_t free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
  uint64_t bytes = 0;
  for (size_t i = 0; i < r->manifest.n; i++)
    if (!has_already(r, &r->manifest.entry[i])) bytes += r->manifest.entry[i].size;
  if (bytes <= free_bytes) return BF_OK;
  return bf_fail(BF_STORE, "%s: what it brings unpacks to %llu MiB, and %llu MiB are free where the store is (%s)", r->path, (unsigned long long)bytes >> 20,
                 (unsigned long long)free_bytes >> 20, r->store->path);
}

/* ---- runs that are there already ---- */

/* Is one file the beginning of the other? */
static bool agree(const char *a, const char *b) {
  char *x = NULL, *y = NULL;
  size_t n = 0, m = 0;
  const bool read = bf_file_read(a, BF_BUNDLE_JOURNAL, &x, &n) == BF_OK && bf_file_read(b, BF_BUNDLE_JOURNAL, &y, &m) == BF_OK;
  const bool same = read && !memcmp(x, y, n < m ? n : m);
  free(x);
  free(y);
  return same;
}

static bf_status compare_run(arrival *a, size_t i) {
  const char *id = a->read.manifest.info.run[i];
  char *name = bf_format_text("runs/%s/journal", id), *own = bf_store_file(a->store, name);
  const bf_manifest_entry *e = bf_manifest_find(&a->read.manifest, name);
  char *theirs = bf_unpacked(&a->read, e);
  bf_status status = BF_OK;
  a->known[i] = !access(own, F_OK);
  if (a->known[i] && !agree(own, theirs))
    status =
        bf_fail(BF_BAD_INPUT, "%s: %s is another run than the one of that name in the store %s; bring it into another store", a->read.path, id, a->store->path);
  free(name);
  free(own);
  free(theirs);
  return status;
}

/* ---- names ---- */

static bf_status publish_object(arrival *a, const bf_manifest_entry *e) {
  char *file = bf_unpacked(&a->read, e);
  const bool there = bf_store_has(a->store, e->digest.hex, e->size);
  const bf_status status = there && access(file, F_OK) ? BF_OK : bf_store_publish(a->store, file, &e->digest); /* what is not new was not unpacked */
  a->report->objects += status == BF_OK && !there;
  free(file);
  return status;
}

/* Does the store keep its record instead? Its own one that is whole, or one that is as foreign as this would be. */
static bool keeps(const arrival *a, const bf_digest *key) {
  bf_record *own = NULL;
  bool keep = false;
  if (bf_record_read(a->store, key->hex, &own) == BF_RECORD_GOOD) {
    keep = !own->foreign || !a->options->trust;
    for (size_t i = 0; i < own->noutput; i++)
      for (size_t j = 0; j < own->output[i].nitem; j++) keep = keep && bf_store_has(a->store, own->output[i].item[j].digest.hex, own->output[i].item[j].size);
  }
  bf_record_free(own);
  return keep;
}

/* Under the key's lock, so that a record that a task here commits meanwhile is not replaced. Who holds it now will commit after us. */
static bf_status publish_record(arrival *a, const bf_manifest_entry *e) {
  bf_record *r = NULL;
  int lock = -1;
  bf_status status = BF_OK;
  char *file = bf_unpacked(&a->read, e);
  if (bf_record_read_file(file, e->name + 11, &r) != BF_RECORD_GOOD) {
    status = bf_fail(BF_STORE, "%s: it changed after it was checked", file);
    goto out;
  }
  const bool locked = bf_store_lock_key(a->store, &r->key, &lock);
  if (keeps(a, &r->key)) {
    a->report->kept++;
  } else {
    r->foreign = !a->options->trust;
    status = bf_store_commit(a->store, r);
    a->report->records += status == BF_OK;
  }
  if (locked) bf_store_unlock_key(lock);
out:
  bf_record_free(r);
  free(file);
  return status;
}

static bf_status place_file(arrival *a, const bf_manifest_entry *e) {
  if (!a->options->folder) return BF_OK;
  char *file = bf_unpacked(&a->read, e), *to = bf_path_join(a->options->folder, e->name + 6);
  const bf_status status = bf_file_copy(file, to);
  free(file);
  free(to);
  return status;
}

/* A journal or log to its place in a folder in tmp/. */
static bf_status move_to(const arrival *a, const bf_manifest_entry *e, const char *folder) {
  char *file = bf_unpacked(&a->read, e), *place = bf_path_join(folder, e->name + 5 + BF_RUN_ID + 1);
  bf_status status = rename(file, place) ? bf_fail(BF_STORE, "%s: %s", place, strerror(errno)) : BF_OK;
  if (status == BF_OK && e->kind == BF_ENTRY_JOURNAL) status = bf_file_sync(place);
  free(file);
  free(place);
  return status;
}

/* The run's folder is made in tmp/ and gets its name when it is whole. */
static bf_status publish_run(arrival *a, const char *id) {
  bf_status status = BF_OK;
  const bf_manifest *m = &a->read.manifest;
  char *folder = NULL, *logs = NULL, *to = bf_format_text("%s/runs/%s", a->store->path, id), *journal = bf_format_text("runs/%s/journal", id);
  BF_TRY(bf_store_tmp(a->store, &folder));
  logs = bf_path_join(folder, "log");
  BF_TRY(bf_folder_make(logs));
  for (const bf_manifest_entry *e = bf_manifest_find(m, journal); e < m->entry + m->n && !strncmp(e->name + 5, id, BF_RUN_ID); e++)
    BF_TRY(move_to(a, e, folder));
  if (!rename(folder, to))
    a->report->runs++;
  else if (errno != EEXIST && errno != ENOTEMPTY) /* else somebody else brought it in meanwhile */
    status = bf_fail(BF_STORE, "%s: %s", to, strerror(errno));
out:
  if (folder) bf_folder_remove(folder);
  free(folder);
  free(logs);
  free(to);
  free(journal);
  return status;
}

static bf_status publish(arrival *a) {
  bf_status status = BF_OK;
  const bf_manifest *m = &a->read.manifest;
  for (size_t i = 0; i < m->n; i++)
    if (m->entry[i].kind == BF_ENTRY_OBJECT) BF_TRY(publish_object(a, &m->entry[i]));
  for (size_t i = 0; i < m->n; i++)
    if (m->entry[i].kind == BF_ENTRY_RECORD) BF_TRY(publish_record(a, &m->entry[i]));
  for (size_t i = 0; i < m->n; i++)
    if (m->entry[i].kind == BF_ENTRY_FILE) BF_TRY(place_file(a, &m->entry[i]));
  for (size_t i = 0; i < m->info.nrun; i++)
    if (!a->known[i]) BF_TRY(publish_run(a, m->info.run[i]));
out:
  return status;
}

/* The index looks at an object once: when a run that it knows gets objects that it lacked, it is made anew. */
static void update_index(const arrival *a) {
  const bf_unpack_report *r = a->report;
  if (r->info.nrun) bf_index_update(a->store, r->objects && r->runs < r->info.nrun); /* if it can't be written now, the next query does it */
}

bf_status bf_bundle_unpack(bf_store *s, const char *path, const bf_unpack_options *o, bf_unpack_report *report) {
  bf_status status = BF_OK;
  arrival a = {.store = s, .options = o, .report = report, .read = {.path = path, .store = s, .ready = room}};
  *report = (bf_unpack_report){0};
  BF_TRY(bf_store_tmp(s, &a.read.folder));
  BF_TRY(bf_bundle_read(&a.read, &o->limits, is_new));
  BF_TRY(bf_bundle_check_meaning(&a.read));
  a.known = bf_alloc(a.read.manifest.info.nrun, sizeof *a.known);
  for (size_t i = 0; i < a.read.manifest.info.nrun; i++) BF_TRY(compare_run(&a, i));
  BF_TRY(publish(&a));
  report->info = a.read.manifest.info;
  a.read.manifest.info = (bf_bundle_info){0};
  update_index(&a);
out:
  bf_reading_free(&a.read);
  free(a.known);
  return status;
}
