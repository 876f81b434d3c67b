/* Numbers of hops: a breadth-first search from each vertex, cut off at the greatest number. */
#include "hops.h"
#include "parallel.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES = 64 }; /* start vertices of one job */

static int rising(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Sorts each vertex's neighbours, drops those that are there twice, and closes the gaps. */
static void tidy(bf_adjacency *a) {
  uint64_t kept = 0;
  for (uint32_t i = 0; i < a->n; i++) {
    uint64_t from = a->first[i], n = a->first[i + 1] - from, begin = kept;
    qsort(a->to + from, n, sizeof *a->to, rising);
    for (uint64_t j = from; j < from + n; j++)
      if (kept == begin || a->to[kept - 1] != a->to[j]) a->to[kept++] = a->to[j];
    a->first[i] = begin;
  }
  a->first[a->n] = kept;
}

bf_status bf_adjacency_of(const uint32_t *neighbour, uint32_t n, uint32_t k, bf_adjacency *out) {
  uint64_t links = (uint64_t)n * k;
  *out = (bf_adjacency){.n = n};
  out->first = calloc((size_t)n + 2, sizeof *out->first);
  out->to = malloc((links ? 2 * links : 1) * sizeof *out->to);
  if (!out->first || !out->to) {
    bf_adjacency_free(out);
    return bf_fail(BF_NO_MEMORY, "no memory for %llu neighbours", 2ull * links);
  }
  /* first[v + 2] counts v's neighbours, then first[v + 1] runs through v's places, and ends where v + 1 begins. */
  for (uint64_t e = 0; e < links; e++) {
    out->first[e / k + 2]++;
    out->first[(uint64_t)neighbour[e] + 2]++;
  }
  for (uint64_t v = 0; v < n; v++) out->first[v + 2] += out->first[v + 1];
  for (uint64_t e = 0; e < links; e++) {
    uint32_t i = (uint32_t)(e / k), j = neighbour[e];
    out->to[out->first[i + 1]++] = j;
    out->to[out->first[j + 1]++] = i;
  }
  tidy(out);
  return BF_OK;
}

void bf_adjacency_free(bf_adjacency *a) {
  free(a->first);
  free(a->to);
  *a = (bf_adjacency){0};
}

/* ---- searching ---- */

/* What one job finds: for each source, the later vertices in reach, rising. */
typedef struct batch {
  uint64_t n, count[SOURCES];
  uint32_t *v;
  float *w;
} batch;

typedef struct search {
  const bf_adjacency *a;
  uint32_t hops;
  uint64_t memory;
  atomic_ullong used; /* bytes of all batches */
  batch *at;
} search;

/* One thread's state. */
typedef struct state {
  uint32_t *queue; /* n */
  uint32_t *steps; /* n: of the vertices in the queue */
  uint64_t *seen;  /* a bit for each vertex */
  uint64_t room;   /* of v and w */
  uint32_t *v;
  float *w;
} state;

/* Breadth first from s; returns how many vertices are in t->queue, s the first of them. */
static uint32_t reach(const search *c, state *t, uint32_t s) {
  const bf_adjacency *a = c->a;
  uint32_t head = 0, tail = 0;
  t->queue[tail++] = s;
  t->steps[s] = 0;
  t->seen[s / 64] |= 1ull << s % 64;
  while (head < tail) {
    uint32_t at = t->queue[head++], steps = t->steps[at] + 1;
    if (steps > c->hops) break;
    for (uint64_t j = a->first[at]; j < a->first[at + 1]; j++) {
      uint32_t to = a->to[j];
      if (t->seen[to / 64] >> to % 64 & 1) continue;
      t->seen[to / 64] |= 1ull << to % 64;
      t->steps[to] = steps;
      t->queue[tail++] = to;
    }
  }
  return tail;
}

static bf_status more_room(state *t, uint64_t need) {
  if (need <= t->room) return BF_OK;
  uint64_t room = need + need / 2;
  uint32_t *v = realloc(t->v, room * sizeof *v);
  if (v) t->v = v;
  float *w = realloc(t->w, room * sizeof *w);
  if (w) t->w = w;
  if (!v || !w) return bf_fail(BF_NO_MEMORY, "no memory for the graph's edges; a smaller k or fewer hops need less");
  t->room = room;
  return BF_OK;
}

/* Appends the vertices after s that were seen, in rising order, and clears all bits. */
static uint64_t collect(state *t, uint32_t s, uint32_t reached, uint64_t n) {
  uint32_t least = s, most = s;
  uint64_t begin = n;
  for (uint32_t i = 1; i < reached; i++) {
    if (t->queue[i] < least) least = t->queue[i];
    if (t->queue[i] > most) most = t->queue[i];
  }
  for (uint32_t word = least / 64; word < s / 64; word++) t->seen[word] = 0;
  t->seen[s / 64] &= ~(((2ull << s % 64) - 1)); /* s and those before it; for s % 64 = 63 all, since 2 << 63 is 0 */
  for (uint32_t word = s / 64; word <= most / 64; word++) {
    for (uint64_t bits = t->seen[word]; bits; bits &= bits - 1) {
      uint32_t v = word * 64 + (uint32_t)__builtin_ctzll(bits);
      t->v[n] = v;
      t->w[n] = (float)t->steps[v];
      n++;
    }
    t->seen[word] = 0;
  }
  return n - begin;
}

static bf_status run(void *context, void *scratch, uint64_t job) {
  search *c = context;
  state *t = scratch;
  batch *b = &c->at[job];
  uint32_t from = (uint32_t)job * SOURCES, to = c->a->n - from < SOURCES ? c->a->n : from + SOURCES;
  for (uint32_t s = from; s < to; s++) {
    uint32_t reached = reach(c, t, s);
    bf_status status = more_room(t, b->n + reached);
    if (status != BF_OK) return status;
    b->n += b->count[s - from] = collect(t, s, reached, b->n);
  }
  uint64_t bytes = b->n * (sizeof *b->v + sizeof *b->w);
  if (atomic_fetch_add(&c->used, bytes) + bytes > c->memory / 3) /* all edges stand there once more while they are joined, with u */
    return bf_fail(BF_NO_MEMORY, "the graph's edges need more than the %llu bytes that the task may use; a smaller k or fewer hops need less",
                   (unsigned long long)c->memory);
  b->v = malloc(b->n ? b->n * sizeof *b->v : 1);
  b->w = malloc(b->n ? b->n * sizeof *b->w : 1);
  if (!b->v || !b->w) return bf_fail(BF_NO_MEMORY, "no memory for the graph's edges; a smaller k or fewer hops need less");
  if (b->n) {
    memcpy(b->v, t->v, b->n * sizeof *b->v);
    memcpy(b->w, t->w, b->n * sizeof *b->w);
  }
  return BF_OK;
}

static void free_state(void *context, void *scratch) {
  state *t = scratch;
  (void)context;
  free(t->queue);
  free(t->steps);
  free(t->seen);
  free(t->v);
  free(t->w);
  free(t);
}

static void *new_state(void *context) {
  const search *c = context;
  state *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->queue = malloc(c->a->n * sizeof *t->queue);
  t->steps = malloc(c->a->n * sizeof *t->steps);
  t->seen = calloc(c->a->n / 64 + 1, sizeof *t->seen);
  if (t->queue && t->steps && t->seen) return t;
  free_state(context, t);
  return NULL;
}

/* Joins the batches, freeing each. */
static bf_status join(search *c, uint64_t jobs, bf_graph *g) {
  uint64_t m = 0;
  for (uint64_t i = 0; i < jobs; i++) m += c->at[i].n;
  g->m = m;
  g->u = malloc(m ? m * sizeof *g->u : 1);
  g->v = malloc(m ? m * sizeof *g->v : 1);
  g->w = malloc(m ? m * sizeof *g->w : 1);
  if (!g->u || !g->v || !g->w) return bf_fail(BF_NO_MEMORY, "no memory for %llu edges; a smaller k or fewer hops need less", (unsigned long long)m);
  m = 0;
  for (uint64_t i = 0; i < jobs; i++) {
    batch *b = &c->at[i];
    if (b->n) memcpy(g->v + m, b->v, b->n * sizeof *b->v);
    if (b->n) memcpy(g->w + m, b->w, b->n * sizeof *b->w);
    for (uint32_t s = 0; s < SOURCES; s++)
      for (uint64_t e = 0; e < b->count[s]; e++) g->u[m++] = (uint32_t)i * SOURCES + s;
    free(b->v);
    free(b->w);
    b->v = NULL;
    b->w = NULL;
  }
  return BF_OK;
}

uint64_t bf_hops_jobs(uint32_t n) { return n / SOURCES + (n % SOURCES != 0); }

bf_status bf_hops(const bf_host *host, bf_task *task, const bf_adjacency *a, uint32_t hops, uint64_t memory, uint64_t done, uint64_t total, bf_graph *graph) {
  bf_status status = BF_OK;
  uint64_t jobs = bf_hops_jobs(a->n);
  search c = {.a = a, .hops = hops, .memory = memory, .at = calloc(jobs + 1, sizeof *c.at)};
  if (!c.at) return bf_fail(BF_NO_MEMORY, "no memory to search a graph of %u vertices", a->n);
  if (jobs) BF_TRY(bf_run_jobs(host, task, &(bf_jobs){.n = jobs, .run = run, .scratch = new_state, .release = free_state, .context = &c}, done, total));
  BF_TRY(join(&c, jobs, graph));
out:
  for (uint64_t i = 0; i < jobs; i++) {
    free(c.at[i].v);
    free(c.at[i].w);
  }
  free(c.at);
  return status;
}
