/* What the readers of the single formats share. */
#ifndef RIPSER_READ_H
#define RIPSER_READ_H

#include "ripser/ripser_in.h"
#include "ripser/scan.h"

bf_status read_triangle(scan *s, bool upper, ripser_input *out);
bf_status read_square(scan *s, ripser_input *out);
bf_status read_points(scan *s, ripser_input *out);
bf_status read_dipha(scan *s, ripser_input *out);
bf_status read_binary(scan *s, ripser_input *out);

/* Opens its input itself: it reads it in parts of so many bytes, on so many threads, neither of which any result depends on. */
bf_status read_sparse(const char *path, size_t part, uint32_t threads, uint64_t budget, ripser_input *out);

/* Takes the lower triangle of the n × n matrix x after checking that it is symmetric and zero on the diagonal, both up to 1e-4 of the largest finite entry:
 * more is a mistake, less is rounding, which is noted. line[i] is the line of row i; NULL: the entries are doubles of a DIPHA file. Fills out->graph. */
bf_status take_square(const scan *s, size_t n, const float *x, const uint64_t *line, ripser_input *out);

bool triangle_size(uint64_t pairs, uint32_t *n); /* whether pairs = n(n-1)/2 for some n >= 1 */
bf_status dense_graph(bf_graph *g, uint32_t n);  /* allocates w */

#endif
