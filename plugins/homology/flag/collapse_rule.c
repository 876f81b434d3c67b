/* The cost rule of the edge collapse. Its constants were measured with `tools/bench collapse`. */
#include "flag/collapse_rule.h"
#include "flag/forecast.h"

/* Without a collapse, a simplex of the highest dimension takes at least 30 ns on a matrix and 250 ns in lists. */
static const double ON_MATRIX = 3, IN_LISTS = 25;

/* To begin with a collapse, and to give back what is left, by edge. */
static const double BEGIN = 7;

/* By so many edges, in number and as a share of all, one sees whether more are removed than moved. */
enum { SOON = 256, EARLY = 4 };

/* What is not worth beginning with. */
static const double LEAST = 2000;

/* Some five seconds: where the memory does not suffice for the graph as it is, to see whether it does for less. */
static const double TO_FIT = 5e8;
enum { SIMPLEX = 16 }; /* bytes, with keys of 64 bits */

/* In dimension 1 most columns are apparent pairs, which take less than a collapse. In higher dimensions, one that pays mostly takes less than a tenth of what
 * is expected without. */
bf_status collapse_rule_make(const flag_graph *graph, bf_flag_collapse when, uint32_t max_dim, bf_memory *memory, collapse_rule *out) {
  bf_status status = BF_OK;
  const uint32_t dim = max_dim < FORECAST_DIMS ? max_dim : FORECAST_DIMS - 1;
  flag_forecast f;
  *out = (collapse_rule){.budget = when == BF_COLLAPSE_ALWAYS ? INFINITY : 0};
  if (when != BF_COLLAPSE_AUTO || dim < 2 || graph->n <= dim + 1) return BF_OK;
  BF_TRY(flag_forecast_make(graph, INFINITY, dim, memory, &f));
  double whole = (graph->dense ? ON_MATRIX : IN_LISTS) * f.simplices[dim], begin = BEGIN * (double)graph->edges;
  if (whole / 10 > begin && whole / 10 > LEAST) *out = (collapse_rule){whole / 10 - begin, whole};
  if (!flag_forecast_fits(&f, dim, SIMPLEX, memory) && out->budget > TO_FIT) *out = (collapse_rule){TO_FIT, 0};
out:
  return status;
}

/* To compute with edges moved, few of them removed, takes longer than with the graph as it was; points of a circle are such a case. */
bool collapse_is_futile(const collapse_rule *rule, const collapse_state *s) {
  return rule->whole > 0 && s->done >= SOON && s->done <= s->edges / EARLY && s->moved > s->removed;
}

/* A simplex goes with its longest edge, so if three edges out of four, from the longest on, were removed, then about as many of the simplices of which the
 * longest edge is among those done: of triangles with sides by chance, all but (1 - done)^3. A share of less than one half counts for nothing, because an edge
 * that stays may have been moved to where it gives more work than before; of what else is saved, half may be spent. */
bool collapse_goes_on(const collapse_rule *rule, const collapse_state *s) {
  const double work = (double)s->work;
  if (collapse_is_futile(rule, s)) return false;
  if (work < rule->budget) return true;
  if (2 * s->removed <= s->done) return false;
  const double trusted = 2 * (double)s->removed / (double)s->done - 1, rest = 1 - (double)s->done / (double)s->edges;
  return work < rule->budget + rule->whole / 2 * trusted * (1 - rest * rest * rest);
}
