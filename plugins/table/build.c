/* Building a Betti table whose axes become known on the way: cells of coordinates, texts stored once. */
#include "build.h"

#include <stdlib.h>
#include <string.h>

typedef struct coordinate {
  uint32_t axis, text;
} coordinate;

typedef struct row {
  uint64_t cell;
  double scale;
  int64_t betti;
  uint32_t dim;
} row;

typedef struct declined {
  uint64_t cell;
  uint32_t reason;
} declined;

struct table_build {
  char **axis;
  bool *sweep;
  uint32_t naxis, axis_room, sweep_room;
  char **text;
  uint32_t ntext, text_room;
  uint32_t *slot; /* hash table of text indices plus 1; nslot is a power of two, more than half of it empty */
  uint32_t nslot;
  coordinate *at;
  uint64_t nat, at_room;
  uint64_t *first; /* cell c has the coordinates at[first[c]] … at[first[c + 1] - 1]; the last cell ends at nat */
  uint64_t ncell, cell_room;
  row *rows;
  uint64_t nrow, row_room;
  declined *out;
  uint64_t nout, out_room;
};

static bf_status no_memory(void) {
  bf_fail(BF_NO_MEMORY, "out of memory while building a Betti table");
  return BF_NO_MEMORY;
}

/* Makes room for element n of an array that grows by doubling. */
static bf_status room(void **array, uint64_t n, uint64_t *room, size_t size) {
  if (n < *room) return BF_OK;
  uint64_t more = *room ? 2 * *room : 16;
  void *grown = more > SIZE_MAX / size ? NULL : realloc(*array, (size_t)more * size);
  if (!grown) return no_memory();
  *array = grown;
  *room = more;
  return BF_OK;
}

static bf_status room32(void **array, uint32_t n, uint32_t *room_, size_t size) {
  uint64_t r = *room_;
  if (n >= UINT32_MAX / 4) return bf_fail(BF_NO_MEMORY, "more than 2^30 different texts in a Betti table");
  bf_status status = room(array, n, &r, size);
  *room_ = (uint32_t)r;
  return status;
}

static uint64_t hash(const char *s) { /* FNV-1a */
  uint64_t h = 0xcbf29ce484222325u;
  for (; *s; s++) h = (h ^ (unsigned char)*s) * 0x100000001b3u;
  return h;
}

static uint32_t *find_slot(const table_build *b, const char *text) {
  uint32_t i = (uint32_t)hash(text) & (b->nslot - 1);
  while (b->slot[i] && strcmp(b->text[b->slot[i] - 1], text) != 0) i = (i + 1) & (b->nslot - 1);
  return &b->slot[i];
}

static bf_status widen_slots(table_build *b) {
  uint32_t n = b->nslot ? 2 * b->nslot : 64;
  uint32_t *slot = calloc(n, sizeof *slot);
  if (!slot) return no_memory();
  free(b->slot);
  b->slot = slot;
  b->nslot = n;
  for (uint32_t i = 0; i < b->ntext; i++) *find_slot(b, b->text[i]) = i + 1;
  return BF_OK;
}

static bf_status intern(table_build *b, const char *text, uint32_t *index) {
  bf_status status = BF_OK;
  uint32_t *slot = find_slot(b, text);
  if (*slot) {
    *index = *slot - 1;
    return BF_OK;
  }
  BF_TRY(room32((void **)&b->text, b->ntext, &b->text_room, sizeof *b->text));
  if (!(b->text[b->ntext] = strdup(text))) return no_memory();
  *index = b->ntext++;
  *slot = b->ntext;
  if (b->ntext > b->nslot / 2) BF_TRY(widen_slots(b));
out:
  return status;
}

bf_status table_build_new(table_build **out) {
  bf_status status = BF_OK;
  uint32_t empty;
  table_build *b = *out = calloc(1, sizeof *b);
  if (!b) return no_memory();
  BF_TRY(widen_slots(b));
  BF_TRY(intern(b, "", &empty));
out:
  if (status != BF_OK) {
    table_build_free(b);
    *out = NULL;
  }
  return status;
}

void table_build_free(table_build *b) {
  if (!b) return;
  for (uint32_t i = 0; i < b->naxis; i++) free(b->axis[i]);
  for (uint32_t i = 0; i < b->ntext; i++) free(b->text[i]);
  free(b->axis);
  free(b->sweep);
  free(b->text);
  free(b->slot);
  free(b->at);
  free(b->first);
  free(b->rows);
  free(b->out);
  free(b);
}

bf_status table_build_cell(table_build *b) {
  bf_status status = BF_OK;
  BF_TRY(room((void **)&b->first, b->ncell, &b->cell_room, sizeof *b->first));
  b->first[b->ncell++] = b->nat;
out:
  return status;
}

static bf_status find_axis(table_build *b, const char *name, bool sweep, uint32_t *index) {
  bf_status status = BF_OK;
  for (*index = 0; *index < b->naxis; ++*index) {
    if (strcmp(b->axis[*index], name) == 0) {
      b->sweep[*index] |= sweep;
      return BF_OK;
    }
  }
  BF_TRY(room32((void **)&b->axis, b->naxis, &b->axis_room, sizeof *b->axis));
  BF_TRY(room32((void **)&b->sweep, b->naxis, &b->sweep_room, sizeof *b->sweep));
  if (!(b->axis[b->naxis] = strdup(name))) return no_memory();
  b->sweep[b->naxis++] = sweep;
out:
  return status;
}

bf_status table_build_put(table_build *b, const char *axis, bool sweep, const char *value) {
  bf_status status = BF_OK;
  coordinate c = {0};
  BF_TRY(find_axis(b, axis, sweep, &c.axis));
  if (!value[0]) return BF_OK;
  BF_TRY(intern(b, value, &c.text));
  for (uint64_t i = b->first[b->ncell - 1]; i < b->nat; i++) {
    if (b->at[i].axis != c.axis) continue;
    if (b->at[i].text == c.text) return BF_OK;
    return bf_fail(BF_BAD_INPUT, "an item has two values for %s: '%s' and '%s'", axis, b->text[b->at[i].text], value);
  }
  BF_TRY(room((void **)&b->at, b->nat, &b->at_room, sizeof *b->at));
  b->at[b->nat++] = c;
out:
  return status;
}

bf_status table_build_row(table_build *b, double scale, uint32_t dim, int64_t betti) {
  bf_status status = BF_OK;
  BF_TRY(room((void **)&b->rows, b->nrow, &b->row_room, sizeof *b->rows));
  b->rows[b->nrow++] = (row){.cell = b->ncell - 1, .scale = scale, .dim = dim, .betti = betti};
out:
  return status;
}

bf_status table_build_declined(table_build *b, const char *reason) {
  bf_status status = BF_OK;
  declined d = {.cell = b->ncell - 1};
  BF_TRY(intern(b, reason, &d.reason));
  BF_TRY(room((void **)&b->out, b->nout, &b->out_room, sizeof *b->out));
  b->out[b->nout++] = d;
out:
  return status;
}

static bf_status put_label(table_build *b, const bf_input *in) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < in->nlabel; i++) BF_TRY(table_build_put(b, in->label[i].name, i < in->nsweep, in->label[i].value));
out:
  return status;
}

bf_status table_build_item(table_build *b, const bf_input *in) {
  bf_status status = table_build_cell(b);
  return status == BF_OK ? put_label(b, in) : status;
}

/* A cell for a row of an inner table. */
static bf_status inner_cell(table_build *b, const bf_input *in, const bf_betti_table *t, const uint32_t *value) {
  bf_status status = BF_OK;
  BF_TRY(table_build_cell(b));
  for (uint32_t i = 0; i < t->naxis; i++) BF_TRY(table_build_put(b, t->axis[i], i < t->nsweep, t->text[value[i]]));
  BF_TRY(put_label(b, in));
out:
  return status;
}

bf_status table_build_input(table_build *b, const bf_input *in, uint64_t budget) {
  bf_status status = BF_OK;
  bf_betti_table t = {0};
  if (!in->path) {
    BF_TRY(table_build_item(b, in));
    BF_TRY(table_build_declined(b, in->reason));
    goto out;
  }
  BF_TRY(bf_betti_table_read(in->path, budget, &t));
  for (uint64_t i = 0; i < t.n; i++) {
    BF_TRY(inner_cell(b, in, &t, t.value + i * t.naxis));
    BF_TRY(table_build_row(b, t.scale[i], t.dim[i], t.betti[i]));
  }
  for (uint64_t i = 0; i < t.ndeclined; i++) {
    BF_TRY(inner_cell(b, in, &t, t.declined + i * t.naxis));
    BF_TRY(table_build_declined(b, t.text[t.reason[i]]));
  }
out:
  bf_betti_table_free(&t);
  return status;
}

bf_status table_build_inputs(table_build *b, const bf_host *host, bf_task *task, const bf_input *in, size_t n) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < n; i++) {
    BF_TRY(host->step(task, i, n));
    BF_TRY(table_build_input(b, &in[i], host->memory(task)));
  }
out:
  return status;
}

/* Writes a cell's texts in the order of the final axes; place[axis] is an axis' column. */
static void spread(const table_build *b, uint64_t cell, const uint32_t *place, uint32_t *texts) {
  uint64_t end = cell + 1 < b->ncell ? b->first[cell + 1] : b->nat;
  for (uint64_t i = b->first[cell]; i < end; i++) texts[place[b->at[i].axis]] = b->at[i].text;
}

/* Sweep variables first, both kinds in order of appearance. Moves the names into t. */
static bf_status order_axes(table_build *b, uint32_t *place, bf_betti_table *t) {
  if (!(t->axis = calloc((size_t)b->naxis + 1, sizeof *t->axis))) return no_memory();
  for (int pass = 1; pass >= 0; pass--) {
    for (uint32_t i = 0; i < b->naxis; i++) {
      if (b->sweep[i] != (pass == 1)) continue;
      place[i] = t->naxis;
      t->axis[t->naxis++] = b->axis[i];
      t->nsweep += (uint32_t)pass;
    }
  }
  b->naxis = 0;
  return BF_OK;
}

static bf_status allocate(bf_betti_table *t) {
  size_t n = (size_t)t->n, k = (size_t)t->ndeclined, cells, declined_cells;
  if (__builtin_mul_overflow(n, t->naxis, &cells) || __builtin_mul_overflow(k, t->naxis, &declined_cells)) return no_memory();
  t->value = calloc(cells + 1, sizeof *t->value);
  t->scale = calloc(n + 1, sizeof *t->scale);
  t->dim = calloc(n + 1, sizeof *t->dim);
  t->betti = calloc(n + 1, sizeof *t->betti);
  t->declined = calloc(declined_cells + 1, sizeof *t->declined);
  t->reason = calloc(k + 1, sizeof *t->reason);
  return t->value && t->scale && t->dim && t->betti && t->declined && t->reason ? BF_OK : no_memory();
}

bf_status table_build_take(table_build *b, bf_betti_table *out) {
  bf_status status = BF_OK;
  bf_betti_table t = {.n = b->nrow, .ndeclined = b->nout};
  uint32_t *place = calloc((size_t)b->naxis + 1, sizeof *place);
  if (!place) return no_memory();
  BF_TRY(order_axes(b, place, &t));
  BF_TRY(allocate(&t));
  t.text = b->text;
  t.ntext = b->ntext;
  b->text = NULL;
  b->ntext = 0;
  for (uint64_t i = 0; i < t.n; i++) {
    spread(b, b->rows[i].cell, place, t.value + i * t.naxis);
    t.scale[i] = b->rows[i].scale;
    t.dim[i] = b->rows[i].dim;
    t.betti[i] = b->rows[i].betti;
  }
  for (uint64_t i = 0; i < t.ndeclined; i++) {
    spread(b, b->out[i].cell, place, t.declined + i * t.naxis);
    t.reason[i] = b->out[i].reason;
  }
out:
  if (status != BF_OK) bf_betti_table_free(&t);
  free(place);
  *out = t;
  return status;
}

void table_build_count(const table_build *b, uint64_t *rows, uint64_t *declined) {
  *rows = b->nrow;
  *declined = b->nout;
}

bf_status table_build_join(const bf_host *host, bf_task *task, const bf_input *in, size_t n, bf_betti_table *out) {
  bf_status status = BF_OK;
  table_build *b = NULL;
  BF_TRY(table_build_new(&b));
  BF_TRY(table_build_inputs(b, host, task, in, n));
  BF_TRY(table_build_take(b, out));
out:
  table_build_free(b);
  return status;
}
