/* Writing .npz archives: members stored, not deflated, without times, so that the same arrays give the same bytes everywhere.
 *
 *     npz_writer w;
 *     BF_TRY(npz_create(&w, out_path));
 *     BF_TRY(npz_put(&w, "points", "<f4", 2, (uint64_t[]){n, dim}, x, n * dim * sizeof *x));
 *   out:
 *     return npz_finish(&w, status); */
#ifndef FORMAT_NPZ_NPZ_WRITE_H
#define FORMAT_NPZ_NPZ_WRITE_H

#include "npz.h"

typedef struct npz_writer {
  FILE *f;
  const char *path;
  size_t n, room;
  struct npz_entry *entry;
} npz_writer;

/* Creates the file, which must not exist yet; the path must live until npz_finish. BF_STORE; *w can be finished then too. */
bf_status npz_create(npz_writer *w, const char *path);

/* Adds an array in C order: `bytes` bytes at `data`, little-endian as `descr` says. The name becomes NAME.npy; it may not be twice in a file. Arrays of
 * 4 GiB or more, and archives that would grow as large, are refused (BF_INVALID). BF_STORE. */
bf_status npz_put(npz_writer *w, const char *name, const char *descr, uint32_t rank, const uint64_t *shape, const void *data, uint64_t bytes);

/* Writes the directory and closes. When `status` is not BF_OK or something could not be written, removes the file. Returns `status`, else BF_STORE. */
bf_status npz_finish(npz_writer *w, bf_status status);

#endif
