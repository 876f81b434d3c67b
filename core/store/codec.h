/* Records and journal entries to and from their protobuf bytes. */
#ifndef BF_STORE_CODEC_H
#define BF_STORE_CODEC_H

#include "store/record.h"

enum { BF_MAX_RECORD = 64 << 20 }; /* bytes of a framed record of the store */

/* Encoders allocate *data. BF_STORE when the message is over BF_MAX_RECORD. */
bf_status bf_encode_record(const bf_record *r, uint8_t **data, size_t *n);
bf_status bf_encode_header(const bf_run_info *info, uint8_t **data, size_t *n);
bf_status bf_encode_task(const bf_task_entry *e, uint8_t **data, size_t *n);
bf_status bf_encode_footer(const bf_run_info *info, uint8_t **data, size_t *n); /* times, status and saved files */

/* Decoders check what they read: digests are 64 hex digits, outcomes are known. False (and nothing allocated) when the bytes are bad or
 * need more memory than their size can explain. */
bool bf_decode_record(const uint8_t *data, size_t n, bf_record **out);
bool bf_decode_entry(const uint8_t *data, size_t n, bf_run_info *info); /* adds a header, task or footer to `info` */

void bf_task_entry_clear(bf_task_entry *e); /* frees what it owns */

#endif
