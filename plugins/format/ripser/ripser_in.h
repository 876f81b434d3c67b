/* Ripser's seven input formats, read strictly. */
#ifndef RIPSER_IN_H
#define RIPSER_IN_H

#include <bettiflow/artifact.h>

typedef enum ripser_kind { RIPSER_LOWER, RIPSER_UPPER, RIPSER_DISTANCE, RIPSER_POINTS, RIPSER_DIPHA, RIPSER_SPARSE, RIPSER_BINARY } ripser_kind;

typedef struct ripser_input {
  bf_graph graph;   /* all but RIPSER_POINTS; id is NULL */
  bf_points points; /* RIPSER_POINTS; id is NULL; dim is 0 when there are no points */
  char note[512];   /* something that the user should know, or "" */
} ripser_input;

/* Reads a file, or standard input (path NULL). Errors: BF_BAD_INPUT naming file and line and column, or byte; BF_NO_MEMORY over `budget` bytes (0: no limit).
 * Sparse files are read by so many threads (0 counts as 1). Free with ripser_input_free, after errors too. */
bf_status ripser_read(const char *path, ripser_kind kind, uint32_t threads, uint64_t budget, ripser_input *out);
void ripser_input_free(ripser_input *in);

/* Euclidean distances as Ripser computes them: float differences, squared and summed in order in float, then the root.
 * All pairs as a dense graph (threshold INFINITY), or those up to the threshold as a sparse one. BF_NO_MEMORY over `budget`. */
bf_status ripser_distances(const bf_points *points, float threshold, uint64_t budget, bf_graph *out);
/* The same arithmetic for one row: distances of the point `own` to n points whose coordinate k stands at column[k * stride …], into d. */
void ripser_distances_from(const float *own, const float *column, size_t stride, uint32_t dim, size_t n, float *d);
void ripser_graph_free(bf_graph *graph);

#endif
