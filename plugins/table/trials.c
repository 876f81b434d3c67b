/* table.trials: a row for each training of a sweep, declined ones with their reason, and a summary with counts. */
#include "trials.h"

#include <math.h>
#include <stdlib.h>

typedef struct config {
  const char *over;
} config;

static const bf_param params[] = {
    BF_PARAM(config, over, .def = "seed, trial", .doc = "the sweep variables that the summary counts over, those that there are; \"\" for none"),
    {0},
};

static const bf_port inputs[] = {
    {"logs", BF_BIT(BF_TRAINING_LOG), BF_MANY, NULL, "training logs, as `gather: { logs: net.log }`"},
    {0},
};

static const bf_port outputs[] = {
    {"table", BF_BIT(BF_TABLE), 0, NULL, "a row for each training: outcome, attempts, steps, accuracy, loss, reason"},
    {"summary", BF_BIT(BF_TABLE), 0, NULL, "how many trained and how many declined, and medians, for each combination of the other sweep variables"},
    {0},
};

static bf_status read_trial(trial *t, uint64_t budget) {
  bf_training_log log = {0};
  t->accuracy = t->validation = t->loss = (double)NAN;
  t->outcome = DECLINED;
  if (!t->in->path) return BF_OK;
  bf_status status = bf_training_log_read(t->in->path, budget, &log);
  if (status != BF_OK) return status;
  t->outcome = log.success ? TRAINED : NOT_REACHED;
  t->attempts = log.attempts;
  t->steps = log.steps;
  t->accuracy = log.final_accuracy;
  t->validation = log.final_validation;
  if (log.n) t->loss = (double)log.loss[log.n - 1];
  bf_training_log_free(&log);
  return BF_OK;
}

static bf_status collect(const bf_host *host, bf_task *task, study *s) {
  bf_status status = BF_OK;
  size_t n;
  const bf_input *in = host->inputs(task, "logs", &n);
  if (!(s->trial = calloc(n + 1, sizeof *s->trial))) return bf_fail(BF_NO_MEMORY, "out of memory for %zu trials", n);
  for (; s->n < n; s->n++) {
    BF_TRY(host->step(task, s->n, n));
    s->trial[s->n].in = &in[s->n];
    BF_TRY(read_trial(&s->trial[s->n], host->memory(task)));
  }
  BF_TRY(label_axes_of(in, n, &s->axes));
out:
  return status;
}

static bf_status add_columns(bf_table *t, const study *s) {
  static const struct {
    const char *name;
    bf_column_type type;
  } column[] = {{"outcome", BF_COLUMN_TEXT},    {"attempts", BF_COLUMN_INTEGER}, {"steps", BF_COLUMN_INTEGER}, {"accuracy", BF_COLUMN_REAL},
                {"validation", BF_COLUMN_REAL}, {"loss", BF_COLUMN_REAL},        {"reason", BF_COLUMN_TEXT}};
  bf_status status = BF_OK;
  BF_TRY(label_columns(t, &s->axes));
  for (size_t i = 0; i < sizeof column / sizeof *column; i++) BF_TRY(label_column(t, &s->axes, TRIAL_BEFORE, column[i].name, column[i].type));
out:
  return status;
}

static bf_status make_rows(const study *s, bf_table *t) {
  static const char *const names[] = {[TRAINED] = "trained", [NOT_REACHED] = "not reached", [DECLINED] = "declined"};
  bf_status status = BF_OK;
  BF_TRY(add_columns(t, s));
  for (size_t i = 0; i < s->n; i++) {
    const trial *one = &s->trial[i];
    uint32_t at = s->axes.n;
    BF_TRY(bf_table_row(t));
    for (uint32_t k = 0; k < s->axes.n; k++) BF_TRY(bf_table_put_text(t, k, label_value(one->in, s->axes.name[k])));
    BF_TRY(bf_table_put_text(t, at++, names[one->outcome]));
    BF_TRY(bf_table_put_integer(t, at++, one->attempts ? (int64_t)one->attempts : BF_NO_INTEGER));
    BF_TRY(bf_table_put_integer(t, at++, one->attempts ? (int64_t)one->steps : BF_NO_INTEGER));
    BF_TRY(bf_table_put_real(t, at++, one->accuracy));
    BF_TRY(bf_table_put_real(t, at++, one->validation));
    BF_TRY(bf_table_put_real(t, at++, one->loss));
    if (one->in->reason && !one->in->path) BF_TRY(bf_table_put_text(t, at, one->in->reason));
  }
out:
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  study s = {0};
  bf_table rows = {0}, summary = {0};
  const bf_out *table_out = host->output(task, "table", NULL, 0), *summary_out = host->output(task, "summary", NULL, 0);
  if (!table_out || !summary_out) return BF_FAILED;
  BF_TRY(collect(host, task, &s));
  BF_TRY(make_rows(&s, &rows));
  BF_TRY(bf_table_write(table_out, &rows));
  BF_TRY(trials_summary(&s, ((const config *)cfg)->over, &summary));
  BF_TRY(bf_table_write(summary_out, &summary));
out:
  bf_table_free(&rows);
  bf_table_free(&summary);
  free(s.trial);
  label_axes_free(&s.axes);
  return status;
}

static const bf_stage trials = {
    .id = "table.trials",
    .doc = "lists the trainings of a sweep, declined ones with their reason, and counts them",
    .revision = 2,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(config),
    .params = params,
    .run = run,
};

BF_PLUGIN(.name = "trials", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&trials, NULL});
