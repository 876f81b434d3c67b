/* The options of verbs that read bundles. */
#include "cli/bundle_limits.h"
#include "pipeline/pipeline.h"
#include <errno.h>
#include <stdlib.h>

error_t bf_parse_limit(int key, const char *argument, const struct argp_state *state, bf_bundle_limits *limits) {
  char *end;
  switch (key) {
  case 'Z':
    if (!bf_parse_bytes(argument, &limits->bytes)) argp_error(state, "--max-size takes a size like 512MiB or 20GiB, not '%s'", argument);
    return 0;
  case 'E':
    errno = 0;
    limits->entries = strtoull(argument, &end, 10);
    if (*argument < '0' || *argument > '9' || *end || errno || !limits->entries) argp_error(state, "--max-entries takes a number, not '%s'", argument);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}
