/* Where the bytes of an array come from: a file, a gzipped file, a member of an archive. */
#ifndef FORMAT_NPZ_SOURCE_H
#define FORMAT_NPZ_SOURCE_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct source {
  const char *where; /* begins each message: "a.npy", "a.npz: member 'x'" */
  void *from;
  /* Reads n bytes into `to`; fewer only at the end. BF_BAD_INPUT where the data is damaged. */
  bf_status (*read)(const struct source *s, void *to, size_t n, size_t *got);
} source;

/* The bytes that a reader may still allocate. What a budget of 0, no limit, comes to. */
static inline uint64_t budget_left(uint64_t memory) { return memory ? memory : UINT64_MAX; }

/* Takes n bytes of what is left; what is freed again is given back by adding to *left. BF_NO_MEMORY names `where`. */
bf_status budget_take(uint64_t *left, uint64_t n, const char *where);

/* Reads exactly `need` bytes, allocating only as they really come, so that a file can't ask for more than it has; takes them of *left.
 * `at` is where they begin, for messages. *out is allocated (never NULL), also for none. BF_BAD_INPUT when the source ends early. */
bf_status source_read_all(const source *s, uint64_t at, uint64_t need, uint64_t *left, unsigned char **out);

/* BF_BAD_INPUT unless the source is at its end, byte `at`. */
bf_status source_at_end(const source *s, uint64_t at);

#endif
