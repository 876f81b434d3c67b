/* Output of bettiflow ripser. */
#include "ripser.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void print_points(const bf_points *p) { printf("point cloud with %llu points in dimension %u\n", (unsigned long long)p->n, p->dim); }

void print_sparse(const bf_graph *g) {
  unsigned long long n = g->n, pairs = n ? n * (n - 1) / 2 : 0;
  printf("sparse distance matrix with %llu points and %llu/%llu entries\n", n, (unsigned long long)g->m, pairs);
}

void print_matrix(const bf_graph *g, const ripser_options *o) {
  float least = INFINITY, largest = -INFINITY;
  unsigned long long edges = 0, n = g->n;
  for (uint64_t e = 0; e < g->m; e++) {
    const float d = g->w[e], finite = d < INFINITY ? d : -INFINITY; /* without branches: which way they go is as good as random */
    least = d < least ? d : least;
    largest = finite > largest ? finite : largest;
    edges += d <= o->threshold;
  }
  printf("value range: [%g,%g]\n", (double)least, (double)largest);
  if (o->threshold == INFINITY) {
    printf("distance matrix with %llu points, using threshold at enclosing radius %g\n", n, (double)bf_flag_enclosing_radius(g));
  } else { /* Ripser writes (n·n - 1)/2 here, not n(n-1)/2 */
    printf("sparse distance matrix with %llu points and %llu/%llu entries\n", n, edges, n ? (n * n - 1) / 2 : 0);
  }
}

/* Ripser takes pairs at infinite distance of a complete matrix for edges of diameter inf: all classes but one end there. */
void print_barcode(const bf_barcode *b, uint32_t n, const ripser_options *o, bool complete) {
  uint32_t last = n < 2 ? 0 : n - 2; /* Ripser says nothing about higher dimensions, whose homology is zero */
  uint64_t open = bf_barcode_betti(b, 0, INFINITY);
  size_t i = 0;
  for (uint32_t dim = 0; dim <= o->dim && dim <= last; dim++) {
    printf("persistence intervals in dim %u:\n", dim);
    for (; i < b->n && b->at[i].dim == dim; i++) {
      const bf_interval *at = &b->at[i];
      if (!(at->death > at->birth * o->ratio)) continue;
      if (at->death == INFINITY && (!complete || (dim == 0 && open-- == 1)))
        printf(" [%g, )\n", (double)at->birth);
      else
        printf(" [%g,%g)\n", (double)at->birth, (double)at->death);
    }
  }
}

/* The shortest text that is read as this float again. */
static void print_float(float x) {
  char text[32];
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)x);
    if (strtof(text, NULL) == x) break;
  }
  fputs(text, stdout);
}

void print_betti(const uint64_t *betti, const ripser_options *o) {
  puts("scale,dim,betti");
  for (size_t i = 0; i < o->nscale; i++) {
    for (uint32_t dim = 0; dim <= o->dim; dim++) {
      print_float(o->scale[i]);
      printf(",%u,%llu\n", dim, (unsigned long long)betti[i * (o->dim + (size_t)1) + dim]);
    }
  }
}
