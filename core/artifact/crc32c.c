/* CRC-32C (Castagnoli, RFC 3720): the processor's instruction where there is one, else eight tables ("slicing by 8": Kounavis and
 * Berry, "A systematic approach to building high performance software-based CRC generators", ISCC 2005). */
#include "artifact/crc32c.h"
#include <bettiflow/frame.h>
#include <string.h>
#include <threads.h>

static uint32_t table[8][256];
static once_flag table_made = ONCE_FLAG_INIT;

static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0); /* the polynomial, bits reversed */
    table[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; i++)
    for (int k = 1; k < 8; k++) table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
}

uint32_t bf_crc32c_tables(uint32_t crc, const void *data, size_t n) {
  const uint8_t *p = data;
  call_once(&table_made, make_table);
  crc = ~crc;
  for (; n >= 8; n -= 8, p += 8) {
    uint32_t low, high;
    memcpy(&low, p, 4);
    memcpy(&high, p + 4, 4);
    low ^= crc;
    crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^ table[4][low >> 24] ^ table[3][high & 255] ^ table[2][high >> 8 & 255] ^
          table[1][high >> 16 & 255] ^ table[0][high >> 24];
  }
  while (n--) crc = crc >> 8 ^ table[0][(crc ^ *p++) & 255];
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

bool bf_crc32c_has_hardware(void) { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2"))) uint32_t bf_crc32c_hardware(uint32_t crc, const void *data, size_t n) {
  const uint8_t *p = data;
  uint64_t state = (uint32_t)~crc;
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    state = _mm_crc32_u64(state, word);
  }
  while (n--) state = _mm_crc32_u8((uint32_t)state, *p++);
  return ~(uint32_t)state;
}
#else
bool bf_crc32c_has_hardware(void) { return false; }
uint32_t bf_crc32c_hardware(uint32_t crc, const void *data, size_t n) { return bf_crc32c_tables(crc, data, n); }
#endif

uint32_t bf_crc32c(uint32_t crc, const void *data, size_t n) {
  return bf_crc32c_has_hardware() ? bf_crc32c_hardware(crc, data, n) : bf_crc32c_tables(crc, data, n);
}
