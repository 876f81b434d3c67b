/* The edges of a sparse graph, found by threads for one start vertex after another, joined in order. */
#ifndef BF_COMPLEX_EDGES_H
#define BF_COMPLEX_EDGES_H

#include <bettiflow/artifact.h>
#include <stdatomic.h>

enum { BF_SOURCES = 64 }; /* start vertices of one job: job j has those from 64 j on */

/* ---- one thread's part ---- */

typedef struct bf_edge_row {
  uint64_t *seen, *page; /* a bit for each vertex, and one for each word of `seen` that is not 0 */
  float *weight;         /* n: of the vertices seen */
  uint32_t n;
  uint64_t m, room; /* edges of the job so far */
  uint32_t *v;
  float *w;
} bf_edge_row;

bf_edge_row *bf_edge_row_new(uint32_t n); /* NULL: no memory */
void bf_edge_row_free(bf_edge_row *r);

static inline void bf_edge_mark(bf_edge_row *r, uint32_t v, float weight) {
  r->weight[v] = weight;
  r->seen[v / 64] |= 1ull << v % 64;
  r->page[v / 4096] |= 1ull << v / 64 % 64;
}

/* Appends the marked vertices, rising, with their weights, and takes the marks away; *count becomes their number. */
bf_status bf_edge_drain(bf_edge_row *r, uint64_t *count);

/* Room for `more` edges behind the m that are there, for who appends in order itself. */
bf_status bf_edge_room(bf_edge_row *r, uint64_t more);

/* ---- all threads' parts ---- */

typedef struct bf_edge_batch {
  uint64_t m, count[BF_SOURCES];
  uint32_t *v;
  float *w;
} bf_edge_batch;

typedef struct bf_edges {
  uint32_t n;
  uint64_t memory;     /* bytes that the graph may take, with what is needed to make it */
  const char *advice;  /* what needs less memory: the end of a message */
  atomic_ullong found; /* edges in all batches */
  bf_edge_batch *at;   /* one for each job */
} bf_edges;

bf_status bf_edges_new(bf_edges *e, uint32_t n, uint64_t memory, const char *advice);
uint64_t bf_edges_jobs(uint32_t n);

/* Takes a job's edges out of r; at[job].count is filled by the caller. BF_NO_MEMORY when all are more than the memory allows. */
bf_status bf_edges_keep(bf_edges *e, uint64_t job, bf_edge_row *r);

/* Fills m, u, v, w of the graph. */
bf_status bf_edges_join(bf_edges *e, bf_graph *g);
void bf_edges_free(bf_edges *e);

#endif
