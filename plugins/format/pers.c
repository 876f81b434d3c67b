/* format.pers: GUDHI's text for persistence, "dimension birth death" in each line. */
#include "header.h"
#include "lines.h"
#include "real.h"
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char format_name[] = "pers"; /* as the header has it: "# pers(convention=squared_radius, modulus=11, threshold=0.02)" */

typedef struct config {
  const char *convention;
  double threshold;
  int64_t modulus, limit;
} config;

enum { MODULUS = 11 }; /* the default */

static const bf_param params[] = {
    BF_PARAM(config, convention, .def = "diameter", .choices = "diameter|radius|squared_radius|value",
             .doc = "when reading: what the values are, if the header does not say it; GUDHI's Rips complexes have diameters, its alpha and witness "
                    "complexes squared radii; value: nothing that is known"),
    BF_PARAM(config, modulus, .def = "11", .range = "[2, 65521]",
             .doc = "when reading: coefficients Z/modulus where the lines do not say; GUDHI's default is 11"),
    BF_PARAM(config, threshold, .def = "inf", .doc = "when reading: where the filtration was cut, if the header does not say it; inf: it was not"),
    BF_PARAM(config, limit, .def = "4096", .range = "[1, 1048576]", .doc = "MiB of text to read at most, unpacked"),
    {0},
};

typedef struct interval {
  double birth, death;
  uint32_t dim;
} interval;

typedef struct reader {
  const char *path;
  lines *l;
  interval *at;
  const config *cfg;
  uint64_t n, room, budget;
  uint32_t modulus; /* 0: no line said it yet */
  bf_convention convention;
  double threshold;
  uint64_t header, first; /* lines of the header and of the first interval; 0: none so far */
} reader;

static bf_status bad(const reader *r, const char *what, const char *text) {
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": '%.40s' %s", r->path, lines_number(r->l), text, what);
}

static bf_status whole(const reader *r, const char *text, uint32_t most, uint32_t *out) {
  char *end;
  unsigned long long v = strtoull(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end || v > most) return bad(r, "is not a whole number in range", text);
  *out = (uint32_t)v;
  return BF_OK;
}

static bf_status value(const reader *r, const char *text, double *out) {
  const char *end = real_parse(text, out);
  if (!end || *end) return bad(r, "is not a number", text);
  return isnan(*out) ? bad(r, "is beyond the range of a double", text) : BF_OK;
}

static bf_status add(reader *r, interval x) {
  if (r->n == r->room) {
    uint64_t room = 2 * r->room + 256;
    if (r->budget && room > r->budget / (2 * sizeof *r->at)) return bf_fail(BF_NO_MEMORY, "%s: its intervals need more than the memory limit", r->path);
    interval *at = reallocarray(r->at, room, sizeof *at);
    if (!at) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
    r->at = at;
    r->room = room;
  }
  r->at[r->n++] = x;
  return BF_OK;
}

/* The header of a text that bettiflow wrote. A parameter that was given, so that it is not the default, must say the same. */
static bf_status read_header(reader *r, const char *line) {
  bf_status status = BF_OK;
  const bf_convention given = r->convention;
  header_entry entry[] = {{.name = "convention", .convention = &r->convention},
                          {.name = "modulus", .what = "modulus", .whole = &r->modulus, .below = UINT32_MAX},
                          {.name = "threshold", .what = "threshold", .real = &r->threshold}};
  const uint64_t number = lines_number(r->l);
  BF_TRY(header_place(r->path, number, format_name, r->first, &r->header));
  BF_TRY(header_read(r->path, number, line, format_name, entry, sizeof entry / sizeof *entry));
  if (entry[1].seen && !bf_is_prime(r->modulus))
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": the modulus %" PRIu32 " is no prime", r->path, number, r->modulus);
  if (given != BF_DIAMETER && given != r->convention) return header_contradicts(r->path, number, "convention");
  if (entry[1].seen && r->cfg->modulus != MODULUS && r->cfg->modulus != r->modulus) return header_contradicts(r->path, number, "modulus");
  if (r->cfg->threshold < INFINITY && r->cfg->threshold != r->threshold) return header_contradicts(r->path, number, "threshold");
out:
  return status;
}

/* "dim birth death" or "field dim birth death"; '#' begins a comment. Intervals of length zero are dropped, as they say nothing. */
static bf_status read_line(reader *r, char *line) {
  bf_status status = BF_OK;
  char *field[5] = {NULL}, *rest = NULL;
  if (header_begins(line, format_name)) return read_header(r, line);
  size_t n = 0;
  interval x = {0};
  uint32_t modulus = 0;
  for (char *s = strtok_r(line, " \t", &rest); s && n < 5; s = strtok_r(NULL, " \t", &rest)) field[n++] = s;
  if (n == 0 || field[0][0] == '#') return BF_OK;
  if (!r->first) r->first = lines_number(r->l);
  if (n < 3 || n > 4)
    return bad(r, "begins a line that has not the fields dimension, birth and death (with the coefficient field in front of them, or without)", field[0]);
  if (n == 4) {
    BF_TRY(whole(r, field[0], UINT32_MAX - 1, &modulus));
    if (modulus != r->modulus && !bf_is_prime(modulus)) return bad(r, "is no coefficient field: a prime is expected", field[0]);
    if (r->modulus && modulus != r->modulus) return bad(r, "is another coefficient field than in the lines before", field[0]);
    r->modulus = modulus;
  }
  BF_TRY(whole(r, field[n - 3], 64, &x.dim));
  BF_TRY(value(r, field[n - 2], &x.birth));
  BF_TRY(value(r, field[n - 1], &x.death));
  if (x.birth == INFINITY) return bad(r, "is no birth", field[n - 2]);
  if (x.death < x.birth) return bad(r, "is a death before the birth", field[n - 1]);
  if (x.death > x.birth) BF_TRY(add(r, x));
out:
  return status;
}

static int by_dim(const void *a, const void *b) {
  const interval *x = a, *y = b;
  if (x->dim != y->dim) return x->dim < y->dim ? -1 : 1;
  if (x->birth != y->birth) return x->birth < y->birth ? -1 : 1;
  return x->death < y->death ? -1 : x->death > y->death;
}

static bf_status make_diagram(const reader *r, bf_diagram *d) {
  *d = (bf_diagram){.modulus = r->modulus ? r->modulus : (uint32_t)r->cfg->modulus, .threshold = r->threshold, .n = r->n, .convention = r->convention};
  d->dim = reallocarray(NULL, r->n + 1, sizeof *d->dim);
  d->birth = reallocarray(NULL, r->n + 1, sizeof *d->birth);
  d->death = reallocarray(NULL, r->n + 1, sizeof *d->death);
  if (!d->dim || !d->birth || !d->death) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  for (uint64_t i = 0; i < r->n; i++) {
    d->dim[i] = r->at[i].dim;
    d->birth[i] = r->at[i].birth;
    d->death[i] = r->at[i].death;
    if (d->dim[i] > d->max_dim) d->max_dim = d->dim[i];
  }
  return BF_OK;
}

static bf_status read_pers(const bf_host *host, bf_task *task, const void *cfg_, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  const config *cfg = cfg_;
  reader r = {.path = path, .cfg = cfg, .budget = host->memory(task), .threshold = cfg->threshold};
  bf_diagram d = {0};
  char *line;
  if (type != BF_PERSISTENCE_DIAGRAM) return bf_fail(BF_INVALID, "format.pers reads persistence diagrams only");
  if (!bf_is_prime((uint32_t)cfg->modulus)) return bf_fail(BF_INVALID, "modulus: %d is no prime", (int)cfg->modulus);
  bf_convention_find(cfg->convention, strlen(cfg->convention), &r.convention);
  BF_TRY(lines_open(path, (uint64_t)cfg->limit << 20, &r.l));
  for (;;) {
    BF_TRY(lines_next(r.l, &line));
    if (!line) break;
    BF_TRY(read_line(&r, line));
    if (lines_number(r.l) % 1024 == 0) BF_TRY(host->step(task, lines_number(r.l), 0));
  }
  if (r.n == 0 && !r.header) {
    status = bf_fail(BF_BAD_INPUT, "%s: no intervals in it", path);
    goto out;
  }
  if (r.n) qsort(r.at, r.n, sizeof *r.at, by_dim);
  BF_TRY(make_diagram(&r, &d));
  BF_TRY(bf_diagram_write(out, &d));
out:
  bf_diagram_free(&d);
  free(r.at);
  lines_close(r.l);
  return status;
}

static bf_status write_pers(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_diagram d = {0};
  (void)cfg;
  if (type != BF_PERSISTENCE_DIAGRAM) return bf_fail(BF_INVALID, "format.pers writes persistence diagrams only");
  BF_TRY(bf_diagram_read(path, host->memory(task), &d));
  BF_TRY(text_open(&out, out_path));
  fprintf(out.f, "# %s(convention=%s, modulus=%" PRIu32 ", threshold=", format_name, bf_convention_name(d.convention), d.modulus);
  text_double(&out, d.threshold);
  fputs(")\n", out.f);
  for (uint64_t i = 0; i < d.n; i++) {
    fprintf(out.f, "%" PRIu32 " ", d.dim[i]);
    text_double(&out, d.birth[i]);
    fputc(' ', out.f);
    text_double(&out, d.death[i]);
    fputc('\n', out.f);
  }
out:
  bf_diagram_free(&d);
  return text_close(&out, status);
}

static const bf_format pers = {
    .id = "format.pers",
    .doc = "GUDHI's text for persistence diagrams: dimension, birth and death in each line",
    .revision = 3,
    .extensions = ".pers",
    .reads = BF_BIT(BF_PERSISTENCE_DIAGRAM),
    .writes = BF_BIT(BF_PERSISTENCE_DIAGRAM),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_pers,
    .write = write_pers,
};

BF_PLUGIN(.name = "pers", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&pers, NULL});
