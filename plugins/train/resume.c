/* Between a trial and its TrainingState. */
#include "resume.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The texts are only read. */
static char *unchanged(const char *text) { return (char *)(uintptr_t)text; }

bf_status bf_trial_save(const bf_trial *t, const bf_history *h, const char *activation, const bf_out *out) {
  const bf_mlp *mlp = t->mlp;
  bf_training_state s = {.nlayer = mlp->nlayer,
                         .width = mlp->width,
                         .activation = unchanged(activation),
                         .optimiser = unchanged(bf_rules[t->optimiser.rule].name),
                         .seed = bf_attempt_seed(t, "weights", 1),
                         .attempt = t->log.attempts,
                         .step = t->step,
                         .n = mlp->offset[mlp->nlayer],
                         .theta = mlp->theta,
                         .first = t->optimiser.first,
                         .second = t->optimiser.second,
                         .power1 = t->optimiser.power1,
                         .power2 = t->optimiser.power2,
                         .loss = t->last.loss,
                         .rate = t->last.rate,
                         .gradient = t->last.gradient,
                         .most_right = t->most_right,
                         .best_step = t->best.step,
                         .best = t->best.step ? t->best.theta : NULL,
                         .best_accuracy = t->best.look.accuracy,
                         .best_loss = t->best.look.loss,
                         .best_validation = t->best.look.validation,
                         .best_validation_loss = t->best.look.validation_loss,
                         .nended = h->n,
                         .ended = h->text,
                         .log = t->log};
  if (!s.best) s.best_accuracy = s.best_loss = s.best_validation = s.best_validation_loss = NAN;
  s.log.steps = t->step;
  return out ? bf_training_state_write(out, &s) : BF_FAILED;
}

static void widths(const uint32_t *width, uint32_t nlayer, char text[160]) {
  size_t at = 0;
  for (uint32_t l = 0; l <= nlayer && at < 140; l++) at += (size_t)snprintf(text + at, 160 - at, "%s%" PRIu32, l ? "-" : "", width[l]);
  if (at >= 140) snprintf(text + 140, 20, "…");
}

static bf_status check(const bf_trial *t, const bf_training_state *s, const char *activation, const char *path) {
  const bf_mlp *mlp = t->mlp;
  const char *rule = bf_rules[t->optimiser.rule].name;
  if (s->nlayer != mlp->nlayer || memcmp(s->width, mlp->width, (s->nlayer + 1ul) * sizeof *s->width) != 0) {
    char theirs[160], ours[160];
    widths(s->width, s->nlayer, theirs);
    widths(mlp->width, mlp->nlayer, ours);
    return bf_fail(BF_BAD_INPUT, "%s: the state is of a network of widths %s, but `hidden` and the points make %s", path, theirs, ours);
  }
  if (strcmp(s->activation, activation) != 0)
    return bf_fail(BF_BAD_INPUT, "%s: the state is of a network with %s, but `activation` is %s", path, s->activation, activation);
  if (strcmp(s->optimiser, rule) != 0) return bf_fail(BF_BAD_INPUT, "%s: the state is of the optimiser %s, but `optimiser` is %s", path, s->optimiser, rule);
  if (s->seed != bf_attempt_seed(t, "weights", 1)) return bf_fail(BF_BAD_INPUT, "%s: the state is of a training with another `seed`; give the same", path);
  if (s->step > t->recipe->steps)
    return bf_fail(BF_BAD_INPUT, "%s: the state has done %" PRIu64 " steps, but `steps` is %" PRIu64 "; allow more", path, s->step, t->recipe->steps);
  return BF_OK;
}

/* The best look counts on only if it is comparable with those to come. */
static void take_best(bf_trial *t, const bf_training_state *s) {
  if (!s->best || isnan(s->best_accuracy) || isnan(s->best_validation) != !t->validation) return;
  memcpy(t->best.theta, s->best, s->n * sizeof(float));
  t->best.step = s->best_step;
  t->best.look = (bf_look){s->best_accuracy, s->best_loss, s->best_validation, s->best_validation_loss, 0};
}

bf_status bf_trial_resume(bf_trial *t, bf_history *h, const char *activation, const char *path) {
  bf_status status = BF_OK;
  bf_training_state s = {0};
  BF_TRY(bf_training_state_read(path, t->host->memory(t->task), &s));
  BF_TRY(check(t, &s, activation, path));
  memcpy(t->mlp->theta, s.theta, s.n * sizeof(float));
  memcpy(t->optimiser.first, s.first, s.n * sizeof(float));
  memcpy(t->optimiser.second, s.second, s.n * sizeof(float));
  t->optimiser.power1 = s.power1;
  t->optimiser.power2 = s.power2;
  t->step = s.step;
  t->last = (bf_row){s.step, s.loss, s.rate, s.gradient};
  t->most_right = s.most_right;
  take_best(t, &s);
  *h = (bf_history){s.nended, s.ended};
  s.nended = 0;
  s.ended = NULL;
  t->log = s.log;
  t->log_room = s.log.n;
  s.log = (bf_training_log){0};
  if (t->validation) BF_TRY(bf_rows_validate(&t->log, &t->log_room));
out:
  bf_training_state_free(&s);
  return status;
}
