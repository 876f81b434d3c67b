/* What the barcode holds while it is made, and its end. */
#ifndef FLAG_BARCODE_H
#define FLAG_BARCODE_H

#include "flag/flag.h"
#include "flag/memory.h"

/* Cycles come from birth and death simplices, those of empty intervals too. */
static inline bool flag_keeps_simplices(const bf_flag_options *options) { return options->simplices || options->cycles; }
static inline bool flag_keeps_empty(const bf_flag_options *options) { return options->empty || options->cycles; }

/* Moves the intervals of a part to the end of the whole; the part's vertex i is the whole's vertex[i]. Leaves `part` empty. */
bf_status flag_join_barcodes(bf_barcode *whole, bf_barcode *part, const uint32_t *vertex, bf_memory *memory);

/* Gives back what a barcode holds, when it is not the caller's. */
void flag_release_barcode(bf_barcode *barcode, bf_memory *memory);

/* Drops empty intervals that were not asked for, and sorts. */
void flag_finish_barcode(const bf_flag_options *options, bf_barcode *barcode);

#endif
