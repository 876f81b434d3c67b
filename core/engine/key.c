/* A job's key: SHA-256 over its parts, one line each. No times, no paths.
 *
 *   bettiflow-key 1
 *   core 1
 *   stage complex.knn_geodesic 1
 *   build 3f…
 *   param hops 2                            (bf_params_key)
 *   plugin activation.relu 1 77…            (what the inputs' artifacts need)
 *   input points [layer="3",class="0"] 9a…  (gathered: [activation="relu";layer="3"], sweep values before the semicolon)
 *   declined diagrams [seed="2";] "accuracy 0.98"
 */
#include "engine/plan.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

char *bf_key_head(const bf_entry *e, const bf_params *params, const char *what) {
  bf_text t = {0};
  bf_text_addf(&t, "bettiflow-key %d\ncore %d\n%s %s %" PRIu32 "\nbuild %s\n", BF_KEY_VERSION, BF_CORE_REVISION, what, e->id, e->revision, e->from->build_id);
  if (params) bf_params_key(params, &t);
  return bf_text_take(&t);
}

static void add_labels(bf_text *t, const bf_label *label, size_t n) {
  for (size_t i = 0; i < n; i++) {
    bf_text_addf(t, "%s%s=", i ? "," : "", label[i].name);
    bf_text_quote(t, label[i].value);
  }
}

static void add_input(const bf_plan *plan, bf_text *t, const char *port, bool gathered, const bf_instance *from, const bf_source *s) {
  bf_label sweep[BF_MAX_SWEEP];
  size_t n, nsweep = gathered ? bf_sweep_labels(plan, from, sweep) : 0;
  const bf_item *item = bf_source_item(plan, s);
  const bf_label *label = bf_source_label(plan, s, &n);
  bf_text_addf(t, "%s %s [", item ? "input" : "declined", port);
  add_labels(t, sweep, nsweep);
  if (gathered) bf_text_add(t, ";");
  add_labels(t, label, n);
  bf_text_add(t, "] ");
  if (item)
    bf_text_add(t, item->digest.hex);
  else
    bf_text_quote(t, s->job->message ? s->job->message : "");
  bf_text_add(t, "\n");
}

static void add_use(const bf_entry ***use, size_t *n, const bf_entry *entry) {
  for (size_t i = 0; i < *n; i++)
    if ((*use)[i] == entry) return;
  *use = bf_grow(*use, *n, sizeof **use);
  (*use)[(*n)++] = entry;
}

static bf_status item_uses(const bf_plan *plan, const bf_item *item, const bf_entry ***use, size_t *n) {
  for (size_t i = 0; item && i < item->nuse; i++) {
    const bf_entry *entry;
    bf_status status = bf_registry_find_use(plan->registry, item->use[i], &entry);
    if (status != BF_OK) return status;
    add_use(use, n, entry);
  }
  return BF_OK;
}

static bf_status input_uses(const bf_plan *plan, const bf_job *j, const bf_entry ***use, size_t *n) {
  bf_status status = BF_OK;
  bf_port_inputs *ports;
  if (j->kind != BF_JOB_STAGE) return item_uses(plan, bf_source_item(plan, &j->source), use, n);
  size_t nport = bf_job_inputs(plan, j, &ports);
  for (size_t p = 0; p < nport; p++)
    for (size_t i = 0; i < ports[p].n && status == BF_OK; i++) status = item_uses(plan, bf_source_item(plan, &ports[p].source[i]), use, n);
  bf_job_inputs_free(ports, nport);
  return status;
}

static const bf_params *params_of(const bf_plan *plan, const bf_job *j) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  return j->kind == BF_JOB_SAVE ? s->save[j->save].params : j->kind == BF_JOB_PRINT ? s->print_params : j->of->params;
}

static void param_uses(const bf_params *params, const bf_entry ***use, size_t *n) {
  const bf_entry *const *named = NULL;
  size_t k = params ? bf_params_uses(params, &named) : 0;
  for (size_t i = 0; i < k; i++) add_use(use, n, named[i]);
}

bf_status bf_job_uses(const bf_plan *plan, const bf_job *j, const bf_entry ***use, size_t *n) {
  *use = NULL;
  *n = 0;
  param_uses(params_of(plan, j), use, n);
  if (j->kind != BF_JOB_CHECK) return input_uses(plan, j, use, n);
  for (size_t i = 0; i < bf_stage_of(plan, j->of)->ninstance; i++) param_uses(plan->instance[j->of->stage][i].params, use, n);
  return BF_OK;
}

static int by_id(const void *a, const void *b) {
  const bf_entry *const *x = a, *const *y = b;
  return strcmp((*x)->id, (*y)->id);
}

static void add_inputs(const bf_plan *plan, const bf_job *j, bf_text *t) {
  bf_port_inputs *ports;
  size_t nport = bf_job_inputs(plan, j, &ports);
  for (size_t p = 0; p < nport; p++) {
    const char *name = bf_stage_of(plan, j->of)->use->stage->inputs[ports[p].port].name;
    for (size_t i = 0; i < ports[p].n; i++) add_input(plan, t, name, ports[p].gathered, ports[p].from[i], &ports[p].source[i]);
  }
  bf_job_inputs_free(ports, nport);
}

bf_status bf_job_key(const bf_plan *plan, bf_job *j) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  const bf_entry **use = NULL;
  size_t n = 0;
  bf_text t = {0};
  if (j->kind == BF_JOB_STAGE) {
    bf_text_add(&t, j->of->head);
  } else {
    char *head = bf_key_head(j->kind == BF_JOB_SAVE ? s->save[j->save].format : s->print_format, params_of(plan, j), "save");
    bf_text_add(&t, head);
    free(head);
  }
  bf_status status = input_uses(plan, j, &use, &n);
  if (n) qsort(use, n, sizeof(bf_entry *), by_id);
  for (size_t i = 0; i < n; i++) bf_text_addf(&t, "plugin %s %" PRIu32 " %s\n", use[i]->id, use[i]->revision, use[i]->from->build_id);
  free(use);
  if (j->kind == BF_JOB_STAGE)
    add_inputs(plan, j, &t);
  else
    bf_text_addf(&t, "input artifact [] %s\n", bf_source_item(plan, &j->source)->digest.hex);
  free(j->parts);
  j->key = bf_digest_of(t.at, t.n);
  j->parts = bf_text_take(&t);
  return status;
}
