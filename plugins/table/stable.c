/* table.stable: the longest stretch of a parameter on which the Betti numbers stay the same, together and each by itself. */
#include "stable.h"
#include "either.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10 }; /* items without an answer that are told one by one */

typedef struct config {
  const char *along, *measure;
  double from, to;
} config;

static const bf_param params[] = {
    BF_PARAM(config, from, .def = "none", .range = "(-inf, inf)", .doc = "where the parameter's range begins; none: at its least value"),
    BF_PARAM(config, to, .def = "none", .range = "(-inf, inf]",
             .doc = "where it ends; none: at a diagram's threshold, or, if it was not cut, at its greatest finite value, beyond which nothing changes"),
    BF_PARAM(config, measure, .def = "linear", .choices = "linear|log",
             .doc = "length of a stretch: to - from, or log(to / from), for which the range begins above 0"),
    BF_PARAM(config, along, .def = "scale", .doc = "with `tables`: the parameter, `scale` or a sweep variable such as k, which then is no column"),
    {0},
};

static const bf_port inputs[] = {
    EITHER_INPUTS("diagrams, whose parameter is the filtration's value", "Betti numbers at several values of the parameter"),
    {0},
};

static const bf_port outputs[] = {
    {"table", BF_BIT(BF_TABLE), 0, NULL, "a row for each item: the Betti numbers that stay the same together for longest, from where to where"},
    {"dims", BF_BIT(BF_TABLE), 0, NULL, "a row for each item and dimension: the Betti number that by itself stays the same for longest"},
    {"betti", BF_BIT(BF_BETTI_TABLE), 0, NULL, "the Betti numbers of `table`, at the scale where their stretch begins (with `along`, at their own scale)"},
    {0},
};

static bf_status check(const void *cfg_, uint32_t connected) {
  bf_status status = BF_OK;
  const config *cfg = cfg_;
  BF_TRY(table_either(connected));
  if (connected == EITHER_DIAGRAMS_BIT && strcmp(cfg->along, "scale") != 0)
    return bf_fail(BF_INVALID, "along: the parameter of `diagrams` is the filtration's value; leave it out, or gather `tables`");
  if (cfg->from >= cfg->to) return bf_fail(BF_INVALID, "from: %g is not below to, %g", cfg->from, cfg->to);
  if (cfg->measure[1] == 'o' && (cfg->from <= 0 || cfg->to <= 0))
    return bf_fail(BF_INVALID, "measure: with log, `from` and `to` have to be above 0; without `from` the range begins at the least value above 0");
out:
  return status;
}

bf_status stable_no_memory(void) { return bf_fail(BF_NO_MEMORY, "out of memory for a table of stretches"); }

bf_status stable_room(stable *s, uint64_t n) {
  if (n > SIZE_MAX / sizeof *s->answer - 1 || !(s->answer = calloc((size_t)n + 1, sizeof *s->answer))) return stable_no_memory();
  for (; s->n < n; s->n++)
    if (!(s->answer[s->n].key = calloc(s->axes.n + 1u, sizeof *s->answer->key))) return stable_no_memory();
  return BF_OK;
}

bf_status stable_none(stable *s, char *where, const char *why) {
  bf_status status = where ? BF_OK : stable_no_memory();
  if (where && s->told < SHOWN) status = bf_table_note(&s->together, "%s%s%s", where, *where ? " – " : "", why);
  s->told++;
  free(where);
  return status;
}

static void stable_free(stable *s) {
  for (uint64_t i = 0; i < s->n; i++) {
    free(s->answer[i].key);
    stretches_free(&s->answer[i].is);
  }
  free(s->answer);
  label_axes_free(&s->axes);
  bf_table_free(&s->together);
}

/* ---- diagrams ---- */

static bf_status answer_diagram(stable *s, const bf_input *in, uint64_t budget, stretches *out, bf_convention *convention) {
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(bf_diagram_read(in->path, budget, &d));
  *convention = d.convention;
  status = stretch_of_diagram(&d, &s->range, budget, out);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s", in->path);
  if (status != BF_OK || out->known) goto out;
  char why[128];
  snprintf(why, sizeof why, "nothing is known from %g on, as the diagram was cut at %g", s->range.from, d.threshold);
  status = stable_none(s, label_text(in), why);
out:
  bf_diagram_free(&d);
  return status;
}

/* *what becomes the parameter's name. */
static bf_status answer_diagrams(stable *s, const bf_host *host, bf_task *task, const bf_input *in, size_t n, const char **what) {
  bf_status status = BF_OK;
  bf_convention first = 0;
  size_t at = 0, there = 0;
  for (size_t i = 0; i < n; i++) there += in[i].path != NULL;
  BF_TRY(label_axes_of(in, n, &s->axes));
  BF_TRY(stable_room(s, there));
  for (size_t i = 0; i < n; i++) {
    bf_convention convention;
    BF_TRY(host->step(task, i, n));
    if (!in[i].path) {
      BF_TRY(stable_none(s, label_text(&in[i]), in[i].reason ? in[i].reason : "declined"));
      continue;
    }
    stable_answer *a = &s->answer[at++];
    for (uint32_t k = 0; a->key && k < s->axes.n; k++) a->key[k] = label_value(&in[i], s->axes.name[k]);
    BF_TRY(answer_diagram(s, &in[i], host->memory(task), &a->is, &convention));
    if (at == 1) first = convention;
    if (convention != first) first = 0;
  }
  *what = first ? bf_convention_name(first) : "the filtration's value";
out:
  return status;
}

/* ---- tables ---- */

static bf_status column(bf_table *t, const stable *s, const char *name, bf_column_type type) { return label_column(t, &s->axes, "stable_", name, type); }

/* The columns at the end: from, to, length. */
static bf_status stretch_columns(bf_table *t, const stable *s) {
  static const char *const names[] = {"from", "to", "length"};
  bf_status status = BF_OK;
  for (size_t i = 0; i < 3; i++) BF_TRY(column(t, s, names[i], BF_COLUMN_REAL));
  if (s->rows) BF_TRY(column(t, s, "values", BF_COLUMN_INTEGER));
out:
  return status;
}

static bf_status put_stretch(bf_table *t, const stable *s, uint32_t at, const stretch *x, bool known) {
  bf_status status = BF_OK;
  if (!known) return BF_OK;
  BF_TRY(bf_table_put_real(t, at, x->from));
  BF_TRY(bf_table_put_real(t, at + 1, x->to));
  BF_TRY(bf_table_put_real(t, at + 2, x->length));
  if (s->rows) BF_TRY(bf_table_put_integer(t, at + 3, (int64_t)x->values));
out:
  return status;
}

/* A new row with the answer's values on the axes. */
static bf_status begin_row(bf_table *t, const stable *s, const stable_answer *a) {
  bf_status status = BF_OK;
  BF_TRY(bf_table_row(t));
  for (uint32_t k = 0; k < s->axes.n; k++) BF_TRY(bf_table_put_text(t, k, a->key[k]));
out:
  return status;
}

static bf_status make_together(stable *s, const char *what) {
  bf_status status = BF_OK;
  bf_table *t = &s->together;
  uint32_t dims = 0;
  char name[32];
  for (uint64_t i = 0; i < s->n; i++) dims = s->answer[i].is.dims > dims ? s->answer[i].is.dims : dims;
  BF_TRY(bf_table_caption(t, "Longest stretch of %s on which the Betti numbers stay the same%s", what, s->range.log ? ", by the ratio of its ends" : ""));
  BF_TRY(label_columns(t, &s->axes));
  for (uint32_t k = 0; k < dims; k++) {
    snprintf(name, sizeof name, "betti_%u", k);
    BF_TRY(column(t, s, name, BF_COLUMN_INTEGER));
  }
  BF_TRY(stretch_columns(t, s));
  for (uint64_t i = 0; i < s->n; i++) {
    const stable_answer *a = &s->answer[i];
    BF_TRY(begin_row(t, s, a));
    for (uint32_t k = 0; a->is.known && k < a->is.dims; k++)
      if (a->is.together[k] >= 0) BF_TRY(bf_table_put_integer(t, s->axes.n + k, a->is.together[k]));
    BF_TRY(put_stretch(t, s, s->axes.n + dims, &a->is.joint, a->is.known));
  }
  if (s->told > SHOWN) BF_TRY(bf_table_note(t, "… and %llu more without an answer", (unsigned long long)s->told - SHOWN));
out:
  return status;
}

static bf_status make_dims(const stable *s, const char *what, bf_table *t) {
  bf_status status = BF_OK;
  const uint32_t at = s->axes.n;
  BF_TRY(bf_table_caption(t, "Longest stretch of %s on which each Betti number by itself stays the same%s", what,
                          s->range.log ? ", by the ratio of its ends" : ""));
  BF_TRY(label_columns(t, &s->axes));
  BF_TRY(column(t, s, "dim", BF_COLUMN_INTEGER));
  BF_TRY(column(t, s, "betti", BF_COLUMN_INTEGER));
  BF_TRY(stretch_columns(t, s));
  for (uint64_t i = 0; i < s->n; i++) {
    const stretches *is = &s->answer[i].is;
    for (uint32_t k = 0; k < is->dims; k++) {
      const bool known = is->known && is->alone[k].values > 0;
      BF_TRY(begin_row(t, s, &s->answer[i]));
      BF_TRY(bf_table_put_integer(t, at, k));
      if (known) BF_TRY(bf_table_put_integer(t, at + 1, is->each[k]));
      BF_TRY(put_stretch(t, s, at + 2, &is->alone[k], known));
    }
  }
out:
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg_) {
  const config *cfg = cfg_;
  bf_status status = BF_OK;
  stable s = {.range = {cfg->from, cfg->to, cfg->measure[1] == 'o'}, .along = cfg->along};
  bf_betti_table all = {0};
  bf_table dims = {0};
  bf_betti_table betti = {0};
  size_t ndiagram, ntable;
  const char *what = cfg->along;
  const bf_input *diagram = host->inputs(task, "diagrams", &ndiagram), *table = host->inputs(task, "tables", &ntable);
  const bf_out *out = host->output(task, "table", NULL, 0), *dims_out = host->output(task, "dims", NULL, 0), *betti_out = host->output(task, "betti", NULL, 0);
  if (!out || !dims_out || !betti_out) return BF_FAILED;
  s.rows = ntable > 0;
  if (s.rows)
    BF_TRY(stable_rows(&s, host, task, table, ntable, &all));
  else
    BF_TRY(answer_diagrams(&s, host, task, diagram, ndiagram, &what));
  BF_TRY(make_together(&s, what));
  BF_TRY(bf_table_write(out, &s.together));
  BF_TRY(make_dims(&s, what, &dims));
  BF_TRY(bf_table_write(dims_out, &dims));
  BF_TRY(stable_betti(&s, diagram, ndiagram, &all, &betti));
  BF_TRY(bf_betti_table_write(betti_out, &betti));
out:
  bf_betti_table_free(&betti);
  bf_table_free(&dims);
  stable_free(&s);
  bf_betti_table_free(&all);
  return status;
}

static const bf_stage stage = {
    .id = "table.stable",
    .doc = "the longest stretch of a parameter on which the Betti numbers stay the same, for each item",
    .revision = 3,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "stable", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
