/* The training loop. With all points in a step, the accuracy after step t comes for free with step t + 1's forward pass. */
#include "trial.h"
#include <bettiflow/random.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t parameters(const bf_trial *t) { return t->mlp->offset[t->mlp->nlayer]; }

bf_status bf_trial_new(bf_trial *t) {
  const size_t n = parameters(t), most = t->recipe->checkpoints.n;
  const uint64_t budget = t->host->memory(t->task);
  if (budget && most && n > budget / 2 / sizeof(float) / most)
    return bf_fail(BF_NO_MEMORY, "checkpoints: %zu networks of %zu parameters are over the memory budget; list fewer", most, n);
  bf_status status = bf_optimiser_new(&t->optimiser, t->recipe->rule, &t->recipe->constants, n);
  if (status != BF_OK) return status;
  t->gradient = bf_floats_new(n);
  t->best.theta = bf_floats_new(n);
  t->checkpoint = bf_floats_new(n * most);
  t->reached = calloc(most + 1, sizeof *t->reached);
  t->order = calloc(t->recipe->batch ? t->n : 1, sizeof *t->order);
  if (t->gradient && t->best.theta && t->checkpoint && t->reached && t->order) return BF_OK;
  return bf_fail(BF_NO_MEMORY, "no memory for the gradient of %zu network parameters", n);
}

void bf_trial_free(bf_trial *t) {
  bf_optimiser_free(&t->optimiser);
  bf_training_log_free(&t->log);
  free(t->gradient);
  free(t->best.theta);
  free(t->checkpoint);
  free(t->reached);
  free(t->order);
  *t = (bf_trial){0};
}

void bf_trial_reset(bf_trial *t) {
  bf_optimiser_reset(&t->optimiser);
  t->step = t->most_right = t->best.step = t->epoch = 0;
  t->last = (bf_row){0};
  memset(t->reached, 0, t->recipe->checkpoints.n * sizeof *t->reached);
}

/* ---- looking ---- */

static bool papers_rules(const bf_recipe *r) { return r->paper && r->accuracy > 0.0; }

static bool looks(const bf_trial *t) {
  const bf_recipe *r = t->recipe;
  if (t->step == 0) return false;
  if (t->step >= r->steps) return !papers_rules(r);
  return t->step % r->check_every == 0 || (papers_rules(r) && t->step == 1);
}

static double share(const bf_trial *t, uint64_t right) { return (double)right / (double)t->n; }

static void look_at_training(const bf_trial *t, bf_look *look, bf_evaluation e) {
  look->accuracy = share(t, e.right);
  look->loss = e.loss;
  look->right = e.right;
}

static void look_at_validation(const bf_trial *t, bf_look *look) {
  bf_evaluation e = bf_trainer_score(t->trainer, t->validation);
  look->validation = (double)e.right / (double)t->validation->n;
  look->validation_loss = e.loss;
}

static bool is_better(const bf_look *a, const bf_look *b) {
  bool validated = !isnan(a->validation);
  double more = validated ? a->validation - b->validation : a->accuracy - b->accuracy;
  return more > 0.0 || (more == 0.0 && (validated ? a->validation_loss < b->validation_loss : a->loss < b->loss));
}

/* ---- endings ---- */

static bf_how end_by_accuracy(const bf_trial *t, const bf_look *look) {
  const bf_recipe *r = t->recipe;
  if (r->accuracy == 0.0) return BF_GOING;
  if (papers_rules(r) && look->right <= t->most_right) return BF_NOT_RISEN;
  return look->accuracy >= r->accuracy ? BF_REACHED : BF_GOING; /* as a quotient: 0.55 · 100 is above 55 */
}

static void describe(const bf_trial *t, bf_ending *e) {
  char accuracy[100];
  snprintf(accuracy, sizeof accuracy, "%.5f (%" PRIu64 " of %" PRIu64 " points right) after %" PRIu64 " steps", e->look.accuracy, e->look.right, t->n, t->step);
  switch (e->how) {
  case BF_GOING:
  case BF_REACHED:
    snprintf(e->text, sizeof e->text, "training accuracy %s", accuracy);
    break;
  case BF_OVER:
    snprintf(e->text, sizeof e->text, "training accuracy %s, the last", accuracy);
    break;
  case BF_NOT_RISEN:
    snprintf(e->text, sizeof e->text, "training accuracy did not rise: %s, %.5f before", accuracy, share(t, t->most_right));
    break;
  case BF_STALLED:
    snprintf(e->text, sizeof e->text, "training accuracy %s, no look was better since step %" PRIu64, accuracy, t->best.step);
    break;
  case BF_NOT_FINITE:
    snprintf(e->text, sizeof e->text, "the loss was no longer a finite number after %" PRIu64 " steps, at rate %g", t->step, t->last.rate);
    break;
  }
}

/* Looks at the network after t->step steps, as far as it is time for it. `now` is what the gradient's evaluation found, where that was over all points. */
static void look(bf_trial *t, const bf_evaluation *now, bf_ending *e) {
  const bf_recipe *r = t->recipe;
  const bool due = looks(t), last = t->step >= r->steps, validated = t->validation && t->step && t->step % r->validate_every == 0;
  *e = (bf_ending){.look = {.accuracy = NAN, .loss = NAN, .validation = NAN, .validation_loss = NAN}};
  if (!r->batch) look_at_training(t, &e->look, *now);
  if (r->batch && (due || last || validated)) look_at_training(t, &e->look, bf_trainer_score(t->trainer, t->train));
  if (!isnan(e->look.accuracy) && !isfinite(e->look.loss)) {
    e->how = BF_NOT_FINITE;
    e->look.accuracy = e->look.loss = NAN;
    return;
  }
  if (due) e->how = end_by_accuracy(t, &e->look);
  if (last && e->how == BF_GOING) e->how = BF_OVER;
  if (validated || (t->validation && e->how != BF_GOING)) look_at_validation(t, &e->look);
  if (t->validation ? isnan(e->look.validation) : !due) return;
  e->better = t->best.step == 0 || is_better(&e->look, &t->best.look);
  if (e->how == BF_GOING && !e->better && r->patience && t->step - t->best.step >= r->patience) e->how = BF_STALLED;
}

/* What the next step shall know of this look. */
static bf_status remember(bf_trial *t, const bf_ending *e) {
  bf_status status = BF_OK;
  if (t->step == 0) return status;
  if (looks(t) && e->look.right > t->most_right) t->most_right = e->look.right;
  if (e->better) {
    t->best.step = t->step;
    t->best.look = e->look;
    memcpy(t->best.theta, t->mlp->theta, parameters(t) * sizeof(float));
  }
  if (t->step % t->recipe->log_every == 0 || !isnan(e->look.validation)) status = bf_trial_close(t, &e->look);
  return status;
}

bf_status bf_trial_close(bf_trial *t, const bf_look *look) {
  const bf_training_log *log = &t->log;
  bool there = log->n && log->attempt[log->n - 1] == log->attempts && log->step[log->n - 1] == t->step;
  if (t->step == 0 || there) return BF_OK;
  return bf_rows_add(&t->log, &t->log_room, t->host->memory(t->task), t->validation || t->log.validation_loss, &t->last, look);
}

/* ---- stepping ---- */

static void keep_checkpoint(bf_trial *t) {
  const bf_ints *at = &t->recipe->checkpoints;
  for (size_t i = 0; i < at->n; i++)
    if ((uint64_t)at->at[i] == t->step) {
      memcpy(t->checkpoint + i * parameters(t), t->mlp->theta, parameters(t) * sizeof(float));
      t->reached[i] = true;
    }
}

/* The gradient over the next points of the epoch's permutation, which depends on seed and epoch alone. */
static bf_evaluation next_batch(bf_trial *t) {
  const uint64_t batch = t->recipe->batch, batches = (t->n + batch - 1) / batch, epoch = t->step / batches, first = t->step % batches * batch;
  if (t->epoch != epoch + 1) {
    uint32_t words[4];
    bf_random_words(t->batch_seed, epoch, words);
    bf_random_permutation((uint64_t)words[1] << 32 | words[0], (uint32_t)t->n, t->order);
    t->epoch = epoch + 1;
  }
  return bf_trainer_batch(t->trainer, t->order + first, t->n - first < batch ? t->n - first : batch, t->gradient);
}

/* One step, or none if loss or gradient are no longer finite. */
static bool step(bf_trial *t, double loss) {
  const bf_recipe *r = t->recipe;
  const double norm = bf_norm(t->gradient, parameters(t));
  if (!isfinite(loss) || !isfinite(norm)) return false;
  t->last = (bf_row){.step = t->step + 1, .loss = loss, .rate = bf_schedule_rate(&r->schedule, t->step), .gradient = norm};
  bf_optimiser_step(&t->optimiser, t->mlp->theta, t->gradient, t->last.rate, norm > r->clip ? r->clip / norm : 1.0);
  t->step++;
  return true;
}

bf_status bf_trial_run(bf_trial *t, bf_ending *e) {
  bf_status status = BF_OK;
  const bf_recipe *r = t->recipe;
  for (;;) {
    bf_evaluation now = {0};
    keep_checkpoint(t);
    if (!r->batch) now = bf_trainer_evaluate(t->trainer, t->gradient);
    look(t, &now, e);
    if (e->how != BF_GOING) break;
    BF_TRY(remember(t, e));
    if (r->batch) now = next_batch(t);
    if (!step(t, now.loss)) {
      e->how = BF_NOT_FINITE;
      break;
    }
    BF_TRY(t->host->step(t->task, t->step, r->steps));
  }
  describe(t, e);
out:
  return status;
}
