/* Reading a pipeline, from its file to checked stages; the parameters of one instance; freeing. */
#include "pipeline/read.h"
#include "base/file.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const pipeline_keys[] = {"bettiflow", "name", "include", "vars", "sweep", "stages", "limits"};

/* The name in the file, else one made of the file's. */
static bf_status read_name(bf_pipeline *p) {
  const bf_node *name = bf_node_get(p->root, "name");
  if (name) {
    bf_status status = bf_need_text(name, "the pipeline's name");
    if (status != BF_OK) return status;
    if (!bf_is_name(name->text, strlen(name->text), true))
      return bf_fail_at(BF_INVALID, name, "'%.80s' can't name a pipeline: a lower-case letter, then lower-case letters, digits, _ and -, at most %d in all",
                        name->text, BF_MAX_NAME);
    p->name = bf_strdup(name->text);
    return BF_OK;
  }
  const char *base = bf_path_base(p->file);
  p->name = bf_strndup(base, strcspn(base, "."));
  for (char *c = p->name; *c; c++) {
    *c = (char)tolower((unsigned char)*c);
    if (!bf_is_name(c, 1, true) && !isdigit((unsigned char)*c) && *c != '_') *c = '-';
  }
  if (bf_is_name(p->name, strlen(p->name), true)) return BF_OK;
  free(p->name);
  p->name = bf_strdup("pipeline");
  return BF_OK;
}

/* The names that params may use, at one sweep point. */
static bf_names names_at(const bf_pipeline *p, size_t point) {
  return (bf_names){.vars = p->own->vars, .nvars = p->own->vars ? p->own->vars->n : 0, .var = p->var, .nvar = p->nvar, .value = p->value[point]};
}

static bf_status params_at(const bf_pipeline *p, const bf_pstage *s, size_t point, const bf_param_env *env, bf_params **out) {
  bf_status status = BF_OK;
  bf_node *params = NULL;
  char *what = NULL;
  size_t budget = BF_MAX_MEMORY;
  bf_names names = names_at(p, point);
  if (s->params)
    BF_TRY(bf_subst(s->params, &names, &budget, &params));
  else
    params = bf_node_map(s->at->origin, s->at->line, s->at->column); /* a missing parameter is missing at the stage's name */
  what = bf_format_text("stage '%s' (%s)", s->name, s->use->id);
  status = bf_params_parse(s->use->params, params, what, env, out);
out:
  free(what);
  bf_node_free(params);
  return status;
}

/* Every stage with all values that its own parameters take along the sweep. */
bf_status bf_params_check(bf_pipeline *p, const bf_registry *registry) {
  bf_status status = BF_OK;
  bf_param_env env = {.registry = registry};
  for (size_t i = 0; i < p->nstage; i++) {
    const bf_projection *projection = NULL;
    if ((status = bf_project(p, p->stage[i].own_axes, &projection)) != BF_OK) return status;
    for (size_t k = 0; k < projection->n; k++) {
      bf_params *params = NULL;
      status = params_at(p, &p->stage[i], projection->first[k], &env, &params);
      bf_params_free(params);
      if (status == BF_BAD_INPUT) return bf_fail(BF_INVALID, "%s", bf_error());
      if (status != BF_OK) return status;
    }
  }
  return BF_OK;
}

bf_status bf_pipeline_params(const bf_pipeline *p, size_t stage, size_t instance, const bf_param_env *env, bf_params **out) {
  const bf_pstage *s = &p->stage[stage];
  return params_at(p, s, s->instance_point[instance], env, out);
}

static bf_pipeline *new_pipeline(const char *file) {
  bf_pipeline *p = bf_alloc(1, sizeof *p);
  p->own = bf_alloc(1, sizeof *p->own);
  p->file = bf_strdup(file);
  return p;
}

/* From the tree to stages, but for the values of their parameters. */
static bf_status settle(bf_pipeline *p, const bf_registry *registry) {
  bf_status status = BF_OK;
  BF_TRY(bf_vars_settle(bf_node_get(p->root, "vars"), bf_node_get(p->root, "sweep"), &p->own->vars));
  BF_TRY(bf_sweep_read(p));
  BF_TRY(bf_stages_read(p, registry));
  BF_TRY(bf_links_read(p, registry));
  BF_TRY(bf_axes_settle(p));
  BF_TRY(bf_saves_read(p, registry));
out:
  return status;
}

bf_status bf_pipeline_read(const char *path, const bf_setting *set, size_t nset, const bf_registry *registry, bf_pipeline **out) {
  bf_status status = BF_OK;
  bf_pipeline *p = new_pipeline(path);
  BF_TRY(bf_include_read(path, &p->root));
  BF_TRY(bf_need_keys(p->root, "a pipeline", pipeline_keys, sizeof pipeline_keys / sizeof *pipeline_keys));
  BF_TRY(bf_set_apply(p->root, set, nset));
  BF_TRY(read_name(p));
  BF_TRY(settle(p, registry));
  BF_TRY(bf_params_check(p, registry));
  *out = p;
  p = NULL;
out:
  bf_pipeline_free(p);
  return status;
}

bf_status bf_pipeline_reread(const char *file, const char *name, const char *text, const bf_registry *registry, bf_pipeline **out) {
  bf_status status = BF_OK;
  bf_pipeline *p = new_pipeline(file);
  p->name = bf_strdup(name);
  BF_TRY(bf_yaml_read(file, ".", text, strlen(text), &p->root));
  BF_TRY(bf_need_keys(p->root, "a pipeline", pipeline_keys, sizeof pipeline_keys / sizeof *pipeline_keys));
  BF_TRY(settle(p, registry));
  *out = p;
  p = NULL;
out:
  bf_pipeline_free(p);
  return status;
}

bf_status bf_pipeline_name(const char *path, char **name) {
  bf_pipeline *p = new_pipeline(path);
  bf_status status = bf_include_read(path, &p->root);
  if (status == BF_OK) status = read_name(p);
  *name = status == BF_OK ? bf_strdup(p->name) : NULL;
  bf_pipeline_free(p);
  return status;
}

static void stage_free(bf_pstage *s) {
  for (char ***list = s->item_axes; list && *list; list++) {
    for (char **axis = *list; *axis; axis++) free(*axis);
    free(*list);
  }
  for (size_t i = 0; i < s->nsave; i++) {
    free(s->save[i].file);
    bf_params_free(s->save[i].params);
  }
  bf_params_free(s->print_params);
  free(s->item_axes);
  free(s->save);
  free(s->link);
  free(s->name);
}

void bf_pipeline_free(bf_pipeline *p) {
  if (!p) return;
  for (size_t i = 0; i < p->nstage; i++) stage_free(&p->stage[i]);
  bf_sweep_free(p);
  bf_node_free(p->own->vars);
  free(p->own);
  bf_node_free(p->root);
  free(p->stage);
  free(p->name);
  free(p->file);
  free(p);
}
