/* What the barcode holds while it is made, and its end. */
#ifndef FLAG_BARCODE_H
#define FLAG_BARCODE_H

#include "flag/flag.h"

/* Cycles come from birth and death simplices, those of empty intervals too. */
static inline bool flag_keeps_simplices(const bf_flag_options *options) { return options->simplices || options->cycles; }
static inline bool flag_keeps_empty(const bf_flag_options *options) { return options->empty || options->cycles; }

/* Drops empty intervals that were not asked for, and sorts. */
void flag_finish_barcode(const bf_flag_options *options, bf_barcode *barcode);

#endif
