/* The near landmarks of all witnesses: made once, kept where there is memory. */
#include "run.h"
#include "sort.h"
#include <stdlib.h>
#include <string.h>

/* Lists that are kept take at most this, and at most a quarter of the memory. */
#define MOST_KEPT (UINT64_C(256) << 20)

#define NOTHING UINT64_MAX /* the mark of a witness without a list */

typedef struct maker {
  witness_run *run;
  uint64_t *mark; /* of each witness */
  uint64_t most;
  _Atomic uint64_t kept;
} maker;

static void heap_free(bf_memory *memory, witness_heap *h) {
  bf_memory_release(memory, h->square, h->room, sizeof *h->square);
  bf_memory_release(memory, h->landmark, h->room, sizeof *h->landmark);
  *h = (witness_heap){0};
}

/* Takes memory for `room` entries and copies those of `from`; false: there is none. */
static bool heap_copy(bf_memory *memory, const witness_heap *from, size_t room, witness_heap *to) {
  *to = (witness_heap){from->n, room, bf_memory_try(memory, room, sizeof *to->square), bf_memory_try(memory, room, sizeof *to->landmark)};
  if (!to->square || !to->landmark) {
    heap_free(memory, to);
    return false;
  }
  if (from->n) memcpy(to->square, from->square, from->n * sizeof *to->square);
  if (from->n) memcpy(to->landmark, from->landmark, from->n * sizeof *to->landmark);
  return true;
}

static bf_status heap_add(bf_memory *memory, witness_heap *h, const witness_list *list) {
  const size_t need = h->n + list->n;
  witness_heap larger;
  if (need > h->room) {
    if (!heap_copy(memory, h, need + need / 2, &larger))
      return bf_fail(BF_NO_MEMORY, "%s: no memory for the %zu landmarks near %d witnesses; %s", memory->user, need, WITNESS_BLOCK, memory->advice);
    heap_free(memory, h);
    *h = larger;
  }
  if (list->n) memcpy(h->square + h->n, list->square, list->n * sizeof *h->square);
  if (list->n) memcpy(h->landmark + h->n, list->landmark, list->n * sizeof *h->landmark);
  h->n = need;
  return BF_OK;
}

static const witness_list *find(witness_run *run, uint32_t thread, uint64_t witness) {
  witness_near_find(&run->tiles, run->witness->x + witness * run->witness->dim, &run->rule, &run->near[thread]);
  return &run->near[thread].list;
}

static uint64_t mark_of(const witness_run *run, const witness_list *list) {
  uint64_t mark = 0;
  if (!list->n) return NOTHING;
  for (unsigned i = 0; i < run->lists.marked; i++) mark = mark << run->bits | (i < list->n ? list->landmark[i] : 0);
  return mark;
}

static bf_status make_block(void *context, uint32_t thread, uint64_t job) {
  bf_status status = BF_OK;
  maker *m = context;
  witness_run *run = m->run;
  witness_block *block = &run->lists.block[job];
  witness_heap *made = &run->lists.made[thread];
  const uint64_t from = job * WITNESS_BLOCK, left = run->lists.n - from, count = left < WITNESS_BLOCK ? left : WITNESS_BLOCK;
  made->n = 0;
  for (uint64_t i = 0; i < count; i++) {
    const witness_list *list = find(run, thread, from + i);
    m->mark[from + i] = mark_of(run, list);
    BF_TRY(heap_add(run->memory, made, list));
    block->end[i] = (uint32_t)made->n;
  }
  const uint64_t bytes = made->n * (sizeof *made->square + sizeof *made->landmark);
  block->kept = made->n < UINT32_MAX && atomic_fetch_add(&m->kept, bytes) + bytes <= m->most && heap_copy(run->memory, made, made->n, &block->heap);
  status = witness_tell_block(run);
out:
  return status;
}

/* The order of the witnesses by their marks; those without a list are left out. */
static bf_status sort(witness_run *run, const uint64_t *mark) {
  bf_status status = BF_OK;
  witness_lists *l = &run->lists;
  witness_entry *a = NULL, *b = NULL;
  static const char what[] = "the witnesses in order";
  for (uint64_t w = 0; w < l->n; w++) l->active += mark[w] != NOTHING;
  BF_TRY(bf_memory_take(run->memory, &a, l->active, sizeof *a, what));
  BF_TRY(bf_memory_take(run->memory, &b, l->active, sizeof *b, what));
  BF_TRY(bf_memory_take(run->memory, &l->order, l->active, sizeof *l->order, what));
  BF_TRY(bf_memory_take(run->memory, &l->mark, l->active, sizeof *l->mark, what));
  for (uint64_t w = 0, n = 0; w < l->n; w++)
    if (mark[w] != NOTHING) a[n++] = (witness_entry){mark[w], w};
  witness_sort(&a, &b, l->active, l->marked * run->bits);
  for (uint64_t i = 0; i < l->active; i++) l->order[i] = (uint32_t)a[i].at, l->mark[i] = a[i].by;
out:
  bf_memory_release(run->memory, a, l->active, sizeof *a);
  bf_memory_release(run->memory, b, l->active, sizeof *b);
  return status;
}

bf_status witness_lists_make(witness_run *run) {
  bf_status status = BF_OK;
  witness_lists *l = &run->lists;
  maker m = {.run = run, .most = run->memory->limit / 4 < MOST_KEPT ? run->memory->limit / 4 : MOST_KEPT};
  l->n = run->witness->n;
  l->blocks = (l->n + WITNESS_BLOCK - 1) / WITNESS_BLOCK;
  l->marked = 63 / run->bits < run->top + 2 ? 63 / run->bits : run->top + 2;
  BF_TRY(bf_memory_take(run->memory, &l->block, l->blocks, sizeof *l->block, "the witnesses"));
  memset(l->block, 0, l->blocks * sizeof *l->block);
  BF_TRY(bf_memory_take(run->memory, &m.mark, l->n, sizeof *m.mark, "the witnesses"));
  BF_TRY(bf_jobs_run(run->progress, run->threads, l->blocks, make_block, &m));
  BF_TRY(sort(run, m.mark));
out:
  bf_memory_release(run->memory, m.mark, l->n, sizeof *m.mark);
  return status;
}

void witness_lists_free(witness_run *run) {
  witness_lists *l = &run->lists;
  for (uint64_t b = 0; l->block && b < l->blocks; b++) heap_free(run->memory, &l->block[b].heap);
  for (uint32_t t = 0; t < run->threads; t++) heap_free(run->memory, &l->made[t]);
  bf_memory_release(run->memory, l->block, l->blocks, sizeof *l->block);
  bf_memory_release(run->memory, l->order, l->active, sizeof *l->order);
  bf_memory_release(run->memory, l->mark, l->active, sizeof *l->mark);
  *l = (witness_lists){0};
}

bf_status witness_lists_get(witness_run *run, uint32_t thread, uint64_t from, size_t n, witness_list *out) {
  bf_status status = BF_OK;
  const witness_lists *l = &run->lists;
  witness_heap *made = &run->lists.made[thread];
  made->n = 0;
  for (size_t i = 0; i < n; i++) {
    const uint32_t w = l->order[from + i], at = w % WITNESS_BLOCK;
    const witness_block *block = &l->block[w / WITNESS_BLOCK];
    const size_t begin = at ? block->end[at - 1] : 0;
    out[i].n = block->end[at] - begin;
    if (!block->kept) {
      BF_TRY(heap_add(run->memory, made, find(run, thread, w)));
      continue;
    }
    out[i].square = block->heap.square + begin;
    out[i].landmark = block->heap.landmark + begin;
    __builtin_prefetch(out[i].square);
    __builtin_prefetch(out[i].square + 8);
    __builtin_prefetch(out[i].landmark);
  }
  for (size_t i = 0, at = 0; i < n; i++) { /* the heap has come to rest */
    if (l->block[l->order[from + i] / WITNESS_BLOCK].kept) continue;
    out[i].square = made->square + at;
    out[i].landmark = made->landmark + at;
    at += out[i].n;
  }
out:
  return status;
}
