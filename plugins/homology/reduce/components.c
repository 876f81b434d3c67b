/* Dimension 0: the edges, oldest first, join components by union-find; of two that are joined the one with the younger oldest vertex dies. */
#include "reduce/pairs.h"

typedef struct forest {
  uint32_t *parent; /* the root of a component is its oldest vertex */
  uint32_t *next;   /* the vertices of a component in a circle, for cocycles */
  size_t parent_room, next_room;
} forest;

static uint32_t find(forest *f, uint32_t x) {
  while (f->parent[x] != x) x = f->parent[x] = f->parent[f->parent[x]]; /* path halving */
  return x;
}

/* The cocycle is 1 on the component, as it is now. */
static bf_status keep_component(reduce_pairs *p, const forest *f, uint32_t root) {
  bf_status status = BF_OK;
  reduce_terms *t = &p->terms;
  if (!f->next || reduce_pairs_empty(p, 0, root, p->mate[0][root])) return BF_OK;
  const uint64_t first = t->n;
  uint32_t v = root;
  do {
    BF_TRY(reduce_terms_reserve(t, 1, p->modulus, p->complex->memory));
    t->index[t->n] = v;
    if (t->coefficient) t->coefficient[t->n] = 1;
    t->n++;
    v = f->next[v];
  } while (v != root);
  p->chain[0][root] = (reduce_chain){first, t->n - first};
out:
  return status;
}

static bf_status join(reduce_pairs *p, forest *f, uint32_t edge) {
  bf_status status = BF_OK;
  const uint32_t *facet = p->complex->at[1].facet + 2 * (size_t)edge, x = find(f, reduce_row(facet[0])), y = find(f, reduce_row(facet[1]));
  const uint32_t older = x < y ? x : y, younger = x < y ? y : x;
  if (x == y) return BF_OK;
  reduce_pairs_join(p, 0, younger, edge);
  BF_TRY(keep_component(p, f, younger));
  f->parent[younger] = older;
  if (f->next) { /* two circles become one */
    const uint32_t swap = f->next[older];
    f->next[older] = f->next[younger];
    f->next[younger] = swap;
  }
out:
  return status;
}

bf_status reduce_components(reduce_pairs *p) {
  bf_status status = BF_OK;
  const reduce_complex *c = p->complex;
  const uint32_t n = c->at[0].n, edges = c->ndim > 1 ? c->at[1].n : 0;
  forest f = {0};
  BF_TRY(bf_memory_reserve(c->memory, (void **)&f.parent, &f.parent_room, n, sizeof *f.parent));
  if (reduce_pairs_cocycles(p)) BF_TRY(bf_memory_reserve(c->memory, (void **)&f.next, &f.next_room, n, sizeof *f.next));
  for (uint32_t v = 0; v < n; v++) f.parent[v] = v;
  for (uint32_t v = 0; f.next && v < n; v++) f.next[v] = v;
  for (uint32_t e = 0; e < edges; e++) {
    BF_TRY(join(p, &f, e));
    if (e % 4096 == 0) BF_TRY(bf_jobs_tell(c->progress, e, edges));
  }
  for (uint32_t v = 0; v < n; v++)
    if (p->mate[0][v] == REDUCE_ESSENTIAL) BF_TRY(keep_component(p, &f, v));
out:
  bf_memory_release(c->memory, f.parent, f.parent_room, sizeof *f.parent);
  bf_memory_release(c->memory, f.next, f.next_room, sizeof *f.next);
  return status;
}
