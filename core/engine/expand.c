/* How the plan grows: jobs appear in an instance when what they read is there, and an instance is settled when all its jobs have ended. */
#include "engine/plan.h"
#include <stdlib.h>
#include <string.h>

static void settle_if_done(bf_plan *plan, bf_instance *in);

bool bf_streams(const bf_pstage *s, size_t link) {
  if (s->link[link].kind != BF_LINK_EACH) return false;
  for (size_t l = 0; l < s->nlink; l++)
    if (l != link && s->link[l].kind == BF_LINK_EACH) return false;
  return true;
}

static size_t streaming_link(const bf_pstage *s) {
  size_t l = 0;
  while (l < s->nlink && !bf_streams(s, l)) l++;
  return l;
}

const bf_output *bf_job_output(const bf_plan *plan, const bf_job *j, size_t port) {
  const char *name = bf_stage_of(plan, j->of)->use->stage->outputs[port].name;
  for (size_t i = 0; i < j->noutput; i++)
    if (!strcmp(j->output[i].port, name)) return &j->output[i];
  return NULL;
}

bool bf_items_unknown(const bf_plan *plan, const bf_job *j, size_t port) {
  bool many = bf_stage_of(plan, j->of)->use->stage->outputs[port].flags & BF_MANY;
  return j->state == BF_JOB_FORECAST && (many || j->of->items_unknown);
}

bf_job *bf_job_new(bf_plan *plan, bf_instance *of, bf_job_kind kind) {
  bf_job *j = bf_alloc(1, sizeof *j);
  *j = (bf_job){.kind = kind, .of = of, .source.item = BF_NO_ITEM, .number = (uint32_t)plan->njob + 1};
  plan->job = bf_grow(plan->job, plan->njob, sizeof(bf_job *));
  plan->job[plan->njob++] = j;
  plan->fresh = bf_grow(plan->fresh, plan->nnew, sizeof(bf_job *));
  plan->fresh[plan->nnew++] = j;
  if (kind != BF_JOB_STAGE) return j;
  j->each = bf_alloc(bf_stage_of(plan, of)->nlink, sizeof *j->each);
  of->job = bf_grow(of->job, of->njob, sizeof(bf_job *));
  of->job[of->njob++] = j;
  of->unfinished++;
  return j;
}

void bf_job_free(bf_job *j) {
  if (!j) return;
  free(j->label);
  free(j->each);
  free(j->parts);
  free(j->message);
  free(j->warnings);
  bf_outputs_free(j->output, j->noutput);
  free(j);
}

static void stream_one(bf_plan *plan, bf_instance *reader, size_t link, bf_job *from, size_t port, ptrdiff_t item) {
  bf_job *j = bf_job_new(plan, reader, BF_JOB_STAGE);
  j->each[link] = (bf_source){from, port, item};
  const bf_label *label = bf_source_label(plan, &j->each[link], &j->nlabel);
  j->label = bf_alloc(j->nlabel, sizeof *j->label);
  if (j->nlabel) memcpy(j->label, label, j->nlabel * sizeof *label);
  j->order[1] = item < 0 ? 0 : (size_t)item;
}

/* A producer's job ended: its items become the reader's jobs. One without items counts as one. */
static void stream(bf_plan *plan, bf_instance *reader, size_t link, bf_job *from) {
  size_t port = bf_stage_of(plan, reader)->link[link].from_port;
  const bf_output *output = from->state == BF_JOB_DONE ? bf_job_output(plan, from, port) : NULL;
  if (!output) {
    reader->items_unknown |= bf_items_unknown(plan, from, port);
    stream_one(plan, reader, link, from, port, BF_NO_ITEM);
    return;
  }
  for (size_t i = 0; i < output->nitem; i++) stream_one(plan, reader, link, from, port, (ptrdiff_t)i);
}

static void mark_expanded(bf_plan *plan, bf_instance *in) {
  if (in->expanded) return;
  in->expanded = true;
  plan->unexpanded--;
}

/* All that the instance waits for is there, but for the items that stream in. */
static void open_instance(bf_plan *plan, bf_instance *in) {
  const bf_pstage *s = bf_stage_of(plan, in);
  size_t link = streaming_link(s);
  bool each = false;
  for (size_t l = 0; l < s->nlink; l++) each |= s->link[l].kind == BF_LINK_EACH;
  if (!each) {
    bf_job_new(plan, in, BF_JOB_STAGE);
    mark_expanded(plan, in);
  } else if (link < s->nlink) {
    bf_instance *producer = in->from[link].at[0];
    for (size_t k = 0; k < producer->njob; k++)
      if (producer->job[k]->state >= BF_JOB_DONE) stream(plan, in, link, producer->job[k]);
    if (producer->settled) mark_expanded(plan, in);
  } else {
    mark_expanded(plan, in);
    if (bf_join(plan, in) != BF_OK) {
      bf_job *j = bf_job_new(plan, in, BF_JOB_STAGE);
      plan->nnew--; /* it is not evaluated */
      bf_job_fail(plan, j, BF_FAILED, bf_error());
      return;
    }
  }
  settle_if_done(plan, in);
}

static int by_order(const void *a, const void *b) {
  const bf_job *const *x = a, *const *y = b;
  for (int i = 0; i < 2; i++)
    if ((*x)->order[i] != (*y)->order[i]) return (*x)->order[i] < (*y)->order[i] ? -1 : 1;
  return 0;
}

/* Puts the jobs into the producers' order, whatever order they came in. */
static void sort_jobs(const bf_plan *plan, bf_instance *in) {
  size_t link = streaming_link(bf_stage_of(plan, in));
  bool streams = link < bf_stage_of(plan, in)->nlink;
  for (size_t k = 0; streams && k < in->njob; k++) in->job[k]->order[0] = in->job[k]->each[link].job->position;
  if (in->njob) qsort(in->job, in->njob, sizeof(bf_job *), by_order);
  for (size_t k = 0; k < in->njob; k++) in->job[k]->position = k;
}

static void settle_if_done(bf_plan *plan, bf_instance *in) {
  if (in->settled || !in->expanded || in->unfinished) return;
  sort_jobs(plan, in);
  in->settled = true;
  for (size_t r = 0; r < in->nreader; r++) {
    bf_instance *reader = in->reader[r].instance;
    if (bf_streams(bf_stage_of(plan, reader), in->reader[r].link)) {
      if (reader->missing) continue;
      mark_expanded(plan, reader);
      settle_if_done(plan, reader);
    } else if (!--reader->missing) {
      open_instance(plan, reader);
    }
  }
}

void bf_plan_open(bf_plan *plan) {
  for (size_t s = 0; s < plan->pipeline->nstage; s++)
    for (size_t i = 0; i < plan->pipeline->stage[s].ninstance; i++)
      if (!plan->pipeline->stage[s].nlink && bf_needed(plan, s, i)) open_instance(plan, &plan->instance[s][i]);
}

static void count(bf_plan *plan, bf_job *j) {
  bf_counts *c = &plan->counts;
  switch (j->outcome) {
  case BF_RAN:
    c->ran++;
    break;
  case BF_CACHED:
    c->cached++;
    break;
  case BF_OUTCOME_DECLINED:
    c->declined++;
    break;
  case BF_OUTCOME_FAILED:
    c->failed++;
    break;
  case BF_SKIPPED:
    c->skipped++;
    break;
  }
}

void bf_job_end(bf_plan *plan, bf_job *j, bf_job_state state) {
  j->state = state;
  if (state == BF_JOB_DECLINED) j->outcome = BF_OUTCOME_DECLINED;
  if (state == BF_JOB_FAILED) j->outcome = BF_OUTCOME_FAILED;
  if (state == BF_JOB_SKIPPED) j->outcome = BF_SKIPPED;
  if (state != BF_JOB_FORECAST) count(plan, j);
  if (!plan->forecast) plan->ended(plan->context, j);
  if (j->kind != BF_JOB_STAGE) return;
  if (!plan->forecast && bf_inside(plan, j->of)) bf_save_jobs(plan, j);
  bf_instance *in = j->of;
  for (size_t r = 0; r < in->nreader; r++) {
    bf_instance *reader = in->reader[r].instance;
    if (!reader->missing && bf_streams(bf_stage_of(plan, reader), in->reader[r].link)) stream(plan, reader, in->reader[r].link, j);
  }
  in->unfinished--;
  settle_if_done(plan, in);
}

void bf_job_fail(bf_plan *plan, bf_job *j, bf_status status, const char *message) {
  free(j->message);
  j->message = bf_strdup(message);
  bf_plan_note(plan, status == BF_STORE || status == BF_PLUGIN || status == BF_CANCELLED || status == BF_INVALID ? status : BF_FAILED);
  bf_job_end(plan, j, BF_JOB_FAILED);
}
