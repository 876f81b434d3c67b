/* How a job is named, and how it stands in the run's journal. */
#include "engine/plan.h"
#include <stdlib.h>

static const char *suffix(const bf_job *j) { return j->kind == BF_JOB_SAVE ? ".save" : j->kind == BF_JOB_PRINT ? ".print" : ""; }

char *bf_job_name(const bf_plan *plan, const bf_job *j) {
  bf_label sweep[BF_MAX_SWEEP];
  bf_text t = {0};
  size_t n = bf_sweep_labels(plan, j->of, sweep);
  bf_text_addf(&t, "%s%s", bf_stage_of(plan, j->of)->name, suffix(j));
  for (size_t i = 0; i < n + j->nlabel; i++) {
    const bf_label *l = i < n ? &sweep[i] : &j->label[i - n];
    bf_text_addf(&t, "%s%s=%s", i ? ", " : " [", l->name, l->value);
  }
  if (n + j->nlabel) bf_text_add(&t, "]");
  return bf_text_take(&t);
}

static const bf_entry *use_of(const bf_plan *plan, const bf_job *j) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  return j->kind == BF_JOB_SAVE ? s->save[j->save].format : j->kind == BF_JOB_PRINT ? s->print_format : s->use;
}

void bf_job_entry(const bf_plan *plan, const bf_job *j, bf_task_entry *e, bf_label sweep[BF_MAX_SWEEP], char **stage) {
  *stage = bf_format_text("%s%s", bf_stage_of(plan, j->of)->name, suffix(j));
  *e = (bf_task_entry){.task = j->number,
                       .stage = *stage,
                       .use = (char *)(uintptr_t)use_of(plan, j)->id,
                       .nsweep = bf_sweep_labels(plan, j->of, sweep),
                       .sweep = sweep,
                       .nitem = j->nlabel,
                       .item = j->label,
                       .outcome = j->outcome,
                       .message = j->message,
                       .key = (char *)(uintptr_t)(j->parts ? j->key.hex : ""),
                       .parts = j->parts,
                       .usage = j->usage,
                       .noutput = j->noutput,
                       .output = j->output};
}

/* How bad a status is for the run's exit code. */
static int rank(bf_status status) {
  static const bf_status order[] = {BF_OK, BF_FAILED, BF_INVALID, BF_PLUGIN, BF_STORE, BF_CANCELLED};
  for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
    if (order[i] == status) return i;
  return 1;
}

void bf_plan_note(bf_plan *plan, bf_status status) {
  if (rank(status) > rank(plan->status)) plan->status = status;
}
