/* The Betti table for people: what `print: true` writes. */
#ifndef FORMAT_BETTI_TEXT_H
#define FORMAT_BETTI_TEXT_H

#include "text_out.h"

#include <bettiflow/artifact.h>

/* Layers as rows, and β0, β1, … for each value of the other axes as columns, averaged over the first axis of the list `over` that the table has ("",
 * or none of them there: over nothing). At most `width` characters wide where a block of columns allows. Adds the axis "scale" to t. */
bf_status betti_text_layers(text_out *out, bf_betti_table *t, const char *over, uint32_t width);

/* Every combination of axes as a row, β0, β1, … as columns; for tables without a layer. */
bf_status betti_text_rows(text_out *out, bf_betti_table *t);

/* The first declined items, a line of `width` characters each, with what fits of the reason; nothing if there are none. */
void betti_text_declined(text_out *out, const bf_betti_table *t, uint32_t width);

/* Characters of UTF-8 text, and padding in front of or behind it up to `width` characters. */
uint32_t betti_text_width(const char *s);
void betti_text_right(text_out *out, const char *s, uint32_t width);
void betti_text_left(text_out *out, const char *s, uint32_t width);

#endif
