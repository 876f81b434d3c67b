/* The training loop. The accuracy after step t comes for free with step t + 1's forward pass. */
#include "trial.h"
#include "adam.h"
#include <bettiflow/random.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

void bf_glorot_uniform(const bf_mlp *mlp, uint64_t seed) {
  uint64_t draw = 0;
  for (uint32_t l = 0; l < mlp->nlayer; l++) {
    size_t inputs = mlp->width[l], outputs = mlp->width[l + 1];
    double limit = sqrt(6.0 / (double)(inputs + outputs));
    float *w = mlp->theta + mlp->offset[l];
    for (size_t i = 0; i < inputs * outputs; i++) w[i] = (float)((2.0 * bf_random_uniform(seed, draw++) - 1.0) * limit);
    for (size_t i = 0; i < outputs; i++) w[inputs * outputs + i] = 0.0f;
  }
}

typedef struct row { /* of the log, before its accuracy is known */
  uint64_t step;
  double loss, rate, gradient;
} row;

static bf_status append(bf_training_log *log, size_t *room, const row *r, double accuracy) {
  if (log->n == *room) {
    *room = *room ? 2 * *room : 256;
    void *step = realloc(log->step, *room * sizeof *log->step), *attempt = realloc(log->attempt, *room * sizeof *log->attempt);
    if (step) log->step = step;
    if (attempt) log->attempt = attempt;
    float **columns[] = {&log->loss, &log->accuracy, &log->rate, &log->gradient};
    bool complete = step && attempt;
    for (size_t i = 0; i < 4; i++) {
      void *column = realloc(*columns[i], *room * sizeof(float));
      if (column) *columns[i] = column;
      complete = complete && column;
    }
    if (!complete) return bf_fail(BF_NO_MEMORY, "no memory for a training log of %zu rows", *room);
  }
  log->attempt[log->n] = log->attempts;
  log->step[log->n] = r->step;
  log->loss[log->n] = (float)r->loss;
  log->accuracy[log->n] = (float)accuracy;
  log->rate[log->n] = (float)r->rate;
  log->gradient[log->n] = (float)r->gradient;
  log->n++;
  return BF_OK;
}

static double rate_of(const bf_recipe *recipe, uint64_t step) {
  double rate = recipe->rate * bf_half_to_the((double)step / recipe->half_life), done = (double)step + 1.0;
  return done < recipe->warmup ? rate * done / recipe->warmup : rate;
}

static bool looks(const bf_recipe *recipe, uint64_t step) {
  if (step == 0) return false;
  if (step == recipe->steps) return !recipe->paper;
  return step % recipe->check_every == 0 || (recipe->paper && step == 1);
}

/* The verdict after a look: BF_OK with log->success set or not, or BF_DECLINED. */
static bf_status judge(const bf_recipe *recipe, uint64_t step, uint64_t right, uint64_t n, uint64_t *best, bf_training_log *log) {
  log->final_accuracy = (double)right / (double)n;
  if (recipe->paper && right <= *best)
    return bf_fail(BF_DECLINED, "training accuracy did not rise: %.5f (%" PRIu64 " of %" PRIu64 " points right) after %" PRIu64 " steps, %.5f before",
                   log->final_accuracy, right, n, step, (double)*best / (double)n);
  *best = right;
  log->success = log->final_accuracy >= recipe->accuracy; /* as a quotient: 0.55 · 100 is above 55 */
  return BF_OK;
}

bf_status bf_trial_run(const bf_host *host, bf_task *task, const bf_recipe *recipe, bf_trainer *trainer, const bf_mlp *mlp, uint64_t n, bf_training_log *log) {
  bf_status status = BF_OK;
  bf_adam adam = {0};
  size_t nparam = mlp->offset[mlp->nlayer], room = 0;
  float *gradient = bf_floats_new(nparam);
  uint64_t best = 0;
  row last = {0};
  *log = (bf_training_log){.attempts = 1, .final_validation = NAN};
  if (!gradient) BF_TRY(bf_fail(BF_NO_MEMORY, "no memory for the gradient of %zu network parameters", nparam));
  BF_TRY(bf_adam_new(&adam, nparam));
  for (uint64_t step = 0;; step++) { /* steps done so far */
    bf_evaluation now = bf_trainer_evaluate(trainer, gradient);
    log->steps = step;
    if (!isfinite(now.loss)) BF_TRY(bf_fail(BF_DECLINED, "the loss is no longer a finite number after %" PRIu64 " steps", step));
    if (looks(recipe, step)) {
      BF_TRY(append(log, &room, &last, (double)now.right / (double)n));
      BF_TRY(judge(recipe, step, now.right, n, &best, log));
      if (log->success) break;
    }
    if (step == recipe->steps)
      BF_TRY(bf_fail(BF_DECLINED, "training accuracy %.5f (%" PRIu64 " of %" PRIu64 " points right) after %" PRIu64 " steps, the last",
                     (double)now.right / (double)n, now.right, n, step));
    last = (row){.step = step + 1, .loss = now.loss, .rate = rate_of(recipe, step), .gradient = bf_norm(gradient, nparam)};
    bf_adam_step(&adam, mlp->theta, gradient, last.rate, last.gradient > recipe->clip ? recipe->clip / last.gradient : 1.0);
    BF_TRY(host->step(task, step + 1, recipe->steps));
  }
out:
  bf_adam_free(&adam);
  free(gradient);
  return status;
}
