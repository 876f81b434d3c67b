/* Stage checks (bf_stage.check): one child for each stage that is not all in the store, with the values of all its instances, before
 * anything else runs. */
#include "engine/local.h"
#include <stdlib.h>
#include <string.h>

void bf_checks_queue(bf_local *l) {
  const bf_pipeline *p = l->plan->pipeline;
  for (size_t s = 0; s < p->nstage; s++) {
    size_t i = 0;
    while (i < p->stage[s].ninstance && l->plan->instance[s][i].settled) i++;
    if (i == p->stage[s].ninstance || !p->stage[s].use->stage->check) continue;
    bf_job *j = bf_alloc(1, sizeof *j);
    *j = (bf_job){.kind = BF_JOB_CHECK, .state = BF_JOB_READY, .of = &l->plan->instance[s][i]};
    l->check = bf_grow(l->check, l->ncheck, sizeof(bf_job *));
    l->check[l->ncheck++] = j;
    bf_queue_push(&l->ready, j);
  }
  l->checks_left = l->ncheck;
}

const bf_params **bf_check_more(const bf_local *l, const bf_job *j, size_t *n) {
  const bf_pstage *s = bf_stage_of(l->plan, j->of);
  const bf_params **more = bf_alloc(s->ninstance, sizeof *more);
  *n = 0;
  for (size_t i = j->of->number + 1; i < s->ninstance; i++)
    if (!l->plan->instance[j->of->stage][i].settled) more[(*n)++] = l->plan->instance[j->of->stage][i].params;
  return more;
}

void bf_check_end(bf_local *l, bf_job *j, const bf_task_result *r) {
  const bf_pstage *s = bf_stage_of(l->plan, j->of);
  l->checks_left--;
  j->state = BF_JOB_DONE;
  if (r->status == BF_OK || r->status == BF_CANCELLED) return;
  bf_status status = r->status == BF_INVALID || r->status == BF_PLUGIN ? r->status : BF_FAILED;
  bf_fail_at(status, s->at, "stage '%s' (%s): %s", s->name, s->use->id, r->message);
  bf_local_stop(l, status, bf_error());
}
