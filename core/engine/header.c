/* What a run's journal begins with: the pipeline as it runs, and what planning it again needs beside that: the objects that its FILE parameters are, and the
 * builds of its plugins. */
#include "engine/plan.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(const bf_entry ***list, size_t *n, const bf_entry *entry) {
  for (size_t i = 0; i < *n; i++)
    if ((*list)[i] == entry) return;
  *list = bf_grow(*list, *n, sizeof **list);
  (*list)[(*n)++] = entry;
}

const bf_entry **bf_plan_uses(const bf_plan *plan, size_t *n) {
  const bf_entry **list = NULL, *const * use;
  *n = 0;
  for (size_t s = 0; s < plan->pipeline->nstage; s++) {
    const bf_pstage *stage = &plan->pipeline->stage[s];
    add(&list, n, stage->use);
    for (size_t i = 0; i < stage->nsave; i++) add(&list, n, stage->save[i].format);
    if (stage->print) add(&list, n, stage->print_format);
    for (size_t i = 0; i < stage->ninstance; i++)
      for (size_t k = bf_params_uses(plan->instance[s][i].params, &use); k-- > 0;) add(&list, n, use[k]);
  }
  return list;
}

/* Each plugin once. */
static bf_plugin_use *plugins_of(const bf_plan *plan, size_t *n) {
  size_t nentry;
  const bf_entry **entry = bf_plan_uses(plan, &nentry);
  bf_plugin_use *plugin = bf_alloc(nentry, sizeof *plugin);
  *n = 0;
  for (size_t i = 0; i < nentry; i++) {
    bool seen = false;
    for (size_t k = 0; k < i; k++) seen |= entry[k]->from == entry[i]->from;
    if (!seen) plugin[(*n)++] = (bf_plugin_use){(char *)(uintptr_t)entry[i]->from->name, (char *)(uintptr_t)entry[i]->from->build_id};
  }
  free(entry);
  return plugin;
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
  bf_run_info info = {.pipeline_name = p->name,
                      .pipeline_file = p->file,
                      .pipeline_text = bf_pipeline_text(p),
                      .version = (char *)(uintptr_t)BF_VERSION,
                      .host = host,
                      .nvar = p->nvar,
                      .npoint = p->npoint,
                      .var = p->var,
                      .value = p->value_text,
                      .limit_seconds = limits->seconds,
                      .limit_bytes = limits->bytes,
                      .prepared = prepared};
  info.files = files_of(plan, &info.nfiles);
  info.plugin = plugins_of(plan, &info.nplugin);
  bf_status status = bf_run_begin(plan->store, &info, run);
  free(info.pipeline_text);
  free(info.files);
  free(info.plugin);
  return status;
}
