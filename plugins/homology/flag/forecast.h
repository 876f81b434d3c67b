/* How much there is to do: the number of simplices, estimated from a sample. */
#ifndef FLAG_FORECAST_H
#define FLAG_FORECAST_H

#include "flag/code.h"
#include "flag/graph.h"

enum { FORECAST_DIMS = FLAG_MOST_VERTICES };

typedef struct flag_forecast {
  uint32_t top;                    /* dimensions 0 … top are estimated */
  double simplices[FORECAST_DIMS]; /* of each dimension */
} flag_forecast;

/* Simplices of diameter up to `limit`, of dimensions 0 … top (< FORECAST_DIMS). From each of some hundred random edges one vertex after the other is added by
 * chance, out of those that can be; what could be chosen from tells how many simplices there are (D. E. Knuth, Estimating the efficiency of backtrack
 * programs, Math. Comp. 29, 1975). The same graph gives the same numbers. BF_NO_MEMORY. */
bf_status flag_forecast_make(const flag_graph *graph, float limit, uint32_t top, bf_memory *memory, flag_forecast *out);

/* Bytes for the lists of simplices and columns that persistent cohomology up to dimension max_dim makes of so many simplices, of `size` bytes each. */
double flag_forecast_memory(const flag_forecast *f, uint32_t max_dim, unsigned size);

/* Whether that is not far above what the memory still has. */
bool flag_forecast_fits(const flag_forecast *f, uint32_t max_dim, unsigned size, const bf_memory *memory);

/* Fails with BF_NO_MEMORY where it is far above, naming a threshold, a dimension or a number of points that would do. */
bf_status flag_forecast_check(const flag_graph *graph, uint32_t max_dim, unsigned size, bf_memory *memory);

#endif
