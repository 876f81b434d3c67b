/* Keys of simplices: the landmarks v0 < v1 < … < vd of a simplex as bit fields, v0 highest, so that among simplices of one dimension keys have the order of
 * the vertices. In 64 bits, or in 128 where these do not suffice: the files that know keys are compiled twice. */
#ifndef BF_WITNESS_KEY_H
#define BF_WITNESS_KEY_H

#include <stdint.h>

#ifdef WITNESS_KEYS_128
typedef unsigned __int128 witness_key;
#define WITNESS_NAME(name) name##_128
#else
typedef uint64_t witness_key;
#define WITNESS_NAME(name) name##_64
#endif

/* The key with vertex v put in where `behind` vertices are greater. */
static inline witness_key key_insert(witness_key key, unsigned bits, unsigned behind, uint32_t v) {
  const witness_key low = key & (((witness_key)1 << behind * bits) - 1);
  return (key ^ low) << bits | (witness_key)v << behind * bits | low;
}

/* The key without the vertex behind which so many stand. */
static inline witness_key key_remove(witness_key key, unsigned bits, unsigned behind) {
  const witness_key low = key & (((witness_key)1 << behind * bits) - 1);
  return (key >> bits >> behind * bits) << behind * bits | low;
}

/* The vertex behind which so many stand. */
static inline uint32_t key_vertex(witness_key key, unsigned bits, unsigned behind) {
  return (uint32_t)(key >> behind * bits) & (uint32_t)((UINT64_C(1) << bits) - 1);
}

#endif
