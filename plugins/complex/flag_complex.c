/* Expansion of a graph to its cliques: to each simplex those common neighbours of its vertices are added that come after its last one (A. Zomorodian, Fast
 * construction of the Vietoris-Rips complex, Computers & Graphics 34 (2010)). It is done twice: first it is counted, so that what does not fit is refused. */
#include "flag_complex.h"
#include "flag_rows.h"
#include <math.h>
#include <stdlib.h>

enum { DIMS = BF_FLAG_COMPLEX_MOST + 1, TELL = 1 << 16 /* simplices */ };

typedef struct expansion {
  const bf_flag_complex_options *options;
  bf_flag_rows rows;
  uint32_t limit;                         /* dimension of the simplices at hand */
  uint64_t allowed;                       /* bytes of all simplices */
  uint64_t bytes, n[DIMS];                /* of those counted, by dimension */
  bool cut;                               /* there is a simplex above the limit */
  uint32_t first;                         /* the first vertex of those at hand */
  uint64_t seen;                          /* simplices */
  bf_neighbour *common[DIMS];             /* candidates: common neighbours of the simplex in work of each dimension, weight its diameter with them */
  uint32_t id[DIMS];                      /* its vertices */
  bf_filtration *out;                     /* NULL: only count */
  uint64_t next[DIMS], next_vertex[DIMS]; /* where the next simplex of a dimension goes, and its vertices */
} expansion;

static uint64_t bytes_of(uint32_t dim) { return sizeof(uint64_t) + sizeof(double) + (dim + UINT64_C(1)) * sizeof(uint32_t); }

static bf_status no_memory(void) {
  return bf_fail(BF_NO_MEMORY, "no memory for the flag complex; lower limit_dimension or the threshold, or take fewer points");
}

static void emit(expansion *x, uint32_t dim, uint32_t vertex, float diameter) {
  uint64_t *to = &x->next_vertex[dim];
  x->id[dim] = x->rows.id[vertex];
  x->out->value[x->next[dim]] = (double)diameter;
  for (uint32_t i = 0; i <= dim; i++) x->out->vertex[(*to)++] = x->id[i];
  x->out->first[++x->next[dim]] = *to;
}

static bf_neighbour *merge(const bf_neighbour *a, const bf_neighbour *a_end, const bf_neighbour *b, const bf_neighbour *b_end, float diameter,
                           bf_neighbour *to) {
  while (a < a_end && b < b_end) {
    if (a->vertex == b->vertex) {
      float weight = a->weight > b->weight ? a->weight : b->weight;
      *to++ = (bf_neighbour){a->vertex, weight > diameter ? weight : diameter};
      a++, b++;
    } else if (a->vertex < b->vertex) {
      a++;
    } else {
      b++;
    }
  }
  return to;
}

/* Progress, from time to time. */
static bf_status tell(expansion *x) {
  const bf_flag_complex_options *o = x->options;
  return ++x->seen % TELL == 0 && o->step ? o->step(o->context, x->first, x->rows.n) : BF_OK;
}

/* The simplices of dimension dim that a smaller one and each of its candidates make, and all above them. */
static bf_status expand(expansion *x, uint32_t dim, const bf_neighbour *at, uint64_t n) {
  bf_status status = BF_OK;
  x->n[dim] += n;
  x->bytes += n * bytes_of(dim);
  if (x->bytes > x->allowed) return BF_NO_MEMORY; /* its message comes later */
  for (uint64_t i = 0; i < n; i++) {
    const uint32_t v = at[i].vertex;
    BF_TRY(tell(x));
    if (x->out) emit(x, dim, v, at[i].weight);
    if (dim == x->limit && (x->cut || x->out)) {
      if (x->out) continue;
      return BF_OK;
    }
    if (!x->common[dim]) x->common[dim] = malloc((x->rows.degree + 1) * sizeof *x->common[dim]);
    if (!x->common[dim]) return no_memory();
    const bf_neighbour *end = merge(at + i + 1, at + n, x->rows.at + x->rows.row[v], x->rows.at + x->rows.row[v + 1], at[i].weight, x->common[dim]);
    const uint64_t found = (uint64_t)(end - x->common[dim]);
    if (dim == x->limit)
      x->cut = found > 0;
    else if (found)
      BF_TRY(expand(x, dim + 1, x->common[dim], found));
  }
out:
  return status;
}

static bf_status expand_vertex(expansion *x, uint32_t v) {
  const uint64_t begin = x->rows.row[v], end = x->rows.row[v + 1];
  x->first = v;
  x->n[0]++;
  x->bytes += bytes_of(0);
  if (x->bytes > x->allowed) return BF_NO_MEMORY;
  if (x->out) emit(x, 0, v, 0);
  if (x->limit == 0) x->cut |= begin < end;
  return x->limit > 0 && begin < end ? expand(x, 1, x->rows.at + begin, end - begin) : BF_OK;
}

static bf_status expand_all(expansion *x) {
  bf_status status = BF_OK;
  x->bytes = 0;
  for (uint32_t d = 0; d < DIMS; d++) x->n[d] = 0;
  for (uint32_t v = 0; v < x->rows.n; v++) {
    BF_TRY(expand_vertex(x, v));
    if (x->options->step && v % 64 == 0) BF_TRY(x->options->step(x->options->context, v, x->rows.n));
  }
out:
  return status;
}

/* Names the largest limit_dimension that fits. */
static bf_status refuse(expansion *x) {
  bf_status status = BF_NO_MEMORY;
  const uint32_t wanted = x->limit;
  const unsigned long long most = x->n[wanted], allowed = x->allowed >> 20;
  while (status == BF_NO_MEMORY && x->limit > 0) {
    x->limit--;
    status = expand_all(x);
  }
  if (status != BF_OK && status != BF_NO_MEMORY) return status;
  if (status == BF_NO_MEMORY) return bf_fail(BF_NO_MEMORY, "%u vertices alone need more than the %llu MiB that the task may use", x->rows.n, allowed);
  return bf_fail(BF_NO_MEMORY,
                 "limit_dimension %u: the flag complex has more than %llu simplices of that dimension and needs more than the %llu MiB that the task may use; "
                 "limit_dimension %u would fit, with %llu MiB. A lower threshold or fewer points need less, too",
                 wanted, most, allowed, x->limit, (unsigned long long)(x->bytes >> 20) + 1);
}

static bf_status allocate(expansion *x, bf_filtration *out) {
  uint64_t simplices = 0, vertices = 0;
  for (uint32_t d = 0; d < DIMS; d++) {
    x->next[d] = simplices;
    x->next_vertex[d] = vertices;
    simplices += x->n[d];
    vertices += x->n[d] * (d + 1);
  }
  out->first = malloc((simplices + 1) * sizeof *out->first);
  out->vertex = malloc((vertices + 1) * sizeof *out->vertex);
  out->value = malloc((simplices + 1) * sizeof *out->value);
  if (!out->first || !out->vertex || !out->value) return no_memory();
  out->first[0] = 0;
  out->n = simplices;
  x->out = out;
  return BF_OK;
}

bf_status bf_flag_complex(const bf_graph *graph, const bf_flag_complex_options *o, bf_filtration *out) {
  bf_status status = BF_OK;
  expansion x = {.options = o, .limit = o->limit_dimension};
  *out = (bf_filtration){.convention = graph->convention ? graph->convention : BF_DIAMETER, .threshold = (double)o->threshold};
  BF_TRY(bf_flag_rows_make(graph, o->threshold, o->memory, &x.rows));
  const uint64_t taken = bf_flag_rows_bytes(&x.rows);
  x.allowed = !o->memory ? UINT64_MAX : o->memory > taken ? o->memory - taken : 0;
  status = expand_all(&x);
  if (status == BF_NO_MEMORY) status = refuse(&x);
  if (status != BF_OK) goto out;
  out->limit_dimension = x.cut ? x.limit : BF_NOT_CUT;
  BF_TRY(allocate(&x, out));
  BF_TRY(expand_all(&x));
out:
  for (uint32_t d = 0; d < DIMS; d++) free(x.common[d]);
  bf_flag_rows_free(&x.rows);
  return status;
}
