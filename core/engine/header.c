/* What a run's journal begins with: the pipeline as it runs, and what planning it again needs beside that: the objects that its FILE parameters are, and the
 * builds of its plugins. */
#include "engine/plan.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct providers { /* each once */
  size_t n;
  const bf_provider **at;
} providers;

static void add(providers *all, const bf_entry *e) {
  for (size_t i = 0; i < all->n; i++)
    if (all->at[i] == e->from) return;
  all->at = bf_grow(all->at, all->n, sizeof *all->at);
  all->at[all->n++] = e->from;
}

static void add_params(providers *all, const bf_params *params) {
  const bf_entry *const *use;
  const size_t n = params ? bf_params_uses(params, &use) : 0;
  for (size_t i = 0; i < n; i++) add(all, use[i]);
}

static providers providers_of(const bf_plan *plan) {
  const bf_pipeline *p = plan->pipeline;
  providers all = {0};
  for (size_t s = 0; s < p->nstage; s++) {
    add(&all, p->stage[s].use);
    for (size_t k = 0; k < p->stage[s].nsave; k++) add(&all, p->stage[s].save[k].format);
    if (p->stage[s].print) add(&all, p->stage[s].print_format);
    for (size_t i = 0; i < p->stage[s].ninstance; i++) add_params(&all, plan->instance[s][i].params);
  }
  return all;
}

static bool same_files(const bf_instance *a, const bf_stage_files *b) {
  if (a->nfile != b->n) return false;
  for (size_t i = 0; i < b->n; i++)
    if (strcmp(a->file[i].hex, b->digest[i].hex)) return false;
  return true;
}

/* One row for each instance whose files are not those of the one before; they share the instances' memory. */
static bf_stage_files *files_of(const bf_plan *plan, size_t *n) {
  const bf_pipeline *p = plan->pipeline;
  bf_stage_files *rows = NULL;
  *n = 0;
  for (size_t s = 0; s < p->nstage; s++) {
    bf_stage_files before = {0};
    for (size_t i = 0; i < p->stage[s].ninstance; i++) {
      const bf_instance *in = &plan->instance[s][i];
      if (same_files(in, &before)) continue;
      before = (bf_stage_files){p->stage[s].name, (uint32_t)i, in->nfile, in->file};
      rows = bf_grow(rows, *n, sizeof *rows);
      rows[(*n)++] = before;
    }
  }
  return rows;
}

bf_status bf_plan_begin(const bf_plan *plan, const bf_limits *limits, bool prepared, bf_run **run) {
  const bf_pipeline *p = plan->pipeline;
  char host[65] = "";
  gethostname(host, sizeof host - 1);
  const providers all = providers_of(plan);
  bf_plugin_use *plugin = bf_alloc(all.n, sizeof *plugin);
  for (size_t i = 0; i < all.n; i++) plugin[i] = (bf_plugin_use){(char *)(uintptr_t)all.at[i]->name, (char *)(uintptr_t)all.at[i]->build_id};
  bf_run_info info = {.pipeline_name = p->name,
                      .pipeline_file = p->file,
                      .pipeline_text = bf_pipeline_text(p),
                      .version = (char *)(uintptr_t)BF_VERSION,
                      .host = host,
                      .nvar = p->nvar,
                      .npoint = p->npoint,
                      .var = p->var,
                      .value = p->value_text,
                      .nplugin = all.n,
                      .plugin = plugin,
                      .limit_seconds = limits->seconds,
                      .limit_bytes = limits->bytes,
                      .prepared = prepared};
  info.files = files_of(plan, &info.nfiles);
  bf_status status = bf_run_begin(plan->store, &info, run);
  free(info.pipeline_text);
  free(info.files);
  free(plugin);
  free(all.at);
  return status;
}
