/* What the witnesses say of the simplices of one dimension.
 *
 * Let l0, l1, … be a weak witness's landmarks by distance, and lm the first that is missing in a set s. Then s is l0 … l(m-1) with places behind lm, of which
 * group.h knows what they are worth; or without, and the witness gives it 0. A strong witness gives every set of its landmarks what the farthest is farther
 * than l0. */
#include "emit.h"
#include <math.h>
#include <stdlib.h>

enum { QUEUE = 32 };

/* What waits to be put into the table, while the processor fetches its place there. */
typedef struct waiting {
  witness_key key;
  uint64_t value;
} waiting;

/* One thread's work. */
typedef struct walk {
  witness_run *run;
  table *table;
  unsigned bits;
  size_t queued; /* all that ever came; the last QUEUE of them wait */
  waiting queue[QUEUE];
  group group;
  unsigned count;   /* of the vertices l0 … l(m-1), */
  uint32_t *prefix; /* dim + 1: which are these, rising, */
  witness_key key;  /* and their key */
  size_t room;      /* places that there is memory for in the following, each for dim + 2 depths */
  uint64_t *open;   /* sets of places that may be chosen */
  double *chosen;   /* the witnesses' differences with what is chosen */
  uint32_t *place;
  double *least;
  unsigned *behind; /* room: how many of the prefix are greater than a place */
  uint64_t choices;
  bf_status status; /* why it stopped: BF_OK, the table is full */
} walk;

typedef struct emission {
  witness_run *run;
  uint32_t dim;
  const witness_edges *edges;
  table *table;
  bool *said; /* of each block: all is in the table */
  atomic_bool full;
  walk walk[BF_JOBS_MAX_THREADS];
} emission;

/* ---- into the table; false: stop ---- */

static inline bool put(walk *w, witness_key key, double value) {
  waiting *q = &w->queue[w->queued++ % QUEUE];
  const bool fits = w->queued <= QUEUE || table_lower(w->table, q->key, q->value);
  *q = (waiting){key, table_bits(value)};
  __builtin_prefetch(&w->table->slot[table_place(w->table, key)], 1);
  return fits;
}

static bool put_rest(walk *w) {
  bool fits = true;
  for (size_t i = w->queued < QUEUE ? 0 : w->queued - QUEUE; fits && i < w->queued; i++)
    fits = table_lower(w->table, w->queue[i % QUEUE].key, w->queue[i % QUEUE].value);
  w->queued = 0;
  return fits;
}

/* ---- choices ---- */

static size_t list_places(const walk *w, const uint64_t *open, uint32_t *place) {
  size_t n = 0;
  for (size_t i = 0; i < w->group.words; i++)
    for (uint64_t rest = open[i]; rest; rest &= rest - 1) place[n++] = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(rest);
  return n;
}

/* Once in a while, whether to go on. */
static bool may_go_on(walk *w) {
  if (++w->choices % 4096 == 0) w->status = witness_tell(w->run);
  return w->status == BF_OK;
}

/* Completes a key by `left` of the open places in all ways. */
static bool choose(walk *w, unsigned left, witness_key key, const uint64_t *open, const double *chosen, uint32_t *place, double *least) {
  const group *g = &w->group;
  const size_t n = list_places(w, open, place);
  uint64_t *next = w->open + left * g->words;
  double *more = w->chosen + (size_t)left * GROUP_MOST;
  if (n < left) return true;
  if (!may_go_on(w)) return false;
  group_least(g, chosen, place, n, least);
  for (size_t i = 0; i + left <= n; i++) {
    const uint32_t p = place[i];
    if (least[i] == (double)INFINITY) continue;
    const witness_key with = key_insert(key, w->bits, w->behind[p], g->vertex[p]);
    if (left == 1) {
      if (!put(w, with, least[i])) return false;
      continue;
    }
    for (size_t k = 0; k < g->words; k++) next[k] = open[k] & g->after[p * g->words + k];
    group_choose(g, chosen, p, more);
    if (!choose(w, left - 1, with, next, more, place + g->places, least + g->places)) return false;
  }
  return true;
}

static bf_status reserve(walk *w, uint32_t dim, bf_memory *memory);

/* The prefix l0 … l(m-1) of a list; false: not all are joined. */
static bool set_prefix(walk *w, const witness_edges *edges, const witness_list *list, size_t m) {
  w->count = 0;
  w->key = 0;
  for (size_t i = 0; i < m; i++) {
    const uint32_t v = list->landmark[i];
    unsigned to = w->count++;
    for (size_t j = 0; j < i; j++)
      if (!edges_have(edges, list->landmark[j], v)) return false;
    for (; to && w->prefix[to - 1] > v; to--) w->prefix[to] = w->prefix[to - 1];
    w->prefix[to] = v;
    w->key = key_insert(w->key, w->bits, w->count - 1 - to, v);
  }
  return true;
}

static bf_status say_group(emission *e, walk *w, const witness_list *list, size_t n, size_t m, bool *fits) {
  bf_status status = BF_OK;
  if (!set_prefix(w, e->edges, list, m)) return BF_OK;
  if (m == e->dim + 1) {
    *fits = put(w, w->key, 0);
    return BF_OK;
  }
  BF_TRY(group_make(&w->group, &e->run->rule, e->edges, list, n, m, e->run->memory));
  const group *g = &w->group;
  if (g->places < e->dim + 1 - m) return BF_OK;
  BF_TRY(reserve(w, e->dim, e->run->memory));
  for (size_t p = 0; p < g->places; p++) {
    w->behind[p] = 0;
    for (unsigned i = 0; i < w->count; i++) w->behind[p] += w->prefix[i] > g->vertex[p];
  }
  for (size_t k = 0; k < g->words; k++) w->open[k] = (k + 1) * 64 <= g->places ? UINT64_MAX : (UINT64_C(1) << g->places % 64) - 1;
  *fits = choose(w, e->dim + 1 - (unsigned)m, w->key, w->open, w->chosen, w->place, w->least);
out:
  return status;
}

/* All groups of the witnesses at order[from … from+n-1]. */
static bf_status say(emission *e, walk *w, const witness_list *list, uint64_t from, size_t n, bool *fits) {
  bf_status status = BF_OK;
  const witness_run *run = e->run;
  const size_t last = run->rule.weak ? e->dim + (size_t)1 : 0;
  for (size_t m = 0; m <= last; m++) {
    const unsigned same = (unsigned)(m <= e->dim ? m + 1 : m);
    for (size_t i = 0, j; i < n && *fits; i = j) {
      for (j = i + 1; j < n && j - i < GROUP_MOST && witness_lists_agree(&run->lists, from + i, from + j, same, run->bits);) j++;
      BF_TRY(say_group(e, w, list + i, j - i, m, fits));
    }
  }
out:
  return status;
}

static bf_status say_block(void *context, uint32_t thread, uint64_t job) {
  bf_status status = BF_OK;
  emission *e = context;
  witness_run *run = e->run;
  walk *w = &e->walk[thread];
  witness_list list[WITNESS_BLOCK];
  const uint64_t from = job * WITNESS_BLOCK, left = run->lists.active - from;
  const size_t n = left < WITNESS_BLOCK ? (size_t)left : WITNESS_BLOCK;
  bool fits = true;
  if (e->said[job] || atomic_load(&e->full)) return BF_OK;
  BF_TRY(witness_lists_get(run, thread, from, n, list));
  BF_TRY(say(e, w, list, from, n, &fits));
  if (!put_rest(w) || !fits) {
    atomic_store(&e->full, true);
    return w->status;
  }
  e->said[job] = true;
  status = witness_tell_block(run);
out:
  return status;
}

/* ---- memory ---- */

static void drop(walk *w, uint32_t dim, bf_memory *memory) {
  const size_t depths = dim + (size_t)2;
  bf_memory_release(memory, w->open, depths * (w->room / 64 + 1), sizeof *w->open);
  bf_memory_release(memory, w->place, depths * w->room, sizeof *w->place);
  bf_memory_release(memory, w->least, depths * w->room, sizeof *w->least);
  bf_memory_release(memory, w->behind, w->room, sizeof *w->behind);
  w->open = NULL, w->place = NULL, w->least = NULL, w->behind = NULL, w->room = 0;
}

/* Room for the places of the group. */
static bf_status reserve(walk *w, uint32_t dim, bf_memory *memory) {
  bf_status status = BF_OK;
  static const char what[] = "the choices of witnesses";
  const size_t depths = dim + (size_t)2;
  if (w->group.places <= w->room) return BF_OK;
  drop(w, dim, memory);
  w->room = w->group.room;
  BF_TRY(bf_memory_take(memory, &w->open, depths * (w->room / 64 + 1), sizeof *w->open, what));
  BF_TRY(bf_memory_take(memory, &w->place, depths * w->room, sizeof *w->place, what));
  BF_TRY(bf_memory_take(memory, &w->least, depths * w->room, sizeof *w->least, what));
  BF_TRY(bf_memory_take(memory, &w->behind, w->room, sizeof *w->behind, what));
out:
  return status;
}

static bf_status walk_new(walk *w, const emission *e) {
  bf_status status = BF_OK;
  static const char what[] = "the choices of witnesses";
  bf_memory *memory = e->run->memory;
  const size_t depths = e->dim + (size_t)2;
  w->run = e->run;
  w->table = e->table;
  w->bits = e->run->bits;
  BF_TRY(group_new(&w->group, e->run->tiles.n, memory));
  BF_TRY(bf_memory_take(memory, &w->prefix, depths, sizeof *w->prefix, what));
  BF_TRY(bf_memory_take(memory, &w->chosen, depths * GROUP_MOST, sizeof *w->chosen, what));
  memset(w->chosen, 0, depths * GROUP_MOST * sizeof *w->chosen);
out:
  return status;
}

static void walk_free(walk *w, const emission *e) {
  bf_memory *memory = e->run->memory;
  const size_t depths = e->dim + (size_t)2;
  drop(w, e->dim, memory);
  group_free(&w->group, memory);
  bf_memory_release(memory, w->prefix, depths, sizeof *w->prefix);
  bf_memory_release(memory, w->chosen, depths * GROUP_MOST, sizeof *w->chosen);
}

bf_status emit_all(witness_run *run, uint32_t dim, const witness_edges *edges, table *t) {
  bf_status status = BF_OK;
  emission e = {.run = run, .dim = dim, .edges = edges, .table = t};
  const uint64_t blocks = (run->lists.active + WITNESS_BLOCK - 1) / WITNESS_BLOCK;
  BF_TRY(bf_memory_take(run->memory, &e.said, blocks, sizeof *e.said, "the witnesses"));
  memset(e.said, 0, blocks * sizeof *e.said);
  for (uint32_t i = 0; i < run->threads; i++) BF_TRY(walk_new(&e.walk[i], &e));
  do { /* what has been said before the table was full may be said again */
    if (e.full) BF_TRY(table_grow(t, run->memory));
    e.full = false;
    BF_TRY(bf_jobs_run(run->progress, run->threads, blocks, say_block, &e));
  } while (e.full);
out:
  for (uint32_t i = 0; i < run->threads; i++) walk_free(&e.walk[i], &e);
  bf_memory_release(run->memory, e.said, blocks, sizeof *e.said);
  return status;
}
