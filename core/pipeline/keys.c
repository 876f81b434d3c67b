/* Distinct byte strings, numbered in order of first appearance: an open-addressing table over one block of bytes. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const unsigned char *at, size_t n) { /* FNV-1a, finished as in MurmurHash3 */
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < n; i++) h = (h ^ at[i]) * 0x100000001b3u;
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdu;
  return h ^ h >> 33;
}

static size_t find_slot(const bf_keys *k, const void *key, size_t n) {
  size_t s = (size_t)hash(key, n) & (k->nslot - 1);
  for (; k->slot[s]; s = (s + 1) & (k->nslot - 1)) {
    size_t i = k->slot[s] - 1;
    if (k->start[i + 1] - k->start[i] == n && !memcmp(k->bytes + k->start[i], key, n)) break;
  }
  return s;
}

static void enlarge(bf_keys *k) {
  k->nslot = k->nslot ? 2 * k->nslot : 16;
  free(k->slot);
  k->slot = bf_alloc(k->nslot, sizeof *k->slot);
  for (size_t i = 0; i < k->n; i++) k->slot[find_slot(k, k->bytes + k->start[i], k->start[i + 1] - k->start[i])] = (uint32_t)i + 1;
}

size_t bf_keys_add(bf_keys *k, const void *key, size_t n) {
  if (2 * (k->n + 1) > k->nslot) enlarge(k);
  size_t s = find_slot(k, key, n);
  if (k->slot[s]) return k->slot[s] - 1;
  if (k->nbyte + n + 1 > k->room) {
    k->room = 2 * (k->nbyte + n + 1);
    k->bytes = bf_realloc(k->bytes, k->room, 1);
  }
  if (n) memcpy(k->bytes + k->nbyte, key, n);
  if (!k->n) k->start = bf_alloc(1, sizeof *k->start);
  k->start = bf_grow(k->start, k->n + 1, sizeof *k->start);
  k->nbyte += n;
  k->start[k->n + 1] = k->nbyte;
  k->slot[s] = (uint32_t)k->n + 1;
  return k->n++;
}

void bf_keys_free(bf_keys *k) {
  free(k->start);
  free(k->bytes);
  free(k->slot);
  *k = (bf_keys){0};
}
