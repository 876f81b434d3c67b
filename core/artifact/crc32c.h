/* The two implementations behind bf_crc32c, apart so that tests can compare them. */
#ifndef BF_ARTIFACT_CRC32C_H
#define BF_ARTIFACT_CRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool bf_crc32c_has_hardware(void);
uint32_t bf_crc32c_hardware(uint32_t crc, const void *data, size_t n); /* only where bf_crc32c_has_hardware() */
uint32_t bf_crc32c_tables(uint32_t crc, const void *data, size_t n);

#endif
