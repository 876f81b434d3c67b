/* The simplices of a witness complex, dimension by dimension: what the witnesses say, then what the facets allow. */
#include "build.h"
#include "emit.h"

/* More landmarks than this have no matrix of edges, which only saves work. */
enum { MOST_JOINED = 1 << 15, CHUNK = 1 << 14 };

typedef struct closing {
  witness_run *run;
  uint32_t dim;
  table *table;
  const table *facets; /* the table of the dimension below, closed */
  atomic_size_t gone;
} closing;

/* The greatest of g and f of the facets. */
static uint64_t closed_value(const closing *c, const table_slot *slot) {
  uint64_t value = slot->value;
  for (unsigned i = 0; i <= c->dim; i++) {
    const uint64_t facet = table_find(c->facets, key_remove(slot->key, c->run->bits, i));
    if (facet >= TABLE_GONE) return TABLE_GONE;
    value = facet > value ? facet : value;
  }
  return value;
}

static bf_status close_chunk(void *context, uint32_t thread, uint64_t job) {
  closing *c = context;
  size_t gone = 0;
  (void)thread;
  for (size_t i = job * CHUNK; i < c->table->size && i < (job + 1) * CHUNK; i++) {
    table_slot *slot = &c->table->slot[i];
    if (slot->value == TABLE_FREE) continue;
    const uint64_t value = closed_value(c, slot);
    atomic_store_explicit(&slot->value, value, memory_order_relaxed);
    gone += value == TABLE_GONE;
  }
  c->gone += gone;
  return BF_OK;
}

/* Collects the simplices of a closed table. */
static bf_status collect(witness_run *run, const table *t, size_t n, layer *out) {
  bf_status status = BF_OK;
  BF_TRY(bf_memory_take(run->memory, &out->key, n, sizeof *out->key, "its simplices"));
  out->room = n;
  BF_TRY(bf_memory_take(run->memory, &out->value, n, sizeof *out->value, "its simplices"));
  for (size_t i = 0; i < t->size; i++) {
    if (t->slot[i].value >= TABLE_GONE) continue;
    out->key[out->n] = t->slot[i].key;
    out->value[out->n++] = table_double(t->slot[i].value);
  }
out:
  return status;
}

/* The matrix of edges, if there is memory for it. */
static void join(witness_run *run, const layer *pairs, witness_edges *out) {
  const size_t n = run->tiles.n, words = (n + 63) / 64;
  uint64_t *row = n > MOST_JOINED ? NULL : bf_memory_try(run->memory, n * words, sizeof *row);
  if (!row) return;
  *out = (witness_edges){n, words, row};
  memset(out->row, 0, n * words * sizeof *out->row);
  for (size_t i = 0; i < pairs->n; i++) {
    const uint32_t u = key_vertex(pairs->key[i], run->bits, 1), v = key_vertex(pairs->key[i], run->bits, 0);
    out->row[u * words + v / 64] |= UINT64_C(1) << v % 64;
    out->row[v * words + u / 64] |= UINT64_C(1) << u % 64;
  }
}

/* A landmark that is the nearest of some witness has the value 0; true: all are. */
static bool nearest_are_all(const witness_run *run, table *t) {
  const witness_lists *l = &run->lists;
  for (uint64_t i = 0; i < l->active; i++)
    if (!i || !witness_lists_agree(l, i, i - 1, 1, run->bits)) table_lower(t, l->mark[i] >> (l->marked - 1) * run->bits, 0);
  return t->used == run->tiles.n;
}

/* A table for so many simplices; where memory is short, for fewer: it grows if they come. */
static bf_status begin(const witness_run *run, size_t expected, table *t) {
  const uint64_t spare = run->memory->limit - run->memory->used;
  while (expected > 1 && table_bytes(expected) > spare / 8 * 7) expected /= 2; /* the choices of witnesses need some, too */
  return table_new(t, expected, run->memory);
}

/* One dimension: *below is the table of the one below, and becomes this one's. */
static bf_status build_layer(witness_run *run, uint32_t dim, const witness_edges *edges, size_t expected, table *below, layer *out) {
  bf_status status = BF_OK;
  table t = {0};
  closing c = {.run = run, .dim = dim, .table = &t, .facets = below};
  BF_TRY(begin(run, expected, &t));
  if (dim || !nearest_are_all(run, &t)) BF_TRY(emit_all(run, dim, edges, &t));
  if (dim && run->rule.weak) BF_TRY(bf_jobs_run(run->progress, run->threads, (t.size + CHUNK - 1) / CHUNK, close_chunk, &c));
  BF_TRY(collect(run, &t, t.used - c.gone, out));
  table_free(below, run->memory);
  *below = t;
  t = (table){0};
out:
  table_free(&t, run->memory);
  return status;
}

bf_status WITNESS_NAME(witness_build)(witness_run *run, bf_filtration *out) {
  bf_status status = BF_OK;
  layer *layers = NULL;
  witness_edges edges = {0};
  table below = {0};
  uint32_t n = 0;
  BF_TRY(bf_memory_take(run->memory, &layers, run->top + (size_t)1, sizeof *layers, "its simplices"));
  memset(layers, 0, (run->top + (size_t)1) * sizeof *layers);
  for (size_t expected = run->tiles.n; n <= run->top; n++) {
    status = build_layer(run, n, &edges, expected, &below, &layers[n]);
    if (status == BF_NO_MEMORY && n) bf_fail_in(status, "dimension %u, with %zu simplices of dimension %u below it", n, layers[n - 1].n, n - 1);
    if (status != BF_OK) goto out;
    if (!layers[n].n) break;
    if (n == 1 && run->rule.weak && run->top > 1) join(run, &layers[n], &edges);
    expected = 4 * layers[n].n;
  }
  table_free(&below, run->memory);
  BF_TRY(order_all(run, layers, n, out));
out:
  for (uint32_t i = 0; layers && i <= run->top; i++) {
    bf_memory_release(run->memory, layers[i].key, layers[i].room, sizeof(witness_key));
    bf_memory_release(run->memory, layers[i].value, layers[i].room, sizeof(double));
  }
  bf_memory_release(run->memory, layers, run->top + (size_t)1, sizeof *layers);
  bf_memory_release(run->memory, edges.row, edges.n * edges.words, sizeof *edges.row);
  table_free(&below, run->memory);
  return status;
}
