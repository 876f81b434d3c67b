/* format.json: any artifact as JSON, for people and scripts. Numbers are shortest decimals; infinities are the texts "inf" and "-inf", and what was
 * not taken is null. */
#include "json_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bf_status put_points(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_points p = {0};
  BF_TRY(bf_points_read(path, budget, &p));
  bf_json_member_whole(w, "n", p.n);
  bf_json_member_whole(w, "dim", p.dim);
  bf_json_name(w, "points", true);
  bf_json_matrix(w, p.x, p.n, p.dim);
  if (p.label) bf_json_member_wholes(w, "class", (const uint32_t *)p.label, p.n); /* classes are not negative */
  bf_json_member_wholes(w, "id", p.id, p.n);
out:
  bf_points_free(&p);
  return status;
}

static bf_status put_network(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_network net = {0};
  BF_TRY(bf_network_read(path, budget, &net));
  bf_json_name(w, "layers", true);
  bf_json_open(w, '[');
  for (uint32_t i = 0; i < net.nlayer; i++) {
    const bf_layer *l = &net.layer[i];
    bf_json_separate(w);
    bf_json_open(w, '{');
    bf_json_name(w, "inputs", false);
    bf_json_whole(w, l->inputs);
    bf_json_name(w, "outputs", false);
    bf_json_whole(w, l->outputs);
    bf_json_name(w, "activation", false);
    bf_json_text(w, l->activation);
    bf_json_name(w, "weight", false);
    bf_json_matrix(w, l->weight, l->outputs, l->inputs);
    bf_json_name(w, "bias", false);
    bf_json_floats(w, l->bias, l->outputs);
    bf_json_close(w, '}');
  }
  bf_json_close(w, ']');
out:
  bf_network_free(&net);
  return status;
}

static bf_status put_training(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_training_log log = {0};
  BF_TRY(bf_training_log_read(path, budget, &log));
  bf_json_member_bool(w, "success", log.success);
  bf_json_member_whole(w, "steps", log.steps);
  bf_json_member_real(w, "final_accuracy", log.final_accuracy);
  bf_json_member_whole(w, "attempts", log.attempts);
  bf_json_member_real(w, "final_validation", log.final_validation);
  bf_json_member_wholes(w, "attempt", log.attempt, log.n);
  bf_json_name(w, "step", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < log.n; i++) {
    bf_json_separate(w);
    bf_json_whole(w, log.step[i]);
  }
  bf_json_close(w, ']');
  bf_json_member_floats(w, "loss", log.loss, log.n);
  bf_json_member_floats(w, "accuracy", log.accuracy, log.n);
  bf_json_member_floats(w, "rate", log.rate, log.n);
  bf_json_member_floats(w, "gradient", log.gradient, log.n);
  if (log.validation_loss) {
    bf_json_member_floats(w, "validation_loss", log.validation_loss, log.n);
    bf_json_member_floats(w, "validation_accuracy", log.validation_accuracy, log.n);
  }
out:
  bf_training_log_free(&log);
  return status;
}

static bf_status put_graph(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_graph g = {0};
  BF_TRY(bf_graph_read(path, budget, &g));
  bf_json_member_whole(w, "n", g.n);
  bf_json_member_bool(w, "dense", g.dense);
  if (g.convention != BF_DIAMETER) bf_json_member_text(w, "convention", bf_convention_name(g.convention));
  bf_json_member_wholes(w, "id", g.id, g.n);
  if (g.first) bf_json_member_ragged(w, "members", g.first, g.member, g.n);
  if (g.dense) {
    bf_json_member_floats(w, "lower_triangle", g.w, g.m);
    goto out;
  }
  bf_json_name(w, "edges", true);
  bf_json_open(w, '[');
  for (uint64_t e = 0; e < g.m; e++) {
    bf_json_separate(w);
    fprintf(w->t.f, "[%" PRIu32 ",%" PRIu32 ",", g.u[e], g.v[e]);
    bf_json_real(w, (double)g.w[e], true);
    fputc(']', w->t.f);
  }
  bf_json_close(w, ']');
out:
  bf_graph_free(&g);
  return status;
}

static bf_status put_filtration(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_filtration f = {0};
  BF_TRY(bf_filtration_read(path, budget, &f));
  bf_json_member_text(w, "convention", bf_convention_name(f.convention));
  bf_json_member_real(w, "threshold", f.threshold);
  if (f.limit_dimension != BF_NOT_CUT) bf_json_member_whole(w, "limit_dimension", f.limit_dimension);
  bf_json_member_ragged(w, "simplices", f.first, f.vertex, f.n);
  bf_json_name(w, "values", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < f.n; i++) {
    bf_json_separate(w);
    bf_json_real(w, f.value[i], false);
  }
  bf_json_close(w, ']');
out:
  bf_filtration_free(&f);
  return status;
}

/* One after another: lists of count vertices each. */
static const uint32_t *put_simplex(bf_json_out *w, const uint32_t *vertex, uint32_t count) {
  bf_json_separate(w);
  bf_json_wholes(w, vertex, count);
  return vertex + count;
}

static void put_diagram_simplices(bf_json_out *w, const bf_diagram *d) {
  const uint32_t *vertex = d->birth_simplex;
  bf_json_name(w, "birth_simplices", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < d->n; i++) vertex = put_simplex(w, vertex, d->dim[i] + 1);
  bf_json_close(w, ']');
  vertex = d->death_simplex;
  bf_json_name(w, "death_simplices", true); /* null: essential */
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < d->n; i++) {
    if (d->death[i] < (double)INFINITY) {
      vertex = put_simplex(w, vertex, d->dim[i] + 2);
    } else {
      bf_json_separate(w);
      fputs("null", w->t.f);
    }
  }
  bf_json_close(w, ']');
}

/* Of each interval the terms, [coefficient, [vertices]]. */
static void put_representatives(bf_json_out *w, const bf_diagram *d) {
  const uint32_t *vertex = d->vertex;
  bf_json_name(w, d->representatives == BF_CYCLES ? "cycles" : "cocycles", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < d->n; i++) {
    bf_json_separate(w);
    bf_json_open(w, '[');
    for (uint64_t k = d->first[i]; k < d->first[i + 1]; k++) {
      bf_json_separate(w);
      bf_json_open(w, '[');
      bf_json_separate(w);
      bf_json_whole(w, d->coefficient[k]);
      vertex = put_simplex(w, vertex, d->dim[i] + 1);
      bf_json_close(w, ']');
    }
    bf_json_close(w, ']');
  }
  bf_json_close(w, ']');
}

static bf_status put_diagram(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(bf_diagram_read(path, budget, &d));
  bf_json_member_whole(w, "max_dim", d.max_dim);
  bf_json_member_whole(w, "modulus", d.modulus);
  bf_json_member_text(w, "convention", bf_convention_name(d.convention));
  bf_json_member_real(w, "threshold", d.threshold);
  bf_json_name(w, "intervals", true); /* [dim, birth, death] */
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < d.n; i++) {
    bf_json_separate(w);
    fprintf(w->t.f, "[%" PRIu32 ",", d.dim[i]);
    bf_json_real(w, d.birth[i], false);
    fputc(',', w->t.f);
    bf_json_real(w, d.death[i], false);
    fputc(']', w->t.f);
  }
  bf_json_close(w, ']');
  if (d.birth_simplex) put_diagram_simplices(w, &d);
  if (d.first) put_representatives(w, &d);
out:
  bf_diagram_free(&d);
  return status;
}

static void put_axes(bf_json_out *w, const bf_betti_table *t, const uint32_t *value) {
  for (uint32_t a = 0; a < t->naxis; a++) {
    if (!value[a]) continue;
    bf_json_name(w, t->axis[a], false);
    bf_json_text(w, t->text[value[a]]);
  }
}

static void texts(bf_json_out *w, const char *key, char **text, uint64_t n) {
  bf_json_name(w, key, true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    bf_json_separate(w);
    bf_json_text(w, text[i]);
  }
  bf_json_close(w, ']');
}

static bf_status put_table(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_betti_table t = {0};
  BF_TRY(bf_betti_table_read(path, budget, &t));
  texts(w, "sweep_axes", t.axis, t.nsweep);
  texts(w, "item_axes", t.axis + t.nsweep, t.naxis - t.nsweep);
  bf_json_name(w, "rows", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < t.n; i++) {
    bf_json_separate(w);
    bf_json_open(w, '{');
    put_axes(w, &t, t.value + i * t.naxis);
    bf_json_name(w, "scale", false);
    bf_json_real(w, t.scale[i], false);
    fprintf(w->t.f, ",\"dim\":%" PRIu32 ",\"betti\":%" PRId64, t.dim[i], t.betti[i]);
    bf_json_close(w, '}');
  }
  bf_json_close(w, ']');
  bf_json_name(w, "declined", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < t.ndeclined; i++) {
    bf_json_separate(w);
    bf_json_open(w, '{');
    put_axes(w, &t, t.declined + i * t.naxis);
    bf_json_name(w, "reason", false);
    bf_json_text(w, t.text[t.reason[i]]);
    bf_json_close(w, '}');
  }
  bf_json_close(w, ']');
out:
  bf_betti_table_free(&t);
  return status;
}

static void put_cell(bf_json_out *w, const bf_column *c, uint64_t row) {
  if (c->type == BF_COLUMN_TEXT)
    bf_json_text(w, c->text[row]);
  else if (c->type == BF_COLUMN_REAL)
    bf_json_real(w, c->real[row], false);
  else if (c->integer[row] == BF_NO_INTEGER)
    fputs("null", w->t.f);
  else
    fprintf(w->t.f, "%" PRId64, c->integer[row]);
}

static bf_status put_cells(bf_json_out *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_table t = {0};
  BF_TRY(bf_table_read(path, budget, &t));
  bf_json_member_text(w, "caption", t.caption);
  bf_json_name(w, "columns", true);
  bf_json_open(w, '[');
  for (uint32_t i = 0; i < t.ncolumn; i++) {
    bf_json_separate(w);
    bf_json_text(w, t.column[i].name);
  }
  bf_json_close(w, ']');
  bf_json_name(w, "rows", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < t.n; i++) {
    bf_json_separate(w);
    fputs("\n  ", w->t.f);
    bf_json_open(w, '{');
    for (uint32_t k = 0; k < t.ncolumn; k++) {
      bf_json_name(w, t.column[k].name, false);
      put_cell(w, &t.column[k], i);
    }
    bf_json_close(w, '}');
  }
  bf_json_close(w, ']');
  texts(w, "notes", t.note, t.nnote);
out:
  bf_table_free(&t);
  return status;
}

static bf_status put_figure(bf_json_out *w, const char *path, uint64_t budget) {
  static const char *const kinds[] = {"", "line", "dashed", "area", "disc", "text", "text_mid", "text_end", "text_up"};
  bf_status status = BF_OK;
  bf_figure f = {0};
  BF_TRY(bf_figure_read(path, budget, &f));
  bf_json_member_real(w, "width", f.width);
  bf_json_member_real(w, "height", f.height);
  bf_json_name(w, "operations", true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < f.n; i++) {
    bf_json_separate(w);
    fprintf(w->t.f, "{\"kind\":\"%s\",\"colour\":\"#%08" PRIx32 "\",\"size\":", kinds[f.kind[i]], f.colour[i]);
    bf_json_real(w, (double)f.size[i], true);
    fputs(",\"at\":", w->t.f);
    bf_json_matrix(w, f.xy + 2 * f.first[i], f.count[i], 2);
    if (f.text[i]) {
      fputs(",\"text\":", w->t.f);
      bf_json_text(w, f.text[i]);
    }
    bf_json_close(w, '}');
  }
  bf_json_close(w, ']');
out:
  bf_figure_free(&f);
  return status;
}

typedef bf_status put_function(bf_json_out *w, const char *path, uint64_t budget);
static put_function *const put[BF_TYPE_LAST + 1] = {[BF_POINT_CLOUD] = put_points,   [BF_NETWORK] = put_network,       [BF_TRAINING_LOG] = put_training,
                                                    [BF_WEIGHTED_GRAPH] = put_graph, [BF_FILTRATION] = put_filtration, [BF_PERSISTENCE_DIAGRAM] = put_diagram,
                                                    [BF_BETTI_TABLE] = put_table,    [BF_FIGURE] = put_figure,         [BF_TABLE] = put_cells};

static bf_status write_json(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  bf_status status = BF_OK;
  bf_json_out w = {.first = true};
  bf_artifact_info info = {0};
  (void)cfg;
  if (type < BF_POINT_CLOUD || type > BF_TYPE_LAST || !put[type]) return bf_fail(BF_INVALID, "format.json does not know this type");
  BF_TRY(bf_artifact_info_read(path, &info));
  BF_TRY(text_open(&w.t, out));
  bf_json_open(&w, '{');
  bf_json_member_text(&w, "type", bf_type_name(type));
  bf_json_name(&w, "label", true);
  bf_json_open(&w, '{');
  for (size_t i = 0; i < info.nlabel; i++) {
    bf_json_name(&w, info.label[i].name, false);
    bf_json_text(&w, info.label[i].value);
  }
  bf_json_close(&w, '}');
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
    .revision = 3,
    .extensions = ".json",
    .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_NETWORK) | BF_BIT(BF_TRAINING_LOG) | BF_BIT(BF_WEIGHTED_GRAPH) | BF_BIT(BF_FILTRATION) |
              BF_BIT(BF_PERSISTENCE_DIAGRAM) | BF_BIT(BF_BETTI_TABLE) | BF_BIT(BF_FIGURE) | BF_BIT(BF_TABLE),
    .write = write_json,
};

BF_PLUGIN(.name = "json", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&json, NULL});
