/* Reader of format.filtration. Lines may stand in any order, and the vertices of a line too; the order of the lines is kept. */
#include "filtration.h"
#include "header.h"
#include "lines.h"
#include "real.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  const char *path;
  const filtration_config *cfg;
  lines *l;
  bf_filtration f;
  uint64_t *line; /* of each simplex */
  uint64_t budget, room, vertices, vertex_room;
  uint64_t header; /* the header's line; 0: none so far */
} reader;

static const char *skip(const char *at) {
  while (*at == ' ' || *at == '\t') at++;
  return at;
}

static bool ends(char c) { return c == 0 || c == ' ' || c == '\t'; }

/* The word at `at`, which stands in this line, is wrong. */
static bf_status bad(const reader *r, const char *line, const char *at, const char *what) {
  size_t n = 0;
  while (n < 40 && !ends(at[n])) n++;
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: '%.*s' %s", r->path, lines_number(r->l), (size_t)(at - line) + 1, (int)n, at, what);
}

/* ---- memory ---- */

enum { BYTES = 2 * sizeof(uint64_t) + sizeof(double) + 4 * sizeof(uint64_t) }; /* of a simplex without its vertices, and what finds it again */

static bf_status too_many(const reader *r, const char *what) {
  return bf_fail(BF_NO_MEMORY, "%s:%" PRIu64 ": more %s than the task's memory holds", r->path, lines_number(r->l), what);
}

/* Room for one more simplex. */
static bf_status simplex_room(reader *r) {
  if (r->f.n < r->room) return BF_OK;
  const uint64_t room = 2 * r->room + 1024;
  if (room > UINT32_MAX || (r->budget && room > (r->budget - r->vertex_room * sizeof(uint32_t)) / BYTES)) return too_many(r, "simplices");
  uint64_t *first = reallocarray(r->f.first, room + 1, sizeof *first);
  if (first) r->f.first = first;
  double *value = reallocarray(r->f.value, room, sizeof *value);
  if (value) r->f.value = value;
  uint64_t *line = reallocarray(r->line, room, sizeof *line);
  if (line) r->line = line;
  if (!first || !value || !line) return too_many(r, "simplices");
  r->room = room;
  return BF_OK;
}

static bf_status vertex_room(reader *r) {
  const uint64_t room = 2 * r->vertex_room + 4096;
  if (r->budget && room > (r->budget - r->room * BYTES) / sizeof(uint32_t)) return too_many(r, "vertices");
  uint32_t *vertex = reallocarray(r->f.vertex, room, sizeof *vertex);
  if (!vertex) return too_many(r, "vertices");
  r->f.vertex = vertex;
  r->vertex_room = room;
  return BF_OK;
}

/* ---- a line ---- */

/* Reads the value at *at, and goes to the word behind it. */
static bf_status value(const reader *r, const char *line, const char **at, double *out) {
  const char *end = real_parse(*at, out);
  if (!end || !ends(*end)) return bad(r, line, *at, "is not a number; a line begins with the value of its simplex");
  if (isnan(*out)) return bad(r, line, *at, "is beyond the range of a double");
  if (*out > r->f.threshold) return bad(r, line, *at, "is above the threshold, where the filtration is said to be cut");
  *at = skip(end);
  return BF_OK;
}

static bf_status vertex(const reader *r, const char *line, const char **at, uint32_t *out) {
  const char *end = *at;
  uint64_t v = 0;
  while (*end >= '0' && *end <= '9' && v <= UINT32_MAX) v = v * 10 + (uint64_t)(*end++ - '0');
  if (end == *at || !ends(*end) || v > UINT32_MAX) return bad(r, line, *at, "is not a vertex, a whole number from 0 to 4294967295");
  *out = (uint32_t)v;
  *at = skip(end);
  return BF_OK;
}

static int rising(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void sort(uint32_t *v, uint64_t n) {
  if (n > 16) {
    qsort(v, n, sizeof *v, rising);
    return;
  }
  for (uint64_t i = 1; i < n; i++)
    for (uint64_t k = i; k > 0 && v[k - 1] > v[k]; k--) {
      uint32_t swap = v[k];
      v[k] = v[k - 1];
      v[k - 1] = swap;
    }
}

/* Vertex v is there a second time, among the words from `at` on. */
static bf_status twice(const reader *r, const char *line, const char *at, uint32_t v) {
  bf_status status = BF_OK;
  uint32_t found = 0;
  for (int times = 0;;) {
    const char *begin = at;
    BF_TRY(vertex(r, line, &at, &found));
    if (found == v && ++times == 2) return bad(r, line, begin, "is there twice");
  }
out:
  return status;
}

static bf_status read_simplex(reader *r, const char *line, const char *at) {
  bf_status status = BF_OK;
  BF_TRY(simplex_room(r));
  BF_TRY(value(r, line, &at, &r->f.value[r->f.n]));
  const char *words = at;
  const uint64_t begin = r->vertices;
  if (!*at) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: vertices are missing behind the value", r->path, lines_number(r->l), (size_t)(at - line) + 1);
  while (*at) {
    if (r->vertices == r->vertex_room) BF_TRY(vertex_room(r));
    BF_TRY(vertex(r, line, &at, &r->f.vertex[r->vertices]));
    r->vertices++;
  }
  uint32_t *v = r->f.vertex + begin;
  const uint64_t n = r->vertices - begin;
  sort(v, n);
  for (uint64_t i = 1; i < n; i++)
    if (v[i - 1] == v[i]) return twice(r, line, words, v[i]);
  if (n - 1 > r->f.limit_dimension)
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: a simplex of dimension %" PRIu64 ", and the filtration is said to be cut above %" PRIu32, r->path,
                   lines_number(r->l), (size_t)(words - line) + 1, n - 1, r->f.limit_dimension);
  r->line[r->f.n++] = lines_number(r->l);
  r->f.first[r->f.n] = r->vertices;
out:
  return status;
}

static bf_status read_header(reader *r, const char *line) {
  bf_status status = BF_OK;
  const uint64_t number = lines_number(r->l);
  BF_TRY(header_place(r->path, number, FILTRATION_FORMAT, r->f.n ? r->line[0] : 0, &r->header));
  status = filtration_header(r->path, number, line, r->cfg, &r->f);
out:
  return status;
}

static bf_status read_line(reader *r, const char *line) {
  const char *at = skip(line);
  if (!*at) return BF_OK;
  if (*at != '#') return read_simplex(r, line, at);
  return header_begins(at, FILTRATION_FORMAT) ? read_header(r, line) : BF_OK;
}

/* ---- all lines ---- */

static uint64_t hash(const uint32_t *v, uint64_t n) {
  uint64_t h = n * 0x9e3779b97f4a7c15u;
  for (uint64_t i = 0; i < n; i++) {
    h = (h ^ v[i]) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

static bool same(const bf_filtration *f, uint64_t s, uint64_t t) {
  const uint64_t n = f->first[s + 1] - f->first[s];
  return f->first[t + 1] - f->first[t] == n && memcmp(f->vertex + f->first[s], f->vertex + f->first[t], n * sizeof *f->vertex) == 0;
}

static bf_status given_twice(const reader *r, uint64_t s, uint64_t earlier) {
  char text[256] = "";
  size_t n = 0;
  for (uint64_t k = r->f.first[s]; k < r->f.first[s + 1] && n < sizeof text - 16; k++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%" PRIu32, k > r->f.first[s] ? " " : "", r->f.vertex[k]);
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":1: the simplex %s is given twice, before in line %" PRIu64, r->path, r->line[s], text, r->line[earlier]);
}

/* Open addressing; a slot holds the upper half of a simplex's hash, and its number + 1. */
static bf_status check_once(const reader *r) {
  bf_status status = BF_OK;
  const bf_filtration *f = &r->f;
  uint64_t slots = 16;
  while (slots < 2 * f->n) slots *= 2;
  uint64_t *table = calloc(slots, sizeof *table);
  if (!table) return bf_fail(BF_NO_MEMORY, "%s: no memory for its simplices", r->path);
  for (uint64_t s = 0; s < f->n; s++) {
    const uint64_t h = hash(f->vertex + f->first[s], f->first[s + 1] - f->first[s]), upper = h & ~(uint64_t)UINT32_MAX;
    uint64_t at = h & (slots - 1), found;
    for (; (found = table[at]); at = (at + 1) & (slots - 1)) {
      const uint64_t earlier = (found & UINT32_MAX) - 1;
      if ((found & ~(uint64_t)UINT32_MAX) != upper || !same(f, s, earlier)) continue;
      status = given_twice(r, s, earlier);
      goto out;
    }
    table[at] = upper | (s + 1);
  }
out:
  free(table);
  return status;
}

bf_status filtration_read(const bf_host *host, bf_task *task, const void *cfg_, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  const filtration_config *cfg = cfg_;
  reader r = {.path = path, .cfg = cfg, .budget = host->memory(task)};
  char *line;
  if (type != BF_FILTRATION) return bf_fail(BF_INVALID, "format.filtration reads filtrations only");
  filtration_given(cfg, &r.f);
  BF_TRY(lines_open(path, (uint64_t)cfg->limit << 20, &r.l));
  BF_TRY(simplex_room(&r));
  r.f.first[0] = 0;
  for (;;) {
    BF_TRY(lines_next(r.l, &line));
    if (!line) break;
    BF_TRY(read_line(&r, line));
    if (lines_number(r.l) % 1024 == 0) BF_TRY(host->step(task, lines_number(r.l), 0));
  }
  if (r.f.n == 0 && !r.header) {
    status = bf_fail(BF_BAD_INPUT, "%s: no simplices in it", path);
    goto out;
  }
  BF_TRY(check_once(&r));
  status = bf_filtration_write(out, &r.f);
out:
  bf_filtration_free(&r.f);
  free(r.line);
  lines_close(r.l);
  return status;
}
