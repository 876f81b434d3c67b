/* Splitting lines of separated text (RFC 4180, within one line) into fields. */
#include "csv_fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bf_status csv_bad(const char *path, uint64_t line, const field *f, const char *what) {
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: '%.40s' %s", path, line, f->column, f->text, what);
}

static bool blank(char c) { return c == ' ' || c == '\t'; }

static bf_status add_field(fields *f, char *text, size_t column, const char *path, uint64_t number) {
  if (f->n == f->most) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: more than %zu fields in a line", path, number, column, f->most);
  if (f->n == f->room) {
    size_t room = 2 * f->room + 16;
    field *grown = realloc(f->at, room * sizeof *grown);
    if (!grown) return bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
    f->at = grown;
    f->room = room;
  }
  f->at[f->n++] = (field){text, column};
  return BF_OK;
}

/* Unquotes the field at *s in place; *s moves to what follows the closing quote. False when there is none. */
static bool unquote(char **s, char **text) {
  char *from = *s + 1, *to = *text = from;
  while (*from && (*from != '"' || from[1] == '"')) {
    if (*from == '"') from++;
    *to++ = *from++;
  }
  if (!*from) return false;
  *to = 0;
  *s = from + 1;
  return true;
}

bf_status fields_split(fields *f, char *line, char separator, const char *path, uint64_t number) {
  bf_status status = BF_OK;
  char *s = line;
  bool runs = separator == ' ';
  for (f->n = 0;; s++) {
    char *text = s, *end;
    while (blank(*s) && *s != (runs ? 0 : separator)) s++;
    if (runs && !*s && f->n > 0) break; /* blanks at the end of the line */
    size_t column = (size_t)(s - line) + 1;
    if (*s == '"') {
      if (!unquote(&s, &text)) return csv_bad(path, number, &(field){s, column}, "begins with a quote that is not closed in its line");
      while (blank(*s) && *s != separator) s++;
      if (*s && *s != separator) return csv_bad(path, number, &(field){text, column}, "is quoted, and more follows the closing quote");
    } else {
      text = s;
      while (*s && *s != separator && !(runs && blank(*s))) s++;
      for (end = s; end > text && blank(end[-1]); end--) {
      }
      if (end < s) *end = 0;
    }
    bool more = *s != 0;
    *s = 0;
    BF_TRY(add_field(f, text, column, path, number));
    if (!more) break;
  }
out:
  return status;
}

bf_status fields_separator(const char *line, const char *path, uint64_t number, char *out) {
  static const char kinds[] = ";\t,";
  bool quoted = false, seen[3] = {false}, blanks = false;
  line += strspn(line, " \t");
  for (const char *s = line; *s; s++) {
    const char *kind = strchr(kinds, *s);
    quoted ^= *s == '"';
    if (!quoted && kind) seen[kind - kinds] = true;
    if (!quoted && *s == ' ' && s[1 + strspn(s + 1, " \t")]) blanks = true;
  }
  if (seen[0] + seen[1] + seen[2] > 1)
    return bf_fail(BF_BAD_INPUT,
                   "%s:%" PRIu64 ": what separates the fields? There are several of comma, semicolon and tab; the format's parameter `separator` says it", path,
                   number);
  *out = seen[0] ? ';' : seen[1] ? '\t' : seen[2] || !blanks ? ',' : ' ';
  return BF_OK;
}

void fields_free(fields *f) {
  free(f->at);
  *f = (fields){0};
}
