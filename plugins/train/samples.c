/* Reading labelled points, and the split that is stratified by class. */
#include "samples.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_CLASSES = 4096 };

void bf_samples_free(bf_samples *s) {
  bf_points_free(&s->train);
  bf_points_free(&s->validation);
  *s = (bf_samples){0};
}

static bf_status count_classes(const char *path, const bf_points *points, uint32_t *classes) {
  if (!points->label) return bf_fail(BF_BAD_INPUT, "%s: the points have no class numbers, so there is nothing to learn", path);
  if (points->n == 0) return bf_fail(BF_BAD_INPUT, "%s: no points to learn from", path);
  int32_t largest = 1;
  for (uint64_t i = 0; i < points->n; i++) largest = points->label[i] > largest ? points->label[i] : largest;
  if (largest >= MOST_CLASSES) return bf_fail(BF_BAD_INPUT, "%s: class number %d, the largest possible is %d", path, largest, MOST_CLASSES - 1);
  *classes = (uint32_t)largest + 1;
  return BF_OK;
}

static bf_status check_validation(const char *path, const bf_samples *s) {
  const bf_points *v = &s->validation;
  if (!v->label) return bf_fail(BF_BAD_INPUT, "%s: the validation points have no class numbers", path);
  if (v->n == 0) return bf_fail(BF_BAD_INPUT, "%s: no validation points", path);
  if (v->dim != s->train.dim)
    return bf_fail(BF_BAD_INPUT, "%s: validation points with %u coordinates, but the training points have %u", path, v->dim, s->train.dim);
  for (uint64_t i = 0; i < v->n; i++)
    if (v->label[i] < 0 || (uint32_t)v->label[i] >= s->classes)
      return bf_fail(BF_BAD_INPUT, "%s: a validation point of class %d, but the training points have the classes 0 to %u", path, v->label[i], s->classes - 1);
  return BF_OK;
}

/* Sets held[i] for the points that are held out; returns how many. `member` has room for all points. */
static uint64_t choose(const bf_points *points, uint32_t classes, double share, uint64_t seed, uint32_t *member, uint32_t *order, bool *held) {
  uint64_t total = 0;
  for (uint32_t c = 0; c < classes; c++) {
    uint32_t n = 0, words[4];
    for (uint64_t i = 0; i < points->n; i++)
      if (points->label[i] == (int32_t)c) member[n++] = (uint32_t)i;
    uint32_t wanted = (uint32_t)floor(share * n + 0.5);
    if (wanted && wanted == n) wanted--;
    bf_random_words(seed, c, words);
    bf_random_permutation((uint64_t)words[1] << 32 | words[0], n, order);
    for (uint32_t i = 0; i < wanted; i++) held[member[order[i]]] = true;
    total += wanted;
  }
  return total;
}

/* Moves point i of `from` to place k of `to`, which may be `from`. */
static void move(const bf_points *from, uint64_t i, bf_points *to, uint64_t k) {
  for (uint32_t d = 0; d < from->dim; d++) to->x[k * to->dim + d] = from->x[i * from->dim + d];
  to->label[k] = from->label[i];
  to->id[k] = from->id[i];
}

static bf_status split(const char *path, double share, uint64_t seed, bf_samples *s) {
  bf_status status = BF_OK;
  uint64_t n = s->train.n, kept = 0, taken = 0, wanted;
  bool *held = calloc(n, sizeof *held);
  uint32_t *member = malloc(n * sizeof *member), *order = malloc(n * sizeof *order);
  if (!held || !member || !order) {
    status = bf_fail(BF_NO_MEMORY, "no memory for splitting %llu points", (unsigned long long)n);
    goto out;
  }
  wanted = choose(&s->train, s->classes, share, seed, member, order, held);
  if (!wanted) {
    status = bf_fail(BF_BAD_INPUT, "%s: a share of %g of the %llu points is no whole point of any class; raise validation", path, share, (unsigned long long)n);
    goto out;
  }
  BF_TRY(bf_points_new(&s->validation, wanted, s->train.dim, true));
  for (uint64_t i = 0; i < n; i++)
    if (held[i])
      move(&s->train, i, &s->validation, taken++);
    else
      move(&s->train, i, &s->train, kept++);
  s->train.n = kept;
  s->validates = true;
out:
  free(held);
  free(member);
  free(order);
  return status;
}

bf_status bf_samples_read(const char *train, const char *validation, double share, uint64_t seed, uint64_t budget, bf_samples *out) {
  bf_status status = BF_OK;
  *out = (bf_samples){0};
  BF_TRY(bf_points_read(train, budget, &out->train));
  BF_TRY(count_classes(train, &out->train, &out->classes));
  if (validation) {
    BF_TRY(bf_points_read(validation, budget, &out->validation));
    BF_TRY(check_validation(validation, out));
    out->validates = true;
  } else if (share > 0.0) {
    BF_TRY(split(train, share, seed, out));
  }
out:
  if (status != BF_OK) bf_samples_free(out);
  return status;
}
