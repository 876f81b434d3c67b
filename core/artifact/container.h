/* The container of every artifact: a header, then the bytes of the arrays that it declares, in chunks. Internal to core/artifact.
 *
 * A type's file describes its arrays by a list of bf_array, for reading and writing alike. A shape is a list of pointers to sizes; when reading, a size
 * that is BF_ANY is taken from the file, and where the same size stands again it must be the same. */
#ifndef BF_ARTIFACT_CONTAINER_H
#define BF_ARTIFACT_CONTAINER_H

#include "artifact.pb-c.h"
#include <bettiflow/artifact.h>
#include <bettiflow/frame.h>

enum { BF_MAX_RANK = 4, BF_CHUNK_BYTES = 4 << 20, BF_HEADER_BYTES = 4 << 20 };
#define BF_ANY UINT64_MAX

typedef struct bf_array {
  const char *name;
  uint64_t *shape[BF_MAX_RANK]; /* rank pointers, then NULL */
  void *data; /* reading: allocated by bf_container_load, never NULL for an array that is there, the caller's after it; writing: not changed */
  Bettiflow__DataType dtype;
  bool optional; /* reading: may be missing (data stays NULL); writing: left out when data is NULL */
} bf_array;

typedef struct bf_container {
  char *path;
  bf_frame_reader *reader;
  Bettiflow__Header *header;
  uint64_t budget, used; /* bytes; budget UINT64_MAX for no limit */
} bf_container;

/* Opens path and checks its header; type 0: any. */
bf_status bf_container_open(const char *path, bf_type type, uint64_t budget, bf_container *out);
/* Checks that the header declares exactly these arrays in this order, allocates and reads them, and checks that the file ends there. */
bf_status bf_container_load(bf_container *c, bf_array *array, size_t n);
/* Counts bytes that the caller is about to allocate beyond the arrays. */
bf_status bf_container_take(bf_container *c, uint64_t bytes);
void bf_container_close(bf_container *c); /* a zeroed one is fine */

/* Writes an artifact. The caller fills type, uses and info of the header; the rest is filled here. On an error the file is removed. */
bf_status bf_container_write(const bf_out *out, Bettiflow__Header *header, const bf_array *array, size_t n);

size_t bf_dtype_size(Bettiflow__DataType dtype); /* 0 when unknown */

/* ---- rules for text (valid.c) ---- */
bool bf_valid_name(const char *s);                     /* [a-z][a-z0-9_]*, at most 63 bytes */
bool bf_valid_id(const char *s);                       /* name.name */
bool bf_valid_activation(const char *s, char id[128]); /* "activation.name" or "activation.name(...)"; the part before the parenthesis goes to id */

/* ---- texts in one array, each ended by a zero byte; `lines`: they may hold tabs and newlines ---- */
/* Splits `bytes` into allocated texts; BF_BAD_INPUT when the last one is not ended or one is no valid text. */
bf_status bf_texts_split(bf_container *c, const char *array, bool lines, const uint8_t *bytes, uint64_t n, char ***text, uint64_t *ntext);
/* Joins texts; NULL counts as "". */
bf_status bf_texts_join(char *const *text, uint64_t ntext, bool lines, uint8_t **bytes, uint64_t *n);

#endif
