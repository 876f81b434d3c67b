/* Opening a pipeline for `run` and `plan`, and the plan as text, JSON or dot. */
#include "cli/planned.h"
#include "engine/engine.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bf_planned_set(bf_planned *p, const char *text) {
  p->set = bf_grow(p->set, p->nset, sizeof *p->set);
  p->set[p->nset++].text = text;
}

void bf_planned_limit(int key, const char *argument, const struct argp_state *state, bf_limits *limits) {
  if (key == 'T' && !bf_parse_duration(argument, &limits->seconds)) argp_error(state, "--timeout takes a time like 90s or 10min, not '%s'", argument);
  if (key == 'M' && !bf_parse_bytes(argument, &limits->bytes)) argp_error(state, "--memory takes a size like 512MiB or 4GiB, not '%s'", argument);
}

bf_status bf_planned_open(const bf_global *g, bf_planned *p) {
  const bf_broken *broken;
  bf_status status = bf_registry_open(g->plugin_path, &p->registry);
  if (status != BF_OK) return status;
  size_t n = bf_registry_broken(p->registry, &broken);
  for (size_t i = 0; i < n; i++) bf_note("warning: %s can't be used: %s", broken[i].path, broken[i].why);
  return bf_pipeline_read(p->file, p->set, p->nset, p->registry, &p->pipeline);
}

void bf_planned_close(bf_planned *p) {
  bf_pipeline_free(p->pipeline);
  bf_registry_free(p->registry);
  free(p->set);
}

/* "activation=relu, seed=1": the values that tell a stage's instance apart; allocated. */
static char *point_text(const bf_pipeline *p, const bf_plan_line *line) {
  const bf_pstage *s = &p->stage[line->stage];
  bf_text t = {0};
  for (size_t v = 0; v < p->nvar; v++)
    if (s->axes >> v & 1) bf_text_addf(&t, "%s%s=%s", t.n ? ", " : "", p->var[v], p->value_text[s->instance_point[line->instance]][v]);
  return bf_text_take(&t);
}

static char *what_text(const bf_plan_line *l) {
  bf_text t = {0};
  const uint64_t n[] = {l->cached, l->run, l->unless};
  static const char *const what[] = {"cached", "run", "run unless its input comes out the same"};
  bool several = l->cached + l->run + l->unless > 1;
  for (int i = 0; i < 3; i++) {
    if (!n[i]) continue;
    bf_text_add(&t, t.n ? ", " : "");
    if (several) bf_text_addf(&t, "%" PRIu64 " ", n[i]);
    bf_text_add(&t, what[i]);
  }
  if (!t.n) bf_text_add(&t, "nothing: no items");
  if (l->items_unknown) bf_text_add(&t, " \u00d7 items");
  return bf_text_take(&t);
}

static void print_text(const bf_pipeline *p, const bf_plan_line *lines, size_t n) {
  int wide[2] = {0, 0};
  for (int print = 0; print < 2; print++)
    for (size_t i = 0; i < n; i++) {
      const char *name = p->stage[lines[i].stage].name;
      char *point = point_text(p, &lines[i]), *what = what_text(&lines[i]);
      if (print)
        printf("%-*s  %-*s%s%s\n", wide[0], name, wide[1], point, wide[1] ? "  " : "", what);
      else
        wide[0] = (int)strlen(name) > wide[0] ? (int)strlen(name) : wide[0], wide[1] = (int)strlen(point) > wide[1] ? (int)strlen(point) : wide[1];
      free(point);
      free(what);
    }
}

static json_t *line_json(const bf_pipeline *p, const bf_plan_line *l) {
  const bf_pstage *s = &p->stage[l->stage];
  json_t *point = json_object();
  for (size_t v = 0; v < p->nvar; v++)
    if (s->axes >> v & 1) json_object_set_new(point, p->var[v], json_string(p->value_text[s->instance_point[l->instance]][v]));
  return json_pack("{ss ss so sI sI sI sb}", "stage", s->name, "use", s->use->id, "point", point, "cached", (json_int_t)l->cached, "run", (json_int_t)l->run,
                   "unless", (json_int_t)l->unless, "items_unknown", l->items_unknown);
}

static void print_json(const bf_pipeline *p, const bf_plan_line *lines, size_t n) {
  json_t *list = json_array(), *root = json_pack("{ss so}", "pipeline", p->name, "plan", list);
  for (size_t i = 0; i < n; i++) json_array_append_new(list, line_json(p, &lines[i]));
  json_dumpf(root, stdout, JSON_INDENT(1));
  putchar('\n');
  json_decref(root);
}

/* Stage names are plain, so nothing needs quoting but the ids' dots. */
static void print_dot(const bf_pipeline *p, const bf_plan_line *lines, size_t n) {
  static const char *const kinds[] = {[BF_LINK_IN] = "in", [BF_LINK_EACH] = "each", [BF_LINK_GATHER] = "gather"};
  puts("digraph pipeline {\n  rankdir=LR;\n  node [shape=box];");
  for (size_t s = 0; s < p->nstage; s++) {
    bf_plan_line sum = {0};
    for (size_t i = 0; i < n; i++) {
      if (lines[i].stage != s) continue;
      sum.cached += lines[i].cached;
      sum.run += lines[i].run;
      sum.unless += lines[i].unless;
      sum.items_unknown |= lines[i].items_unknown;
    }
    char *what = what_text(&sum);
    printf("  %s [label=\"%s\\n%s\\n%zu points: %s\"];\n", p->stage[s].name, p->stage[s].name, p->stage[s].use->id, p->stage[s].ninstance, what);
    free(what);
  }
  for (size_t s = 0; s < p->nstage; s++)
    for (size_t l = 0; l < p->stage[s].nlink; l++) {
      const bf_link *link = &p->stage[s].link[l];
      printf("  %s -> %s [label=\"%s %s\"];\n", p->stage[link->from].name, p->stage[s].name, kinds[link->kind],
             p->stage[s].use->stage->inputs[link->port].name);
    }
  puts("}");
}

bf_status bf_planned_print(const bf_global *g, const bf_planned *planned) {
  bf_store *store = NULL;
  bf_plan_line *lines = NULL;
  size_t n;
  bf_status status = BF_OK;
  if (bf_store_exists(g->store)) BF_TRY(bf_store_open(g->store, BF_STORE_READ, &store)); /* else nothing is cached; a plan makes none */
  BF_TRY(bf_plan_lines(store, planned->registry, planned->pipeline, &lines, &n));
  if (planned->json)
    print_json(planned->pipeline, lines, n);
  else if (planned->dot)
    print_dot(planned->pipeline, lines, n);
  else
    print_text(planned->pipeline, lines, n);
out:
  free(lines);
  bf_store_close(store);
  return status;
}
