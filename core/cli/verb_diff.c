/* bettiflow diff A B [--json]: are two persistence diagrams equal; if not, how far are they from each other? The stage diagram.compare does the work. */
#include "cli/columns.h"
#include "cli/named.h"
#include "cli/runs_text.h"
#include "cli/summary.h"
#include "plugin/param_value.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIFFERENT = 1, MANY = 40000 };

typedef struct options {
  const char *name[2];
  size_t n;
  bool json, exact;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case 'x':
    o->exact = true;
    return 0;
  case ARGP_KEY_ARG:
    if (o->n == 2) argp_error(state, "two diagrams at a time; what is '%s'?", argument);
    o->name[o->n++] = argument;
    return 0;
  case ARGP_KEY_END:
    if (o->n < 2) argp_error(state, "write `bettiflow diff A B`: two files, or results of runs as last/homology");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {
    {"exact", 'x', NULL, 0, "The Wasserstein distance of very large diagrams too, however long that takes; else it may be told within bounds", 0},
    {"json", 'J', NULL, 0, "Print a JSON object", 0},
    {0}};

/* ---- what the stage says ---- */

static const bf_column *column(const bf_table *t, const char *name) {
  for (uint32_t i = 0; i < t->ncolumn; i++)
    if (!strcmp(t->column[i].name, name)) return &t->column[i];
  return NULL;
}

typedef struct facts {
  bf_table table;
  const bf_column *dim, *intervals[2], *common, *bottleneck, *wasserstein, *least;
} facts;

static bf_status read_facts(const char *path, facts *f) {
  bf_status status = bf_table_read(path, 0, &f->table);
  if (status != BF_OK) return status;
  const bf_table *t = &f->table;
  f->dim = column(t, "dim");
  f->intervals[0] = column(t, "intervals_a");
  f->intervals[1] = column(t, "intervals_b");
  f->common = column(t, "common");
  f->bottleneck = column(t, "bottleneck");
  f->wasserstein = column(t, "wasserstein");
  f->least = column(t, "wasserstein_least");
  const bool whole = t->n > 0 && f->dim && f->dim->integer && f->intervals[0] && f->intervals[0]->integer && f->intervals[1] && f->intervals[1]->integer &&
                     f->common && f->common->integer && f->bottleneck && f->bottleneck->real && f->wasserstein && f->wasserstein->real && f->least &&
                     f->least->real;
  return whole ? BF_OK : bf_fail(BF_PLUGIN, "the plugin that compares diagrams is of another version than the program");
}

static int64_t count(const bf_column *c, uint64_t row) { return c->integer[row] == BF_NO_INTEGER ? 0 : c->integer[row]; }

/* A dimension that was computed in one of them only may hold no interval. */
static bool is_equal(const facts *f, uint64_t row) {
  const int64_t a = count(f->intervals[0], row), b = count(f->intervals[1], row);
  return a == b && a == count(f->common, row);
}

static bool all_equal(const facts *f) {
  for (uint64_t i = 0; i < f->table.n; i++)
    if (!is_equal(f, i)) return false;
  return true;
}

/* ---- printing ---- */

static void add_count(bf_columns *c, int64_t n) { n == BF_NO_INTEGER ? bf_columns_add(c, "–") : bf_columns_add(c, "%lld", (long long)n); }

static void add_real(bf_columns *c, double x) { isnan(x) ? bf_columns_add(c, "–") : bf_columns_add(c, "%.6g", x); }

static void print_rows(const facts *f) {
  bf_columns c = {.align = "rrrrrr"};
  static const char *const head[] = {"dim", "intervals of A", "of B", "in both", "bottleneck", "2-Wasserstein"};
  for (size_t i = 0; i < 6; i++) bf_columns_add(&c, "%s", head[i]);
  for (uint64_t i = 0; i < f->table.n; i++) {
    add_count(&c, f->dim->integer[i]);
    add_count(&c, f->intervals[0]->integer[i]);
    add_count(&c, f->intervals[1]->integer[i]);
    add_count(&c, f->common->integer[i]);
    add_real(&c, f->bottleneck->real[i]);
    if (isnan(f->least->real[i]))
      add_real(&c, f->wasserstein->real[i]);
    else
      bf_columns_add(&c, "%.6g to %.6g", f->least->real[i], f->wasserstein->real[i]);
  }
  bf_columns_print(&c);
}

static void print_text(const facts *f) {
  long long n = 0;
  for (uint64_t i = 0; i < f->table.n; i++) n += count(f->intervals[0], i);
  if (all_equal(f))
    printf("equal: %lld interval%s in dimensions 0 to %lld\n", n, n == 1 ? "" : "s", (long long)f->dim->integer[f->table.n - 1]);
  else
    print_rows(f);
  for (uint64_t i = 0; i < f->table.nnote; i++) bf_note("note: %s", f->table.note[i]);
}

static json_t *count_json(int64_t n) { return n == BF_NO_INTEGER ? json_null() : json_integer(n); }
static json_t *real_json(double x) { return isnan(x) ? json_null() : bf_json_real(x); }

static void print_json(const options *o, const facts *f) {
  json_t *rows = json_array(), *notes = json_array();
  for (uint64_t i = 0; i < f->table.n; i++)
    json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "dim", count_json(f->dim->integer[i]), "intervals_a",
                                          count_json(f->intervals[0]->integer[i]), "intervals_b", count_json(f->intervals[1]->integer[i]), "common",
                                          count_json(f->common->integer[i]), "equal", is_equal(f, i), "bottleneck", real_json(f->bottleneck->real[i]),
                                          "wasserstein", real_json(f->wasserstein->real[i]), "wasserstein_least",
                                          real_json(isnan(f->least->real[i]) ? f->wasserstein->real[i] : f->least->real[i])));
  for (uint64_t i = 0; i < f->table.nnote; i++) json_array_append_new(notes, bf_text_json(f->table.note[i]));
  bf_print_json(json_pack("{s:b, s:o, s:o, s:o, s:o}", "equal", all_equal(f), "a", bf_text_json(o->name[0]), "b", bf_text_json(o->name[1]), "dims", rows,
                          "notes", notes));
}

/* ---- the verb ---- */

static bf_status read_params(const bf_workshop *w, const bf_entry *stage, bool exact, bf_params **params) {
  const bf_param_env env = {.registry = w->registry};
  bf_node *map = bf_node_map(NULL, 1, 1), *key = bf_node_scalar("effort", NULL, 1, 1);
  if (exact) bf_node_set(map, "effort", key, bf_node_scalar("inf", NULL, 1, 1));
  bf_status status = bf_params_parse(stage->params, map, stage->id, &env, params);
  bf_node_free(key);
  bf_node_free(map);
  return status;
}

static uint64_t intervals_of(const bf_artifact_info *info) {
  for (size_t i = 0; i < info->narray; i++)
    if (!strcmp(info->array[i].name, "dim")) return info->array[i].shape[0];
  return 0;
}

/* What may take more than a moment is told before. */
static void announce(const bf_artifact_info info[2]) {
  const uint64_t a = intervals_of(&info[0]), b = intervals_of(&info[1]);
  if (a + b >= MANY) bf_note("comparing %llu intervals with %llu …", (unsigned long long)a, (unsigned long long)b);
}

/* Runs the stage on the two artifacts. */
static bf_status compare(bf_workshop *w, const options *o, char *const path[2], facts *f) {
  bf_status status = BF_OK;
  const bf_entry *stage;
  bf_params *params = NULL;
  bf_task_result result = {0};
  char *folder = NULL, *table = NULL;
  bf_input item[2] = {{.path = path[0]}, {.path = path[1]}};
  const bf_task_input input[2] = {{.port = 0, .nitem = 1, .item = &item[0]}, {.port = 1, .nitem = 1, .item = &item[1]}};
  BF_TRY(bf_registry_find(w->registry, BF_KIND_STAGE, "diagram.compare", &stage));
  BF_TRY(read_params(w, stage, o->exact, &params));
  bf_task_spec spec = {.kind = BF_TASK_STAGE, .entry = stage, .params = params, .ninput = 2, .input = input};
  BF_TRY(bf_workshop_run(w, &spec, &folder, &result));
  table = bf_format_text("%s/table.0", folder);
  BF_TRY(read_facts(table, f));
out:
  bf_task_result_free(&result);
  bf_params_free(params);
  free(folder);
  free(table);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {
      own,
      parse,
      "A B",
      "Tell whether two persistence diagrams are equal, interval by interval; if not, how many intervals they have in common, and their bottleneck and "
      "2-Wasserstein distance in each dimension (between points: the greater difference of births and deaths). A and B are files, "
      "[FORMAT(key=value):]FILE, results of runs, RUN/STAGE[.PORT][/axis=value,...] as last/homology, or digests. Exit status: 0 equal, 1 different, "
      "more when they can't be compared.",
      BF_GLOBAL_CHILDREN,
      NULL,
      NULL};
  options o = {0};
  bf_registry *r = NULL;
  bf_workshop w = {0};
  bf_artifact_info info[2] = {{0}};
  char *path[2] = {NULL, NULL};
  facts f = {0};
  bool same = false;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  BF_TRY(bf_workshop_open(&w, r, g->verbosity > 0));
  for (int k = 0; k < 2; k++) BF_TRY(bf_named_artifact(&w, o.name[k], BF_BIT(BF_PERSISTENCE_DIAGRAM), &path[k], &info[k]));
  announce(info);
  BF_TRY(compare(&w, &o, path, &f));
  same = all_equal(&f);
  o.json ? print_json(&o, &f) : print_text(&f);
out:
  if (status != BF_OK) bf_complain();
  for (int k = 0; k < 2; k++) bf_artifact_info_free(&info[k]);
  bf_table_free(&f.table);
  bf_workshop_close(&w);
  bf_registry_free(r);
  free(path[0]);
  free(path[1]);
  return status != BF_OK || same ? bf_exit(status) : DIFFERENT;
}

const bf_verb bf_verb_diff = {"diff", "Are two persistence diagrams equal, and how far apart?", run};
