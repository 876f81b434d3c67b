/* Entry to the engine: checks, the cut, and the barcode. */
#include "flag/flag.h"
#include "flag/collapse.h"
#include "flag/forecast.h"
#include "flag/parts.h"
#include "flag/run.h"
#include <stdlib.h>
#include <string.h>

bf_status bf_flag_check_modulus(int64_t modulus) {
  bool prime = modulus >= 2 && modulus <= BF_FLAG_MAX_MODULUS;
  for (int64_t d = 2; prime && d * d <= modulus; d++) prime = modulus % d != 0;
  if (prime) return BF_OK;
  return bf_fail(BF_INVALID, "modulus %lld: coefficients need a prime from 2 to %d", (long long)modulus, BF_FLAG_MAX_MODULUS);
}

bf_jobs_progress flag_progress_of(const bf_flag_options *options) {
  return (bf_jobs_progress){.step = options->step, .context = options->context, .owner = pthread_self()};
}

bf_status flag_intervals(flag_run *run) {
  static bf_status (*const cohomology[FLAG_KINDS])(const flag_run *) = {flag_cohomology_64, flag_cohomology_128, flag_cohomology_combinatorial};
  static bf_status (*const cycles[FLAG_KINDS])(const flag_run *) = {flag_cycles_64, flag_cycles_128, flag_cycles_combinatorial};
  static const unsigned simplex_bytes[FLAG_KINDS] = {16, 32, 32};
  bf_status status = BF_OK;
  uint32_t n = run->graph->n, most;
  BF_TRY(flag_graph_dimension(run->graph, run->options->max_dim < n ? run->options->max_dim + 1 : n, run->memory, &most));
  if (most > 0 && most + 1 == n) most--; /* n vertices have no homology in dimension n-1 */
  run->modulus = run->options->modulus;
  run->max_dim = run->options->max_dim < most ? run->options->max_dim : most;
  BF_TRY(flag_code_make(n, run->max_dim + UINT64_C(2), run->options->keys, run->memory, &run->code));
  BF_TRY(flag_forecast_check(run->graph, run->max_dim, simplex_bytes[run->code.kind], run->memory));
  BF_TRY(cohomology[run->code.kind](run));
  if (run->options->cycles) BF_TRY(cycles[run->code.kind](run));
out:
  flag_code_free(&run->code, run->memory);
  return status;
}

/* One computation, as its parts see it. */
typedef struct engine {
  const bf_flag_options *options;
  bf_memory memory;
  bf_jobs_progress progress;
  flag_parts parts;
  flag_graph lists;    /* of all parts */
  uint32_t *by_size;   /* the parts, the largest first */
  uint32_t alone;      /* how many of these got all threads; the others are jobs */
  bf_barcode *barcode; /* of each part */
  size_t by_size_room, barcode_room;
} engine;

/* Replaces the graph by a collapsed one where that is wanted and allowed. */
static bf_status collapse(engine *e, flag_graph *graph) {
  bf_status status = BF_OK;
  const bf_flag_options *o = e->options;
  flag_graph less = {0};
  collapse_rule rule;
  uint64_t work;
  if (o->simplices || o->cocycles || o->cycles || o->empty) return BF_OK;
  BF_TRY(collapse_rule_make(graph, o->collapse, o->max_dim, &e->memory, &rule));
  if (rule.budget == 0) goto out;
  BF_TRY(flag_collapse(graph, &rule, &e->memory, &e->progress, &less, &work));
  flag_graph_free(graph, &e->memory);
  *graph = less;
  less = (flag_graph){0};
out:
  flag_graph_free(&less, &e->memory);
  return status;
}

/* The intervals of one graph, which is used up. */
static bf_status graph_barcode(engine *e, flag_graph *graph, uint32_t threads, bf_barcode *out) {
  bf_status status = BF_OK;
  flag_run run = {.graph = graph, .options = e->options, .memory = &e->memory, .progress = &e->progress, .barcode = out, .threads = threads};
  BF_TRY(collapse(e, graph));
  BF_TRY(flag_intervals(&run));
out:
  flag_graph_free(graph, &e->memory);
  return status;
}

static bf_status part_barcode(engine *e, uint32_t p, uint32_t threads) {
  bf_status status = BF_OK;
  flag_graph graph = {0};
  BF_TRY(flag_parts_take(&e->parts, p, &e->lists, &e->memory, &graph));
  BF_TRY(graph_barcode(e, &graph, threads, &e->barcode[p]));
out:
  flag_graph_free(&graph, &e->memory);
  return status;
}

static bf_status part_job(void *context, uint32_t thread, uint64_t i) {
  engine *e = context;
  (void)thread;
  return part_barcode(e, e->by_size[e->alone + i], 1);
}

static int larger_first(const void *x, const void *y, void *of) {
  const flag_parts *p = of;
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y, na = p->begin[a + 1] - p->begin[a], nb = p->begin[b + 1] - p->begin[b];
  return na != nb ? (na < nb) - (na > nb) : (a > b) - (a < b);
}

/* A part that is most of what there is gets all threads; the others are spread over them. */
static bf_status all_parts(engine *e, uint32_t threads) {
  bf_status status = BF_OK;
  const flag_parts *p = &e->parts;
  if (p->n == 0) return BF_OK;
  BF_TRY(bf_memory_reserve(&e->memory, (void **)&e->by_size, &e->by_size_room, p->n, sizeof *e->by_size));
  BF_TRY(bf_memory_reserve(&e->memory, (void **)&e->barcode, &e->barcode_room, p->n, sizeof *e->barcode));
  memset(e->barcode, 0, e->barcode_room * sizeof *e->barcode);
  for (uint32_t i = 0; i < p->n; i++) e->by_size[i] = i;
  qsort_r(e->by_size, p->n, sizeof *e->by_size, larger_first, &e->parts);
  for (uint32_t left = p->begin[p->n], size; threads > 1 && e->alone < p->n; e->alone++, left -= size) {
    const uint32_t part = e->by_size[e->alone];
    size = p->begin[part + 1] - p->begin[part];
    if (size < left / 4 * 3) break;
    BF_TRY(part_barcode(e, part, threads));
  }
  BF_TRY(bf_jobs_run(&e->progress, threads, p->n - e->alone, part_job, e));
out:
  return status;
}

/* Each vertex without an edge is a component that never ends. */
static bf_status keep_isolated(engine *e, bf_barcode *out) {
  bf_status status = BF_OK;
  uint32_t first = e->parts.begin[e->parts.n], n = e->parts.nvertex - first;
  flag_graph graph = {.n = n};
  bf_barcode barcode = {0};
  BF_TRY(flag_graph_new(n, 0, true, &e->memory, &graph));
  memset(graph.row, 0, (n + (size_t)1) * sizeof *graph.row);
  BF_TRY(graph_barcode(e, &graph, 1, &barcode));
  BF_TRY(flag_join_barcodes(out, &barcode, e->parts.vertex + first, &e->memory));
out:
  flag_graph_free(&graph, &e->memory);
  flag_release_barcode(&barcode, &e->memory);
  return status;
}

static bf_status barcode_of_parts(engine *e, const bf_graph *from, float threshold, bf_barcode *out) {
  bf_status status = BF_OK;
  BF_TRY(flag_graph_build(from, threshold, true, 1, &e->progress, &e->memory, &e->lists));
  BF_TRY(all_parts(e, flag_threads_of(e->options)));
  for (uint32_t p = 0; p < e->parts.n; p++) BF_TRY(flag_join_barcodes(out, &e->barcode[p], e->parts.vertex + e->parts.begin[p], &e->memory));
  BF_TRY(keep_isolated(e, out));
out:
  for (size_t p = 0; p < e->barcode_room; p++) flag_release_barcode(&e->barcode[p], &e->memory);
  bf_memory_release(&e->memory, e->barcode, e->barcode_room, sizeof *e->barcode);
  bf_memory_release(&e->memory, e->by_size, e->by_size_room, sizeof *e->by_size);
  flag_graph_free(&e->lists, &e->memory);
  return status;
}

bf_status bf_flag_barcode(const bf_graph *from, const bf_flag_options *options, bf_barcode *barcode) {
  bf_status status = BF_OK;
  engine e = {.options = options, .memory = flag_memory(options->memory), .progress = flag_progress_of(options)};
  flag_graph graph = {0};
  float threshold = options->threshold;
  *barcode = (bf_barcode){0};
  BF_TRY(bf_flag_check_modulus(options->modulus));
  if (from->dense && threshold == INFINITY) threshold = bf_flag_enclosing_radius(from);
  const bool cut = threshold < options->threshold;
  if (cut)
    e.parts = (flag_parts){.n = 1, .nvertex = from->n}; /* the vertex in the middle has an edge to every other one */
  else
    BF_TRY(flag_parts_find(from, threshold, flag_threads_of(options), &e.progress, &e.memory, &e.parts));
  if (flag_parts_are_one(&e.parts)) {
    BF_TRY(flag_graph_build(from, threshold, false, flag_threads_of(options), &e.progress, &e.memory, &graph));
    BF_TRY(graph_barcode(&e, &graph, flag_threads_of(options), barcode));
  } else {
    BF_TRY(barcode_of_parts(&e, from, threshold, barcode));
  }
  flag_finish_barcode(options, barcode);
out:
  flag_graph_free(&graph, &e.memory);
  flag_parts_free(&e.parts, &e.memory);
  return status;
}

void bf_barcode_free(bf_barcode *barcode) {
  free(barcode->at);
  free(barcode->vertex);
  free(barcode->term);
  *barcode = (bf_barcode){0};
}

uint64_t bf_barcode_betti(const bf_barcode *barcode, uint32_t dim, float scale) {
  uint64_t betti = 0;
  for (size_t i = 0; i < barcode->n; i++) {
    const bf_interval *b = &barcode->at[i];
    betti += b->dim == dim && b->birth <= scale && (scale < b->death || b->death == INFINITY);
  }
  return betti;
}
