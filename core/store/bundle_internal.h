/* What the files of bundles share: names of entries, the manifest, the stream of entries, and a bundle that was read. */
#ifndef BF_STORE_BUNDLE_INTERNAL_H
#define BF_STORE_BUNDLE_INTERNAL_H

#include "base/text.h"
#include "store/bundle.h"

/* ---- names (bundle_manifest.c) ---- */

enum { BF_NAME_MOST = 64, BF_PLUGIN_WORD = 128, BF_RUN_ID = 20 }; /* characters of a files/<name>; of a plugin's id or build-id; of a run's id */
static const char bf_manifest_name[] = "bundle";

typedef enum bf_entry_kind { BF_NO_ENTRY, BF_ENTRY_RECORD, BF_ENTRY_FILE, BF_ENTRY_OBJECT, BF_ENTRY_JOURNAL, BF_ENTRY_LOG } bf_entry_kind;
bf_entry_kind bf_entry_kind_of(const char *name); /* BF_NO_ENTRY for what may not be in a bundle */
bool bf_file_name_valid(const char *name);

/* ---- the manifest ---- */

typedef struct bf_manifest_entry {
  char *name;
  bf_entry_kind kind;
  bf_digest digest;
  uint64_t size;
} bf_manifest_entry;

typedef struct bf_manifest {
  bf_bundle_info info;
  size_t n;
  bf_manifest_entry *entry; /* sorted by name */
} bf_manifest;
void bf_manifest_free(bf_manifest *m); /* what it owns */
char *bf_manifest_text(const bf_manifest *m);
/* Takes in one line, without its end; `number` from 1. `most`: bytes and entries allowed. BF_BAD_INPUT with what is wrong with it. */
bf_status bf_manifest_line(bf_manifest *m, const char *line, uint64_t number, const bf_bundle_limits *most);
const bf_manifest_entry *bf_manifest_find(const bf_manifest *m, const char *name); /* NULL */

/* ---- the stream of entries (bundle_stream.c): a tar archive behind zstd, not trusted. All errors are BF_BAD_INPUT naming the file, or BF_FAILED ---- */

typedef struct bf_stream bf_stream;
bf_status bf_stream_open(const char *path, bf_stream **out);
void bf_stream_close(bf_stream *s);
uint64_t bf_stream_packed(const bf_stream *s);                             /* bytes of the file */
void bf_stream_allow(bf_stream *s, uint64_t bytes);                        /* it may unpack to so many bytes from now on */
bf_status bf_stream_next(bf_stream *s, const char **name, uint64_t *size); /* *name NULL: no more entries */
bf_status bf_stream_data(bf_stream *s, const void **data, size_t *n);      /* of this entry; *n 0: no more, and it was `size` bytes */
bf_status bf_stream_end(bf_stream *s);                                     /* after the last entry: nothing follows, and the file was not cut off */

/* ---- a bundle that was read (bundle_read.c) ---- */

typedef struct bf_reading {
  const char *path; /* of the bundle */
  bf_manifest manifest;
  char *folder;                                   /* what was unpacked: files named by their number in the manifest */
  const bf_store *store;                          /* records may name its objects; NULL: none */
  bf_status (*ready)(const struct bf_reading *r); /* called once the manifest is known; may be NULL */
  void (*say)(void *context, const char *problem);
  void *context;
  uint64_t bad; /* problems */
  char *first;  /* the first of them */
} bf_reading;
/* Reads all, unpacks to r->folder what `wanted` says, and counts problems. BF_BAD_INPUT when nothing more can be read; then it is no problem that was told. */
bf_status bf_bundle_read(bf_reading *r, const bf_bundle_limits *limits, bool (*wanted)(const bf_reading *r, const bf_manifest_entry *e));
bf_status bf_bundle_check_meaning(bf_reading *r); /* bundle_check.c: records and journals, once they are unpacked */
void bf_bundle_problem(bf_reading *r, const char *format, ...) BF_PRINTF(2, 3);
char *bf_unpacked(const bf_reading *r, const bf_manifest_entry *e); /* allocated path */
void bf_reading_free(bf_reading *r);                                /* what it owns, and the folder with all in it */

#endif
