/* Lists of neighbours by a counting sort of the edges' ends: each thread counts, and then places, the ends of its own share of the edges. */
#include "flag/lists.h"
#include "flag/graph.h"
#include "flag/pairs.h"
#include <string.h>

typedef struct counting {
  const bf_graph *from;
  const flag_parts *parts;
  float scale;
  uint32_t shares;
  uint64_t *counts; /* of each share, n: the ends at each vertex, and then where the next one goes */
  flag_lists *out;
} counting;

static bf_status count_share(void *context, uint32_t thread, uint64_t i) {
  const counting *c = context;
  const size_t n = c->from->n;
  uint64_t *count = c->counts + i * n;
  flag_pairs pairs = flag_pairs_share(c->from, i, c->shares);
  flag_pair_row row;
  (void)thread;
  memset(count, 0, n * sizeof *count);
  while (flag_pairs_row(&pairs, &row)) {
    uint64_t own = 0;
    for (uint64_t k = 0; k < row.n; k++)
      if (flag_is_edge(row.weight[k], c->scale)) count[flag_pair_other(&row, k)]++, own++;
    count[row.vertex] += own;
  }
  return BF_OK;
}

static bf_status place_share(void *context, uint32_t thread, uint64_t i) {
  const counting *c = context;
  const uint32_t *place = c->parts->place;
  uint64_t *next = c->counts + i * c->from->n;
  uint32_t *to = c->out->to;
  flag_pairs pairs = flag_pairs_share(c->from, i, c->shares);
  flag_pair_row row;
  (void)thread;
  while (flag_pairs_row(&pairs, &row)) {
    const uint32_t x = place ? place[row.vertex] : row.vertex;
    uint64_t own = next[row.vertex];
    for (uint64_t k = 0; k < row.n; k++) {
      if (!flag_is_edge(row.weight[k], c->scale)) continue;
      const uint32_t y = flag_pair_other(&row, k);
      to[own++] = place ? place[y] : y;
      to[next[y]++] = x;
    }
    next[row.vertex] = own;
  }
  return BF_OK;
}

/* From counts to places: those of a vertex one share behind the other, so that neighbours rise. Returns how many there are. */
static uint64_t sum_counts(const counting *c) {
  uint64_t sum = 0;
  const size_t n = c->from->n;
  const uint32_t *vertex = c->parts->vertex;
  for (size_t v = 0; v < n; v++) {
    c->out->first[v] = sum;
    for (uint64_t *at = c->counts + (vertex ? vertex[v] : v), *end = at + n * c->shares; at < end; at += n) {
      const uint64_t here = *at;
      *at = sum;
      sum += here;
    }
  }
  return c->out->first[n] = sum;
}

bf_status flag_lists_build(const bf_graph *from, float scale, const flag_parts *parts, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory,
                           flag_lists *out) {
  bf_status status = BF_OK;
  const size_t n = from->n;
  size_t counts_room = 0;
  counting c = {.from = from, .parts = parts, .scale = scale, .shares = flag_pairs_shares(from, threads), .out = out};
  *out = (flag_lists){0};
  BF_TRY(bf_memory_reserve(memory, (void **)&c.counts, &counts_room, n * c.shares, sizeof *c.counts));
  BF_TRY(bf_jobs_run(progress, threads, c.shares, count_share, &c));
  BF_TRY(bf_memory_reserve(memory, (void **)&out->first, &out->first_room, n + 1, sizeof *out->first));
  BF_TRY(bf_memory_reserve(memory, (void **)&out->to, &out->to_room, sum_counts(&c), sizeof *out->to));
  BF_TRY(bf_jobs_run(progress, threads, c.shares, place_share, &c));
out:
  bf_memory_release(memory, c.counts, counts_room, sizeof *c.counts);
  return status;
}

void flag_lists_free(flag_lists *l, bf_memory *memory) {
  bf_memory_release(memory, l->first, l->first_room, sizeof *l->first);
  bf_memory_release(memory, l->to, l->to_room, sizeof *l->to);
  *l = (flag_lists){0};
}
