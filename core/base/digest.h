/* SHA-256 (OpenSSL's libcrypto) as 64 hex digits. */
#ifndef BF_BASE_DIGEST_H
#define BF_BASE_DIGEST_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_DIGEST_TEXT = 65 };
typedef struct bf_digest {
  char hex[BF_DIGEST_TEXT];
} bf_digest;

bf_digest bf_digest_of(const void *data, size_t n);
void bf_digest_raw(const void *data, size_t n, uint8_t out[32]);
/* Of data that come in pieces. */
typedef struct bf_digesting {
  uint64_t state[16];
} bf_digesting;
void bf_digest_begin(bf_digesting *d);
void bf_digest_add(bf_digesting *d, const void *data, size_t n);
bf_digest bf_digest_end(bf_digesting *d);
bf_status bf_digest_of_file(const char *path, bf_digest *out, uint64_t *size); /* BF_BAD_INPUT when it can't be read; size may be NULL */
bool bf_digest_valid(const char *hex);                                         /* 64 lower-case hex digits */

#endif
