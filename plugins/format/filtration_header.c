/* What the parameters and the header of a text of format.filtration say of its values. */
#include "filtration.h"
#include "header.h"

#include <math.h>
#include <string.h>

void filtration_given(const filtration_config *cfg, bf_filtration *f) {
  bf_convention_find(cfg->convention, strlen(cfg->convention), &f->convention);
  f->threshold = cfg->threshold;
  f->limit_dimension = cfg->limit_dimension < 0 ? BF_NOT_CUT : (uint32_t)cfg->limit_dimension;
}

/* A parameter that was given, so that it is not the default, must say the same. */
static bf_status agree(const char *path, uint64_t number, const filtration_config *cfg, const bf_filtration *f) {
  bf_filtration given = {0};
  const char *parameter = NULL;
  filtration_given(cfg, &given);
  if (given.convention != BF_VALUE && given.convention != f->convention) parameter = "convention";
  if (given.threshold < INFINITY && given.threshold != f->threshold) parameter = "threshold";
  if (given.limit_dimension != BF_NOT_CUT && given.limit_dimension != f->limit_dimension) parameter = "limit_dimension";
  return parameter ? header_contradicts(path, number, parameter) : BF_OK;
}

bf_status filtration_header(const char *path, uint64_t number, const char *line, const filtration_config *cfg, bf_filtration *f) {
  header_entry entry[] = {{.name = "convention", .convention = &f->convention},
                          {.name = "threshold", .what = "threshold", .real = &f->threshold},
                          {.name = "limit_dimension", .what = "dimension", .whole = &f->limit_dimension, .below = BF_NOT_CUT}};
  f->convention = BF_VALUE;
  f->threshold = INFINITY;
  f->limit_dimension = BF_NOT_CUT;
  const bf_status status = header_read(path, number, line, FILTRATION_FORMAT, entry, sizeof entry / sizeof *entry);
  return status == BF_OK ? agree(path, number, cfg, f) : status;
}
