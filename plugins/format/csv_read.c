/* Reading points from separated text, strictly: every row has the same fields, and every field but a class name is a finite number. */
#include "csv.h"
#include "csv_classes.h"
#include "csv_fields.h"
#include "lines.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  const csv_config *cfg;
  const char *path;
  lines *l;
  char separator;
  fields f;
  size_t columns; /* fields in every row; 0 before the first line */
  size_t label;   /* the label's column; SIZE_MAX: none */
  bool names;     /* classes are names */
  classes classes;
  bf_points p;
  uint64_t room, budget; /* points; bytes */
  uint64_t rows;         /* of the file so far, those left out counted too: the next point's id */
} reader;

static bf_status bad(const reader *r, const field *f, const char *what) { return csv_bad(r->path, lines_number(r->l), f, what); }

/* Text that looks like a number, "nan" and "inf" included. */
static bool numeric(const char *text, double *x) {
  char *end;
  *x = strtod(text, &end);
  return end != text && !*end;
}

static bool missing(const char *text) {
  static const char *const words[] = {"", "?", "NA", "N/A", "NaN", "null"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcasecmp(text, words[i]) == 0) return true;
  }
  return false;
}

static bf_status number(const reader *r, const field *f, double *x) {
  if (!numeric(f->text, x)) return bad(r, f, "is not a number (if the fields are split wrongly, see the format's parameter `separator`)");
  if (!isfinite(*x)) return bad(r, f, "is not a finite number");
  if (f->text[strcspn(f->text, "xX")]) return bad(r, f, "is not a decimal number");
  return BF_OK;
}

/* ---- the first line ---- */

/* The label's column where the parameter `label` gives its place: first, last or a number; SIZE_MAX where it does not. */
static size_t label_place(const reader *r) {
  const char *want = r->cfg->label;
  if (strcmp(want, "first") == 0) return 0;
  if (strcmp(want, "last") == 0) return r->columns - 1;
  size_t n = strlen(want);
  return n > 0 && n < 10 && strspn(want, "0123456789") == n && want[0] != '0' ? strtoul(want, NULL, 10) - 1 : SIZE_MAX;
}

/* The label's column where a header names it: as `label` says, or for auto one named class or label. */
static bf_status label_named(const reader *r, size_t *out) {
  const char *want = r->cfg->label;
  bool automatic = strcmp(want, "auto") == 0;
  *out = SIZE_MAX;
  for (size_t i = 0; i < r->columns; i++) {
    const char *name = r->f.at[i].text;
    if (automatic ? strcmp(name, "class") != 0 && strcmp(name, "label") != 0 : strcmp(name, want) != 0) continue;
    if (*out != SIZE_MAX) return bad(r, &r->f.at[i], "could be the label too; choose one by the format's parameter `label`");
    *out = i;
  }
  return BF_OK;
}

/* A first line is a header when the label's column is named in it, or when none of its fields beside the label is a number. */
static bf_status find_header(const reader *r, size_t place, size_t named, bool *header) {
  double x;
  size_t numbers = 0, words = 0, word = 0; /* word: the first that is no number */
  for (size_t i = r->columns; i-- > 0;) {
    if ((i == place && r->columns > 1) || missing(r->f.at[i].text)) continue;
    bool is_number = numeric(r->f.at[i].text, &x);
    numbers += is_number;
    words += !is_number;
    if (!is_number) word = i;
  }
  *header = r->cfg->header[0] == 'y' || (r->cfg->header[0] == 'a' && ((numbers == 0 && words > 0) || (named != SIZE_MAX && place == SIZE_MAX)));
  if (r->cfg->header[0] == 'a' && numbers > 0 && words > 0 && !*header)
    return bad(r, &r->f.at[word],
               "is not a number, but other fields of the first line are; if it is a class, the format's parameter `label` names its column (last, first, "
               "a number); if the line is a header, header=yes says so");
  return BF_OK;
}

static bf_status find_label(reader *r, size_t place, size_t named, bool header) {
  const char *want = r->cfg->label;
  r->label = header && named != SIZE_MAX ? named : place;
  if (strcmp(want, "none") == 0) r->label = SIZE_MAX;
  if (r->label == SIZE_MAX && strcmp(want, "none") != 0 && strcmp(want, "auto") != 0)
    return header ? bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": no column is named '%s', as the format's parameter `label` asks", r->path, lines_number(r->l), want)
                  : bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": `label` asks for a column '%s', but the first line is no header; try label=last or its number",
                            r->path, lines_number(r->l), want);
  if (r->label != SIZE_MAX && r->label >= r->columns)
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": `label` asks for column %s, and there are %zu", r->path, lines_number(r->l), want, r->columns);
  return BF_OK;
}

static bf_status begin(reader *r, bool *header) {
  bf_status status = BF_OK;
  size_t named = SIZE_MAX;
  r->columns = r->f.n;
  size_t place = label_place(r);
  if (r->cfg->header[0] != 'n') BF_TRY(label_named(r, &named));
  BF_TRY(find_header(r, place, named, header));
  BF_TRY(find_label(r, place, named, *header));
  size_t dim = r->columns - (r->label != SIZE_MAX);
  if (dim == 0) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": there is no column besides the label", r->path, lines_number(r->l));
  r->p.dim = (uint32_t)dim;
out:
  return status;
}

/* ---- rows ---- */

/* Makes room for one more point, within the budget. */
static bf_status room(reader *r) {
  if (r->p.n < r->room) return BF_OK;
  uint64_t more = r->room ? 2 * r->room : 1 + 4096 / r->p.dim, bytes = more * (4 * (uint64_t)r->p.dim + 8);
  if (r->budget && bytes > r->budget)
    return bf_fail(BF_NO_MEMORY, "%s: %" PRIu64 " points and more need %" PRIu64 " MiB, over the memory limit; raise it, or thin the file out", r->path, r->p.n,
                   bytes >> 20);
  float *x = realloc(r->p.x, more * r->p.dim * sizeof *x);
  if (x) r->p.x = x;
  int32_t *label = realloc(r->p.label, more * sizeof *label);
  if (label) r->p.label = label;
  uint32_t *id = realloc(r->p.id, more * sizeof *id);
  if (id) r->p.id = id;
  if (!x || !label || !id) return bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  r->room = more;
  return BF_OK;
}

static bf_status read_class(reader *r, const field *f) {
  double x;
  int32_t *to = &r->p.label[r->p.n];
  if (r->p.n == 0) r->names = r->cfg->classes[0] == 'n' || !numeric(f->text, &x);
  if (r->names) {
    const char *wrong = classes_add(&r->classes, f->text, to);
    return !wrong ? BF_OK : wrong[0] ? bad(r, f, wrong) : bf_fail(BF_NO_MEMORY, "%s: out of memory", r->path);
  }
  if (!numeric(f->text, &x) || x != floor(x) || x < 0 || x > INT32_MAX)
    return bad(r, f, "is not a class: whole numbers from 0 are; with classes=names every text is one");
  *to = (int32_t)x;
  return BF_OK;
}

static bf_status read_row(reader *r) {
  bf_status status = BF_OK;
  double x = 0;
  BF_TRY(room(r));
  float *row = r->p.x + r->p.n * r->p.dim;
  for (size_t i = 0; i < r->f.n; i++) {
    const field *f = &r->f.at[i];
    if (i == r->label) {
      BF_TRY(read_class(r, f));
    } else {
      BF_TRY(number(r, f, &x));
      *row = (float)x;
      if (!isfinite(*row)) return bad(r, f, "is too large for a 32-bit float");
      row++;
    }
  }
  r->p.id[r->p.n++] = (uint32_t)(r->rows - 1);
out:
  return status;
}

static bf_status add_row(reader *r) {
  if (r->f.n != r->columns)
    return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ":%zu: %zu fields, but the lines before have %zu", r->path, lines_number(r->l),
                   r->f.at[r->f.n < r->columns ? r->f.n - 1 : r->columns].column, r->f.n, r->columns);
  if (++r->rows > UINT32_MAX) return bf_fail(BF_BAD_INPUT, "%s: more than 2^32 - 1 rows", r->path);
  for (size_t i = 0; i < r->f.n; i++) {
    if (!missing(r->f.at[i].text)) continue;
    if (r->cfg->missing[0] == 's') return BF_OK;
    return bad(r, &r->f.at[i],
               strcasecmp(r->f.at[i].text, "nan") == 0
                   ? "is not a finite number; if it is a missing value, fill it in, or leave such rows out with the format's parameter missing=skip"
                   : "is a missing value; fill it in, or leave such rows out with the format's parameter missing=skip");
  }
  return read_row(r);
}

static bool comment(const reader *r, const char *line) {
  const char *mark = r->cfg->comment;
  return mark[0] && strncmp(line + strspn(line, " \t"), mark, strlen(mark)) == 0;
}

static bf_status read_rows(reader *r, const bf_host *host, bf_task *task) {
  bf_status status = BF_OK;
  char *line;
  bool header = false;
  uint64_t empty = 0; /* the first of the blank lines just read; at the file's end they do no harm */
  for (;;) {
    BF_TRY(lines_next(r->l, &line));
    if (!line) break;
    if (lines_number(r->l) % 1024 == 0) BF_TRY(host->step(task, r->p.n, 0));
    if (comment(r, line)) continue;
    if (!line[strspn(line, " \t")]) {
      if (!empty) empty = lines_number(r->l);
      continue;
    }
    if (empty && r->columns) return bf_fail(BF_BAD_INPUT, "%s:%" PRIu64 ": a blank line between rows", r->path, empty);
    if (!r->separator) BF_TRY(fields_separator(line, r->path, lines_number(r->l), &r->separator));
    BF_TRY(fields_split(&r->f, line, r->separator, r->path, lines_number(r->l)));
    if (r->columns == 0) {
      BF_TRY(begin(r, &header));
      empty = 0;
      if (header) continue;
    }
    BF_TRY(add_row(r));
  }
  if (r->p.n == 0)
    status = bf_fail(BF_BAD_INPUT,
                     r->rows  ? "%s: every row has missing values"
                     : header ? "%s: a header and no rows"
                              : "%s: empty file; rows of numbers were expected",
                     r->path);
out:
  return status;
}

bf_status csv_read(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  reader r = {.cfg = cfg, .path = path, .separator = csv_separator(cfg), .budget = host->memory(task)};
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "this format reads points only");
  r.f.most = r.budget && r.budget / 32 < UINT32_MAX / 8 ? (size_t)(r.budget / 32) : UINT32_MAX / 8;
  BF_TRY(lines_open(path, (uint64_t)r.cfg->limit << 20, &r.l));
  BF_TRY(read_rows(&r, host, task));
  if (r.label == SIZE_MAX) {
    free(r.p.label);
    r.p.label = NULL;
  }
  if (r.names) classes_number(&r.classes, r.p.label, r.p.n, host, task);
  BF_TRY(bf_points_write(out, &r.p));
out:
  bf_points_free(&r.p);
  fields_free(&r.f);
  classes_free(&r.classes);
  lines_close(r.l);
  return status;
}
