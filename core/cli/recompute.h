/* Repeating tasks of a bundle's runs in a store of its own. */
#ifndef BF_CLI_RECOMPUTE_H
#define BF_CLI_RECOMPUTE_H

#include "cli/cli.h"
#include "store/bundle.h"

/* Repeats `n` tasks, drawn by `seed`, of each run in the bundle, tells of each by a line on stdout unless `quiet`. BF_BAD_INPUT: one gave something else. */
bf_status bf_recompute(const bf_global *g, const char *file, const bf_bundle_limits *limits, uint64_t n, uint64_t seed, bool quiet);

#endif
