/* How much memory a point of a wave is likely to need, and how many points that lets run at a time. */
#include "engine/parallel.h"

/* Of tasks of the stage in this plan, done now or before; else in an earlier run. */
static uint64_t peak_of(const bf_plan *plan, size_t stage) {
  uint64_t peak = 0;
  for (size_t i = 0; i < plan->pipeline->stage[stage].ninstance; i++) {
    const bf_instance *in = &plan->instance[stage][i];
    for (size_t k = 0; k < in->njob; k++)
      if (in->job[k]->usage.peak_bytes > peak) peak = in->job[k]->usage.peak_bytes;
  }
  return peak ? peak : bf_index_peak(plan->store, plan->pipeline->stage[stage].use->id);
}

/* A limit is what a task may take; what tasks took before is a guess, and gets a quarter on top. Tasks of a point run one after the other. */
uint64_t bf_wave_memory(const bf_parallel *e, size_t wave) {
  const bf_plan *plan = e->local.plan;
  uint64_t most = 0;
  for (size_t i = 0; i < e->waves.at[wave].nstage; i++) {
    const size_t stage = e->waves.at[wave].stage[i];
    const uint64_t own = plan->pipeline->stage[stage].limits.bytes, given = e->local.o->limits.bytes, limit = own && (!given || own < given) ? own : given;
    uint64_t need = peak_of(plan, stage);
    need += need / 4;
    if (limit && (!need || need > limit)) need = limit;
    if (need > most) most = need;
  }
  return most;
}

uint32_t bf_jobs_that_fit(uint32_t jobs, uint64_t memory, uint64_t available) {
  if (!memory || memory > available) return memory ? 1 : jobs;
  const uint64_t fit = available / memory;
  return fit < jobs ? (uint32_t)fit : jobs;
}
