/* A Table for people: what `print: true` writes. */
#ifndef FORMAT_TABLE_TEXT_H
#define FORMAT_TABLE_TEXT_H

#include "text_out.h"

#include <bettiflow/artifact.h>

/* Caption, heads, a line for each row, notes. Numbers stand right, and so does text that is numbers only; an empty number is a dash. A last
 * column of text is wrapped to end before `width` characters, and so are notes. */
bf_status table_text(text_out *out, const bf_table *t, uint32_t width);

#endif
