/* Zip archives and .npy files made byte by byte, good ones and ones that lie, for tests of what reads them. */
#ifndef TESTS_ZIPPED_H
#define TESTS_ZIPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zipped {
  const char *name;
  const void *data;
  size_t n;
  bool deflated;
  /* Lies, all 0 in an honest archive: */
  uint32_t crc;        /* is added to the CRC-32 */
  uint32_t size;       /* is added to the size that both headers declare */
  uint16_t method;     /* is declared instead of 0 or 8 */
  uint16_t flags;      /* 1: encrypted */
  uint32_t at;         /* the directory says that the member begins here */
  uint32_t attributes; /* of a Unix file, such as 0120777 for a link */
} zipped;

/* Writes the archive into `to` and returns its bytes; aborts when `room` is too little. */
size_t zip_make(unsigned char *to, size_t room, const zipped *member, size_t n);

/* A version 1.0 .npy file with this header text, such as "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }". */
size_t npy_make(unsigned char *to, size_t room, const char *header, const void *data, size_t n);

#endif
