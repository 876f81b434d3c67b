/* The header of a .npy file (NumPy's format, versions 1.0 to 3.0): type, order and shape of one array. */
#ifndef FORMAT_NPZ_NPY_HEADER_H
#define FORMAT_NPZ_NPY_HEADER_H

#include "source.h"

#include <stdbool.h>
#include <stdio.h>

enum { NPY_RANK = 8 };

typedef enum npy_kind { NPY_FLOAT = 'f', NPY_INT = 'i', NPY_UINT = 'u', NPY_BOOL = 'b' } npy_kind;

typedef struct npy_element {
  npy_kind kind;
  uint32_t size; /* bytes: floats 2, 4, 8; whole numbers 1, 2, 4, 8; truth values 1 */
  bool swapped;  /* in the other byte order than this machine's */
} npy_element;

typedef struct npy_header {
  char descr[16]; /* as the file says it: "<f4" */
  npy_element element;
  bool fortran; /* the first index runs fastest */
  uint32_t rank;
  uint64_t shape[NPY_RANK];
  uint64_t count; /* product of the shape; below 2^60 */
  uint64_t at;    /* the byte where the data begins */
} npy_header;

/* Reads the header; the source then stands at the data. BF_BAD_INPUT names place and byte; types other than the above (pickled Python objects, texts,
 * records, complex numbers) are refused. */
bf_status npy_read_header(const source *s, npy_header *out);

/* A version 1.0 header for an array in C order, padded as NumPy pads it, into `to`; returns its bytes. The other writes it; errors show in ferror(f). */
enum { NPY_HEADER_ROOM = 320 };
size_t npy_make_header(char to[NPY_HEADER_ROOM], const char *descr, uint32_t rank, const uint64_t *shape);
void npy_write_header(FILE *f, const char *descr, uint32_t rank, const uint64_t *shape);

#endif
