/* Preparing a run whose jobs another scheduler does. */
#include "engine/local.h"
#include <stdlib.h>
#include <string.h>

/* Nothing but the checks runs here. */
static bool leave(void *holder, bf_job *j) {
  (void)holder;
  return j->kind != BF_JOB_CHECK;
}

static bool is_done(const bf_plan *plan, const bf_wave *wave, size_t point) {
  for (size_t i = 0; i < wave->nstage; i++)
    if (!plan->instance[wave->stage[i]][point].settled) return false;
  return true;
}

/* Whether a save or a print of the point is still to be made. */
static bool *points_with_writes(const bf_plan *plan, const bf_waves *waves, size_t w) {
  bool *found = bf_alloc(waves->at[w].npoint, sizeof *found);
  for (size_t i = 0; i < plan->njob; i++) {
    const bf_job *j = plan->job[i];
    if (j->kind != BF_JOB_STAGE && j->state < BF_JOB_DONE && waves->of[j->of->stage] == w) found[j->of->number] = true;
  }
  return found;
}

static void add(size_t **list, size_t *n, size_t value) {
  *list = bf_grow(*list, *n, sizeof **list);
  (*list)[(*n)++] = value;
}

static void fill_wave(const bf_plan *plan, const bf_waves *waves, size_t w, bf_prepared_wave *out) {
  const bf_pipeline *p = plan->pipeline;
  bool *writes = points_with_writes(plan, waves, w), *seen = bf_alloc(waves->n, sizeof *seen);
  for (size_t k = 0; k < waves->at[w].npoint; k++)
    if (writes[k] || !is_done(plan, &waves->at[w], k)) add(&out->point, &out->npoint, k);
  for (size_t i = 0; i < waves->at[w].nstage; i++) {
    const bf_pstage *s = &p->stage[waves->at[w].stage[i]];
    for (size_t l = 0; l < s->nlink; l++) {
      const size_t from = waves->of[s->link[l].from];
      if (from != w && !seen[from]) add(&out->after, &out->nafter, from);
      seen[from] = true;
    }
  }
  free(writes);
  free(seen);
}

/* From the end: a wave of one point that no wave of many waits for is left to the run that collects. */
static size_t waves_for_jobs(const bf_waves *waves) {
  size_t n = waves->n;
  while (n && waves->at[n - 1].npoint == 1) n--;
  return n;
}

/* The plan as far as the store tells, with all checks made. */
static bf_status plan_and_check(bf_local *l, bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o) {
  bf_status status = bf_local_open(l, store, registry, p, &(bf_plan_options){0}, o);
  if (status != BF_OK) return status;
  l->hold = leave;
  bf_local_begin(l);
  bf_local_work(l);
  if (l->plan->status != BF_OK && l->fatal) return bf_fail(l->plan->status, "%s", l->fatal);
  return l->plan->status;
}

bf_status bf_run_prepare(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, bf_prepared *out) {
  bf_status status = BF_OK;
  bf_local l = {.signals = -1};
  bf_waves waves = {0};
  bf_run *run = NULL;
  char *id = NULL;
  *out = (bf_prepared){0};
  BF_TRY(plan_and_check(&l, store, registry, p, o));
  bf_waves_find(p, &waves);
  out->nwave = waves_for_jobs(&waves);
  out->wave = bf_alloc(out->nwave, sizeof *out->wave);
  for (size_t w = 0; w < out->nwave; w++) fill_wave(l.plan, &waves, w, &out->wave[w]);
  for (size_t w = 0; w < out->nwave; w++) out->njob += out->wave[w].npoint;
  if (!out->njob) goto out;
  BF_TRY(bf_plan_begin(l.plan, &o->limits, true, &run));
  out->run = bf_strdup(bf_run_id(run));
  BF_TRY(bf_run_end(run, 0, NULL, 0));
  BF_TRY(bf_run_pin(store, out->run, true, &id)); /* gc must leave it alone until its jobs have run */
out:
  free(id);
  bf_waves_free(&waves);
  bf_local_close(&l);
  return status;
}

void bf_prepared_free(bf_prepared *r) {
  for (size_t w = 0; w < r->nwave; w++) {
    free(r->wave[w].point);
    free(r->wave[w].after);
  }
  free(r->wave);
  free(r->run);
  *r = (bf_prepared){0};
}
