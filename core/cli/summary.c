/* Summaries of the other artifacts. */
#include "cli/summary.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>

enum { ROWS = 20, LONGEST = 10 };

static void set_integer(json_t *to, const char *key, uint64_t value) { json_object_set_new(to, key, json_integer((json_int_t)value)); }
static void set_real(json_t *to, const char *key, double value) { json_object_set_new(to, key, bf_json_real(value)); }

static bf_status network(const char *path, json_t *to) {
  bf_network net;
  bf_status status = bf_network_read(path, 0, &net);
  if (status != BF_OK) return status;
  json_t *widths = json_array(), *activations = json_array();
  uint64_t parameters = 0;
  json_array_append_new(widths, json_integer(net.layer[0].inputs));
  for (uint32_t i = 0; i < net.nlayer; i++) {
    const bf_layer *l = &net.layer[i];
    json_array_append_new(widths, json_integer(l->outputs));
    json_array_append_new(activations, json_string(*l->activation ? l->activation : "linear"));
    parameters += ((uint64_t)l->inputs + 1) * l->outputs;
  }
  set_integer(to, "layers", net.nlayer);
  json_object_set_new(to, "widths", widths);
  json_object_set_new(to, "activations", activations);
  set_integer(to, "parameters", parameters);
  bf_network_free(&net);
  return BF_OK;
}

/* The least of x, where it was taken. */
static double least(const float *x, uint64_t n) {
  float low = INFINITY;
  for (uint64_t i = 0; i < n; i++) low = fminf(low, x[i]);
  return (double)low;
}

static bf_status training(const char *path, json_t *to) {
  bf_training_log t;
  bf_status status = bf_training_log_read(path, 0, &t);
  if (status != BF_OK) return status;
  set_integer(to, "attempts", t.attempts);
  set_integer(to, "steps", t.steps);
  json_object_set_new(to, "success", json_boolean(t.success));
  set_real(to, "final_accuracy", t.final_accuracy);
  if (!isnan(t.final_validation)) set_real(to, "final_validation", t.final_validation);
  set_integer(to, "rows", t.n);
  if (t.n) {
    set_real(to, "first_loss", (double)t.loss[0]);
    set_real(to, "last_loss", (double)t.loss[t.n - 1]);
    set_real(to, "least_loss", least(t.loss, t.n));
    if (t.validation_loss) set_real(to, "least_validation_loss", least(t.validation_loss, t.n));
  }
  bf_training_log_free(&t);
  return BF_OK;
}

static bf_status training_state(const char *path, json_t *to) {
  bf_training_state s;
  bf_status status = bf_training_state_read(path, 0, &s);
  if (status != BF_OK) return status;
  json_t *widths = json_array();
  for (uint32_t l = 0; l <= s.nlayer; l++) json_array_append_new(widths, json_integer(s.width[l]));
  json_object_set_new(to, "widths", widths);
  json_object_set_new(to, "activation", json_string(s.activation));
  json_object_set_new(to, "optimiser", json_string(s.optimiser));
  set_integer(to, "parameters", s.n);
  set_integer(to, "attempt", s.attempt);
  set_integer(to, "step", s.step);
  set_real(to, "loss", s.loss);
  if (s.best_step) {
    set_integer(to, "best_step", s.best_step);
    set_real(to, "best_accuracy", s.best_accuracy);
  }
  set_integer(to, "rows", s.log.n);
  bf_training_state_free(&s);
  return BF_OK;
}

static bf_status filtration(const char *path, json_t *to) {
  bf_filtration f;
  uint64_t count[ROWS] = {0};
  double least = INFINITY, most = -INFINITY;
  bf_status status = bf_filtration_read(path, 0, &f);
  if (status != BF_OK) return status;
  for (uint64_t s = 0; s < f.n; s++) {
    uint64_t dim = f.first[s + 1] - f.first[s] - 1;
    if (dim < ROWS) count[dim]++;
    least = fmin(least, f.value[s]);
    most = fmax(most, f.value[s]);
  }
  json_t *rows = json_array();
  for (int dim = 0; dim < ROWS; dim++)
    if (count[dim]) json_array_append_new(rows, json_pack("{s:i, s:I}", "dim", dim, "simplices", (json_int_t)count[dim]));
  set_integer(to, "simplices", f.n);
  json_object_set_new(to, "values_are", json_string(bf_convention_name(f.convention)));
  set_real(to, "threshold", f.threshold);
  if (f.limit_dimension != BF_NOT_CUT) set_integer(to, "limit_dimension", f.limit_dimension);
  if (f.n) json_object_set_new(to, "values", json_pack("{s:o, s:o}", "least", bf_json_real(least), "most", bf_json_real(most)));
  json_object_set_new(to, "dims", rows);
  bf_filtration_free(&f);
  return BF_OK;
}

static json_t *vertices(const uint32_t *vertex, uint32_t n) {
  json_t *list = json_array();
  for (uint32_t k = 0; k < n; k++) json_array_append_new(list, json_integer(vertex[k]));
  return list;
}

/* The simplices of interval i, which is finite. They lie one behind the other. */
static void add_simplices(const bf_diagram *d, uint64_t i, json_t *row) {
  uint64_t birth = 0, death = 0;
  for (uint64_t j = 0; j < i; j++) {
    birth += d->dim[j] + UINT64_C(1);
    if (!isinf(d->death[j])) death += d->dim[j] + UINT64_C(2);
  }
  json_object_set_new(row, "birth_simplex", vertices(d->birth_simplex + birth, d->dim[i] + 1));
  json_object_set_new(row, "death_simplex", vertices(d->death_simplex + death, d->dim[i] + 2));
}

/* The longest finite intervals, longest first; of equal ones the first. */
static json_t *longest(const bf_diagram *d) {
  uint64_t top[LONGEST];
  size_t n = 0;
  for (uint64_t i = 0; i < d->n; i++) {
    double length = d->death[i] - d->birth[i];
    if (isinf(length)) continue;
    size_t at = n;
    while (at && d->death[top[at - 1]] - d->birth[top[at - 1]] < length) at--;
    if (at == LONGEST) continue;
    if (n < LONGEST) n++;
    for (size_t k = n - 1; k > at; k--) top[k] = top[k - 1];
    top[at] = i;
  }
  json_t *rows = json_array();
  for (size_t k = 0; k < n; k++) {
    uint64_t i = top[k];
    json_t *row = json_pack("{s:i, s:f, s:f, s:f}", "dim", (int)d->dim[i], "birth", d->birth[i], "death", d->death[i], "length", d->death[i] - d->birth[i]);
    if (d->birth_simplex) add_simplices(d, i, row);
    json_array_append_new(rows, row);
  }
  return rows;
}

static bf_status diagram(const char *path, json_t *to) {
  static const char *const representatives[] = {"none", "cocycles", "cycles"};
  bf_diagram d;
  bf_status status = bf_diagram_read(path, 0, &d);
  if (status != BF_OK) return status;
  json_t *rows = json_array();
  uint64_t i = 0;
  for (uint32_t dim = 0; dim <= d.max_dim && dim < ROWS; dim++) {
    json_int_t intervals = 0, essential = 0;
    for (; i < d.n && d.dim[i] == dim; i++) intervals++, essential += isinf(d.death[i]) != 0;
    json_array_append_new(rows, json_pack("{s:i, s:I, s:I}", "dim", (int)dim, "intervals", intervals, "essential", essential));
  }
  set_integer(to, "max_dim", d.max_dim);
  set_integer(to, "modulus", d.modulus);
  json_object_set_new(to, "values_are", json_string(bf_convention_name(d.convention)));
  set_real(to, "threshold", d.threshold);
  set_integer(to, "intervals", d.n);
  json_object_set_new(to, "representatives", json_string(representatives[d.representatives]));
  json_object_set_new(to, "dims", rows);
  json_object_set_new(to, "longest_finite", longest(&d));
  bf_diagram_free(&d);
  return BF_OK;
}

/* Row i's axis texts, those that are not "". */
static json_t *axes(const bf_betti_table *t, const uint32_t *value) {
  json_t *row = json_object();
  for (uint32_t a = 0; a < t->naxis; a++) json_object_set_new(row, t->axis[a], json_string(t->text[value[a]]));
  return row;
}

static bf_status betti_table(const char *path, json_t *to) {
  bf_betti_table t;
  bf_status status = bf_betti_table_read(path, 0, &t);
  if (status != BF_OK) return status;
  json_t *rows = json_array(), *declined = json_array();
  for (uint64_t i = 0; i < t.n && i < ROWS; i++) {
    json_t *row = axes(&t, t.value + i * t.naxis);
    set_real(row, "scale", t.scale[i]);
    set_integer(row, "dim", t.dim[i]);
    json_object_set_new(row, "betti", json_integer(t.betti[i]));
    json_array_append_new(rows, row);
  }
  for (uint64_t i = 0; i < t.ndeclined && i < ROWS; i++) {
    json_t *row = axes(&t, t.declined + i * t.naxis);
    json_object_set_new(row, "reason", json_string(t.text[t.reason[i]]));
    json_array_append_new(declined, row);
  }
  set_integer(to, "rows", t.n);
  json_object_set_new(to, "table", rows);
  set_integer(to, "declined_items", t.ndeclined);
  json_object_set_new(to, "declined", declined);
  bf_betti_table_free(&t);
  return BF_OK;
}

static json_t *cell(const bf_column *c, uint64_t row) {
  switch (c->type) {
  case BF_COLUMN_TEXT:
    return json_string(c->text[row]);
  case BF_COLUMN_INTEGER:
    return c->integer[row] == BF_NO_INTEGER ? json_null() : json_integer(c->integer[row]);
  default:
    return isnan(c->real[row]) ? json_null() : bf_json_real(c->real[row]);
  }
}

static bf_status table(const char *path, json_t *to) {
  bf_table t;
  bf_status status = bf_table_read(path, 0, &t);
  if (status != BF_OK) return status;
  json_t *rows = json_array(), *notes = json_array();
  for (uint64_t i = 0; i < t.n && i < ROWS; i++) {
    json_t *row = json_object();
    for (uint32_t k = 0; k < t.ncolumn; k++) json_object_set_new(row, t.column[k].name, cell(&t.column[k], i));
    json_array_append_new(rows, row);
  }
  for (uint64_t i = 0; i < t.nnote && i < ROWS; i++) json_array_append_new(notes, json_pack("{s:s}", "note", t.note[i]));
  if (*t.caption) json_object_set_new(to, "caption", json_string(t.caption));
  set_integer(to, "columns", t.ncolumn);
  set_integer(to, "rows", t.n);
  json_object_set_new(to, "table", rows);
  json_object_set_new(to, "notes", notes);
  bf_table_free(&t);
  return BF_OK;
}

static bf_status figure(const char *path, json_t *to) {
  static const char *const kinds[] = {"", "line", "dashed", "area", "disc", "text", "text_mid", "text_end", "text_up"};
  bf_figure f;
  uint64_t count[BF_DRAW_TEXT_UP + 1] = {0};
  bf_status status = bf_figure_read(path, 0, &f);
  if (status != BF_OK) return status;
  for (uint64_t k = 0; k < f.n; k++) count[f.kind[k]]++;
  json_t *rows = json_array();
  for (int k = 1; k <= BF_DRAW_TEXT_UP; k++)
    if (count[k]) json_array_append_new(rows, json_pack("{s:s, s:I}", "draws", kinds[k], "operations", (json_int_t)count[k]));
  set_real(to, "width", f.width);
  set_real(to, "height", f.height);
  set_integer(to, "operations", f.n);
  json_object_set_new(to, "kinds", rows);
  bf_figure_free(&f);
  return BF_OK;
}

bf_status bf_summarise(bf_type type, const char *path, json_t *to) {
  switch (type) {
  case BF_POINT_CLOUD:
    return bf_summarise_points(path, to);
  case BF_NETWORK:
    return network(path, to);
  case BF_TRAINING_LOG:
    return training(path, to);
  case BF_WEIGHTED_GRAPH:
    return bf_summarise_graph(path, to);
  case BF_FILTRATION:
    return filtration(path, to);
  case BF_PERSISTENCE_DIAGRAM:
    return diagram(path, to);
  case BF_BETTI_TABLE:
    return betti_table(path, to);
  case BF_FIGURE:
    return figure(path, to);
  case BF_TABLE:
    return table(path, to);
  case BF_TRAINING_STATE:
    return training_state(path, to);
  }
  return bf_fail(BF_BAD_INPUT, "%s: a type of artifact that has no summary", path);
}
