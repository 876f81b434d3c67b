/* What a run would do, from the store alone: the same plan, in which what misses is not run. */
#include "engine/plan.h"
#include <stdlib.h>

static bf_plan_line line_of(const bf_instance *in) {
  bf_plan_line line = {.stage = in->stage, .instance = in->number, .items_unknown = in->items_unknown};
  for (size_t i = 0; i < in->njob; i++) {
    const bf_job *j = in->job[i];
    if (j->state != BF_JOB_FORECAST)
      line.cached++;
    else if (j->unless)
      line.unless++;
    else
      line.run++;
  }
  return line;
}

bf_status bf_plan_lines(bf_store *store, const bf_registry *registry, const bf_pipeline *p, bf_plan_line **lines, size_t *n) {
  bf_plan *plan;
  const bf_plan_options forecast = {.forecast = true};
  bf_status status = bf_plan_new(store, registry, p, &forecast, &plan);
  *lines = NULL;
  *n = 0;
  if (status != BF_OK) return status;
  bf_plan_open(plan);
  bf_plan_evaluate(plan);
  for (size_t s = 0; s < p->nstage; s++) *n += p->stage[s].ninstance;
  *lines = bf_alloc(*n, sizeof **lines);
  size_t k = 0;
  for (size_t s = 0; s < p->nstage; s++)
    for (size_t i = 0; i < p->stage[s].ninstance; i++) (*lines)[k++] = line_of(&plan->instance[s][i]);
  for (size_t i = 0; i < plan->njob && status == BF_OK; i++)
    if (plan->job[i]->state == BF_JOB_FAILED) status = bf_fail(plan->status, "%s: %s", p->stage[plan->job[i]->of->stage].name, plan->job[i]->message);
  bf_plan_free(plan);
  return status;
}
