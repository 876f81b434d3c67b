/* The first line of a text of format.filtration: "# filtration(convention=squared_radius, threshold=0.02, limit_dimension=3)", as one would name the format
 * with these parameters. */
#include "filtration.h"
#include "real.h"

#include <math.h>
#include <string.h>

typedef struct reader {
  const char *path, *line, *at;
} reader;

static bf_status bad(const reader *r, const char *at, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s:1:%zu: '%.40s' %s", r->path, (size_t)(at - r->line) + 1, at, what);
}

/* A value ends here? */
static bool ends(char c) { return c == 0 || c == ',' || c == ')'; }

static bf_status convention(reader *r, bf_convention *out) {
  for (bf_convention c = BF_DIAMETER; c <= BF_VALUE; c++) {
    const size_t n = strlen(filtration_conventions[c]);
    if (strncmp(r->at, filtration_conventions[c], n) != 0 || !ends(r->at[n])) continue;
    *out = c;
    r->at += n;
    return BF_OK;
  }
  return bad(r, r->at, "is no convention: value, diameter, radius or squared_radius is expected");
}

static bf_status threshold(reader *r, double *out) {
  const char *end = real_parse(r->at, out);
  if (!end || !ends(*end) || isnan(*out)) return bad(r, r->at, "is no threshold");
  r->at = end;
  return BF_OK;
}

static bf_status dimension(reader *r, uint32_t *out) {
  const char *begin = r->at;
  uint64_t value = 0;
  while (*r->at >= '0' && *r->at <= '9' && value < BF_NOT_CUT) value = value * 10 + (uint64_t)(*r->at++ - '0');
  if (r->at == begin || value >= BF_NOT_CUT || !ends(*r->at)) return bad(r, begin, "is no dimension");
  *out = (uint32_t)value;
  return BF_OK;
}

void filtration_given(const filtration_config *cfg, bf_filtration *f) {
  f->convention = BF_DIAMETER;
  while (f->convention < BF_VALUE && strcmp(filtration_conventions[f->convention], cfg->convention) != 0) f->convention++;
  f->threshold = cfg->threshold;
  f->limit_dimension = cfg->limit_dimension < 0 ? BF_NOT_CUT : (uint32_t)cfg->limit_dimension;
}

/* A parameter that was given, so that it is not the default, must say the same. */
static bf_status agree(const reader *r, const filtration_config *cfg, const bf_filtration *f) {
  bf_filtration given = {0};
  const char *parameter = NULL;
  filtration_given(cfg, &given);
  if (given.convention != BF_VALUE && given.convention != f->convention) parameter = "convention";
  if (given.threshold < INFINITY && given.threshold != f->threshold) parameter = "threshold";
  if (given.limit_dimension != BF_NOT_CUT && given.limit_dimension != f->limit_dimension) parameter = "limit_dimension";
  if (!parameter) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s:1: this line says something else than the parameter %s; leave the parameter out, or change the line", r->path, parameter);
}

/* "name=value", a parameter of those in `names` that was not seen yet. */
static bf_status parameter(reader *r, unsigned *seen, bf_filtration *f) {
  static const char *const names[] = {"convention=", "threshold=", "limit_dimension="};
  unsigned which = 0;
  while (which < 3 && strncmp(r->at, names[which], strlen(names[which])) != 0) which++;
  if (which == 3) return bad(r, r->at, "begins with none of convention=, threshold= and limit_dimension=");
  if (*seen & 1u << which) return bad(r, r->at, "says this a second time");
  *seen |= 1u << which;
  r->at += strlen(names[which]);
  return which == 0 ? convention(r, &f->convention) : which == 1 ? threshold(r, &f->threshold) : dimension(r, &f->limit_dimension);
}

bf_status filtration_header(const char *path, const char *line, const filtration_config *cfg, bf_filtration *f) {
  bf_status status = BF_OK;
  reader r = {path, line, line + strlen(FILTRATION_HEADER)};
  unsigned seen = 0;
  f->convention = BF_VALUE;
  f->threshold = INFINITY;
  f->limit_dimension = BF_NOT_CUT;
  while (*r.at != ')') {
    BF_TRY(parameter(&r, &seen, f));
    if (!*r.at) return bf_fail(BF_BAD_INPUT, "%s:1:%zu: ')' is missing", path, (size_t)(r.at - line) + 1);
    if (*r.at == ',') r.at += 1 + strspn(r.at + 1, " \t");
  }
  if (r.at[1 + strspn(r.at + 1, " \t")]) return bad(&r, r.at, "is not the end of the line");
  status = agree(&r, cfg, f);
out:
  return status;
}
