/* Keys of simplices, of three kinds. The simplex v0 < v1 < … < vd has the key
 *
 *   v0 | v1 << bits | … | vd << d·bits    bit fields, in 64 or in 128 bits
 *   C(v0,1) + C(v1,2) + … + C(vd,d+1)     its combinatorial number, in 128 bits
 *
 * Among simplices of one dimension all have the same order, that of the largest vertex in which two differ (Bauer 2021, section 4). Bit fields are taken apart
 * by shifts, a combinatorial number by searches in a table; it is for the simplices that bit fields have no room for. The files that know keys are compiled
 * three times.
 */
#ifndef FLAG_KEY_H
#define FLAG_KEY_H

#include "flag/code.h"

#if defined FLAG_KEYS_combinatorial
typedef unsigned __int128 flag_key;
#define FLAG_NAME(name) name##_combinatorial
enum { FLAG_MAX_VERTICES = FLAG_MOST_VERTICES }; /* of a simplex */
#elif defined FLAG_KEYS_128
typedef unsigned __int128 flag_key;
#define FLAG_NAME(name) name##_128
enum { FLAG_MAX_VERTICES = 25 }; /* of 5 bits; fields of 4 are for 16 vertices */
#else
typedef uint64_t flag_key;
#define FLAG_NAME(name) name##_64
enum { FLAG_MAX_VERTICES = 16 }; /* of 4 bits */
#endif

#ifdef FLAG_KEYS_combinatorial

/* To be called before key_vertex, with room for `count` vertices. */
static inline void key_open(flag_key key, unsigned count, const flag_code *code, uint32_t *vertex) {
  uint32_t end = code->n;
  for (unsigned k = count; k > 0; k--) {
    uint32_t low = k - 1; /* C(low, k) <= key, and all from `end` on are larger, or no vertices */
    while (end - low > 1) {
      uint32_t middle = low + (end - low) / 2;
      if (flag_binomial(code, middle, k) <= key)
        low = middle;
      else
        end = middle;
    }
    key -= flag_binomial(code, low, k);
    vertex[k - 1] = end = low;
  }
}

/* Vertex i of an opened key, from the smallest up. */
static inline uint32_t key_vertex(flag_key key, unsigned i, const flag_code *code, const uint32_t *vertex) {
  (void)key, (void)code;
  return vertex[i];
}

/* The key with vertex w put in at position p: p vertices are smaller. `vertex` are the vertices of the key. */
static inline flag_key key_insert(flag_key key, const uint32_t *vertex, unsigned count, unsigned p, uint32_t w, const flag_code *code) {
  for (unsigned i = p; i < count; i++) key += flag_binomial(code, vertex[i], i + 2) - flag_binomial(code, vertex[i], i + 1);
  return key + flag_binomial(code, w, p + 1);
}

/* The key without the vertex at position p. */
static inline flag_key key_remove(flag_key key, const uint32_t *vertex, unsigned count, unsigned p, const flag_code *code) {
  for (unsigned i = p + 1; i < count; i++) key -= flag_binomial(code, vertex[i], i + 1) - flag_binomial(code, vertex[i], i);
  return key - flag_binomial(code, vertex[p], p + 1);
}

#else

static inline void key_open(flag_key key, unsigned count, const flag_code *code, uint32_t *vertex) { (void)key, (void)count, (void)code, (void)vertex; }

static inline uint32_t key_vertex(flag_key key, unsigned i, const flag_code *code, const uint32_t *vertex) {
  (void)vertex;
  return (uint32_t)(key >> (i * code->bits)) & (uint32_t)((UINT64_C(1) << code->bits) - 1);
}

static inline flag_key key_insert(flag_key key, const uint32_t *vertex, unsigned count, unsigned p, uint32_t w, const flag_code *code) {
  const unsigned bits = code->bits;
  flag_key low = key & (((flag_key)1 << (p * bits)) - 1);
  (void)vertex, (void)count;
  return (key ^ low) << bits | (flag_key)w << (p * bits) | low;
}

static inline flag_key key_remove(flag_key key, const uint32_t *vertex, unsigned count, unsigned p, const flag_code *code) {
  const unsigned bits = code->bits;
  flag_key low = key & (((flag_key)1 << (p * bits)) - 1);
  (void)vertex, (void)count;
  return (key >> bits) >> (p * bits) << (p * bits) | low;
}

#endif

/* The vertices of a simplex with `count` of them, rising. */
static inline void key_vertices(flag_key key, unsigned count, const flag_code *code, uint32_t *vertex) {
  key_open(key, count, code, vertex);
  for (unsigned i = 0; i < count; i++) vertex[i] = key_vertex(key, i, code, vertex);
}

/* The key of a simplex with these vertices, rising. */
static inline flag_key key_of(const uint32_t *vertex, unsigned count, const flag_code *code) {
  flag_key key = 0;
  for (unsigned i = 0; i < count; i++) key = key_insert(key, vertex, i, i, vertex[i], code);
  return key;
}

/* Multiplicative hashing: the high bits are mixed best. */
static inline uint64_t key_hash(flag_key key) {
  uint64_t folded = (uint64_t)key ^ (sizeof key > 8 ? (uint64_t)(key >> (sizeof key * 4)) * UINT64_C(0xff51afd7ed558ccd) : 0);
  return folded * UINT64_C(0x9e3779b97f4a7c15);
}

#endif
