/* Bundles: runs, records and objects in one file that travels. A bundle is a tar archive behind zstd (libarchive):
 *
 *   bundle                          the manifest, a text: a line for each entry that follows, with size, SHA-256 and name
 *   actions/ab/<key>                records, as in the store
 *   files/<name>                    small files that whoever packed it wants at hand (a job's orders, say)
 *   objects/ab/<digest>             as in the store
 *   runs/<run>/journal, log/<task>  as in the store; a torn tail of the journal is left out
 *
 * Entries come sorted by name and have no times, owners or modes of their own, so the same content gives the same bytes (with one version of libzstd).
 *
 * A bundle that is read is not trusted. All of these are refused, with a message that names the file and the entry: anything but regular files; names
 * other than those above, and so absolute ones, "..", and links; an entry that is twice there, is not the manifest's next one, or has another size or
 * digest; bytes behind the end, and an end that comes too early; a record that is not for its key, or whose objects are missing; a journal that is torn or
 * of another run; more than the limits below, which the manifest shows before anything is unpacked. All is taken in or nothing: what is unpacked lies in
 * the store's tmp/ until every check is done, and is removed when one fails. Nothing outside of the store is ever written, except where
 * bf_unpack_options.folder asks for it. */
#ifndef BF_STORE_BUNDLE_H
#define BF_STORE_BUNDLE_H

#include "store/store.h"

enum {
  BF_BUNDLE_ENTRIES = 500000,  /* default of bf_bundle_limits.entries */
  BF_BUNDLE_RATIO = 1000,      /* and without a limit of bytes: so many times the bundle's own size ... */
  BF_BUNDLE_FREE = 256 << 20,  /* ... beside these bytes, and never more than ... */
  BF_BUNDLE_GIB = 64,          /* ... these GiB */
  BF_BUNDLE_FILE = 64 << 20,   /* bytes of one files/<name>; a record may have BF_MAX_RECORD */
  BF_BUNDLE_JOURNAL = 1 << 30, /* bytes of a journal or log */
  BF_BUNDLE_PLUGINS = 4096,    /* lines of plugins and runs in the manifest, each */
};

/* ---- packing ---- */

typedef struct bf_pack bf_pack; /* a list of what is to be packed; each thing once, however often it is added */
bf_pack *bf_pack_new(const bf_store *s);
void bf_pack_free(bf_pack *p);
void bf_pack_object(bf_pack *p, const bf_digest *digest);
/* The record of a key, with the objects that it names unless `bare`. BF_STORE when the store has no good record for it. */
bf_status bf_pack_record(bf_pack *p, const bf_digest *key, bool bare);
/* A small file; data is copied. Names: letters, digits, '.', '_', '-', at most 64, the first a letter or digit. */
bf_status bf_pack_file(bf_pack *p, const char *name, const void *data, size_t n);
/* Tells readers which plugins the records were made by: what the key's text says of stages, formats and activations with their build-ids. */
void bf_pack_plugins(bf_pack *p, const char *parts);
/* Journal and logs of a run, and its tasks' records. With `results` only the records of results: of saves and prints, of what they show, and of tasks
 * with an output that no other stage's task reads; else all records, and the FILE parameters' objects that the keys name. BF_USAGE when it is running;
 * BF_STORE when the store lacks a record or object of it. */
bf_status bf_pack_run(bf_pack *p, const bf_run_info *run, bool results);

typedef struct bf_bundle_count {
  uint64_t entries, objects, records, runs, files; /* entries: all, with logs */
  uint64_t bytes;                                  /* unpacked */
} bf_bundle_count;
/* Writes the bundle to `path`, replacing by rename. Objects are checked against their digests on the way. BF_STORE. count may be NULL. */
bf_status bf_pack_write(const bf_pack *p, const char *path, const char *version, bf_bundle_count *count);

/* ---- reading ---- */

typedef struct bf_bundle_limits { /* 0: the default */
  uint64_t entries;
  uint64_t bytes; /* unpacked, all together; when given, the ratio is not looked at */
} bf_bundle_limits;

typedef struct bf_bundle_plugin {
  char *id, *build; /* "homology.ripser", its build-id */
} bf_bundle_plugin;

typedef struct bf_bundle_info { /* what the manifest says */
  char *version;                /* of bettiflow that packed it */
  size_t nrun, nplugin;
  char **run;
  bf_bundle_plugin *plugin;
  bf_bundle_count count;
} bf_bundle_info;
void bf_bundle_info_free(bf_bundle_info *i); /* what it owns */

bool bf_is_bundle(const char *path); /* begins as a file of zstd does, which no artifact does */

/* Checks all that can be checked without a store, and removes what it unpacked, also when a signal stops it. Each problem is told to `say` (may be NULL); after
 * one in the archive itself nothing more is read. BF_BAD_INPUT when there are any: bf_error() is the first. */
bf_status bf_bundle_check(const char *path, const bf_bundle_limits *limits, void (*say)(void *context, const char *problem), void *context,
                          bf_bundle_info *info);

typedef struct bf_unpack_options {
  bf_bundle_limits limits;
  bool trust;         /* records become hits; else they are foreign */
  const char *folder; /* where files/<name> go; it exists. NULL: they are checked and dropped */
} bf_unpack_options;
typedef struct bf_unpack_report {
  bf_bundle_info info;
  uint64_t objects, records, runs; /* new in the store */
  uint64_t kept;                   /* records that the store had and keeps: its own ones, and equal foreign ones */
} bf_unpack_report;
void bf_unpack_report_free(bf_unpack_report *r); /* what it owns */

/* Brings a bundle into the store, which is open for RUN. Objects that a record names may be in the store already instead of in the bundle. A record that
 * the store has as its own is kept; a run that it has is kept, and must begin as the bundle's or be its beginning. BF_BAD_INPUT: a bad bundle, and nothing
 * was taken in. BF_STORE: the store can't be written; what is in by then is whole. Free *report with bf_unpack_report_free in any case. */
bf_status bf_bundle_unpack(bf_store *s, const char *path, const bf_unpack_options *o, bf_unpack_report *report);

#endif
