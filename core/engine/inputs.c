/* What a job reads: the items behind its links, in the order that its key and its process see them. */
#include "engine/plan.h"
#include <stdlib.h>

const bf_item *bf_source_item(const bf_plan *plan, const bf_source *s) {
  const bf_output *output = s->item == BF_NO_ITEM || s->job->state != BF_JOB_DONE ? NULL : bf_job_output(plan, s->job, s->port);
  return output && (size_t)s->item < output->nitem ? &output->item[s->item] : NULL;
}

const bf_label *bf_source_label(const bf_plan *plan, const bf_source *s, size_t *n) {
  const bf_item *item = bf_source_item(plan, s);
  *n = item ? item->nlabel : s->job->nlabel;
  return item ? item->label : s->job->label;
}

size_t bf_sweep_labels(const bf_plan *plan, const bf_instance *i, bf_label label[BF_MAX_SWEEP]) {
  const bf_pipeline *p = plan->pipeline;
  const bf_pstage *s = bf_stage_of(plan, i);
  size_t n = 0, point = s->instance_point[i->number];
  for (size_t v = 0; v < p->nvar; v++)
    if (s->axes >> v & 1) label[n++] = (bf_label){p->var[v], p->value_text[point][v]};
  return n;
}

static void add(bf_port_inputs *in, bf_instance *from, bf_source source) {
  in->source = bf_grow(in->source, in->n, sizeof *in->source);
  in->from = bf_grow(in->from, in->n, sizeof *in->from);
  in->source[in->n] = source;
  in->from[in->n++] = from;
}

/* All items of an instance, or one without an item for a job that gave none. */
static void add_all(const bf_plan *plan, bf_port_inputs *in, bf_instance *from, size_t port) {
  for (size_t k = 0; k < from->njob; k++) {
    bf_job *job = from->job[k];
    const bf_output *output = job->state == BF_JOB_DONE ? bf_job_output(plan, job, port) : NULL;
    if (!output) add(in, from, (bf_source){job, port, BF_NO_ITEM});
    for (size_t i = 0; output && i < output->nitem; i++) add(in, from, (bf_source){job, port, (ptrdiff_t)i});
  }
}

size_t bf_job_inputs(const bf_plan *plan, const bf_job *j, bf_port_inputs **ports) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  bf_port_inputs *all = bf_alloc(s->nlink, sizeof *all);
  for (size_t l = 0; l < s->nlink; l++) {
    const bf_link *link = &s->link[l];
    const bf_producers *from = &j->of->from[l];
    all[l].port = link->port;
    all[l].gathered = link->kind == BF_LINK_GATHER;
    if (link->kind == BF_LINK_EACH)
      add(&all[l], from->at[0], j->each[l]);
    else
      for (size_t k = 0; k < from->n; k++) add_all(plan, &all[l], from->at[k], link->from_port);
  }
  *ports = all;
  return s->nlink;
}

void bf_job_inputs_free(bf_port_inputs *ports, size_t n) {
  for (size_t i = 0; i < n; i++) {
    free(ports[i].source);
    free(ports[i].from);
  }
  free(ports);
}
