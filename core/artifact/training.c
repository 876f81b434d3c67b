/* TrainingLog. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>

static bf_status check(const bf_training_log *t, bf_status bad) {
  for (uint64_t i = 0; i < t->n; i++) {
    if (i && t->step[i] <= t->step[i - 1]) return bf_fail(bad, "array step: row %llu does not rise", (unsigned long long)i);
    if (t->step[i] > t->steps) return bf_fail(bad, "array step: row %llu is past the last step, %llu", (unsigned long long)i, (unsigned long long)t->steps);
  }
  if (!(t->final_accuracy >= 0 && t->final_accuracy <= 1)) return bf_fail(bad, "the final accuracy %g is not in [0, 1]", t->final_accuracy);
  return BF_OK;
}

enum { STEP, LOSS, ACCURACY, RATE, GRADIENT, ARRAYS };
static void describe(bf_array a[ARRAYS], uint64_t *n) {
  a[STEP] = (bf_array){.name = "step", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {n}};
  a[LOSS] = (bf_array){.name = "loss", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}};
  a[ACCURACY] = (bf_array){.name = "accuracy", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}};
  a[RATE] = (bf_array){.name = "rate", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}};
  a[GRADIENT] = (bf_array){.name = "gradient", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}};
}

bf_status bf_training_log_read(const char *path, uint64_t budget, bf_training_log *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY;
  *out = (bf_training_log){0};
  describe(a, &n);
  BF_TRY(bf_container_open(path, BF_TRAINING_LOG, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_TRAINING) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a training", path);
    goto out;
  }
  const Bettiflow__TrainingInfo *info = c.header->training;
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  *out = (bf_training_log){.n = n,
                           .step = a[STEP].data,
                           .loss = a[LOSS].data,
                           .accuracy = a[ACCURACY].data,
                           .rate = a[RATE].data,
                           .gradient = a[GRADIENT].data,
                           .final_accuracy = info->final_accuracy,
                           .steps = info->steps,
                           .success = info->success};
  status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_training_log_free(out);
  return status;
}

bf_status bf_training_log_write(const bf_out *out, const bf_training_log *t) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__TrainingInfo info = BETTIFLOW__TRAINING_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = t->n;
  bf_status status = check(t, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a TrainingLog", out->path);
  describe(a, &n);
  a[STEP].data = t->step;
  a[LOSS].data = t->loss;
  a[ACCURACY].data = t->accuracy;
  a[RATE].data = t->rate;
  a[GRADIENT].data = t->gradient;
  info.final_accuracy = t->final_accuracy;
  info.steps = t->steps;
  info.success = t->success;
  header.type = BETTIFLOW__ARTIFACT_TYPE__TRAINING_LOG;
  header.info_case = BETTIFLOW__HEADER__INFO_TRAINING;
  header.training = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_training_log_free(bf_training_log *value) {
  free(value->step);
  free(value->loss);
  free(value->accuracy);
  free(value->rate);
  free(value->gradient);
  *value = (bf_training_log){0};
}
