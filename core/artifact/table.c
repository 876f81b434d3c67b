/* Table. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 1024, MAX_NAME = 255 };

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bf_status check_names(const bf_table *t, bf_status bad) {
  char *name[MAX_COLUMNS];
  if (!t->ncolumn) return BF_OK;
  for (uint32_t i = 0; i < t->ncolumn; i++) {
    const size_t n = strlen(name[i] = t->column[i].name);
    if (!n || n > MAX_NAME || !bf_valid_text(name[i], n)) return bf_fail(bad, "the name of column %u is empty, too long or no text of one line", i);
  }
  qsort(name, t->ncolumn, sizeof *name, by_text);
  for (uint32_t i = 1; i < t->ncolumn; i++)
    if (!strcmp(name[i - 1], name[i])) return bf_fail(bad, "two columns have the name '%s'", name[i]);
  return BF_OK;
}

static bf_status check(const bf_table *t, bf_status bad) {
  if (t->ncolumn > MAX_COLUMNS) return bf_fail(bad, "%u columns, more than %d", t->ncolumn, MAX_COLUMNS);
  if (t->n && !t->ncolumn) return bf_fail(bad, "%llu rows of no columns", (unsigned long long)t->n);
  if (t->caption && !bf_valid_text(t->caption, strlen(t->caption))) return bf_fail(bad, "the caption is no text of one line");
  for (uint32_t i = 0; i < t->ncolumn; i++)
    if (t->column[i].type < BF_COLUMN_TEXT || t->column[i].type > BF_COLUMN_REAL) return bf_fail(bad, "column %u has a type that is not known", i);
  return check_names(t, bad);
}

static uint64_t columns_of(const bf_table *t, bf_column_type type) {
  uint64_t n = 0;
  for (uint32_t i = 0; i < t->ncolumn; i++) n += t->column[i].type == type;
  return n;
}

enum { TEXT, INTEGER, REAL, NOTE, ARRAYS };
typedef struct layout {
  uint64_t n, integers, reals, text_bytes, note_bytes;
  bf_array array[ARRAYS];
} layout;

static void describe(layout *l) {
  l->array[TEXT] = (bf_array){.name = "text", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {&l->text_bytes}};
  l->array[INTEGER] = (bf_array){.name = "integer", .dtype = BETTIFLOW__DATA_TYPE__I64, .shape = {&l->integers, &l->n}};
  l->array[REAL] = (bf_array){.name = "real", .dtype = BETTIFLOW__DATA_TYPE__F64, .shape = {&l->reals, &l->n}};
  l->array[NOTE] = (bf_array){.name = "note", .dtype = BETTIFLOW__DATA_TYPE__U8, .shape = {&l->note_bytes}};
}

/* ---- reading ---- */

static bf_status take_columns(const Bettiflow__TableInfo *info, bf_table *out) {
  bool complete = (out->caption = strdup(info->caption)) && (out->column = calloc(info->n_column + 1, sizeof *out->column));
  for (size_t i = 0; complete && i < info->n_column; i++) {
    out->column[i] = (bf_column){.name = strdup(info->column[i]->name), .type = (bf_column_type)info->column[i]->type};
    complete = out->column[i].name;
    out->ncolumn++;
  }
  return complete ? BF_OK : bf_fail(BF_NO_MEMORY, "no memory for its columns");
}

/* Gives each column its cells out of the arrays; moves the texts out of `text`, which become NULL there. */
static bf_status deal(bf_table *t, const layout *l, char **text) {
  const size_t n = (size_t)t->n;
  const int64_t *integer = l->array[INTEGER].data;
  const double *real = l->array[REAL].data;
  for (uint32_t i = 0; i < t->ncolumn; i++) {
    bf_column *c = &t->column[i];
    void *cells = calloc(n + 1, sizeof(int64_t));
    if (!cells) return bf_fail(BF_NO_MEMORY, "no memory for column '%s'", c->name);
    if (c->type == BF_COLUMN_TEXT) {
      c->text = memcpy(cells, text, n * sizeof *text);
      memset(text, 0, n * sizeof *text);
      text += n;
    } else if (c->type == BF_COLUMN_INTEGER) {
      c->integer = memcpy(cells, integer, n * sizeof *integer);
      integer += n;
    } else {
      c->real = memcpy(cells, real, n * sizeof *real);
      real += n;
    }
  }
  return BF_OK;
}

static bf_status take_cells(bf_container *c, layout *l, bf_table *out) {
  bf_status status = BF_OK;
  char **text = NULL;
  uint64_t ntext = 0, cells;
  const uint64_t columns = columns_of(out, BF_COLUMN_TEXT);
  BF_TRY(bf_texts_split(c, "note", true, l->array[NOTE].data, l->note_bytes, &out->note, &out->nnote));
  BF_TRY(bf_texts_split(c, "text", true, l->array[TEXT].data, l->text_bytes, &text, &ntext));
  if (__builtin_mul_overflow(columns, l->n, &cells) || cells != ntext) {
    status = bf_fail(BF_BAD_INPUT, "%s: array text: %llu texts for %llu rows of %llu columns of text", c->path, (unsigned long long)ntext,
                     (unsigned long long)l->n, (unsigned long long)columns);
    goto out;
  }
  if (__builtin_mul_overflow((uint64_t)out->ncolumn * sizeof(int64_t), l->n + 1, &cells)) cells = UINT64_MAX;
  BF_TRY(bf_container_take(c, cells));
  out->n = out->room = l->n;
  BF_TRY(deal(out, l, text));
out:
  for (uint64_t i = 0; text && i < ntext; i++) free(text[i]);
  free(text);
  return status;
}

bf_status bf_table_read(const char *path, uint64_t budget, bf_table *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  layout l = {.n = BF_ANY, .text_bytes = BF_ANY, .note_bytes = BF_ANY};
  describe(&l);
  *out = (bf_table){0};
  BF_TRY(bf_container_open(path, BF_TABLE, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_TABLE || c.header->table->n_column > MAX_COLUMNS) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a table, or names more than %d columns", path, MAX_COLUMNS);
    goto out;
  }
  status = take_columns(c.header->table, out);
  if (status == BF_OK) status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) {
    bf_fail_in(status, "%s: record 0 at byte 0", path);
    goto out;
  }
  l.integers = columns_of(out, BF_COLUMN_INTEGER);
  l.reals = columns_of(out, BF_COLUMN_REAL);
  BF_TRY(bf_container_load(&c, l.array, ARRAYS));
  BF_TRY(take_cells(&c, &l, out));
  if (out->n && !out->ncolumn) status = bf_fail(BF_BAD_INPUT, "%s: %llu rows of no columns", path, (unsigned long long)out->n);
out:
  for (int i = 0; i < ARRAYS; i++) free(l.array[i].data);
  bf_container_close(&c);
  if (status != BF_OK) bf_table_free(out);
  return status;
}

/* ---- writing ---- */

/* The cells of all columns of one type, column after column; NULL when there is no memory. */
static void *collect(const bf_table *t, bf_column_type type) {
  const size_t n = (size_t)t->n;
  size_t size;
  if (__builtin_mul_overflow(columns_of(t, type) * sizeof(int64_t), n, &size) || size == SIZE_MAX) return NULL;
  char *all = malloc(size + 1), *at = all;
  for (uint32_t i = 0; all && i < t->ncolumn; i++) {
    const bf_column *c = &t->column[i];
    if (c->type != type || !n) continue;
    memcpy(at, type == BF_COLUMN_TEXT ? (const void *)c->text : type == BF_COLUMN_INTEGER ? (const void *)c->integer : c->real, n * sizeof(int64_t));
    at += n * sizeof(int64_t);
  }
  return all;
}

static bf_status fill_arrays(const bf_table *t, layout *l) {
  bf_status status = BF_OK;
  char **text = collect(t, BF_COLUMN_TEXT);
  uint8_t *bytes = NULL;
  l->array[INTEGER].data = collect(t, BF_COLUMN_INTEGER);
  l->array[REAL].data = collect(t, BF_COLUMN_REAL);
  if (!text || !l->array[INTEGER].data || !l->array[REAL].data) BF_TRY(bf_fail(BF_NO_MEMORY, "no memory for %llu rows", (unsigned long long)t->n));
  BF_TRY(bf_texts_join(text, columns_of(t, BF_COLUMN_TEXT) * t->n, true, &bytes, &l->text_bytes));
  l->array[TEXT].data = bytes;
  bytes = NULL;
  BF_TRY(bf_texts_join(t->note, t->nnote, true, &bytes, &l->note_bytes));
  l->array[NOTE].data = bytes;
out:
  free(text);
  return status;
}

static bf_status write_container(const bf_out *out, const bf_table *t, const layout *l) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__TableInfo info = BETTIFLOW__TABLE_INFO__INIT;
  Bettiflow__Column *column = calloc(t->ncolumn + 1u, sizeof *column), **at = calloc(t->ncolumn + 1u, sizeof(Bettiflow__Column *));
  bf_status status = column && at ? BF_OK : bf_fail(BF_NO_MEMORY, "%s: no memory for its columns", out->path);
  for (uint32_t i = 0; column && at && i < t->ncolumn; i++) {
    bettiflow__column__init(at[i] = &column[i]);
    column[i].name = t->column[i].name;
    column[i].type = (Bettiflow__ColumnType)t->column[i].type;
  }
  if (t->caption) info.caption = t->caption;
  info.column = at;
  info.n_column = t->ncolumn;
  header.type = BETTIFLOW__ARTIFACT_TYPE__TABLE;
  header.info_case = BETTIFLOW__HEADER__INFO_TABLE;
  header.table = &info;
  if (status == BF_OK) status = bf_container_write(out, &header, l->array, ARRAYS);
  free(column);
  free((void *)at);
  return status;
}

bf_status bf_table_write(const bf_out *out, const bf_table *t) {
  layout l = {.n = t->n};
  bf_status status = check(t, BF_FAILED);
  describe(&l);
  if (status == BF_OK) {
    l.integers = columns_of(t, BF_COLUMN_INTEGER);
    l.reals = columns_of(t, BF_COLUMN_REAL);
    status = fill_arrays(t, &l);
  }
  if (status != BF_OK)
    bf_fail_in(status, "%s: not a Table", out->path);
  else
    status = write_container(out, t, &l);
  for (int i = 0; i < ARRAYS; i++) free(l.array[i].data);
  return status;
}

void bf_table_free(bf_table *value) {
  for (uint32_t i = 0; value->column && i < value->ncolumn; i++) {
    bf_column *c = &value->column[i];
    for (uint64_t r = 0; c->text && r < value->n; r++) free(c->text[r]);
    free(c->name);
    free(c->text);
    free(c->integer);
    free(c->real);
  }
  for (uint64_t i = 0; value->note && i < value->nnote; i++) free(value->note[i]);
  free(value->column);
  free(value->note);
  free(value->caption);
  *value = (bf_table){0};
}
