/* What becomes of a job whose inputs are there: skipped, declined, found in the store, or ready to run. */
#include "engine/plan.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b) { return memcmp(((const bf_job *)a)->key.hex, ((const bf_job *)b)->key.hex, 64); }

static void set_message(bf_job *j, char *message) {
  free(j->message);
  j->message = message;
}

typedef struct tally {    /* of a job's inputs */
  const bf_job *bad;      /* failed or skipped */
  const bf_job *declined; /* the first that makes the job decline */
  bool forecast;
  const char *empty; /* name of the gathered stage that gave nothing */
} tally;

static void look_at_port(const bf_plan *plan, const bf_port_inputs *in, const bf_link *link, tally *t) {
  size_t declined = 0;
  for (size_t i = 0; i < in->n; i++) {
    const bf_job *from = in->source[i].job;
    if (from->state == BF_JOB_FAILED || from->state == BF_JOB_SKIPPED) t->bad = t->bad ? t->bad : from;
    if (from->state == BF_JOB_FORECAST) t->forecast = true;
    if (from->state != BF_JOB_DECLINED) continue;
    declined++;
    if (!in->gathered && !t->declined) t->declined = from;
  }
  if (in->gathered && !in->n) t->empty = plan->pipeline->stage[link->from].name;
  if (in->gathered && in->n && declined == in->n && !t->declined) t->declined = in->source[0].job;
}

static tally look_at_inputs(const bf_plan *plan, const bf_job *j) {
  tally t = {0};
  bf_port_inputs *ports;
  if (j->kind != BF_JOB_STAGE) return t;
  size_t n = bf_job_inputs(plan, j, &ports);
  for (size_t p = 0; p < n; p++) look_at_port(plan, &ports[p], &bf_stage_of(plan, j->of)->link[p], &t);
  bf_job_inputs_free(ports, n);
  return t;
}

bool bf_outputs_fit(const bf_plan *plan, const bf_job *j, bool declined, const bf_output *output, size_t n) {
  size_t i = 0;
  if (declined) return !n;
  if (j->kind != BF_JOB_STAGE) return n == 1 && output[0].nitem == 1 && !strcmp(output[0].port, "file");
  for (const bf_port *port = bf_stage_of(plan, j->of)->use->stage->outputs; port->name; port++, i++)
    if (i >= n || strcmp(output[i].port, port->name) || (!(port->flags & BF_MANY) && output[i].nitem != 1)) return false;
  return i == n;
}

/* Of what was to be done before, only the record is needed: the objects that a task reads are looked at by its process. */
static bf_record *find_record(const bf_plan *plan, const bf_job *j) {
  bf_record *r = NULL;
  if (!plan->store) return NULL;
  const bf_status status = bf_inside(plan, j->of) ? bf_store_lookup(plan->store, &j->key, &r) : bf_store_recall(plan->store, plan->recorded->run, &j->key, &r);
  return status == BF_OK ? r : NULL;
}

bool bf_job_lookup(bf_plan *plan, bf_job *j) {
  const bf_outcome outcome = plan->found ? plan->found(plan->context, j) : BF_CACHED;
  bf_record *r = outcome ? find_record(plan, j) : NULL;
  if (!r) return false;
  if (!bf_outputs_fit(plan, j, r->declined, r->output, r->noutput)) {
    bf_record_free(r);
    return false;
  }
  j->outcome = outcome;
  j->usage = r->usage;
  j->noutput = r->noutput;
  j->output = r->output;
  r->output = NULL;
  r->noutput = 0;
  bool declined = r->declined;
  if (declined) set_message(j, bf_strdup(r->reason));
  bf_record_free(r);
  bf_job_end(plan, j, declined ? BF_JOB_DECLINED : BF_JOB_DONE);
  return true;
}

/* A miss: it runs, unless another job of this run does the same. */
static void miss(bf_plan *plan, bf_job *j) {
  if (plan->forecast) {
    bf_job_end(plan, j, BF_JOB_FORECAST);
    return;
  }
  if (!bf_inside(plan, j->of)) {
    set_message(j, bf_strdup("it is not in the store; the job that makes it has to end before this one begins"));
    bf_plan_note(plan, BF_FAILED);
    bf_job_end(plan, j, BF_JOB_SKIPPED);
    return;
  }
  bf_job *first = *(bf_job **)tsearch(j, &plan->keys, by_key);
  if (first == j) {
    j->state = BF_JOB_READY;
    plan->ready(plan->context, j);
    return;
  }
  j->state = BF_JOB_TWIN;
  j->twin = first->twin;
  first->twin = j;
}

static void evaluate(bf_plan *plan, bf_job *j) {
  tally t = look_at_inputs(plan, j);
  if (t.bad) {
    char *name = bf_job_name(plan, t.bad);
    set_message(j, bf_format_text("%s %s", name, t.bad->state == BF_JOB_FAILED ? "failed" : "was skipped"));
    free(name);
    bf_job_end(plan, j, BF_JOB_SKIPPED);
  } else if (t.declined || t.empty) {
    set_message(j, t.declined ? bf_strdup(t.declined->message) : bf_format_text("'%s' gave no items", t.empty));
    bf_job_end(plan, j, BF_JOB_DECLINED);
  } else if (t.forecast) {
    j->unless = plan->store != NULL;
    bf_job_end(plan, j, BF_JOB_FORECAST);
  } else {
    bf_status status = bf_job_key(plan, j);
    if (status != BF_OK)
      bf_job_fail(plan, j, status, bf_error());
    else if (!bf_job_lookup(plan, j))
      miss(plan, j);
  }
}

void bf_plan_evaluate(bf_plan *plan) {
  for (size_t i = 0; i < plan->nnew; i++) evaluate(plan, plan->fresh[i]); /* the list grows while we go */
  plan->nnew = 0;
}

void bf_job_release(bf_plan *plan, bf_job *j) {
  bf_job *next = j->twin;
  j->twin = NULL;
  tdelete(j, &plan->keys, by_key);
  for (bf_job *twin; (twin = next);) {
    next = twin->twin;
    twin->twin = NULL;
    if (j->state != BF_JOB_FAILED && j->state != BF_JOB_SKIPPED && bf_job_lookup(plan, twin)) continue;
    set_message(twin, bf_strdup(j->message));
    bf_job_end(plan, twin, j->state == BF_JOB_FAILED ? BF_JOB_FAILED : BF_JOB_SKIPPED);
  }
}
