/* Numbers of hops: a breadth-first search from each vertex, 64 places at a time, cut off at the greatest number. */
#include "hops.h"
#include "parallel.h"
#include <stdlib.h>

/* ---- the graph ---- */

/* A bit for each place, and which words are not 0. */
typedef struct places {
  uint64_t *bits;
  uint32_t *touched, n;
} places;

static bf_status places_new(places *p, uint32_t n) {
  uint64_t words = (uint64_t)n / 64 + 1;
  *p = (places){.bits = calloc(words, sizeof *p->bits), .touched = malloc(words * sizeof *p->touched)};
  return p->bits && p->touched ? BF_OK : bf_fail(BF_NO_MEMORY, "no memory to search a graph of %u vertices", n);
}

static void places_free(places *p) {
  free(p->bits);
  free(p->touched);
}

static inline void add_places(places *p, uint32_t word, uint64_t bits) {
  if (!p->bits[word]) p->touched[p->n++] = word;
  p->bits[word] |= bits;
}

/* Both ends of each link, by place: those of place p are to[from[p]] … to[from[p+1] - 1], some of them twice. */
static bf_status both_ends(const uint32_t *neighbour, const bf_adjacency *a, uint32_t k, uint64_t **from_at, uint32_t **to_at) {
  uint64_t links = (uint64_t)a->n * k, *from = *from_at = calloc((size_t)a->n + 2, sizeof *from);
  uint32_t *to = *to_at = malloc((links ? 2 * links : 1) * sizeof *to);
  if (!from || !to) return bf_fail(BF_NO_MEMORY, "no memory for %llu neighbours; a smaller k needs less", 2ull * links);
  /* from[p + 2] counts p's links, then from[p + 1] runs through their places, and ends where p + 1 begins. */
  for (uint32_t p = 0; p < a->n; p++) from[p + 2] = k;
  for (uint64_t e = 0; e < links; e++) from[(uint64_t)a->place[neighbour[e]] + 2]++;
  for (uint64_t p = 0; p < a->n; p++) from[p + 2] += from[p + 1];
  for (uint32_t p = 0; p < a->n; p++) {
    const uint32_t *row = neighbour + (uint64_t)a->order[p] * k;
    for (uint32_t e = 0; e < k; e++) {
      uint32_t q = a->place[row[e]];
      to[from[p + 1]++] = q;
      to[from[q + 1]++] = p;
    }
  }
  return BF_OK;
}

/* Lists into words: the first walk counts them, the second stores them. */
static bf_status gather_words(bf_adjacency *a, const uint64_t *from, const uint32_t *to) {
  bf_status status = BF_OK;
  places hood = {0};
  BF_TRY(places_new(&hood, a->n));
  for (int walk = 0; walk < 2; walk++) {
    uint64_t words = 0;
    for (uint32_t p = 0; p < a->n; p++) {
      for (uint64_t e = from[p]; e < from[p + 1]; e++) add_places(&hood, to[e] / 64, 1ull << to[e] % 64);
      a->first[p] = words;
      for (uint32_t i = 0; i < hood.n; i++, words++) {
        uint32_t word = hood.touched[i];
        if (walk) a->word[words] = word, a->bits[words] = hood.bits[word];
        hood.bits[word] = 0;
      }
      hood.n = 0;
    }
    a->first[a->n] = words;
    if (walk) break;
    a->word = malloc((words + 1) * sizeof *a->word);
    a->bits = malloc((words + 1) * sizeof *a->bits);
    if (!a->word || !a->bits) {
      status = bf_fail(BF_NO_MEMORY, "no memory for the neighbours of %u vertices; a smaller k needs less", a->n);
      goto out;
    }
  }
out:
  places_free(&hood);
  return status;
}

bf_status bf_adjacency_of(uint32_t *neighbour, const uint32_t *order, uint32_t n, uint32_t k, bf_adjacency *out) {
  bf_status status = BF_OK;
  uint64_t *from = NULL;
  uint32_t *to = NULL;
  *out = (bf_adjacency){.n = n, .order = order};
  out->place = malloc(((size_t)n + 1) * sizeof *out->place);
  out->first = malloc(((size_t)n + 1) * sizeof *out->first);
  if (!out->place || !out->first) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u vertices", n);
    goto out;
  }
  for (uint32_t p = 0; p < n; p++) out->place[order[p]] = p;
  BF_TRY(both_ends(neighbour, out, k, &from, &to));
  free(neighbour);
  neighbour = NULL;
  BF_TRY(gather_words(out, from, to));
out:
  free(neighbour);
  free(from);
  free(to);
  if (status != BF_OK) bf_adjacency_free(out);
  return status;
}

void bf_adjacency_free(bf_adjacency *a) {
  free(a->place);
  free(a->first);
  free(a->word);
  free(a->bits);
  *a = (bf_adjacency){0};
}

/* ---- searching ---- */

typedef struct search {
  const bf_adjacency *a;
  uint32_t hops;
  bf_edges edges;
} search;

/* One thread's state. */
typedef struct state {
  places seen, next;
  uint32_t *front; /* n: places reached by the last step */
  bf_edge_row *row;
} state;

/* Breadth first from vertex s; marks the later vertices in reach. */
static void reach(const search *c, state *t, uint32_t s) {
  const bf_adjacency *a = c->a;
  uint32_t n = 1;
  t->front[0] = a->place[s];
  add_places(&t->seen, a->place[s] / 64, 1ull << a->place[s] % 64);
  for (uint32_t step = 1; step <= c->hops && n; step++) {
    for (uint32_t i = 0; i < n; i++)
      for (uint64_t e = a->first[t->front[i]]; e < a->first[t->front[i] + 1]; e++) add_places(&t->next, a->word[e], a->bits[e]);
    n = 0;
    for (uint32_t i = 0; i < t->next.n; i++) {
      uint32_t word = t->next.touched[i];
      uint64_t fresh = t->next.bits[word] & ~t->seen.bits[word];
      t->next.bits[word] = 0;
      if (!fresh) continue;
      add_places(&t->seen, word, fresh);
      for (; fresh; fresh &= fresh - 1) {
        uint32_t p = word * 64 + (uint32_t)__builtin_ctzll(fresh);
        t->front[n++] = p;
        if (a->order[p] > s) bf_edge_mark(t->row, a->order[p], (float)step);
      }
    }
    t->next.n = 0;
  }
  for (uint32_t i = 0; i < t->seen.n; i++) t->seen.bits[t->seen.touched[i]] = 0;
  t->seen.n = 0;
}

static bf_status run(void *context, void *scratch, uint64_t job) {
  bf_status status = BF_OK;
  search *c = context;
  state *t = scratch;
  uint32_t from = (uint32_t)job * BF_SOURCES, to = c->a->n - from < BF_SOURCES ? c->a->n : from + BF_SOURCES;
  for (uint32_t s = from; s < to; s++) {
    reach(c, t, s);
    BF_TRY(bf_edge_drain(t->row, &c->edges.at[job].count[s - from]));
  }
  BF_TRY(bf_edges_keep(&c->edges, job, t->row));
out:
  return status;
}

static void free_state(void *context, void *scratch) {
  state *t = scratch;
  (void)context;
  places_free(&t->seen);
  places_free(&t->next);
  free(t->front);
  bf_edge_row_free(t->row);
  free(t);
}

static void *new_state(void *context) {
  const search *c = context;
  state *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  bool places = places_new(&t->seen, c->a->n) == BF_OK && places_new(&t->next, c->a->n) == BF_OK;
  t->front = malloc(((size_t)c->a->n + 1) * sizeof *t->front);
  t->row = bf_edge_row_new(c->a->n);
  if (places && t->front && t->row) return t;
  free_state(context, t);
  return NULL;
}

bf_status bf_hops(const bf_host *host, bf_task *task, const bf_adjacency *a, uint32_t hops, uint64_t memory, uint64_t done, uint64_t total, bf_graph *graph) {
  bf_status status = BF_OK;
  search c = {.a = a, .hops = hops};
  BF_TRY(bf_edges_new(&c.edges, a->n, memory, "a smaller k or fewer hops need less"));
  bf_host_jobs jobs = {.n = bf_edges_jobs(a->n), .run = run, .scratch = new_state, .release = free_state, .context = &c};
  if (jobs.n) BF_TRY(bf_host_jobs_run(host, task, &jobs, done, total));
  BF_TRY(bf_edges_join(&c.edges, graph));
out:
  bf_edges_free(&c.edges);
  return status;
}
