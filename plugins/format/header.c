/* Reading the comment of a text that says of what kind its values are. */
#include "header.h"
#include "real.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct reader {
  const char *path, *line, *at;
  uint64_t number; /* of the line */
} reader;

static bf_status bad(const reader *r, const char *at, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: '%.40s' %s", r->path, r->number, (size_t)(at - r->line) + 1, at, what);
}

/* A value ends here? */
static bool ends(char c) { return c == 0 || c == ',' || c == ')'; }

static bool whole(const char **at, uint32_t below, uint32_t *out) {
  const char *begin = *at;
  uint64_t value = 0;
  while (**at >= '0' && **at <= '9' && value < below) value = value * 10 + (uint64_t)(*(*at)++ - '0');
  if (*at == begin || value >= below) return false;
  *out = (uint32_t)value;
  return true;
}

static bf_status value(reader *r, const header_entry *e) {
  const char *begin = r->at;
  bool good = true;
  if (e->convention) {
    while (!ends(*r->at)) r->at++;
    if (bf_convention_find(begin, (size_t)(r->at - begin), e->convention)) return BF_OK;
    return bad(r, begin, "is no convention: value, diameter, radius or squared_radius is expected");
  }
  if (e->real) {
    const char *end = real_parse(begin, e->real);
    good = end && !isnan(*e->real);
    if (end) r->at = end;
  } else {
    good = whole(&r->at, e->below, e->whole);
  }
  if (good && ends(*r->at)) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: '%.40s' is no %s", r->path, r->number, (size_t)(begin - r->line) + 1, begin, e->what);
}

static bf_status unknown(const reader *r, const header_entry *entry, size_t n) {
  char names[128] = "begins with none of ";
  for (size_t i = 0, at = strlen(names); i < n && at < sizeof names; i++)
    at += (size_t)snprintf(names + at, sizeof names - at, "%s%s=", i == 0 ? "" : i + 1 < n ? ", " : " and ", entry[i].name);
  return bad(r, r->at, names);
}

/* "name=value", one of the entries that was not seen yet. */
static bf_status parameter(reader *r, header_entry *entry, size_t n) {
  for (size_t i = 0; i < n; i++) {
    header_entry *e = &entry[i];
    const size_t length = strlen(e->name);
    if (strncmp(r->at, e->name, length) != 0 || r->at[length] != '=') continue;
    if (e->seen) return bad(r, r->at, "says this a second time");
    e->seen = true;
    r->at += length + 1;
    return value(r, e);
  }
  return unknown(r, entry, n);
}

static const char *inside(const char *line, const char *format) {
  const size_t n = strlen(format);
  line += strspn(line, " \t");
  if (*line != '#') return NULL;
  line += 1 + strspn(line + 1, " \t");
  return strncmp(line, format, n) == 0 && line[n] == '(' ? line + n + 1 : NULL;
}

bool header_begins(const char *line, const char *format) { return inside(line, format) != NULL; }

bf_status header_place(const char *path, uint64_t number, const char *format, uint64_t first, uint64_t *header) {
  if (first)
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": '# %s(…' says what the values are, and must stand before the first one, in line %" PRIu64, path, number,
                   format, first);
  if (*header) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": line %" PRIu64 " says already what the values are; leave one out", path, number, *header);
  *header = number;
  return BF_OK;
}

bf_status header_read(const char *path, uint64_t number, const char *line, const char *format, header_entry *entry, size_t n) {
  bf_status status = BF_OK;
  reader r = {path, line, inside(line, format), number};
  if (!r.at) return bf_fail(BF_FAILED, "%s:%" PRIu64 ": not a header of %s", path, number, format);
  while (*r.at != ')') {
    BF_TRY(parameter(&r, entry, n));
    if (!*r.at) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: ')' is missing", path, number, (size_t)(r.at - line) + 1);
    if (*r.at == ',') r.at += 1 + strspn(r.at + 1, " \t");
  }
  if (r.at[1 + strspn(r.at + 1, " \t")]) return bad(&r, r.at, "is not the end of the line");
out:
  return status;
}

bf_status header_contradicts(const char *path, uint64_t number, const char *parameter) {
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": this line says something else than the parameter %s; leave the parameter out, or change the line", path, number,
                 parameter);
}
