/* What a point takes along to a machine without the store: the run's header, the records of what it stands on, and the objects that its tasks read. */
#include "engine/parallel.h"
#include "store/bundle.h"
#include <stdlib.h>

/* Of the point's own tasks what is done already goes along with its objects. */
static bf_status pack_done(bf_pack *p, const bf_store *store, const bf_instance *in, bool own) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < in->njob && status == BF_OK; i++) {
    const bf_job *j = in->job[i];
    if (!j->parts || (j->state != BF_JOB_DONE && j->state != BF_JOB_DECLINED)) continue;
    status = own ? bf_pack_record(p, &j->key, false) : bf_travel_pack_record(p, store, &j->key);
  }
  return status;
}

static void pack_items(bf_pack *p, const bf_plan *plan, const bf_instance *producer, size_t port) {
  for (size_t i = 0; i < producer->njob; i++) {
    const bf_output *output = producer->job[i]->state == BF_JOB_DONE ? bf_job_output(plan, producer->job[i], port) : NULL;
    for (size_t k = 0; output && k < output->nitem; k++) bf_pack_object(p, &output->item[k].digest);
  }
}

/* What an instance of the point reads from other waves, and its FILE parameters. */
static void pack_inputs(bf_pack *p, const bf_plan *plan, const bf_part *part, const bf_instance *in) {
  const bf_pstage *s = bf_stage_of(plan, in);
  for (size_t l = 0; l < s->nlink; l++)
    for (size_t i = 0; i < in->from[l].n; i++)
      if (!part->inside[in->from[l].at[i]->stage]) pack_items(p, plan, in->from[l].at[i], s->link[l].from_port);
  for (size_t i = 0; i < in->nfile; i++) bf_pack_object(p, &in->file[i]);
}

bf_status bf_orders_pack(const bf_parallel *e, size_t wave, size_t point, const char *path) {
  bf_status status = BF_OK;
  const bf_plan *plan = e->local.plan;
  bf_pack *p = bf_pack_new(plan->store);
  bf_part part = {0};
  BF_TRY(bf_part_of(plan->pipeline, &e->waves, wave, point, &part));
  BF_TRY(bf_travel_pack_header(p, plan->store, bf_run_id(e->local.run)));
  for (size_t s = 0; s < plan->pipeline->nstage; s++)
    for (size_t i = 0; i < plan->pipeline->stage[s].ninstance; i++) {
      const bf_instance *in = &plan->instance[s][i];
      if (!part.needed[s][i]) continue;
      BF_TRY(pack_done(p, plan->store, in, part.inside[s]));
      if (part.inside[s]) pack_inputs(p, plan, &part, in);
    }
  BF_TRY(bf_pack_write(p, path, BF_VERSION, NULL));
out:
  bf_part_free(&part);
  bf_pack_free(p);
  return status;
}
