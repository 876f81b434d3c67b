/* How much work an edge collapse may take: first by what is expected without one, then by what it has removed so far. Counts decide, never a clock. */
#ifndef FLAG_COLLAPSE_RULE_H
#define FLAG_COLLAPSE_RULE_H

#include "flag/flag.h"
#include "flag/graph.h"

/* Work is counted as flag_collapse does, in units of some 10 ns. */
typedef struct collapse_rule {
  double budget; /* may be used whatever comes of it; 0: no collapse */
  double whole;  /* what is expected without a collapse, a share of which may be used as well while the collapse pays */
} collapse_rule;

/* How far a collapse has come. */
typedef struct collapse_state {
  uint64_t work;
  size_t edges, done, removed, moved; /* edges are done from the longest on */
} collapse_state;

/* The rule for computing dimensions 0 … max_dim of a graph. BF_NO_MEMORY. */
bf_status collapse_rule_make(const flag_graph *graph, bf_flag_collapse when, uint32_t max_dim, bf_memory *memory, collapse_rule *out);

bool collapse_goes_on(const collapse_rule *rule, const collapse_state *state);

/* What a collapse that does not go on has done is better forgotten. */
bool collapse_is_futile(const collapse_rule *rule, const collapse_state *state);

#endif
