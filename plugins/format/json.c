/* format.json: any artifact as JSON, for people and scripts. Numbers are shortest decimals; infinities are the texts "inf" and "-inf", and what was
 * not taken is null. */
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
  text_out t;
  bool first;       /* nothing stands yet in the innermost list or object */
  bf_status status; /* what failed first */
} writer;

/* ---- JSON, written as it comes ---- */

static void separate(writer *w) {
  if (!w->first) fputc(',', w->t.f);
  w->first = false;
}

static void quoted(writer *w, const char *s) {
  json_t *text = json_string(s);
  char *dump = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;
  if (dump)
    fputs(dump, w->t.f);
  else if (w->status == BF_OK)
    w->status = bf_fail(BF_BAD_INPUT, "a text in the artifact is not UTF-8");
  free(dump);
  json_decref(text);
}

/* A member's name, on a line of its own for those of the outermost object. */
static void name(writer *w, const char *s, bool outermost) {
  separate(w);
  if (outermost) fputs("\n ", w->t.f);
  quoted(w, s);
  fputc(':', w->t.f);
}

static void open_(writer *w, char bracket) {
  fputc(bracket, w->t.f);
  w->first = true;
}

static void close_(writer *w, char bracket) {
  fputc(bracket, w->t.f);
  w->first = false;
}

static void real(writer *w, double x, bool narrow) {
  if (isnan(x))
    fputs("null", w->t.f);
  else if (isinf(x))
    fputs(x > 0 ? "\"inf\"" : "\"-inf\"", w->t.f);
  else if (narrow)
    text_float(&w->t, (float)x);
  else
    text_double(&w->t, x);
}

static void whole(writer *w, uint64_t x) { fprintf(w->t.f, "%" PRIu64, x); }

static void member_text(writer *w, const char *key, const char *s) {
  name(w, key, true);
  quoted(w, s);
}

static void member_whole(writer *w, const char *key, uint64_t x) {
  name(w, key, true);
  whole(w, x);
}

static void member_real(writer *w, const char *key, double x) {
  name(w, key, true);
  real(w, x, false);
}

static void member_bool(writer *w, const char *key, bool x) {
  name(w, key, true);
  fputs(x ? "true" : "false", w->t.f);
}

/* ---- lists ---- */

static void floats(writer *w, const float *x, uint64_t n) {
  open_(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    separate(w);
    real(w, (double)x[i], true);
  }
  close_(w, ']');
}

static void matrix(writer *w, const float *x, uint64_t rows, uint64_t columns) {
  open_(w, '[');
  for (uint64_t i = 0; i < rows; i++) {
    separate(w);
    floats(w, x + i * columns, columns);
  }
  close_(w, ']');
}

static void wholes(writer *w, const uint32_t *x, uint64_t n) {
  open_(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    separate(w);
    whole(w, x[i]);
  }
  close_(w, ']');
}

static void member_wholes(writer *w, const char *key, const uint32_t *x, uint64_t n) {
  name(w, key, true);
  wholes(w, x, n);
}

static void member_floats(writer *w, const char *key, const float *x, uint64_t n) {
  name(w, key, true);
  floats(w, x, n);
}

/* Lists of different lengths, one behind the other in x. */
static void member_ragged(writer *w, const char *key, const uint64_t *first, const uint32_t *x, uint64_t n) {
  name(w, key, true);
  open_(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    separate(w);
    wholes(w, x + first[i], first[i + 1] - first[i]);
  }
  close_(w, ']');
}

/* ---- one function for each type of artifact ---- */

static bf_status put_points(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_points p = {0};
  BF_TRY(bf_points_read(path, budget, &p));
  member_whole(w, "n", p.n);
  member_whole(w, "dim", p.dim);
  name(w, "points", true);
  matrix(w, p.x, p.n, p.dim);
  if (p.label) member_wholes(w, "class", (const uint32_t *)p.label, p.n); /* classes are not negative */
  member_wholes(w, "id", p.id, p.n);
out:
  bf_points_free(&p);
  return status;
}

static bf_status put_network(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_network net = {0};
  BF_TRY(bf_network_read(path, budget, &net));
  name(w, "layers", true);
  open_(w, '[');
  for (uint32_t i = 0; i < net.nlayer; i++) {
    const bf_layer *l = &net.layer[i];
    separate(w);
    open_(w, '{');
    name(w, "inputs", false);
    whole(w, l->inputs);
    name(w, "outputs", false);
    whole(w, l->outputs);
    name(w, "activation", false);
    quoted(w, l->activation);
    name(w, "weight", false);
    matrix(w, l->weight, l->outputs, l->inputs);
    name(w, "bias", false);
    floats(w, l->bias, l->outputs);
    close_(w, '}');
  }
  close_(w, ']');
out:
  bf_network_free(&net);
  return status;
}

static bf_status put_training(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_training_log log = {0};
  BF_TRY(bf_training_log_read(path, budget, &log));
  member_bool(w, "success", log.success);
  member_whole(w, "steps", log.steps);
  member_real(w, "final_accuracy", log.final_accuracy);
  member_whole(w, "attempts", log.attempts);
  member_real(w, "final_validation", log.final_validation);
  member_wholes(w, "attempt", log.attempt, log.n);
  name(w, "step", true);
  open_(w, '[');
  for (uint64_t i = 0; i < log.n; i++) {
    separate(w);
    whole(w, log.step[i]);
  }
  close_(w, ']');
  member_floats(w, "loss", log.loss, log.n);
  member_floats(w, "accuracy", log.accuracy, log.n);
  member_floats(w, "rate", log.rate, log.n);
  member_floats(w, "gradient", log.gradient, log.n);
  if (log.validation_loss) {
    member_floats(w, "validation_loss", log.validation_loss, log.n);
    member_floats(w, "validation_accuracy", log.validation_accuracy, log.n);
  }
out:
  bf_training_log_free(&log);
  return status;
}

static bf_status put_graph(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_graph g = {0};
  BF_TRY(bf_graph_read(path, budget, &g));
  member_whole(w, "n", g.n);
  member_bool(w, "dense", g.dense);
  member_wholes(w, "id", g.id, g.n);
  if (g.first) member_ragged(w, "members", g.first, g.member, g.n);
  if (g.dense) {
    member_floats(w, "lower_triangle", g.w, g.m);
    goto out;
  }
  name(w, "edges", true);
  open_(w, '[');
  for (uint64_t e = 0; e < g.m; e++) {
    separate(w);
    fprintf(w->t.f, "[%" PRIu32 ",%" PRIu32 ",", g.u[e], g.v[e]);
    real(w, (double)g.w[e], true);
    fputc(']', w->t.f);
  }
  close_(w, ']');
out:
  bf_graph_free(&g);
  return status;
}

static bf_status put_filtration(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_filtration f = {0};
  BF_TRY(bf_filtration_read(path, budget, &f));
  member_ragged(w, "simplices", f.first, f.vertex, f.n);
  name(w, "values", true);
  open_(w, '[');
  for (uint64_t i = 0; i < f.n; i++) {
    separate(w);
    real(w, f.value[i], false);
  }
  close_(w, ']');
out:
  bf_filtration_free(&f);
  return status;
}

static bf_status put_diagram(writer *w, const char *path, uint64_t budget) {
  static const char *const conventions[] = {"", "diameter", "radius", "squared_radius"};
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(bf_diagram_read(path, budget, &d));
  member_whole(w, "max_dim", d.max_dim);
  member_whole(w, "modulus", d.modulus);
  member_text(w, "convention", conventions[d.convention]);
  member_real(w, "threshold", d.threshold);
  name(w, "intervals", true); /* [dim, birth, death] */
  open_(w, '[');
  for (uint64_t i = 0; i < d.n; i++) {
    separate(w);
    fprintf(w->t.f, "[%" PRIu32 ",", d.dim[i]);
    real(w, d.birth[i], false);
    fputc(',', w->t.f);
    real(w, d.death[i], false);
    fputc(']', w->t.f);
  }
  close_(w, ']');
out:
  bf_diagram_free(&d);
  return status;
}

static void put_axes(writer *w, const bf_betti_table *t, const uint32_t *value) {
  for (uint32_t a = 0; a < t->naxis; a++) {
    if (!value[a]) continue;
    name(w, t->axis[a], false);
    quoted(w, t->text[value[a]]);
  }
}

static void texts(writer *w, const char *key, char **text, uint64_t n) {
  name(w, key, true);
  open_(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    separate(w);
    quoted(w, text[i]);
  }
  close_(w, ']');
}

static bf_status put_table(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_betti_table t = {0};
  BF_TRY(bf_betti_table_read(path, budget, &t));
  texts(w, "sweep_axes", t.axis, t.nsweep);
  texts(w, "item_axes", t.axis + t.nsweep, t.naxis - t.nsweep);
  name(w, "rows", true);
  open_(w, '[');
  for (uint64_t i = 0; i < t.n; i++) {
    separate(w);
    open_(w, '{');
    put_axes(w, &t, t.value + i * t.naxis);
    name(w, "scale", false);
    real(w, t.scale[i], false);
    fprintf(w->t.f, ",\"dim\":%" PRIu32 ",\"betti\":%" PRId64, t.dim[i], t.betti[i]);
    close_(w, '}');
  }
  close_(w, ']');
  name(w, "declined", true);
  open_(w, '[');
  for (uint64_t i = 0; i < t.ndeclined; i++) {
    separate(w);
    open_(w, '{');
    put_axes(w, &t, t.declined + i * t.naxis);
    name(w, "reason", false);
    quoted(w, t.text[t.reason[i]]);
    close_(w, '}');
  }
  close_(w, ']');
out:
  bf_betti_table_free(&t);
  return status;
}

static void put_cell(writer *w, const bf_column *c, uint64_t row) {
  if (c->type == BF_COLUMN_TEXT)
    quoted(w, c->text[row]);
  else if (c->type == BF_COLUMN_REAL)
    real(w, c->real[row], false);
  else if (c->integer[row] == BF_NO_INTEGER)
    fputs("null", w->t.f);
  else
    fprintf(w->t.f, "%" PRId64, c->integer[row]);
}

static bf_status put_cells(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_table t = {0};
  BF_TRY(bf_table_read(path, budget, &t));
  member_text(w, "caption", t.caption);
  name(w, "columns", true);
  open_(w, '[');
  for (uint32_t i = 0; i < t.ncolumn; i++) {
    separate(w);
    quoted(w, t.column[i].name);
  }
  close_(w, ']');
  name(w, "rows", true);
  open_(w, '[');
  for (uint64_t i = 0; i < t.n; i++) {
    separate(w);
    fputs("\n  ", w->t.f);
    open_(w, '{');
    for (uint32_t k = 0; k < t.ncolumn; k++) {
      name(w, t.column[k].name, false);
      put_cell(w, &t.column[k], i);
    }
    close_(w, '}');
  }
  close_(w, ']');
  texts(w, "notes", t.note, t.nnote);
out:
  bf_table_free(&t);
  return status;
}

static bf_status put_figure(writer *w, const char *path, uint64_t budget) {
  static const char *const kinds[] = {"", "line", "dashed", "area", "disc", "text", "text_mid", "text_end", "text_up"};
  bf_status status = BF_OK;
  bf_figure f = {0};
  BF_TRY(bf_figure_read(path, budget, &f));
  member_real(w, "width", f.width);
  member_real(w, "height", f.height);
  name(w, "operations", true);
  open_(w, '[');
  for (uint64_t i = 0; i < f.n; i++) {
    separate(w);
    fprintf(w->t.f, "{\"kind\":\"%s\",\"colour\":\"#%08" PRIx32 "\",\"size\":", kinds[f.kind[i]], f.colour[i]);
    real(w, (double)f.size[i], true);
    fputs(",\"at\":", w->t.f);
    matrix(w, f.xy + 2 * f.first[i], f.count[i], 2);
    if (f.text[i]) {
      fputs(",\"text\":", w->t.f);
      quoted(w, f.text[i]);
    }
    close_(w, '}');
  }
  close_(w, ']');
out:
  bf_figure_free(&f);
  return status;
}

typedef bf_status put_function(writer *w, const char *path, uint64_t budget);
static put_function *const put[BF_TYPE_LAST + 1] = {[BF_POINT_CLOUD] = put_points,   [BF_NETWORK] = put_network,       [BF_TRAINING_LOG] = put_training,
                                                    [BF_WEIGHTED_GRAPH] = put_graph, [BF_FILTRATION] = put_filtration, [BF_PERSISTENCE_DIAGRAM] = put_diagram,
                                                    [BF_BETTI_TABLE] = put_table,    [BF_FIGURE] = put_figure,         [BF_TABLE] = put_cells};

static bf_status write_json(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  bf_status status = BF_OK;
  writer w = {.first = true};
  bf_artifact_info info = {0};
  (void)cfg;
  if (type < BF_POINT_CLOUD || type > BF_TYPE_LAST || !put[type]) return bf_fail(BF_INVALID, "format.json does not know this type");
  BF_TRY(bf_artifact_info_read(path, &info));
  BF_TRY(text_open(&w.t, out));
  open_(&w, '{');
  member_text(&w, "type", bf_type_name(type));
  name(&w, "label", true);
  open_(&w, '{');
  for (size_t i = 0; i < info.nlabel; i++) {
    name(&w, info.label[i].name, false);
    quoted(&w, info.label[i].value);
  }
  close_(&w, '}');
  BF_TRY(put[type](&w, path, host->memory(task)));
  fputs("\n}\n", w.t.f);
  status = w.status;
out:
  bf_artifact_info_free(&info);
  return text_close(&w.t, status);
}

static const bf_format json = {
    .id = "format.json",
    .doc = "any artifact as JSON, for people and scripts",
    .revision = 2,
    .extensions = ".json",
    .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_NETWORK) | BF_BIT(BF_TRAINING_LOG) | BF_BIT(BF_WEIGHTED_GRAPH) | BF_BIT(BF_FILTRATION) |
              BF_BIT(BF_PERSISTENCE_DIAGRAM) | BF_BIT(BF_BETTI_TABLE) | BF_BIT(BF_FIGURE) | BF_BIT(BF_TABLE),
    .write = write_json,
};

BF_PLUGIN(.name = "json", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&json, NULL});
