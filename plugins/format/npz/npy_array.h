/* One array of numbers as a .npy file, a member of a .npz archive or an IDX file holds it, and its conversion with checks. */
#ifndef FORMAT_NPZ_NPY_ARRAY_H
#define FORMAT_NPZ_NPY_ARRAY_H

#include "npy_header.h"

typedef struct npy_array {
  char *where; /* begins messages about it: "a.npz: member 'x'" */
  npy_header header;
  unsigned char *data; /* header.count elements as the file has them; NULL once converted. `where` and `data` are allocated */
} npy_array;

/* Reads header and data, and refuses what follows them. *left is what may still be allocated (source.h): data counts until it is freed or converted.
 * *out is all zero after an error. BF_BAD_INPUT, BF_NO_MEMORY. */
bf_status npy_array_read(const source *s, uint64_t *left, npy_array *out);

/* The same for a .npy file, plain or gzipped. */
bf_status npy_array_open(const char *path, uint64_t *left, npy_array *out);

void npy_array_free(npy_array *a); /* does not give back to a budget; zeroes it */

/* The elements in C order (the last index fastest), whatever the file's order, allocated, header.count of them; the array's data is freed, and *left settled.
 * Whole numbers that a float32 does not hold are rounded to nearest. BF_BAD_INPUT names the element that is not finite as a float32. */
bf_status npy_array_floats(npy_array *a, uint64_t *left, float **out);

/* The same as whole numbers. BF_BAD_INPUT names the element that is not whole or not within [least, most]. */
bf_status npy_array_ints(npy_array *a, int64_t least, int64_t most, uint64_t *left, int64_t **out);

/* The element at place `at` of the file's order, as a double; at < header.count. */
double npy_array_number(const npy_array *a, uint64_t at);

/* "(60000, 28, 28)" into `to`; returns `to`. For messages. */
enum { NPY_SHAPE_ROOM = NPY_RANK * 22 + 3 };
const char *npy_shape_text(const npy_header *h, char to[NPY_SHAPE_ROOM]);

#endif
