/* Writing comma-separated text: one writer for each type of artifact. */
#include "csv.h"
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
  text_out t;
  char separator;
  bool header;
} writer;

static bf_status write_points(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_points p = {0};
  BF_TRY(bf_points_read(path, budget, &p));
  for (uint32_t j = 0; w->header && j < p.dim; j++) fprintf(w->t.f, "%.*sx%" PRIu32, j > 0, &w->separator, j);
  if (w->header) fprintf(w->t.f, p.label ? "%cclass\n" : "\n", w->separator);
  for (uint64_t i = 0; i < p.n; i++) {
    for (uint32_t j = 0; j < p.dim; j++) {
      if (j > 0) fputc(w->separator, w->t.f);
      text_float(&w->t, p.x[i * p.dim + j]);
    }
    if (p.label) fprintf(w->t.f, "%c%" PRId32, w->separator, p.label[i]);
    fputc('\n', w->t.f);
  }
out:
  bf_points_free(&p);
  return status;
}

static bf_status write_diagram(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(bf_diagram_read(path, budget, &d));
  if (w->header) fprintf(w->t.f, "dim%cbirth%cdeath\n", w->separator, w->separator);
  for (uint64_t i = 0; i < d.n; i++) {
    fprintf(w->t.f, "%" PRIu32 "%c", d.dim[i], w->separator);
    text_double(&w->t, d.birth[i]);
    fputc(w->separator, w->t.f);
    text_double(&w->t, d.death[i]);
    fputc('\n', w->t.f);
  }
out:
  bf_diagram_free(&d);
  return status;
}

static bf_status write_log(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_training_log log = {0};
  BF_TRY(bf_training_log_read(path, budget, &log));
  const struct {
    const char *name;
    const float *x;
  } column[] = {{"loss", log.loss},
                {"accuracy", log.accuracy},
                {"rate", log.rate},
                {"gradient", log.gradient},
                {"validation_loss", log.validation_loss},
                {"validation_accuracy", log.validation_accuracy}};
  const size_t columns = log.validation_loss ? 6 : 4;
  if (w->header) {
    fprintf(w->t.f, "attempt%cstep", w->separator);
    for (size_t k = 0; k < columns; k++) fprintf(w->t.f, "%c%s", w->separator, column[k].name);
    fputc('\n', w->t.f);
  }
  for (uint64_t i = 0; i < log.n; i++) {
    fprintf(w->t.f, "%" PRIu32 "%c%" PRIu64, log.attempt[i], w->separator, log.step[i]);
    for (size_t k = 0; k < columns; k++) {
      fputc(w->separator, w->t.f);
      text_float(&w->t, column[k].x[i]);
    }
    fputc('\n', w->t.f);
  }
out:
  bf_training_log_free(&log);
  return status;
}

static void write_edge(writer *w, uint32_t u, uint32_t v, float weight) {
  fprintf(w->t.f, "%" PRIu32 "%c%" PRIu32 "%c", u, w->separator, v, w->separator);
  text_float(&w->t, weight);
  fputc('\n', w->t.f);
}

/* How many vertices of a sparse graph have no edge. */
static uint32_t isolated(const bf_graph *g) {
  bool *met = calloc((size_t)g->n + 1, sizeof *met);
  uint32_t n = met ? g->n : 0;
  for (uint64_t e = 0; met && e < 2 * g->m; e++) {
    bool *at = &met[e < g->m ? g->u[e] : g->v[e - g->m]];
    n -= !*at;
    *at = true;
  }
  free(met);
  return n;
}

/* Edges by vertex number; in a dense graph, pairs at infinite distance are no edges. */
static bf_status write_graph(writer *w, const bf_host *host, bf_task *task, const char *path) {
  bf_status status = BF_OK;
  bf_graph g = {0};
  BF_TRY(bf_graph_read(path, host->memory(task), &g));
  if (w->header) fprintf(w->t.f, "u%cv%cw\n", w->separator, w->separator);
  if (g.dense) {
    for (uint32_t u = 0; u < g.n; u++) {
      for (uint32_t v = u + 1; v < g.n; v++) {
        float weight = g.w[(uint64_t)v * (v - 1) / 2 + u];
        if (isfinite(weight)) write_edge(w, u, v, weight);
      }
    }
  } else {
    for (uint64_t e = 0; e < g.m; e++) write_edge(w, g.u[e], g.v[e], g.w[e]);
    uint32_t alone = isolated(&g);
    if (alone > 0) host->log(task, BF_LOG_WARNING, "%" PRIu32 " of %" PRIu32 " vertices have no edge, and a list of edges does not show them", alone, g.n);
  }
out:
  bf_graph_free(&g);
  return status;
}

/* The axes `layer` and `class` have columns of their own at a fixed place. Returns naxis where there is no such axis. */
static uint32_t axis_of(const bf_betti_table *t, const char *name) {
  uint32_t i = 0;
  while (i < t->naxis && strcmp(t->axis[i], name) != 0) i++;
  return i;
}

static bf_status write_table(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_betti_table t = {0};
  BF_TRY(bf_betti_table_read(path, budget, &t));
  uint32_t fixed[2] = {axis_of(&t, "layer"), axis_of(&t, "class")};
  for (uint32_t a = 0; w->header && a < t.naxis; a++) {
    if (a == fixed[0] || a == fixed[1]) continue;
    text_field(&w->t, t.axis[a], w->separator);
    fputc(w->separator, w->t.f);
  }
  if (w->header) fprintf(w->t.f, "layer%cclass%cscale%cdim%cbetti\n", w->separator, w->separator, w->separator, w->separator);
  for (uint64_t i = 0; i < t.n; i++) {
    const uint32_t *value = t.value + i * t.naxis;
    for (uint32_t a = 0; a < t.naxis; a++) {
      if (a == fixed[0] || a == fixed[1]) continue;
      text_field(&w->t, t.text[value[a]], w->separator);
      fputc(w->separator, w->t.f);
    }
    for (int k = 0; k < 2; k++) {
      if (fixed[k] < t.naxis) text_field(&w->t, t.text[value[fixed[k]]], w->separator);
      fputc(w->separator, w->t.f);
    }
    text_double(&w->t, t.scale[i]);
    fprintf(w->t.f, "%c%" PRIu32 "%c%" PRId64 "\n", w->separator, t.dim[i], w->separator, t.betti[i]);
  }
out:
  bf_betti_table_free(&t);
  return status;
}

static void write_cell(writer *w, const bf_column *c, uint64_t row) {
  if (c->type == BF_COLUMN_TEXT)
    text_field(&w->t, c->text[row], w->separator);
  else if (c->type == BF_COLUMN_REAL && !isnan(c->real[row]))
    text_double(&w->t, c->real[row]);
  else if (c->type == BF_COLUMN_INTEGER && c->integer[row] != BF_NO_INTEGER)
    fprintf(w->t.f, "%" PRId64, c->integer[row]);
}

/* Caption and notes are left out: a reader of the file wants rows. */
static bf_status write_cells(writer *w, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_table t = {0};
  BF_TRY(bf_table_read(path, budget, &t));
  for (uint32_t k = 0; w->header && k < t.ncolumn; k++) {
    if (k) fputc(w->separator, w->t.f);
    text_field(&w->t, t.column[k].name, w->separator);
  }
  if (w->header) fputc('\n', w->t.f);
  for (uint64_t i = 0; i < t.n; i++) {
    for (uint32_t k = 0; k < t.ncolumn; k++) {
      if (k) fputc(w->separator, w->t.f);
      write_cell(w, &t.column[k], i);
    }
    fputc('\n', w->t.f);
  }
out:
  bf_table_free(&t);
  return status;
}

bf_status csv_write(const bf_host *host, bf_task *task, const void *cfg_, const char *path, bf_type type, const char *out) {
  bf_status status = BF_OK;
  const csv_config *cfg = cfg_;
  writer w = {.separator = csv_separator(cfg) ? csv_separator(cfg) : ',', .header = cfg->header[0] != 'n'};
  uint64_t budget = host->memory(task);
  BF_TRY(text_open(&w.t, out));
  switch (type) {
  case BF_POINT_CLOUD:
    BF_TRY(write_points(&w, path, budget));
    break;
  case BF_PERSISTENCE_DIAGRAM:
    BF_TRY(write_diagram(&w, path, budget));
    break;
  case BF_TRAINING_LOG:
    BF_TRY(write_log(&w, path, budget));
    break;
  case BF_WEIGHTED_GRAPH:
    BF_TRY(write_graph(&w, host, task, path));
    break;
  case BF_BETTI_TABLE:
    BF_TRY(write_table(&w, path, budget));
    break;
  case BF_TABLE:
    BF_TRY(write_cells(&w, path, budget));
    break;
  default:
    status = bf_fail(BF_INVALID, "format.csv does not write this type");
  }
out:
  return text_close(&w.t, status);
}
