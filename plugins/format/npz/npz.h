/* Archives of NumPy arrays: .npz, which are zip files of .npy members, stored or deflated.
 *
 *     uint64_t left = budget_left(host->memory(task));
 *     npz z;
 *     BF_TRY(npz_read(path, &left, &z));
 *     npz_member *w = npz_find(&z, "layer0.weight");                 NULL when there is none
 *     if (w->array.header.rank != 2) status = bf_fail(BF_BAD_INPUT, "%s: …", w->array.where);
 *     BF_TRY(npy_array_floats(&w->array, &left, &weights));          outputs × inputs, row by row
 *   out:
 *     npz_free(&z);
 *
 * Everything is read and checked at once, within *left bytes in all: names, headers, data and CRC-32 of every member. */
#ifndef FORMAT_NPZ_NPZ_H
#define FORMAT_NPZ_NPZ_H

#include "npy_array.h"

enum { NPZ_MEMBERS = 10000, NPZ_NAME = 255 }; /* the most members, and the most bytes of a name */

typedef struct npz_member {
  char *name; /* without ".npy": what numpy.savez was given; UTF-8, no control characters, relative, no "..", not twice in the archive */
  npy_array array;
} npz_member;

typedef struct npz {
  char *path;
  size_t n;
  npz_member *member; /* in the archive's order */
} npz;

/* Reads the archive. BF_BAD_INPUT names file and member and says why: damaged, truncated, encrypted, overlapping, compressed in another way, a name that is
 * refused or stands there twice, no .npy inside. BF_NO_MEMORY: more than *left bytes (source.h; goes down by what is held). *out is all zero after an error. */
bf_status npz_read(const char *path, uint64_t *left, npz *out);

npz_member *npz_find(const npz *z, const char *name); /* NULL: no such member */
void npz_free(npz *z);

/* "'x' (100, 2), 'label' (100,)", the first few, for messages that ask which one is meant. */
enum { NPZ_LIST_ROOM = 512 };
const char *npz_list(const npz *z, char to[NPZ_LIST_ROOM]);

#endif
