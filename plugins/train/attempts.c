/* Attempts, their seeds and what is said when all of them failed. */
#include "attempts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TOLD = 20 };

void bf_history_free(bf_history *h) {
  for (uint32_t i = 0; i < h->n; i++) free(h->text[i]);
  free(h->text);
  *h = (bf_history){0};
}

static bf_status remember(bf_history *h, const char *text) {
  char **larger = realloc(h->text, (h->n + 1ul) * sizeof *larger), *copy = strdup(text);
  if (larger) h->text = larger;
  if (!larger || !copy) {
    free(copy);
    return bf_fail(BF_NO_MEMORY, "no memory for the history of %u attempts", h->n + 1);
  }
  h->text[h->n++] = copy;
  return BF_OK;
}

uint64_t bf_attempt_seed(const bf_trial *t, const char *stream, uint32_t attempt) {
  char name[64];
  snprintf(name, sizeof name, attempt > 1 ? "%s-%u" : "%s", stream, attempt);
  return t->host->seed(t->task, name);
}

bool bf_attempt_succeeded(const bf_trial *t, const bf_ending *e) {
  return e->how == BF_REACHED || (t->recipe->accuracy == 0.0 && (e->how == BF_OVER || e->how == BF_STALLED));
}

static bf_status decline(const bf_history *h, bool diverged) {
  const char *advice = diverged ? "; try a lower rate, more warmup or a smaller clip" : "";
  char text[MOST_TOLD * 220 + 40];
  size_t at = 0;
  if (h->n == 1) return bf_fail(BF_DECLINED, "%s%s", h->text[0], advice);
  for (uint32_t i = 0; i < h->n && i < MOST_TOLD; i++) at += (size_t)snprintf(text + at, sizeof text - at, "; attempt %u: %.190s", i + 1, h->text[i]);
  if (h->n > MOST_TOLD) snprintf(text + at, sizeof text - at, "; and %u more", h->n - MOST_TOLD);
  return bf_fail(BF_DECLINED, "none of %u attempts succeeded%s%s", h->n, text, advice);
}

/* A loss can be finite while a weight is not, behind a neuron that is always 0. */
static bool all_finite(const bf_mlp *mlp) {
  for (size_t i = 0; i < mlp->offset[mlp->nlayer]; i++)
    if (!isfinite(mlp->theta[i])) return false;
  return true;
}

bf_status bf_attempts_run(bf_trial *t, bf_history *h, bool resumed, bf_ending *e) {
  bf_status status = BF_OK;
  const bf_recipe *r = t->recipe;
  for (;; t->log.attempts++, resumed = false) {
    t->batch_seed = bf_attempt_seed(t, "batches", t->log.attempts);
    if (!resumed) {
      bf_trial_reset(t);
      bf_initial_fill(t->mlp, r->initial, bf_attempt_seed(t, "weights", t->log.attempts));
    }
    BF_TRY(bf_trial_run(t, e));
    bool given = bf_attempt_succeeded(t, e) || (!r->require && t->log.attempts >= r->attempts && e->how != BF_NOT_FINITE);
    if (given && all_finite(t->mlp)) return BF_OK;
    BF_TRY(bf_trial_close(t, &e->look));
    BF_TRY(remember(h, given ? "a weight was no longer a finite number" : e->text));
    if (t->log.attempts >= r->attempts) return decline(h, e->how == BF_NOT_FINITE);
  }
out:
  return status;
}
