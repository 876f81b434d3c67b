/* Stages as the file lists them: their keys, what they use, the sweep variables in their parameters, their limits. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

static const char *const stage_keys[] = {"use", "in", "each", "gather", "across", "params", "save", "print", "limits"};
static const char *const limit_keys[] = {"time", "memory"};

const bf_node *bf_stage_node(const bf_pipeline *p, size_t stage) { return bf_node_get(bf_node_get(p->root, "stages"), p->stage[stage].name); }

size_t bf_port_count(const bf_port *ports) {
  size_t n = 0;
  while (ports && ports[n].name) n++;
  return n;
}

size_t bf_port_find(const bf_port *ports, const char *text, size_t n) {
  for (size_t i = 0; i < bf_port_count(ports); i++)
    if (strlen(ports[i].name) == n && !memcmp(ports[i].name, text, n)) return i;
  return SIZE_MAX;
}

char *bf_port_names(const bf_port *ports) {
  bf_text names = {0};
  for (size_t i = 0; i < bf_port_count(ports); i++) bf_text_addf(&names, "%s%s", i ? ", " : "", ports[i].name);
  if (!names.n) bf_text_add(&names, "none");
  return bf_text_take(&names);
}

const char *bf_port_nearest(const bf_port *ports, const char *word) {
  size_t n = bf_port_count(ports);
  const char **names = bf_alloc(n, sizeof *names);
  for (size_t i = 0; i < n; i++) names[i] = ports[i].name;
  const char *near = bf_nearest(word, names, n);
  free(names);
  return near;
}

/* "none", or what `parse` understands. */
static bf_status read_limits(const bf_pipeline *p, const bf_node *node, bf_limits *limits) {
  bf_status status = BF_OK;
  bf_node *map = NULL;
  size_t budget = BF_MAX_MEMORY;
  bf_names names = {.vars = p->own->vars, .nvars = p->own->vars ? p->own->vars->n : 0, .var = p->var, .nvar = p->nvar, .where = "in limits"};
  if (bf_node_empty(node)) return BF_OK;
  BF_TRY(bf_need_map(node, "limits"));
  BF_TRY(bf_need_keys(node, "limits", limit_keys, sizeof limit_keys / sizeof *limit_keys));
  BF_TRY(bf_subst(node, &names, &budget, &map));
  const bf_node *time = bf_node_get(map, "time"), *memory = bf_node_get(map, "memory");
  if (time && (time->kind != BF_SCALAR || (strcmp(time->text, "none") && !bf_parse_duration(time->text, &limits->seconds))))
    status = bf_fail_at(BF_INVALID, time, "a time limit is a number with ms, s, min, h or d (90s, 1.5h), or none");
  else if (time && !strcmp(time->text, "none"))
    limits->seconds = 0;
  if (status != BF_OK) goto out;
  if (memory && (memory->kind != BF_SCALAR || (strcmp(memory->text, "none") && !bf_parse_bytes(memory->text, &limits->bytes))))
    status = bf_fail_at(BF_INVALID, memory, "a memory limit is a number with kB, MB, GB, KiB, MiB or GiB (4GiB), or none");
  else if (memory && !strcmp(memory->text, "none"))
    limits->bytes = 0;
out:
  bf_node_free(map);
  return status;
}

static bf_status read_stage(bf_pipeline *p, const bf_registry *registry, const bf_node *at, const bf_node *node, bf_pstage *s) {
  bf_status status = BF_OK;
  bf_names names = {.vars = p->own->vars, .nvars = p->own->vars ? p->own->vars->n : 0, .var = p->var, .nvar = p->nvar};
  s->at = at;
  BF_TRY(bf_need_name(at, s->name, "a stage"));
  if (!strcmp(s->name, "vars") || !strcmp(s->name, "sweep")) {
    status = bf_fail_at(BF_INVALID, at, "a stage can't be called '%s': --set %s.name=… means something else", s->name, s->name);
    goto out;
  }
  if (node->kind != BF_MAP) {
    status = bf_fail_at(BF_INVALID, node, "stage '%s' is a map with at least 'use: kind.name'", s->name);
    goto out;
  }
  BF_TRY(bf_need_keys(node, "a stage", stage_keys, sizeof stage_keys / sizeof *stage_keys));
  const bf_node *use = bf_node_get(node, "use");
  if (!use) {
    status = bf_fail_at(BF_INVALID, at, "stage '%s' has no 'use: kind.name'; `bettiflow plugins` lists what there is", s->name);
    goto out;
  }
  BF_TRY(bf_need_text(use, "use"));
  BF_TRY(bf_need_plain(use, "use"));
  status = bf_registry_find(registry, BF_KIND_STAGE, use->text, &s->use);
  if (status != BF_OK) {
    bf_fail_at(status, use, "%s", bf_error());
    goto out;
  }
  s->params = bf_node_get(node, "params");
  BF_TRY(bf_need_map(s->params, "params"));
  if (bf_node_empty(s->params)) s->params = NULL;
  BF_TRY(bf_subst_uses(s->params, &names, &s->own_axes));
  BF_TRY(read_limits(p, bf_node_get(p->root, "limits"), &s->limits));
  BF_TRY(read_limits(p, bf_node_get(node, "limits"), &s->limits));
out:
  return status;
}

bf_status bf_stages_read(bf_pipeline *p, const bf_registry *registry) {
  bf_status status = BF_OK;
  const bf_node *stages = bf_node_get(p->root, "stages");
  if (!stages) return bf_fail_at(BF_INVALID, p->root, "the pipeline has no 'stages:'");
  BF_TRY(bf_need_map(stages, "stages"));
  if (stages->kind != BF_MAP || !stages->n) return bf_fail_at(BF_INVALID, stages, "the pipeline has no stage");
  p->stage = bf_alloc(stages->n, sizeof *p->stage);
  for (size_t i = 0; i < stages->n; i++) {
    bf_pstage *s = &p->stage[p->nstage++];
    s->name = bf_strdup(stages->key[i]);
    BF_TRY(read_stage(p, registry, stages->key_at[i], stages->item[i], s));
  }
out:
  return status;
}
