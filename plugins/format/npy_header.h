/* The header of a .npy file (NumPy's format, versions 1.0 to 3.0): type, order and shape of one array. */
#ifndef FORMAT_NPY_HEADER_H
#define FORMAT_NPY_HEADER_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { NPY_RANK = 8 };

typedef struct npy_header {
  char descr[16]; /* "<f4" */
  bool fortran;
  uint32_t rank;
  uint64_t shape[NPY_RANK];
  uint64_t count; /* product of the shape; below 2^60 */
} npy_header;

/* Reads the header; f then stands at the data. BF_BAD_INPUT names path and byte. */
bf_status npy_read_header(FILE *f, const char *path, npy_header *out);

/* Writes a version 1.0 header for an array in C order, padded as NumPy pads it. Errors show in ferror(f). */
void npy_write_header(FILE *f, const char *descr, uint32_t rank, const uint64_t *shape);

#endif
