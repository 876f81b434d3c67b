/* A set of digests: filled first, then sorted, then asked. */
#ifndef BF_STORE_DIGESTS_H
#define BF_STORE_DIGESTS_H

#include "base/digest.h"

typedef struct bf_digests {
  bf_digest *at;
  size_t n;
} bf_digests;

void bf_digests_add(bf_digests *d, const char *hex);       /* the first 64 characters, which are hex digits */
void bf_digests_add_from(bf_digests *d, const char *text); /* whatever in a text may be a digest */
void bf_digests_sort(bf_digests *d);
bool bf_digests_hold(const bf_digests *d, const char *hex); /* sorted since the last addition */
void bf_digests_free(bf_digests *d);

#endif
