/* TrainingState. */
#include "artifact/training.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 4096, MAX_ENDED = 4096 };

static bf_status check_shape(const bf_training_state *s, bf_status bad) {
  uint64_t n = 0, layer;
  if (!s->nlayer || s->nlayer > MAX_LAYERS) return bf_fail(bad, "%u layers, where 1 to %d are allowed", s->nlayer, MAX_LAYERS);
  for (uint32_t l = 0; l < s->nlayer; l++) {
    if (!s->width[l] || !s->width[l + 1]) return bf_fail(bad, "layer %u has no inputs or no outputs", l);
    if (__builtin_mul_overflow(s->width[l] + UINT64_C(1), (uint64_t)s->width[l + 1], &layer) || __builtin_add_overflow(n, layer, &n))
      return bf_fail(bad, "layer %u has more parameters than can be counted", l);
  }
  if (n != s->n) return bf_fail(bad, "the widths make %llu parameters, but there are %llu", (unsigned long long)n, (unsigned long long)s->n);
  return BF_OK;
}

static bf_status check_finite(const char *array, const float *x, uint64_t n, bf_status bad) {
  for (uint64_t i = 0; i < n; i++)
    if (!isfinite(x[i])) return bf_fail(bad, "array %s: element %llu is not finite", array, (unsigned long long)i);
  return BF_OK;
}

static bf_status check_names(const bf_training_state *s, bf_status bad) {
  char id[128];
  if (!bf_valid_activation(s->activation, id)) return bf_fail(bad, "'%.200s' names no activation", s->activation);
  if (!bf_valid_name(s->optimiser)) return bf_fail(bad, "the optimiser's name '%.200s' is not [a-z][a-z0-9_]*", s->optimiser);
  for (uint32_t i = 0; i < s->nended; i++)
    if (!bf_valid_text(s->ended[i], strlen(s->ended[i]))) return bf_fail(bad, "how attempt %u ended is not UTF-8 without control characters", i + 1);
  return BF_OK;
}

static bf_status check(const bf_training_state *s, bf_status bad) {
  bf_status status = BF_OK;
  const bf_training_log *log = &s->log;
  BF_TRY(check_shape(s, bad));
  BF_TRY(check_names(s, bad));
  BF_TRY(check_finite("theta", s->theta, s->n, bad));
  if (!(s->power1 >= 0 && s->power1 <= 1 && s->power2 >= 0 && s->power2 <= 1)) return bf_fail(bad, "the powers of beta1 and beta2 are not in [0, 1]");
  if (!s->step || s->attempt != (uint64_t)s->nended + 1)
    return bf_fail(bad, "step %llu of attempt %u, and %u attempts before it", (unsigned long long)s->step, s->attempt, s->nended);
  if (s->best_step > s->step || !s->best_step != !s->best)
    return bf_fail(bad, "the best look was after step %llu, but %s", (unsigned long long)s->best_step,
                   s->best ? "that is past the last" : "its parameters lack");
  if (s->best) BF_TRY(check_finite("best", s->best, s->n, bad));
  BF_TRY(bf_log_check_rows(log, bad));
  if (log->n && log->attempt[log->n - 1] == s->attempt && log->step[log->n - 1] >= s->step)
    return bf_fail(bad, "array step: the last row is not before step %llu", (unsigned long long)s->step);
out:
  return status;
}

enum { THETA, FIRST, SECOND, BEST, LOG, ARRAYS = LOG + BF_LOG_ARRAYS };

static void describe(bf_array a[ARRAYS], uint64_t *n, uint64_t *rows) {
  static const char *const names[] = {"theta", "first", "second", "best"};
  for (int i = 0; i < LOG; i++) a[i] = (bf_array){.name = names[i], .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}, .optional = i == BEST};
  bf_log_describe(a + LOG, rows);
}

static bf_status take_info(const Bettiflow__StateInfo *from, bf_training_state *out) {
  out->width = malloc(from->n_width * sizeof *out->width);
  out->ended = calloc(from->n_ended + 1, sizeof *out->ended);
  out->activation = strdup(from->activation);
  out->optimiser = strdup(from->optimiser);
  if (!out->width || !out->ended || !out->activation || !out->optimiser) return bf_fail(BF_NO_MEMORY, "no memory for its header");
  out->nlayer = (uint32_t)from->n_width - 1;
  memcpy(out->width, from->width, from->n_width * sizeof *out->width);
  for (size_t i = 0; i < from->n_ended; i++) {
    if (!(out->ended[i] = strdup(from->ended[i]))) return bf_fail(BF_NO_MEMORY, "no memory for its header");
    out->nended++;
  }
  out->seed = from->seed;
  out->attempt = from->attempt;
  out->step = from->step;
  out->power1 = from->power1;
  out->power2 = from->power2;
  out->loss = from->loss;
  out->rate = from->rate;
  out->gradient = from->gradient;
  out->most_right = from->most_right;
  out->best_step = from->best_step;
  out->best_accuracy = from->best_accuracy;
  out->best_loss = from->best_loss;
  out->best_validation = from->best_validation;
  out->best_validation_loss = from->best_validation_loss;
  out->log.attempts = from->attempt;
  out->log.steps = from->step;
  out->log.final_validation = NAN;
  return BF_OK;
}

bf_status bf_training_state_read(const char *path, uint64_t budget, bf_training_state *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY, rows = BF_ANY;
  *out = (bf_training_state){0};
  describe(a, &n, &rows);
  BF_TRY(bf_container_open(path, BF_TRAINING_STATE, budget, &c));
  const Bettiflow__StateInfo *info = c.header->info_case == BETTIFLOW__HEADER__INFO_STATE ? c.header->state : NULL;
  if (!info || info->n_width < 2 || info->n_width > MAX_LAYERS + 1 || info->n_ended > MAX_ENDED) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header names no layers, or more than %d layers or attempts", path, MAX_LAYERS);
    goto out;
  }
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  out->n = n;
  out->theta = a[THETA].data;
  out->first = a[FIRST].data;
  out->second = a[SECOND].data;
  out->best = a[BEST].data;
  bf_log_take(a + LOG, rows, &out->log);
  status = take_info(info, out);
  if (status == BF_OK) status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_training_state_free(out);
  return status;
}

bf_status bf_training_state_write(const bf_out *out, const bf_training_state *s) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__StateInfo info = BETTIFLOW__STATE_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = s->n, rows = s->log.n;
  bf_status status = check(s, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a TrainingState", out->path);
  describe(a, &n, &rows);
  a[THETA].data = s->theta;
  a[FIRST].data = s->first;
  a[SECOND].data = s->second;
  a[BEST].data = s->best;
  bf_log_put(a + LOG, &s->log);
  info.n_width = s->nlayer + (size_t)1;
  info.width = s->width;
  info.activation = s->activation;
  info.optimiser = s->optimiser;
  info.seed = s->seed;
  info.attempt = s->attempt;
  info.step = s->step;
  info.power1 = s->power1;
  info.power2 = s->power2;
  info.loss = s->loss;
  info.rate = s->rate;
  info.gradient = s->gradient;
  info.most_right = s->most_right;
  info.best_step = s->best_step;
  info.best_accuracy = s->best_accuracy;
  info.best_loss = s->best_loss;
  info.best_validation = s->best_validation;
  info.best_validation_loss = s->best_validation_loss;
  info.n_ended = s->nended;
  info.ended = s->ended;
  header.type = BETTIFLOW__ARTIFACT_TYPE__TRAINING_STATE;
  header.info_case = BETTIFLOW__HEADER__INFO_STATE;
  header.state = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_training_state_free(bf_training_state *s) {
  for (uint32_t i = 0; i < s->nended; i++) free(s->ended[i]);
  free(s->ended);
  free(s->width);
  free(s->activation);
  free(s->optimiser);
  free(s->theta);
  free(s->first);
  free(s->second);
  free(s->best);
  bf_training_log_free(&s->log);
  *s = (bf_training_state){0};
}
