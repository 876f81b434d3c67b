/* Archives as anybody could make them, good and hostile ones, for tests of bundles. */
#ifndef STORE_ARCHIVES_H
#define STORE_ARCHIVES_H

#include "store_samples.h"
#include <archive.h>
#include <archive_entry.h>

typedef struct part {
  const char *name;
  const void *data;
  size_t n;
  unsigned type;       /* AE_IFREG when 0 */
  const char *link;    /* target of a symbolic link (type AE_IFLNK) or, without a type, of a hard one */
  const char *claimed; /* digest in the manifest; NULL: the right one */
  uint64_t size;       /* in the manifest; 0: the right one */
  bool unlisted;       /* not in the manifest */
} part;

part part_object(const char *content, char name[76]); /* a text as an object */
part part_record(const bf_store *s, const bf_digest *key, char name[76]);

char *archive_manifest(const part *p, size_t n); /* allocated */
/* A bundle: the manifest, then the parts as they are. */
void archive_write(const char *path, const part *p, size_t n);
/* An archive without a manifest of its own; `layers` of zstd. */
void archive_write_plain(const char *path, const part *p, size_t n, int layers);
void archive_wrap(const char *path, const void *data, size_t n); /* whatever they are, behind zstd */
void archive_append_zeros(const char *path, uint64_t bytes);     /* as further frames of zstd */

#endif
