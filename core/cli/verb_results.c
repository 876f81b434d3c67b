/* bettiflow results PIPELINE|RUN: what a run found out, as tables. */
#include "cli/results.h"
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BETTI = 1, TRIALS = 2, LAYERS = 4, NETWORKS = 8, HALVING = 16, TEST = 32 };
enum { KEY_OVER = 256, KEY_CSV, KEY_TEST, KEY_OF, KEY_TABLE /* + a table's bit */ };

typedef struct options {
  const char *what, *over, *test, *of;
  bool csv, json;
  unsigned tables;
  bf_condition *where;
  size_t nwhere;
} options;

static const struct argp_option own[] = {
    {"where", 'w', "CONDITION", 0,
     "Only what fits: NAME=VALUE, VALUE,VALUE for one of several, or != < <= > >=. NAME: a sweep variable, stage, class, scale, layer, dim", 1},
    {"over", KEY_OVER, "NAMES", 0, "Variables that tell repeats apart, or none (default: seed, trial, and those that only parameters called seed use)", 1},
    {"csv", KEY_CSV, NULL, 0, "One table as comma-separated text; --betti when none is named", 2},
    {"json", 'J', NULL, 0, "The tables that are named, else all, as one JSON object", 2},
    {"trials", KEY_TABLE + TRIALS, NULL, 0, "How many trainings succeeded, in how many attempts", 3},
    {"betti", KEY_TABLE + BETTI, NULL, 0, "Every Betti number", 3},
    {"layers", KEY_TABLE + LAYERS, NULL, 0, "Betti numbers and their sum \u03c9 by layer: mean and quartiles over the repeats", 3},
    {"networks", KEY_TABLE + NETWORKS, NULL, 0, "For each network: \u03c9 in the first and last layer, and the first layer with less than half of it", 3},
    {"halving", KEY_TABLE + HALVING, NULL, 0, "How many networks come below half of \u03c9, and in which layer: quartiles over the repeats", 3},
    {"test", KEY_TEST, "NAME=A,B", 0, "Mann-Whitney rank test between two values of a variable", 3},
    {"of", KEY_OF, "WHAT", 0, "What is tested: halving, the first layer with less than half of \u03c9 (default), or omega, in every layer", 3},
    {0}};

static error_t add_condition(options *o, const char *text, struct argp_state *state) {
  bf_condition c;
  if (bf_condition_parse(text, &c) != BF_OK) argp_error(state, "%s", bf_error());
  o->where = bf_grow(o->where, o->nwhere, sizeof *o->where);
  o->where[o->nwhere++] = c;
  return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'w':
    return add_condition(o, argument, state);
  case KEY_OVER:
    o->over = argument;
    return 0;
  case KEY_CSV:
    o->csv = true;
    return 0;
  case 'J':
    o->json = true;
    return 0;
  case KEY_TEST:
    o->test = argument;
    return 0;
  case KEY_OF:
    if (strcmp(argument, "halving") != 0 && strcmp(argument, "omega") != 0) argp_error(state, "--of is halving or omega, not '%s'", argument);
    o->of = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (o->what) argp_error(state, "'%s' is one argument too many", argument);
    o->what = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "results of what? Name a pipeline's file, or a run: an id or its beginning, or `last`");
    return 0;
  case ARGP_KEY_END:
    if (o->of && !o->test) argp_error(state, "--of says what --test compares; give --test too");
    if (o->csv && o->json) argp_error(state, "--csv or --json, not both");
    if (o->test) o->tables |= TEST;
    if (o->csv && (o->tables & (o->tables - 1))) argp_error(state, "--csv prints one table; name one of them");
    return 0;
  default:
    if (key <= KEY_TABLE || key >= KEY_TABLE + TEST) return ARGP_ERR_UNKNOWN;
    o->tables |= (unsigned)(key - KEY_TABLE);
    return 0;
  }
}

/* Without a choice: a summary for people, all Betti numbers as CSV, everything as JSON. */
static unsigned tables_of(const options *o) {
  if (o->tables && (o->tables != TEST || o->csv)) return o->tables;
  if (o->csv) return BETTI;
  return o->tables | TRIALS | LAYERS | HALVING | (o->json ? BETTI | NETWORKS : 0u);
}

static bf_status make_table(const options *o, const bf_study *s, unsigned table, bf_grid *g) {
  static void (*const make[])(const bf_study *, bf_grid *) = {
      [BETTI] = bf_results_betti, [TRIALS] = bf_results_trials, [LAYERS] = bf_results_layers, [NETWORKS] = bf_results_networks, [HALVING] = bf_results_halving};
  if (table == TEST) return bf_results_test(s, o->test, o->of && !strcmp(o->of, "omega"), g);
  make[table](s, g);
  return BF_OK;
}

static const char *name_of(unsigned table) {
  static const char *const names[] = {
      [BETTI] = "betti", [TRIALS] = "trials", [LAYERS] = "layers", [NETWORKS] = "networks", [HALVING] = "halving", [TEST] = "test"};
  return names[table];
}

/* ---- what stands around the tables ---- */

static void print_head(const bf_study *s) {
  const bf_run_info *run = s->r->run;
  char *when = bf_time_text(run->started_unix);
  bf_text over = {0};
  for (size_t v = 0; v < s->nvar; v++)
    if (s->over[v]) bf_text_addf(&over, "%s%s", over.n ? ", " : "", bf_results_variable(s->r, v));
  printf("run %s of pipeline %s, %s, %s: %zu sweep points", run->run, run->pipeline_name, when, bf_run_state(run), run->npoint);
  printf(over.n ? "; repeats: %s\n" : "; no repeats%s\n", over.n ? over.at : "");
  bf_text_free(&over);
  free(when);
}

static json_t *head_json(const bf_study *s) {
  json_t *o = json_object(), *over = json_array();
  for (size_t v = 0; v < s->nvar; v++)
    if (s->over[v]) json_array_append_new(over, bf_text_json(bf_results_variable(s->r, v)));
  json_object_set_new(o, "run", bf_text_json(s->r->run->run));
  json_object_set_new(o, "pipeline", bf_text_json(s->r->run->pipeline_name));
  json_object_set_new(o, "state", bf_text_json(bf_run_state(s->r->run)));
  json_object_set_new(o, "repeats", over);
  return o;
}

static bool has_value(const bf_run_info *run, size_t v, const char *value) {
  for (size_t p = 0; p < run->npoint; p++)
    if (!bf_compare_values(run->value[p][v], value)) return true;
  return false;
}

/* A value that a variable never has is likely a slip of the pen. */
static void note_unknown_values(const bf_study *s) {
  const bf_run_info *run = s->r->run;
  for (size_t i = 0; i < s->nwhere; i++) {
    const bf_condition *c = &s->where[i];
    size_t v = 0;
    while (v < run->nvar && strcmp(run->var[v], c->name) != 0) v++;
    if (v == run->nvar || bf_condition_orders(c) || has_value(run, v, c->whole)) continue;
    for (size_t k = 0; k < c->n; k++)
      if (!has_value(run, v, c->value[k])) bf_note("%s is never '%s' in this run; `bettiflow show %s` tells its sweep", run->var[v], c->value[k], run->run);
  }
}

/* As repeats one network would stand for several. */
static void note_doubled(const bf_study *s) {
  const bf_results *r = s->r;
  bool *repeat = bf_results_repeats(r->run);
  for (size_t v = 0; v < r->run->nvar; v++) {
    bool doubled = false;
    for (size_t i = 0; i < r->nstage && s->over[v] && !repeat[v]; i++) doubled |= r->stage[i].ntrial && !(r->stage[i].axes >> v & 1);
    if (doubled)
      bf_note("warning: trainings do not depend on %s: over it the same network counts several times, and the samples of --test are not independent; "
              "`--where %s=…` takes one value",
              r->run->var[v], r->run->var[v]);
  }
  free(repeat);
}

static void notes(const bf_study *s, unsigned tables) {
  const bf_results *r = s->r;
  size_t trials = 0;
  for (size_t i = 0; i < r->ntrial; i++) trials += s->kept[r->trial[i].place];
  note_unknown_values(s);
  note_doubled(s);
  if (tables & ~(unsigned)TRIALS && !r->nrow)
    bf_note("run %s has no Betti numbers: no stage made a Betti table (homology.betti, table.betti and table.stable do), or all were declined or failed; "
            "`bettiflow show %s` says which",
            r->run->run, r->run->run);
  else if (tables & ~(unsigned)TRIALS && !s->nlayer)
    bf_note("no Betti numbers fit the conditions");
  if (tables & TRIALS && !r->ntrial)
    bf_note("run %s trained nothing", r->run->run);
  else if (tables & TRIALS && !trials)
    bf_note("no trainings fit the conditions");
  if (s->crowd) bf_note("stage '%s' has several Betti numbers of the same labels; statistics take the first of them", s->crowd);
  if (r->run->prepared)
    bf_note("run %s was prepared by sweep-script and has no results of its own: `bettiflow run %s` collects those of its jobs", r->run->run,
            r->run->pipeline_file);
  else if (strcmp(bf_run_state(r->run), "done") != 0)
    bf_note("run %s is %s: these are the results that it has", r->run->run, bf_run_state(r->run));
}

enum { NTABLE = 6 };
static const unsigned order[NTABLE] = {TRIALS, BETTI, LAYERS, NETWORKS, HALVING, TEST};

static void print_json(const bf_study *s, const bf_grid *g, unsigned tables) {
  json_t *all = head_json(s);
  for (size_t i = 0; i < NTABLE; i++)
    if (tables & order[i]) json_object_set_new(all, name_of(order[i]), bf_grid_json(&g[i]));
  bf_print_json(all);
}

static void print_text(const bf_study *s, const bf_grid *g) {
  print_head(s);
  for (size_t i = 0; i < NTABLE; i++) {
    if (!g[i].ncell) continue;
    putchar('\n');
    bf_grid_print(&g[i]);
  }
}

/* All tables are made before anything is printed. */
static bf_status print(const options *o, const bf_study *s) {
  bf_status status = BF_OK;
  const unsigned tables = tables_of(o);
  bf_grid g[NTABLE] = {0};
  for (size_t i = 0; i < NTABLE; i++)
    if (tables & order[i]) BF_TRY(make_table(o, s, order[i], &g[i]));
  if (o->json)
    print_json(s, g, tables);
  else if (!o->csv)
    print_text(s, g);
  for (size_t i = 0; o->csv && i < NTABLE; i++)
    if (tables & order[i]) bf_grid_csv(&g[i]);
  notes(s, tables);
out:
  for (size_t i = 0; i < NTABLE; i++) bf_grid_free(&g[i]);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  bf_store *s = NULL;
  bf_run_info *info = NULL;
  bf_results *results = NULL;
  bf_study study = {0};
  const struct argp argp = {own,
                            parse,
                            "PIPELINE|RUN",
                            "What a run found out: trainings, Betti numbers by layer, and where their sum \u03c9 halves, with sweep variables as columns. RUN "
                            "is an id, its beginning or `last`; "
                            "of a PIPELINE, a file or a name, the newest run is taken. docs/results.md tells the tables.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_open_to_read(&s));
  BF_TRY(bf_results_run(s, o.what, &info));
  BF_TRY(bf_results_read(s, info, &results));
  status = bf_study_make(results, o.where, o.nwhere, o.over, &study);
  o.where = NULL, o.nwhere = 0; /* the study's now */
  if (status == BF_OK) status = print(&o, &study);
out:
  if (status != BF_OK) bf_complain();
  for (size_t i = 0; i < o.nwhere; i++) bf_condition_free(&o.where[i]);
  free(o.where);
  bf_study_free(&study);
  bf_results_free(results);
  bf_run_info_free(info);
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_results = {"results", "Betti numbers and trainings of a run as tables", run};
