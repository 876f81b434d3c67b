/* TFRecord framing: each record is a little-endian u64 length, the masked CRC-32C of these 8 bytes, the payload, and the
 * payload's masked CRC-32C. All artifacts, the store's records and TensorFlow's data sets are files of such records.
 * Source: tensorflow/core/lib/io/record_writer.h; CRC-32C of RFC 3720, masked as ((crc >> 15 | crc << 17) + 0xa282ead8).
 */
#ifndef BETTIFLOW_FRAME_H
#define BETTIFLOW_FRAME_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

uint32_t bf_crc32c(uint32_t crc, const void *data, size_t n); /* start with crc 0; feed pieces in order */

typedef struct bf_frame_reader bf_frame_reader;

/* Opens path for reading. No record may be longer than max_record bytes. Errors: BF_BAD_INPUT naming the file. */
bf_status bf_frame_open(const char *path, size_t max_record, bf_frame_reader **out);

/* The next record: *data (owned by the reader, valid until the next call) and *n. At the file's end *data is NULL.
 * A truncated record, a wrong CRC and a length over the limit or past the file's end are BF_BAD_INPUT; the message names file,
 * record number and byte offset. Nothing is allocated that the file's size does not back. */
bf_status bf_frame_next(bf_frame_reader *r, const uint8_t **data, size_t *n);

uint64_t bf_frame_size(const bf_frame_reader *r);   /* bytes of the file */
uint64_t bf_frame_offset(const bf_frame_reader *r); /* where the next record begins */
uint64_t bf_frame_count(const bf_frame_reader *r);  /* records read so far */
void bf_frame_close(bf_frame_reader *r);

/* Appends one record to a stream. Errors: BF_STORE with errno's text. */
bf_status bf_frame_write(FILE *f, const void *data, size_t n);

#ifdef __cplusplus
}
#endif
#endif
