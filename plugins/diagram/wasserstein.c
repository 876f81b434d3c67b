/* The 2-Wasserstein distance by successive shortest paths (Jewell 1958; Edmonds, Karp 1972): units that are not assigned yet are, one after the other, on the
 * cheapest way that changes what is assigned already, with prices that make all costs at least 0 (Dijkstra). As costs are distances in the plane, the cheapest
 * next point is asked of a k-d tree that knows the prices, so that no list of pairs is needed and a search ends near where it began.
 *
 * A point's way ends at the diagonal, which takes all, or at a point of the other side that is free, or that can leave the diagonal. Points are never cancelled
 * against equal ones of the other side: with squares that could raise the sum (0 to 1 and 1 to 2 is cheaper than 0 to 2). */
#include "wasserstein.h"

#include "transport.h"

#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>

typedef struct entry { /* from point `from` of the side that searches, `to` is the cheapest of the other side that was not reached when this was noted */
  double cost;
  uint32_t from, to;
} entry;

typedef struct solver {
  transport t;
  entry *heap;
  uint32_t nheap, room;
  double end;         /* cost of the cheapest way to an end so far, */
  double sure;        /* and what it costs at least */
  uint32_t last_from; /* where it ends: at this point, by the diagonal, */
  uint32_t last_to;   /* or at that one; the other is KD_NONE */
  const plane_step *step;
  uint64_t most, asked;
  uint64_t share; /* what each search may look at when all the work allowed is done */
  bool exact;
} solver;

static uint64_t work_of(const solver *s) { return kd_work(s->t.side[0].tree) + kd_work(s->t.side[1].tree) + s->t.looked; }

static bf_status go_on(solver *s) {
  if (work_of(s) < s->asked || !s->step->call) return BF_OK;
  s->asked = work_of(s) + 50000;
  return s->step->call(s->step->context);
}

/* ---- the heap ---- */

static bf_status push(solver *s, entry e) {
  if (s->nheap == s->room) {
    const uint32_t room = s->room ? 2 * s->room : 64;
    entry *more = room > s->room ? realloc(s->heap, room * sizeof *more) : NULL;
    if (!more) return bf_fail(BF_NO_MEMORY, "out of memory for a matching");
    s->heap = more;
    s->room = room;
  }
  uint32_t k = s->nheap++;
  for (; k && s->heap[(k - 1) / 2].cost > e.cost; k = (k - 1) / 2) s->heap[k] = s->heap[(k - 1) / 2];
  s->heap[k] = e;
  return BF_OK;
}

static entry pop(solver *s) {
  const entry top = s->heap[0], last = s->heap[--s->nheap];
  uint32_t k = 0;
  for (uint32_t child; (child = 2 * k + 1) < s->nheap; k = child) {
    if (child + 1 < s->nheap && s->heap[child + 1].cost < s->heap[child].cost) child++;
    if (!(s->heap[child].cost < last.cost)) break;
    s->heap[k] = s->heap[child];
  }
  s->heap[k] = last;
  return top;
}

/* ---- the search for a way ---- */

/* Notes the cheapest point that `from` leads to, if it may be on a way that is cheaper than the best one known. */
static bf_status note_next(solver *s, int from_side, uint32_t from) {
  const side *f = &s->t.side[from_side];
  const double limit = s->end - f->reached[from] + f->price[from];
  double cost;
  const uint32_t to = kd_cheapest(s->t.side[1 - from_side].tree, f->x[from], f->y[from], limit, &cost);
  if (to == KD_NONE) return BF_OK;
  return push(s, (entry){f->reached[from] + fmax(0, cost - f->price[from]), from, to});
}

static bf_status reach_from(solver *s, int from_side, uint32_t from, double cost, uint32_t via) {
  side *f = &s->t.side[from_side];
  f->reached[from] = cost;
  f->via[from] = via;
  f->list[f->nlist++] = from;
  const double end = cost + (f->alone[from] - f->price[from]);
  if (end < s->end) {
    s->end = end;
    s->last_from = from;
    s->last_to = KD_NONE;
  }
  return note_next(s, from_side, from);
}

/* Reaches `to` of the other side; then either the way ends there, or it goes on from those that are assigned to it. */
static bf_status reach_to(solver *s, int from_side, entry e) {
  bf_status status = BF_OK;
  side *g = &s->t.side[1 - from_side];
  g->reached[e.to] = e.cost;
  g->via[e.to] = e.from;
  g->list[g->nlist++] = e.to;
  kd_set(g->tree, e.to, -INFINITY);
  if (g->left[e.to] || g->down[e.to]) {
    s->end = e.cost;
    s->last_from = KD_NONE;
    s->last_to = e.to;
    return BF_OK;
  }
  for (uint32_t k = g->first[e.to]; k != ARC_NONE; k = s->t.arc[k].next[1 - from_side]) {
    const uint32_t next = s->t.arc[k].end[from_side];
    if (isnan(s->t.side[from_side].reached[next])) BF_TRY(reach_from(s, from_side, next, e.cost, k));
  }
  BF_TRY(note_next(s, from_side, e.from));
out:
  return status;
}

static bf_status find_way(solver *s, int from_side, uint32_t start) {
  bf_status status = BF_OK;
  const uint64_t work = work_of(s), most = !s->most ? UINT64_MAX : work < s->most ? s->most + s->share : work + s->share;
  s->nheap = 0;
  s->end = INFINITY;
  BF_TRY(reach_from(s, from_side, start, 0, ARC_NONE));
  while (s->nheap && s->heap[0].cost < s->end) {
    BF_TRY(go_on(s));
    if (work_of(s) > most) {
      s->sure = s->heap[0].cost;
      s->exact = false;
      return BF_OK;
    }
    const entry e = pop(s);
    if (isnan(s->t.side[1 - from_side].reached[e.to]))
      BF_TRY(reach_to(s, from_side, e));
    else
      BF_TRY(note_next(s, from_side, e.from));
  }
  s->sure = s->end;
out:
  return status;
}

/* What was reached at less than the end's cost rises by the rest, or falls by it on the other side: all costs stay at least 0, and are 0 along the way. */
static void settle_prices(solver *s, int from_side) {
  for (int k = 0; k < 2; k++) {
    side *f = &s->t.side[k];
    for (uint32_t i = 0; i < f->nlist; i++) {
      const uint32_t at = f->list[i];
      const double rest = fmax(0, s->sure - f->reached[at]);
      f->price[at] = k == from_side ? fmin(f->price[at] + rest, f->alone[at]) : f->price[at] - rest;
      f->reached[at] = (double)NAN;
      kd_set(f->tree, at, f->price[at]);
    }
    f->nlist = 0;
  }
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Assigns as many of `start` as the way found lets through. */
static bf_status use_way(solver *s, int from_side, uint32_t start) {
  bf_status status = BF_OK;
  transport *t = &s->t;
  side *f = &t->side[from_side], *g = &t->side[1 - from_side];
  uint32_t at = s->last_from, flow = f->left[start];
  const uint32_t end = s->last_to;
  if (end != KD_NONE) {
    at = g->via[end];
    flow = least(flow, g->left[end] ? g->left[end] : g->down[end]);
  }
  for (uint32_t i = at; i != start; i = g->via[t->arc[f->via[i]].end[1 - from_side]]) flow = least(flow, t->arc[f->via[i]].flow);
  f->left[start] -= flow;
  if (end == KD_NONE)
    f->down[at] += flow;
  else if (g->left[end])
    g->left[end] -= flow;
  else
    g->down[end] -= flow;
  if (end != KD_NONE) BF_TRY(from_side ? transport_add(t, end, at, flow) : transport_add(t, at, end, flow));
  while (at != start) {
    const uint32_t back = f->via[at], to = t->arc[back].end[1 - from_side], before = g->via[to];
    transport_take(t, back, flow);
    BF_TRY(from_side ? transport_add(t, to, before, flow) : transport_add(t, before, to, flow));
    at = before;
  }
out:
  return status;
}

/* In random order, as neighbours that come one after the other would all search the same surroundings. */
static bf_status assign(solver *s, int from_side) {
  bf_status status = BF_OK;
  side *f = &s->t.side[from_side];
  uint32_t *order = malloc(((size_t)f->n + 1) * sizeof *order);
  if (!order) return bf_fail(BF_NO_MEMORY, "out of memory for a matching");
  bf_random_permutation(1, f->n, order);
  for (uint32_t k = 0; k < f->n; k++) {
    const uint32_t i = order[k];
    while (f->left[i]) {
      BF_TRY(find_way(s, from_side, i));
      BF_TRY(use_way(s, from_side, i));
      settle_prices(s, from_side);
    }
  }
out:
  free(order);
  return status;
}

/* ---- the beginning: what costs nothing to assign ---- */

/* Raises the prices of what is not assigned as far as the other side's let it. */
static bf_status raise_prices(solver *s, int k) {
  bf_status status = BF_OK;
  side *f = &s->t.side[k];
  for (uint32_t i = 0; i < f->n; i++) {
    if (f->left[i] < f->count[i]) continue;
    BF_TRY(go_on(s));
    kd_cheapest(s->t.side[1 - k].tree, f->x[i], f->y[i], f->alone[i], &f->price[i]);
  }
  kd_fill(f->tree, f->price);
out:
  return status;
}

/* What can pay for the diagonal goes there. */
static void send_down(side *f) {
  for (uint32_t i = 0; i < f->n; i++) {
    if (f->price[i] < f->alone[i]) continue;
    f->down[i] += f->left[i];
    f->left[i] = 0;
  }
}

/* Pairs whose prices pay for them exactly are assigned, as far as there are some of both. */
static bf_status assign_paid(solver *s) {
  bf_status status = BF_OK;
  side *f = &s->t.side[0], *g = &s->t.side[1];
  for (uint32_t a = 0; a < f->n; a++) {
    while (f->left[a]) {
      double cost;
      BF_TRY(go_on(s));
      const uint32_t b = kd_cheapest(g->tree, f->x[a], f->y[a], INFINITY, &cost);
      if (b == KD_NONE || cost > f->price[a]) break;
      const uint32_t flow = least(f->left[a], g->left[b]);
      BF_TRY(transport_add(&s->t, a, b, flow));
      f->left[a] -= flow;
      g->left[b] -= flow;
      if (!g->left[b]) kd_set(g->tree, b, -INFINITY);
    }
  }
  kd_fill(g->tree, g->price);
out:
  return status;
}

/* A power of two that brings the greatest height near 1, so that squares do not overflow; it changes no digit. */
static int scale_of(const plane_points side[2]) {
  double most = 0;
  int exponent = 0;
  for (int k = 0; k < 2; k++)
    for (uint32_t i = 0; i < side[k].n; i++) most = fmax(most, plane_height(side[k].birth[i], side[k].death[i]));
  if (most > 0) frexp(most, &exponent);
  return exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent;
}

bf_status wasserstein_distance(const plane_points side[2], uint64_t most, const plane_step *step, wasserstein *out) {
  bf_status status = BF_OK;
  const int exponent = scale_of(side);
  solver s = {.step = step, .most = most, .share = most / (side[0].n + UINT64_C(1) + side[1].n) + 1000, .exact = true};
  BF_TRY(transport_new(&s.t, side, ldexp(1, -exponent)));
  BF_TRY(raise_prices(&s, 1));
  BF_TRY(raise_prices(&s, 0));
  send_down(&s.t.side[0]);
  BF_TRY(assign_paid(&s));
  BF_TRY(raise_prices(&s, 1));
  send_down(&s.t.side[1]);
  const int fewer = side[1].n < side[0].n;
  BF_TRY(assign(&s, fewer));
  BF_TRY(assign(&s, 1 - fewer));
  out->finished = s.exact;
  out->distance = ldexp(sqrt(transport_total(&s.t)), exponent);
  out->least = fmin(out->distance, ldexp(sqrt(fmax(0, transport_bound(&s.t))), exponent));
out:
  transport_free(&s.t);
  free(s.heap);
  return status;
}
