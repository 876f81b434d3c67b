/* The options of verbs that read bundles. */
#ifndef BF_CLI_BUNDLE_LIMITS_H
#define BF_CLI_BUNDLE_LIMITS_H

#include "cli/cli.h"
#include "store/bundle.h"

#define BF_LIMIT_OPTIONS                                                                                                                                       \
  {"max-size", 'Z', "SIZE", 0, "A bundle may unpack to so much: 20GiB (default: 1000 times its size and 256 MiB, at most 64 GiB)", 0}, {                       \
    "max-entries", 'E', "N", 0, "A bundle may hold so many entries (default 500000)", 0                                                                        \
  }
/* Takes one of them; ARGP_ERR_UNKNOWN for other keys. */
error_t bf_parse_limit(int key, const char *argument, const struct argp_state *state, bf_bundle_limits *limits);

#endif
