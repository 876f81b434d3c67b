/* Things by the ids that they have. */
#ifndef BF_COMPLEX_BY_ID_H
#define BF_COMPLEX_BY_ID_H

#include <bettiflow/status.h>
#include <stdint.h>

/* order[] = 0 … n-1 by their ids, equal ones as they stand. */
void bf_by_id(const uint32_t *id, uint32_t n, uint32_t *order);

/* BF_BAD_INPUT, unless each of n landmarks has an id of its own; the order is that by id. */
bf_status bf_by_id_distinct(const uint32_t *id, uint32_t n, const uint32_t *order);

#endif
