/* The bottleneck distance (Efrat, Itai, Katz, "Geometry helps in bottleneck matching and related problems", Algorithmica 31, 2001): is there a matching with a
 * given r? is answered by the algorithm of Hopcroft and Karp, where neighbours are asked of a k-d tree from which they are taken as they are found, so that a
 * phase takes n log n steps and no list of pairs is needed.
 *
 * A point whose height is at most 2r needs no partner. By the theorem of Mendelsohn and Dulmage (1958) all others of both sides have partners in one matching
 * if those of each side have partners in a matching of its own; so the two sides are looked at one after the other.
 *
 * The answer lies between `low`, where no r below is enough, and `high`, which is. If r is enough, the longest distance that was used is; if it is not, the
 * points that were reached have too few neighbours, and need an r that gives them another one or lets one of them off. Both are distances that occur, so the
 * search ends when they meet; halving between them bounds it by the 64 bits of a number. Equal points are not cancelled: that could raise the answer (0 to 1
 * and 1 to 2 is better than 0 to 2). */
#include "bottleneck.h"

#include "kd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FREE = UINT32_MAX };

typedef struct cloud {
  uint32_t n;
  const double *x, *y;
  double *height;
  kd *tree;
} cloud;

/* A matching of those points of side k that need a partner. */
typedef struct cover {
  uint32_t *mate;    /* of each point of side k, or FREE */
  uint32_t *owner;   /* of each point of the other side, or FREE */
  uint32_t *kept[2]; /* mate[] for the greatest r that was not enough, and for the least that was: what another r begins with */
} cover;

typedef struct solver {
  cloud side[2];
  cover cover[2];
  uint32_t *queue;          /* points of the side that is looked at, in order of their level */
  uint32_t *level;          /* of each of them; FREE: not reached */
  double *depth;            /* of each point of the other side: the level of who found it; -inf: not reached */
  uint32_t *path, *step_to; /* of a search in depth: the points, and who each goes to next */
  const plane_step *step;
  uint64_t asked; /* at how much work the next step is due */
} solver;

static bf_status no_memory(void) {
  bf_fail(BF_NO_MEMORY, "out of memory for a matching");
  return BF_NO_MEMORY;
}

static bf_status go_on(solver *s) {
  const uint64_t work = kd_work(s->side[0].tree) + kd_work(s->side[1].tree);
  if (work < s->asked || !s->step->call) return BF_OK;
  s->asked = work + 50000;
  return s->step->call(s->step->context);
}

static double distance_of(const solver *s, int k, uint32_t i, uint32_t j) {
  const cloud *f = &s->side[k], *g = &s->side[1 - k];
  return fmax(fabs(f->x[i] - g->x[j]), fabs(f->y[i] - g->y[j]));
}

/* ---- one phase of Hopcroft and Karp ---- */

/* Breadth first from all points without a partner that need one, up to the level where some free point is *found. *n: how many points are in the queue. */
static bf_status find_levels(solver *s, int k, double r, uint32_t *n, bool *found) {
  bf_status status = BF_OK;
  const cloud *f = &s->side[k], *g = &s->side[1 - k];
  const cover *c = &s->cover[k];
  uint32_t last = FREE;
  *n = 0;
  kd_fill(g->tree, NULL);
  for (uint32_t j = 0; j < g->n; j++) s->depth[j] = -INFINITY;
  for (uint32_t i = 0; i < f->n; i++) {
    s->level[i] = FREE;
    if (c->mate[i] != FREE || f->height[i] <= r) continue;
    s->level[i] = 0;
    s->queue[(*n)++] = i;
  }
  for (uint32_t at = 0; at < *n; at++) {
    const uint32_t i = s->queue[at];
    uint32_t j;
    if (s->level[i] > last) break;
    BF_TRY(go_on(s));
    while ((j = kd_within(g->tree, f->x[i], f->y[i], r, 0)) != KD_NONE) {
      kd_set(g->tree, j, -INFINITY);
      s->depth[j] = s->level[i];
      if (c->owner[j] == FREE) {
        last = s->level[i];
      } else if (last == FREE) {
        s->level[c->owner[j]] = s->level[i] + 1;
        s->queue[(*n)++] = c->owner[j];
      }
    }
  }
  *found = last != FREE;
out:
  return status;
}

/* Depth first from i along the levels to a free point; what is looked at is taken from the tree. Changes the matching along the path found. */
static bool augment(solver *s, int k, uint32_t i, double r) {
  const cloud *f = &s->side[k], *g = &s->side[1 - k];
  cover *c = &s->cover[k];
  uint32_t n = 0;
  s->path[n++] = i;
  while (n) {
    const uint32_t from = s->path[n - 1], level = n - 1;
    const uint32_t j = kd_within(g->tree, f->x[from], f->y[from], r, level);
    if (j == KD_NONE) {
      n--;
      continue;
    }
    kd_set(g->tree, j, -INFINITY);
    s->step_to[n - 1] = j;
    if (c->owner[j] != FREE) {
      s->path[n++] = c->owner[j];
      continue;
    }
    while (n--) {
      c->mate[s->path[n]] = s->step_to[n];
      c->owner[s->step_to[n]] = s->path[n];
    }
    return true;
  }
  return false;
}

/* ---- is r enough for side k? ---- */

static void keep(const solver *s, int k, bool enough) { memcpy(s->cover[k].kept[enough], s->cover[k].mate, s->side[k].n * sizeof(uint32_t)); }

/* May the partner of i that was kept stay one with r? */
static bool stays(const solver *s, int k, bool enough, uint32_t i, double r) {
  const uint32_t j = s->cover[k].kept[enough][i];
  return j != FREE && s->side[k].height[i] > r && distance_of(s, k, i, j) <= r;
}

/* Begins with the partners that were kept for a lesser or for a greater r, whichever leaves more. */
static void restore(const solver *s, int k, double r) {
  const cover *c = &s->cover[k];
  uint32_t stay[2] = {0, 0};
  for (uint32_t i = 0; i < s->side[k].n; i++)
    for (int enough = 0; enough < 2; enough++) stay[enough] += stays(s, k, enough, i, r);
  const bool enough = stay[1] > stay[0];
  for (uint32_t j = 0; j < s->side[1 - k].n; j++) c->owner[j] = FREE;
  for (uint32_t i = 0; i < s->side[k].n; i++) {
    c->mate[i] = stays(s, k, enough, i, r) ? c->kept[enough][i] : FREE;
    if (c->mate[i] != FREE) c->owner[c->mate[i]] = i;
  }
}

/* After a search that found no free point: the least r that gives those in the queue another neighbour, or lets one of them off. */
static bf_status next_radius(solver *s, int k, uint32_t n, double *next) {
  bf_status status = BF_OK;
  double distance;
  *next = INFINITY;
  for (uint32_t at = 0; at < n; at++) {
    const cloud *f = &s->side[k];
    const uint32_t i = s->queue[at];
    BF_TRY(go_on(s));
    kd_nearest(s->side[1 - k].tree, f->x[i], f->y[i], &distance);
    *next = fmin(*next, fmin(distance, f->height[i]));
  }
out:
  return status;
}

/* *enough, or *next is a greater r that may be. */
static bf_status try_side(solver *s, int k, double r, bool *enough, double *next) {
  bf_status status = BF_OK;
  uint32_t n;
  bool found;
  restore(s, k, r);
  for (;;) {
    BF_TRY(find_levels(s, k, r, &n, &found));
    *enough = n == 0;
    if (*enough) break;
    if (!found) {
      BF_TRY(next_radius(s, k, n, next));
      keep(s, k, false);
      break;
    }
    kd_fill(s->side[1 - k].tree, s->depth);
    for (uint32_t at = 0; at < n && s->level[s->queue[at]] == 0; at++) {
      BF_TRY(go_on(s));
      augment(s, k, s->queue[at], r);
    }
  }
out:
  return status;
}

/* The longest distance that the two matchings and the points without need of a partner use. */
static double used(const solver *s, double r) {
  double most = 0;
  for (int k = 0; k < 2; k++) {
    for (uint32_t i = 0; i < s->side[k].n; i++) {
      const uint32_t j = s->cover[k].mate[i];
      const double height = s->side[k].height[i];
      most = fmax(most, j != FREE ? distance_of(s, k, i, j) : height <= r ? height : 0);
    }
  }
  return most;
}

/* ---- the search for r ---- */

/* Each point needs its nearest one or the diagonal; and the diagonal is enough for all. */
static bf_status first_bounds(solver *s, double *low, double *high) {
  bf_status status = BF_OK;
  *low = *high = 0;
  for (int k = 0; k < 2; k++) {
    const cloud *f = &s->side[k];
    for (uint32_t i = 0; i < f->n; i++) {
      double distance;
      BF_TRY(go_on(s));
      kd_nearest(s->side[1 - k].tree, f->x[i], f->y[i], &distance);
      *low = fmax(*low, fmin(distance, f->height[i]));
      *high = fmax(*high, f->height[i]);
    }
  }
out:
  return status;
}

/* A number between, in the middle of all that there are; low where there is none. Neither is negative, so their order is that of their bits. */
static double middle(double low, double high) {
  uint64_t a, b;
  double m;
  memcpy(&a, &low, sizeof a);
  memcpy(&b, &high, sizeof b);
  a += (b - a) / 2;
  memcpy(&m, &a, sizeof m);
  return m;
}

static bf_status search(solver *s, double *distance) {
  bf_status status = BF_OK;
  double low, high;
  BF_TRY(first_bounds(s, &low, &high));
  bool lowest = true; /* which is often the answer, and is tried first, but not twice in a row */
  while (low < high) {
    const double r = lowest ? low : middle(low, high);
    bool enough = true;
    for (int k = 0; k < 2 && enough; k++) BF_TRY(try_side(s, k, r, &enough, &low));
    if (enough) {
      high = used(s, r);
      for (int k = 0; k < 2; k++) keep(s, k, true);
    }
    lowest = !enough && !lowest;
  }
  *distance = high;
out:
  return status;
}

static bf_status prepare(solver *s, const plane_points side[2]) {
  bf_status status = BF_OK;
  const size_t room = (size_t)(side[0].n > side[1].n ? side[0].n : side[1].n) + 1;
  s->queue = malloc(room * sizeof *s->queue);
  s->level = malloc(room * sizeof *s->level);
  s->depth = malloc(room * sizeof *s->depth);
  s->path = malloc(room * sizeof *s->path);
  s->step_to = malloc(room * sizeof *s->step_to);
  if (!s->queue || !s->level || !s->depth || !s->path || !s->step_to) return no_memory();
  for (int k = 0; k < 2; k++) {
    cloud *f = &s->side[k];
    cover *c = &s->cover[k];
    *f = (cloud){.n = side[k].n, .x = side[k].birth, .y = side[k].death, .height = calloc(room, sizeof *f->height)};
    *c = (cover){malloc(room * sizeof *c->mate), malloc(room * sizeof *c->owner), {malloc(room * sizeof *c->mate), malloc(room * sizeof *c->mate)}};
    if (!f->height || !c->mate || !c->owner || !c->kept[0] || !c->kept[1]) return no_memory();
    for (uint32_t i = 0; i < f->n; i++) {
      f->height[i] = plane_height(f->x[i], f->y[i]);
      c->kept[0][i] = c->kept[1][i] = FREE;
    }
    BF_TRY(kd_new(&f->tree, f->x, f->y, f->n));
  }
out:
  return status;
}

bf_status bottleneck_distance(const plane_points side[2], const plane_step *step, double *distance) {
  bf_status status = BF_OK;
  solver s = {.step = step};
  BF_TRY(prepare(&s, side));
  BF_TRY(search(&s, distance));
out:
  for (int k = 0; k < 2; k++) {
    free(s.side[k].height);
    kd_free(s.side[k].tree);
    free(s.cover[k].mate);
    free(s.cover[k].owner);
    free(s.cover[k].kept[0]);
    free(s.cover[k].kept[1]);
  }
  free(s.queue);
  free(s.level);
  free(s.depth);
  free(s.path);
  free(s.step_to);
  return status;
}
