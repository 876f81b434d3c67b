/* Weighted graphs as squares of weights: layouts, counts of simplices, text. */
#include "flag_case.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p) {
  if (!p) abort();
  return p;
}

flag_case flag_case_new(uint32_t n) {
  flag_case c = {.n = n, .max_dim = 1, .modulus = 2, .threshold = INFINITY};
  c.w = must(malloc(((size_t)n * n + 1) * sizeof *c.w));
  for (size_t i = 0; i < (size_t)n * n; i++) c.w[i] = i % (n + 1) ? INFINITY : 0;
  return c;
}

void flag_case_free(flag_case *c) {
  free(c->w);
  *c = (flag_case){0};
}

void flag_case_join(flag_case *c, uint32_t i, uint32_t j, float weight) { c->w[(size_t)i * c->n + j] = c->w[(size_t)j * c->n + i] = weight; }

flag_case flag_case_without(const flag_case *c, uint32_t vertex) {
  flag_case less = *c;
  less.n = c->n - (vertex < c->n);
  less.w = must(malloc(((size_t)less.n * less.n + 1) * sizeof *less.w));
  float *to = less.w;
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t j = 0; j < c->n; j++)
      if (i != vertex && j != vertex) *to++ = flag_case_weight(c, i, j);
  return less;
}

static void dense_graph(const flag_case *c, bf_graph *g) {
  for (uint32_t i = 1; i < c->n; i++)
    for (uint32_t j = 0; j < i; j++) g->w[g->m++] = flag_case_weight(c, i, j);
}

static void sparse_graph(const flag_case *c, bf_graph *g) {
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t j = i + 1; j < c->n; j++)
      if (flag_case_weight(c, i, j) < INFINITY) g->u[g->m] = i, g->v[g->m] = j, g->w[g->m++] = flag_case_weight(c, i, j);
}

/* The arrays are as long as their contents, so that the address sanitizer sees each read beyond them. */
void flag_case_graph(const flag_case *c, bool dense, bf_graph *g) {
  size_t m = dense ? (size_t)c->n * (c->n ? c->n - 1 : 0) / 2 : 0;
  for (size_t i = 0; !dense && i < (size_t)c->n * c->n; i++) m += c->w[i] < INFINITY;
  if (!dense) m = (m - c->n) / 2;
  *g = (bf_graph){.n = c->n, .dense = dense};
  g->w = must(malloc(m ? m * sizeof *g->w : 1));
  g->id = must(malloc(c->n ? c->n * sizeof *g->id : 1));
  for (uint32_t i = 0; i < c->n; i++) g->id[i] = i;
  if (dense) {
    dense_graph(c, g);
  } else {
    g->u = must(malloc(m ? m * sizeof *g->u : 1));
    g->v = must(malloc(m ? m * sizeof *g->v : 1));
    sparse_graph(c, g);
  }
}

typedef struct counting {
  uint64_t near[64], *count, left; /* near[v]: the larger vertices joined with v */
  uint32_t max_dim;
} counting;

static bool count_cofaces(counting *k, uint64_t common, uint32_t dim) {
  for (; common; common &= common - 1) {
    if (k->left-- == 0) return false;
    k->count[dim]++;
    if (dim < k->max_dim && !count_cofaces(k, common & k->near[__builtin_ctzll(common)], dim + 1)) return false;
  }
  return true;
}

bool flag_case_count(const flag_case *c, float scale, uint32_t max_dim, uint64_t most, uint64_t *count) {
  counting k = {.count = count, .left = most, .max_dim = max_dim};
  if (c->n > 64) abort();
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t j = i + 1; j < c->n; j++)
      if (flag_case_weight(c, i, j) <= scale && flag_case_weight(c, i, j) < INFINITY) k.near[i] |= UINT64_C(1) << j;
  return c->n == 0 || count_cofaces(&k, UINT64_MAX >> (64 - c->n), 0);
}

void flag_case_print(const flag_case *c, FILE *f) {
  fprintf(f, "bettiflow ripser --format sparse --dim %u --modulus %u", c->max_dim, c->modulus);
  if (c->threshold < INFINITY) fprintf(f, " --threshold %.9g", (double)c->threshold);
  fprintf(f, " <<END  # %u vertices\n", c->n);
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t j = 0; j < i; j++)
      if (flag_case_weight(c, i, j) < INFINITY) fprintf(f, "%u %u %.9g\n", j, i, (double)flag_case_weight(c, i, j));
  if (c->n) fprintf(f, "%u %u 0\n", c->n - 1, c->n - 1);
  fputs("END\n", f);
}
