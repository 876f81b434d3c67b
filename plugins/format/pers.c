/* format.pers: GUDHI's text for persistence, "dimension birth death" in each line. */
#include "lines.h"
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  const char *convention;
  int64_t modulus, limit;
} config;

static const bf_param params[] = {
    BF_PARAM(config, convention, .def = "diameter", .choices = "diameter|radius|squared_radius|value",
             .doc = "when reading: what the values are; GUDHI's Rips complexes have diameters, its alpha and witness complexes squared radii; value: nothing "
                    "that is known"),
    BF_PARAM(config, modulus, .def = "11", .range = "[2, 46337]",
             .doc = "when reading: coefficients Z/modulus where the lines do not say; GUDHI's default is 11"),
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
  uint64_t n, room, budget;
  uint32_t modulus; /* 0: no line said it yet */
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
  char *end;
  *out = strtod(text, &end);
  if (end == text || *end || isnan(*out)) return bad(r, "is not a number", text);
  return BF_OK;
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

static bool prime(uint32_t p) {
  for (uint32_t d = 2; d * d <= p; d++) {
    if (p % d == 0) return false;
  }
  return p > 1;
}

static bf_convention convention(const char *name) {
  return name[0] == 'd' ? BF_DIAMETER : name[0] == 'r' ? BF_RADIUS : name[0] == 's' ? BF_SQUARED_RADIUS : BF_VALUE;
}

/* "dim birth death" or "field dim birth death"; '#' begins a comment. Intervals of length zero are dropped, as they say nothing. */
static bf_status read_line(reader *r, char *line) {
  bf_status status = BF_OK;
  char *field[5] = {NULL}, *rest = NULL;
  size_t n = 0;
  interval x = {0};
  uint32_t modulus = 0;
  for (char *s = strtok_r(line, " \t", &rest); s && n < 5; s = strtok_r(NULL, " \t", &rest)) field[n++] = s;
  if (n == 0 || field[0][0] == '#') return BF_OK;
  if (n < 3 || n > 4)
    return bad(r, "begins a line that has not the fields dimension, birth and death (with the coefficient field in front of them, or without)", field[0]);
  if (n == 4) {
    BF_TRY(whole(r, field[0], 46337, &modulus));
    if (!prime(modulus)) return bad(r, "is no coefficient field: a prime is expected", field[0]);
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

static bf_status make_diagram(const reader *r, const config *cfg, bf_diagram *d) {
  *d = (bf_diagram){.modulus = r->modulus ? r->modulus : (uint32_t)cfg->modulus, .threshold = INFINITY, .n = r->n, .convention = convention(cfg->convention)};
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
  reader r = {.path = path, .budget = host->memory(task)};
  bf_diagram d = {0};
  char *line;
  if (type != BF_PERSISTENCE_DIAGRAM) return bf_fail(BF_INVALID, "format.pers reads persistence diagrams only");
  if (!prime((uint32_t)cfg->modulus)) return bf_fail(BF_INVALID, "modulus: %d is no prime", (int)cfg->modulus);
  BF_TRY(lines_open(path, (uint64_t)cfg->limit << 20, &r.l));
  for (;;) {
    BF_TRY(lines_next(r.l, &line));
    if (!line) break;
    BF_TRY(read_line(&r, line));
    if (lines_number(r.l) % 1024 == 0) BF_TRY(host->step(task, lines_number(r.l), 0));
  }
  if (r.n == 0) {
    status = bf_fail(BF_BAD_INPUT, "%s: no intervals in it", path);
    goto out;
  }
  qsort(r.at, r.n, sizeof *r.at, by_dim);
  BF_TRY(make_diagram(&r, cfg, &d));
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
    .revision = 1,
    .extensions = ".pers",
    .reads = BF_BIT(BF_PERSISTENCE_DIAGRAM),
    .writes = BF_BIT(BF_PERSISTENCE_DIAGRAM),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_pers,
    .write = write_pers,
};

BF_PLUGIN(.name = "pers", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&pers, NULL});
