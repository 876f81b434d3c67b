/* The saves and prints of what a stage's job made. */
#include "engine/plan.h"
#include <stdlib.h>
#include <string.h>

static void write_job(bf_plan *plan, bf_job *from, bf_job_kind kind, size_t save, size_t port, ptrdiff_t item) {
  bf_job *j = bf_job_new(plan, from->of, kind);
  j->source = (bf_source){from, port, item};
  j->save = save;
  const bf_label *label = bf_source_label(plan, &j->source, &j->nlabel);
  j->label = bf_alloc(j->nlabel, sizeof *j->label);
  if (j->nlabel) memcpy(j->label, label, j->nlabel * sizeof *label);
  if (from->state == BF_JOB_DONE) return;
  plan->nnew--; /* nothing to write: it ends as its source did */
  if (from->state == BF_JOB_DECLINED) {
    j->message = bf_strdup(from->message);
  } else {
    char *name = bf_job_name(plan, from);
    j->message = bf_format_text("%s %s", name, from->state == BF_JOB_FAILED ? "failed" : "was skipped");
    free(name);
  }
  bf_job_end(plan, j, from->state == BF_JOB_DECLINED ? BF_JOB_DECLINED : BF_JOB_SKIPPED);
}

static void write_port(bf_plan *plan, bf_job *j, bf_job_kind kind, size_t save, size_t port) {
  const bf_output *output = j->state == BF_JOB_DONE ? bf_job_output(plan, j, port) : NULL;
  if (!output) write_job(plan, j, kind, save, port, BF_NO_ITEM);
  for (size_t i = 0; output && i < output->nitem; i++) write_job(plan, j, kind, save, port, (ptrdiff_t)i);
}

void bf_save_jobs(bf_plan *plan, bf_job *j) {
  const bf_pstage *s = bf_stage_of(plan, j->of);
  for (size_t i = 0; i < s->nsave; i++) write_port(plan, j, BF_JOB_SAVE, i, s->save[i].port);
  if (s->print) write_port(plan, j, BF_JOB_PRINT, 0, s->print_port);
}

char *bf_save_path(const bf_plan *plan, const bf_job *j) {
  bf_label sweep[BF_MAX_SWEEP];
  size_t n = bf_sweep_labels(plan, j->of, sweep);
  bf_label *all = bf_alloc(n + j->nlabel, sizeof *all);
  if (n) memcpy(all, sweep, n * sizeof *all);
  if (j->nlabel) memcpy(all + n, j->label, j->nlabel * sizeof *all);
  char *path = bf_save_name(bf_stage_of(plan, j->of)->save[j->save].file, all, n + j->nlabel);
  free(all);
  return path;
}
