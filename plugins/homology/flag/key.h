/* Keys of simplices: the vertices as bit fields, the largest in the highest bits.
 *
 * With `bits` bits for a vertex, the simplex v0 < v1 < … < vd has the key v0 | v1 << bits | … | vd << d·bits. Among simplices of one
 * dimension, keys have the order of the combinatorial numbers C(v0,1) + C(v1,2) + … + C(vd,d+1): that of the largest vertex in which two
 * differ (Bauer 2021, section 4). Unlike those, they are taken apart by a shift. The files that know keys are compiled twice, for 64 and
 * for 128 bits.
 */
#ifndef FLAG_KEY_H
#define FLAG_KEY_H

#include <stdint.h>

#if FLAG_KEY_BITS == 128
typedef unsigned __int128 flag_key;
#define FLAG_NAME(name) name##_128
#else
typedef uint64_t flag_key;
#define FLAG_NAME(name) name##_64
#endif

enum { FLAG_MAX_VERTICES = 32 }; /* of a simplex: 128 bits hold 25 of 5 bits, and with fewer bits there are at most 16 vertices */

static inline uint32_t key_vertex(flag_key key, unsigned i, unsigned bits) { return (uint32_t)(key >> (i * bits)) & (uint32_t)((UINT64_C(1) << bits) - 1); }

/* The key with vertex w put in at position p: p vertices are smaller. */
static inline flag_key key_insert(flag_key key, unsigned p, uint32_t w, unsigned bits) {
  flag_key low = key & (((flag_key)1 << (p * bits)) - 1);
  return (key ^ low) << bits | (flag_key)w << (p * bits) | low;
}

/* The key without the vertex at position p. */
static inline flag_key key_remove(flag_key key, unsigned p, unsigned bits) {
  flag_key low = key & (((flag_key)1 << (p * bits)) - 1);
  return (key >> bits) >> (p * bits) << (p * bits) | low;
}

#endif
