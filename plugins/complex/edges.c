/* Edges of a sparse graph: marks that are read back in order, batches of jobs, and their join. */
#include "edges.h"
#include <stdlib.h>
#include <string.h>

enum { EDGE = 24 }; /* bytes of an edge: v and w in its batch, u, v and w in the graph while they are joined, and a reserve */

bf_edge_row *bf_edge_row_new(uint32_t n) {
  bf_edge_row *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->n = n;
  r->seen = calloc(n / 64 + 1, sizeof *r->seen);
  r->page = calloc(n / 4096 + 1, sizeof *r->page);
  r->weight = malloc(((size_t)n + 1) * sizeof *r->weight);
  if (r->seen && r->page && r->weight) return r;
  bf_edge_row_free(r);
  return NULL;
}

void bf_edge_row_free(bf_edge_row *r) {
  if (!r) return;
  free(r->seen);
  free(r->page);
  free(r->weight);
  free(r->v);
  free(r->w);
  free(r);
}

bf_status bf_edge_room(bf_edge_row *r, uint64_t more) {
  if (r->m + more <= r->room) return BF_OK;
  uint64_t room = r->m + more + (r->m + more) / 2;
  uint32_t *v = realloc(r->v, room * sizeof *v);
  if (v) r->v = v;
  float *w = realloc(r->w, room * sizeof *w);
  if (w) r->w = w;
  if (!v || !w) return bf_fail(BF_NO_MEMORY, "no memory for %llu edges of a thread", (unsigned long long)room);
  r->room = room;
  return BF_OK;
}

bf_status bf_edge_drain(bf_edge_row *r, uint64_t *count) {
  bf_status status = BF_OK;
  uint64_t m = r->m;
  for (uint32_t page = 0; page <= r->n / 4096; page++) {
    for (uint64_t words = r->page[page]; words; words &= words - 1) {
      uint32_t word = page * 64 + (uint32_t)__builtin_ctzll(words);
      BF_TRY(bf_edge_room(r, m - r->m + 64));
      for (uint64_t bits = r->seen[word]; bits; bits &= bits - 1) {
        uint32_t v = word * 64 + (uint32_t)__builtin_ctzll(bits);
        r->v[m] = v;
        r->w[m] = r->weight[v];
        m++;
      }
      r->seen[word] = 0;
    }
    r->page[page] = 0;
  }
  *count = m - r->m;
  r->m = m;
out:
  return status;
}

uint64_t bf_edges_jobs(uint32_t n) { return n / BF_SOURCES + (n % BF_SOURCES != 0); }

bf_status bf_edges_new(bf_edges *e, uint32_t n, uint64_t memory, const char *advice) {
  *e = (bf_edges){.n = n, .memory = memory, .advice = advice, .at = calloc(bf_edges_jobs(n) + 1, sizeof *e->at)};
  return e->at ? BF_OK : bf_fail(BF_NO_MEMORY, "no memory for the edges of a graph of %u vertices", n);
}

bf_status bf_edges_keep(bf_edges *e, uint64_t job, bf_edge_row *r) {
  bf_edge_batch *b = &e->at[job];
  b->m = r->m;
  r->m = 0;
  if (atomic_fetch_add(&e->found, b->m) + b->m > e->memory / EDGE)
    return bf_fail(BF_NO_MEMORY, "the graph's edges need more than the %llu bytes that the task may use; %s", (unsigned long long)e->memory, e->advice);
  b->v = malloc(b->m ? b->m * sizeof *b->v : 1);
  b->w = malloc(b->m ? b->m * sizeof *b->w : 1);
  if (!b->v || !b->w) return bf_fail(BF_NO_MEMORY, "no memory for the graph's edges; %s", e->advice);
  if (b->m) {
    memcpy(b->v, r->v, b->m * sizeof *b->v);
    memcpy(b->w, r->w, b->m * sizeof *b->w);
  }
  return BF_OK;
}

bf_status bf_edges_join(bf_edges *e, bf_graph *g) {
  uint64_t m = 0, jobs = bf_edges_jobs(e->n);
  for (uint64_t i = 0; i < jobs; i++) m += e->at[i].m;
  g->m = m;
  g->u = malloc(m ? m * sizeof *g->u : 1);
  g->v = malloc(m ? m * sizeof *g->v : 1);
  g->w = malloc(m ? m * sizeof *g->w : 1);
  if (!g->u || !g->v || !g->w) return bf_fail(BF_NO_MEMORY, "no memory for %llu edges; %s", (unsigned long long)m, e->advice);
  m = 0;
  for (uint64_t i = 0; i < jobs; i++) {
    bf_edge_batch *b = &e->at[i];
    if (b->m) memcpy(g->v + m, b->v, b->m * sizeof *b->v);
    if (b->m) memcpy(g->w + m, b->w, b->m * sizeof *b->w);
    for (uint32_t s = 0; s < BF_SOURCES; s++)
      for (uint64_t k = 0; k < b->count[s]; k++) g->u[m++] = (uint32_t)i * BF_SOURCES + s;
    free(b->v);
    free(b->w);
    b->v = NULL;
    b->w = NULL;
  }
  return BF_OK;
}

void bf_edges_free(bf_edges *e) {
  for (uint64_t i = 0; e->at && i < bf_edges_jobs(e->n); i++) {
    free(e->at[i].v);
    free(e->at[i].w);
  }
  free(e->at);
  *e = (bf_edges){0};
}
