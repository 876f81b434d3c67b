/* A set of digests. */
#include "store/digests.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

void bf_digests_add(bf_digests *d, const char *hex) {
  d->at = bf_grow(d->at, d->n, sizeof *d->at);
  memcpy(d->at[d->n].hex, hex, 64);
  d->at[d->n++].hex[64] = 0;
}

void bf_digests_add_from(bf_digests *d, const char *text) {
  static const char hex[] = "0123456789abcdef";
  while (*text) {
    size_t n = strspn(text, hex);
    if (n == 64) bf_digests_add(d, text);
    text += n;
    text += strcspn(text, hex);
  }
}

static int by_hex(const void *a, const void *b) { return strcmp(((const bf_digest *)a)->hex, ((const bf_digest *)b)->hex); }

void bf_digests_sort(bf_digests *d) {
  if (d->n) qsort(d->at, d->n, sizeof *d->at, by_hex);
}

bool bf_digests_hold(const bf_digests *d, const char *hex) {
  bf_digest wanted;
  memcpy(wanted.hex, hex, sizeof wanted.hex);
  return d->n && bsearch(&wanted, d->at, d->n, sizeof *d->at, by_hex);
}

void bf_digests_free(bf_digests *d) {
  free(d->at);
  *d = (bf_digests){0};
}
