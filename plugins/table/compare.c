/* table.compare: two sets of Betti numbers side by side, item by item, and whether they agree. */
#include "build.h"
#include "compare.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  const char *names;
} config;

static const bf_param params[] = {
    BF_PARAM(config, names, .def = "first, second",
             .doc = "what the two sides are called, as \"knn, witness\": in the names of columns (knn_0 is the first side's Betti number 0) and in notes"),
    {0},
};

static const bf_port inputs[] = {
    {"first", BF_BIT(BF_BETTI_TABLE), BF_MANY, NULL, "Betti numbers, at one scale for each item"},
    {"second", BF_BIT(BF_BETTI_TABLE), BF_MANY, NULL, "others, with the same axes; their scales may differ from the first ones"},
    {0},
};

static const bf_port outputs[] = {
    {"table", BF_BIT(BF_TABLE), 0, NULL, "a row for each item: the Betti numbers of both sides, and whether they agree"},
    {0},
};

bf_status compare_no_memory(void) { return bf_fail(BF_NO_MEMORY, "out of memory for a table of two sides"); }

/* The next name of a list; false if it is none, or is too long. */
static bool next_name(const char **list, char *name) {
  size_t n = 0;
  *list += strspn(*list, " ");
  while (isalnum((unsigned char)(*list)[n]) || (*list)[n] == '_' || (*list)[n] == '-') n++;
  if (!n || n >= COMPARE_NAME) return false;
  memcpy(name, *list, n);
  name[n] = 0;
  *list += n;
  *list += strspn(*list, " ");
  return true;
}

static bf_status read_names(const char *list, char *first, char *second) {
  bool two = next_name(&list, first) && *list == ',';
  if (two) list++;
  two = two && next_name(&list, second) && !*list;
  if (!two)
    return bf_fail(BF_INVALID, "names: two names with a comma between them, as \"knn, witness\", of letters, digits, _ and -, each at most %d long",
                   COMPARE_NAME - 1);
  if (!strcmp(first, second)) return bf_fail(BF_INVALID, "names: both sides are called '%s'; they need different names", first);
  return BF_OK;
}

static bf_status check(const void *cfg_, uint32_t connected) {
  const config *cfg = cfg_;
  char first[COMPARE_NAME], second[COMPARE_NAME];
  (void)connected;
  return read_names(cfg->names, first, second);
}

static bf_status read_sides(compare *c, const bf_host *host, bf_task *task) {
  static const char *const port[] = {"first", "second"};
  bf_status status = BF_OK;
  table_build *b = NULL;
  BF_TRY(table_build_new(&b));
  for (int s = 0; s < 2; s++) {
    compare_side *side = &c->side[s];
    size_t n;
    const bf_input *in = host->inputs(task, port[s], &n);
    table_build_count(b, &side->row, &side->declined);
    BF_TRY(table_build_inputs(b, host, task, in, n));
    table_build_count(b, &side->end, &side->declined_end);
  }
  BF_TRY(table_build_take(b, &c->all));
out:
  table_build_free(b);
  return status;
}

static bool has_axis(const compare *c, const compare_side *s, uint32_t axis) {
  for (uint64_t i = s->row; i < s->end; i++)
    if (c->all.value[i * c->all.naxis + axis]) return true;
  return false;
}

/* Items can only be the same where the axes are. A side without rows has declined items only, whose labels may lack axes. */
static bf_status check_axes(const compare *c) {
  const compare_side *a = &c->side[0], *b = &c->side[1];
  if (a->row == a->end || b->row == b->end) return BF_OK;
  for (uint32_t k = 0; k < c->all.naxis; k++) {
    const bool first = has_axis(c, a, k);
    if (first == has_axis(c, b, k)) continue;
    return bf_fail(BF_INVALID, "%s has the axis '%s', and %s has not: compare items of the same axes; select one %s first, or let both sides have all of them",
                   first ? a->name : b->name, c->all.axis[k], first ? b->name : a->name, c->all.axis[k]);
  }
  return BF_OK;
}

static bf_status make_room(compare *c) {
  bf_status status = BF_OK;
  const bf_betti_table *t = &c->all;
  if (!(c->axis = calloc(t->naxis + 1u, sizeof *c->axis))) return compare_no_memory();
  for (uint32_t k = 0; k < t->naxis; k++) c->axis[k] = k;
  BF_TRY(view_group(t->value, t->n, t->naxis, c->axis, t->naxis, &c->item)); /* NOLINT(clang-analyzer-unix.Malloc): the caller frees the axes */
  for (uint64_t i = 0; i < t->n; i++) c->dims = t->dim[i] + 1 > c->dims ? t->dim[i] + 1 : c->dims;
  const size_t cells = (size_t)c->item.n * c->dims;
  for (int s = 0; s < 2; s++) {
    c->betti[s] = malloc((cells + 1) * sizeof *c->betti[s]);
    c->scale[s] = malloc((c->item.n + (size_t)1) * sizeof *c->scale[s]);
    if (!c->betti[s] || !c->scale[s]) return compare_no_memory();
    for (size_t i = 0; i < cells; i++) c->betti[s][i] = -1;
    for (uint32_t i = 0; i < c->item.n; i++) c->scale[s][i] = (double)NAN;
  }
out:
  return status;
}

/* Two numbers where one belongs. */
static bf_status refuse(const compare *c, int s, uint64_t row, double scale) {
  const bf_betti_table *t = &c->all;
  char *where = view_row_text(t, t->value + row * t->naxis);
  bf_status status = BF_BAD_INPUT;
  if (scale != t->scale[row])
    status = bf_fail(BF_INVALID, "%s: the item '%s' has several scales, %g and %g, and can be compared at one: choose it, or take what table.stable finds",
                     c->side[s].name, where ? where : "?", scale, t->scale[row]);
  else
    bf_fail(status, "%s: the item '%s' has two different Betti numbers of dimension %u", c->side[s].name, where ? where : "?", t->dim[row]);
  free(where);
  return status;
}

static bf_status fill(compare *c, int s) {
  const bf_betti_table *t = &c->all;
  for (uint64_t i = c->side[s].row; i < c->side[s].end; i++) {
    const uint32_t item = c->item.of[i];
    double *scale = &c->scale[s][item];
    int64_t *betti = &c->betti[s][(size_t)item * c->dims + t->dim[i]];
    if (isnan(*scale)) *scale = t->scale[i];
    if (*scale != t->scale[i] || (*betti >= 0 && *betti != t->betti[i])) return refuse(c, s, i, *scale);
    *betti = t->betti[i];
  }
  return BF_OK;
}

static void compare_free(compare *c) {
  for (int s = 0; s < 2; s++) {
    free(c->betti[s]);
    free(c->scale[s]);
  }
  free(c->axis);
  view_groups_free(&c->item);
  bf_betti_table_free(&c->all);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg_) {
  const config *cfg = cfg_;
  bf_status status = BF_OK;
  compare c = {.host = host, .task = task};
  bf_table t = {0};
  const bf_out *out = host->output(task, "table", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(read_names(cfg->names, c.side[0].name, c.side[1].name));
  BF_TRY(read_sides(&c, host, task));
  BF_TRY(check_axes(&c));
  BF_TRY(make_room(&c));
  for (int s = 0; s < 2; s++) BF_TRY(fill(&c, s));
  BF_TRY(compare_table(&c, &t));
  BF_TRY(bf_table_write(out, &t));
out:
  bf_table_free(&t);
  compare_free(&c);
  return status;
}

static const bf_stage stage = {
    .id = "table.compare",
    .doc = "two sets of Betti numbers side by side, item by item, and whether they agree",
    .revision = 1,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "compare", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
