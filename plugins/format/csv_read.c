/* Reading points from comma-separated text, strictly: every row has the same fields, and every field is a finite number. */
#include "csv.h"
#include "lines.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct field {
  char *text;
  size_t column; /* byte of the line where it begins, from 1 */
} field;

typedef struct reader {
  const csv_config *cfg;
  const char *path;
  lines *l;
  char separator;
  field *field;
  size_t nfield, field_room;
  size_t columns; /* fields in every row; 0 before the first line */
  size_t label;   /* the label's column; SIZE_MAX: none */
  bf_points p;
  uint64_t room, budget; /* points; bytes */
} reader;

static bf_status bad(const reader *r, size_t column, const char *what, const char *text) {
  return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: '%.40s' %s", r->path, lines_number(r->l), column, text, what);
}

static bool blank(char c) { return c == ' ' || c == '\t'; }

static bf_status add_field(reader *r, char *text, size_t column) {
  if (r->nfield == r->field_room) {
    size_t room = 2 * r->field_room + 16;
    field *grown = realloc(r->field, room * sizeof *grown);
    if (!grown) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
    r->field = grown;
    r->field_room = room;
  }
  r->field[r->nfield++] = (field){text, column};
  return BF_OK;
}

/* Unquotes the field at *s in place; *s moves to what follows the closing quote. */
static bf_status unquote(const reader *r, char **s, char **text, size_t column) {
  char *from = *s + 1, *to = *text = from;
  while (*from && (*from != '"' || from[1] == '"')) {
    if (*from == '"') from++;
    *to++ = *from++;
  }
  if (!*from) return bad(r, column, "begins with a quote that is not closed in its line", *s);
  *to = 0;
  *s = from + 1;
  return BF_OK;
}

/* Splits a line into fields, in place, with blanks around them cut off. */
static bf_status split(reader *r, char *line) {
  bf_status status = BF_OK;
  char *s = line;
  bool runs = r->separator == ' ';
  for (r->nfield = 0;; s++) {
    char *text, *end;
    while (blank(*s) && *s != (runs ? 0 : r->separator)) s++;
    if (runs && !*s && r->nfield > 0) break; /* blanks at the end of the line */
    size_t column = (size_t)(s - line) + 1;
    if (*s == '"') {
      BF_TRY(unquote(r, &s, &text, column));
      while (blank(*s) && *s != r->separator) s++;
      if (*s && *s != r->separator) return bad(r, column, "is quoted, and more follows the closing quote", text);
    } else {
      text = s;
      while (*s && *s != r->separator && !(runs && blank(*s))) s++;
      for (end = s; end > text && blank(end[-1]); end--) {
      }
      if (end < s) *end = 0;
    }
    bool more = *s != 0;
    *s = 0;
    BF_TRY(add_field(r, text, column));
    if (!more) break;
  }
out:
  return status;
}

/* Text that looks like a number, "nan" and "inf" included. */
static bool numeric(const char *text) {
  char *end;
  strtod(text, &end);
  return end != text && !*end;
}

static bf_status number(const reader *r, const field *f, double *x) {
  if (!f->text[0]) return bad(r, f->column, "is empty; a number must stand here", f->text);
  if (!numeric(f->text)) return bad(r, f->column, "is not a number (if the fields are split wrongly, see the format's parameter `separator`)", f->text);
  *x = strtod(f->text, NULL);
  if (!isfinite(*x)) return bad(r, f->column, "is not a finite number", f->text);
  if (f->text[strcspn(f->text, "xX")]) return bad(r, f->column, "is not a decimal number", f->text);
  return BF_OK;
}

static bf_status find_label(reader *r, bool header) {
  const char *want = r->cfg->label;
  bool automatic = strcmp(want, "auto") == 0;
  r->label = SIZE_MAX;
  if (strcmp(want, "none") == 0) return BF_OK;
  if (strcmp(want, "last") == 0) {
    r->label = r->columns - 1;
    return BF_OK;
  }
  for (size_t i = 0; header && i < r->columns; i++) {
    const char *name = r->field[i].text;
    if (automatic ? strcmp(name, "class") != 0 && strcmp(name, "label") != 0 : strcmp(name, want) != 0) continue;
    if (r->label != SIZE_MAX) return bad(r, r->field[i].column, "could be the label too; choose one by the format's parameter `label`", name);
    r->label = i;
  }
  if (automatic || r->label != SIZE_MAX) return BF_OK;
  return header ? bf_fail(BF_BAD_INPUT, "%s:1: no column is named '%s', as the format's parameter `label` asks", r->path, want)
                : bf_fail(BF_BAD_INPUT, "%s:1: `label` asks for a column '%s', but the first line is no header; try label=last", r->path, want);
}

static bf_status begin(reader *r, bool *header) {
  bf_status status = BF_OK;
  r->columns = r->nfield;
  size_t numbers = 0, first = 0; /* first: the first field that is no number */
  for (size_t i = r->nfield; i-- > 0;) {
    bool is_number = numeric(r->field[i].text);
    numbers += is_number;
    if (!is_number) first = i;
  }
  if (r->cfg->header[0] == 'a' && numbers > 0 && numbers < r->nfield)
    return bad(r, r->field[first].column,
               "is not a number, but other fields of the first line are; the format's parameter `header`, yes or no, settles what it is", r->field[first].text);
  *header = r->cfg->header[0] == 'y' || (r->cfg->header[0] == 'a' && numbers == 0);
  BF_TRY(find_label(r, *header));
  size_t dim = r->columns - (r->label != SIZE_MAX);
  if (dim == 0) return bf_fail(BF_BAD_INPUT, "%s:1: there is no column besides the label", r->path);
  if (dim > UINT32_MAX / 8) return bf_fail(BF_BAD_INPUT, "%s:1: %zu columns are too many", r->path, dim);
  r->p.dim = (uint32_t)dim;
out:
  return status;
}

/* Makes room for one more point, within the budget. */
static bf_status room(reader *r) {
  if (r->p.n < r->room) return BF_OK;
  uint64_t more = r->room ? 2 * r->room : 1 + 4096 / r->p.dim, bytes = more * (4 * (uint64_t)r->p.dim + 8);
  if (r->p.n >= UINT32_MAX) return bf_fail(BF_BAD_INPUT, "%s: more than 2^32 - 1 points", r->path);
  if (r->budget && bytes > r->budget)
    return bf_fail(BF_NO_MEMORY, "%s: %" PRIu64 " points and more need %" PRIu64 " MiB, over the memory limit; raise it, or thin the file out", r->path, r->p.n,
                   bytes >> 20);
  float *x = realloc(r->p.x, more * r->p.dim * sizeof *x);
  if (x) r->p.x = x;
  int32_t *label = realloc(r->p.label, more * sizeof *label);
  if (label) r->p.label = label;
  if (!x || !label) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  r->room = more;
  return BF_OK;
}

static bf_status add_row(reader *r) {
  bf_status status = BF_OK;
  double x = 0;
  if (r->nfield != r->columns)
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: %zu fields, but the lines before have %zu", r->path, lines_number(r->l),
                   r->field[r->nfield < r->columns ? r->nfield - 1 : r->columns].column, r->nfield, r->columns);
  BF_TRY(room(r));
  float *row = r->p.x + r->p.n * r->p.dim;
  for (size_t i = 0; i < r->nfield; i++) {
    BF_TRY(number(r, &r->field[i], &x));
    if (i == r->label) {
      if (x != floor(x) || x < 0 || x > INT32_MAX) return bad(r, r->field[i].column, "is not a class: whole numbers from 0 are", r->field[i].text);
      r->p.label[r->p.n] = (int32_t)x;
    } else {
      *row = (float)x;
      if (!isfinite(*row)) return bad(r, r->field[i].column, "is too large for a 32-bit float", r->field[i].text);
      row++;
    }
  }
  r->p.n++;
out:
  return status;
}

static bf_status read_rows(reader *r, const bf_host *host, bf_task *task) {
  bf_status status = BF_OK;
  char *line;
  bool header = false;
  uint64_t empty = 0; /* the first of the blank lines just read; at the file's end they do no harm */
  for (;;) {
    BF_TRY(lines_next(r->l, &line));
    if (!line) break;
    if (!line[strspn(line, " \t")]) {
      if (!empty) empty = lines_number(r->l);
      continue;
    }
    if (empty) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": a blank line between rows", r->path, empty);
    if (lines_number(r->l) == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) line += 3; /* a byte order mark */
    BF_TRY(split(r, line));
    if (r->columns == 0) {
      BF_TRY(begin(r, &header));
      if (header) continue;
    }
    BF_TRY(add_row(r));
    if (r->p.n % 1024 == 0) BF_TRY(host->step(task, r->p.n, 0));
  }
  if (r->p.n == 0) status = bf_fail(BF_BAD_INPUT, header ? "%s: a header and no rows" : "%s: empty file; rows of numbers were expected", r->path);
out:
  return status;
}

bf_status csv_read(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  reader r = {.cfg = cfg, .path = path, .separator = csv_separator(cfg), .budget = host->memory(task)};
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.csv reads points only");
  BF_TRY(lines_open(path, (uint64_t)r.cfg->limit << 20, &r.l));
  BF_TRY(read_rows(&r, host, task));
  if (r.label == SIZE_MAX) {
    free(r.p.label);
    r.p.label = NULL;
  }
  if (!(r.p.id = malloc(r.p.n * sizeof *r.p.id))) {
    status = bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
    goto out;
  }
  for (uint64_t i = 0; i < r.p.n; i++) r.p.id[i] = (uint32_t)i;
  BF_TRY(bf_points_write(out, &r.p));
out:
  bf_points_free(&r.p);
  free(r.field);
  lines_close(r.l);
  return status;
}
