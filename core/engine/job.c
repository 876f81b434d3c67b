/* One job of a run, in a process of its own: on this machine or another one. */
#include "engine/local.h"
#include <stdlib.h>
#include <string.h>

bf_status bf_check_builds(const bf_registry *registry, const bf_run_info *run) {
  for (size_t i = 0; i < run->nplugin; i++) {
    const bf_plugin_use *use = &run->plugin[i];
    const bf_provider *found = NULL, *other = NULL;
    for (size_t k = 0; k < bf_registry_size(registry) && !found; k++) {
      const bf_provider *from = bf_registry_at(registry, k)->from;
      if (strcmp(from->name, use->name)) continue;
      other = from;
      if (!strcmp(from->build_id, use->build_id)) found = from;
    }
    if (found) continue;
    return bf_fail(BF_PLUGIN,
                   "run %s used the build %.16s of plugin %s; here it is %.16s%s%s: its results would have other keys. Use the same bettiflow everywhere",
                   run->run, use->build_id, use->name, other ? other->build_id : "missing", other ? ", " : "", other ? other->path : "");
  }
  return BF_OK;
}

static bf_status begin(bf_local *l, bf_store *store, const char *run, size_t wave, size_t point) {
  char *name = bf_format_text("%zu.%zu", wave, point);
  bf_status status = bf_job_begin(store, run, name, &l->run);
  free(name);
  return status;
}

bf_status bf_run_job(bf_store *store, const bf_registry *registry, const char *run, size_t wave, size_t point, const bf_run_options *o, bf_run_result *out) {
  bf_status status = BF_OK;
  bf_run_info *header = NULL;
  bf_pipeline *p = NULL;
  bf_waves waves = {0};
  bf_part part = {0};
  bf_local l = {.signals = -1};
  bf_run_options own = *o;
  *out = (bf_run_result){0};
  BF_TRY(bf_run_read_header(store, run, &header));
  BF_TRY(bf_check_builds(registry, header));
  BF_TRY(bf_pipeline_reread(header->pipeline_file, header->pipeline_name, header->pipeline_text, registry, &p));
  bf_waves_find(p, &waves);
  BF_TRY(bf_part_of(p, &waves, wave, point, &part));
  own.limits = (bf_limits){header->limit_seconds, header->limit_bytes};
  BF_TRY(bf_local_open(&l, store, registry, p, &(bf_plan_options){.recorded = header, .part = &part}, &own));
  BF_TRY(begin(&l, store, header->run, wave, point));
  bf_local_begin(&l);
  bf_local_work(&l);
  status = bf_local_finish(&l, out);
out:
  bf_local_close(&l);
  bf_part_free(&part);
  bf_waves_free(&waves);
  bf_pipeline_free(p);
  bf_run_info_free(header);
  if (status != BF_OK) out->status = status;
  return status;
}
