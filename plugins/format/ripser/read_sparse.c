/* Reader of sparse triplets: a line `i j distance` for each pair, vertices from 0, in any order.
 *
 * The vertices are 0 … the largest number that occurs; `i i 0` makes an isolated vertex known. A pair may stand there twice, as (i, j) and (j, i) too,
 * with one distance.
 */
#include "ripser/edges.h"
#include "ripser/read.h"
#include <stdio.h>

enum { UNNAMED = 1 << 24 }; /* vertices that need not occur in a file */

/* Up to the first line that is wrong by itself, or the second one that gives the pair another distance. */
static bf_status fail_line(scan *s, bool pair, uint32_t u, uint32_t v) {
  uint32_t i = 0, j = 0;
  float w = 0, first = -1;
  scan_skip_mark(s);
  while (scan_line(s)) {
    const char *begin = s->at;
    bf_status status = edges_triplet(s, &i, &j, &w);
    if (status != BF_OK) return status;
    if (!pair || !((i == u && j == v) || (j == u && i == v))) continue;
    if (first < 0)
      first = w;
    else if (w != first)
      return scan_fail(s, begin, "the pair (%u, %u) is given twice, with distance %.9g and before with %.9g", i, j, (double)w, (double)first);
  }
  return bf_fail(BF_BAD_INPUT, "%s: the file changed while it was read", s->name);
}

/* Something is wrong: reads all of it again, from the first line on, to say where. */
static bf_status explain(const text_parts *t, const char *path, uint64_t budget, bool pair, uint32_t u, uint32_t v) {
  bf_status status = BF_OK;
  scan s = {0};
  if (t->file < 0) {
    scan whole = t->whole;
    return fail_line(&whole, pair, u, v);
  }
  BF_TRY(scan_open(&s, path, budget));
  BF_TRY(fail_line(&s, pair, u, v));
out:
  scan_close(&s);
  return status;
}

/* Memory for each vertex is only asked for when the file backs it. */
static bf_status check_vertices(const text_parts *t, uint32_t n) {
  if (n <= UNNAMED || n <= t->size) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: vertex %u in a file of %zu bytes; vertices are numbered from 0, and at most %d may be left out", t->name, n - 1, t->size,
                 UNNAMED);
}

bf_status read_sparse(const char *path, size_t part, uint32_t threads, uint64_t budget, ripser_input *out) {
  bf_status status = BF_OK;
  text_parts t;
  bf_graph *g = &out->graph;
  bool sorted;
  uint64_t at;
  BF_TRY(text_parts_open(&t, path, part, budget));
  if (t.size == 0) snprintf(out->note, sizeof out->note, "%s: empty", t.name);
  status = edges_read(&t, threads, g, &sorted);
  if (status == BF_BAD_INPUT) status = explain(&t, path, budget, false, 0, 0);
  if (status != BF_OK) goto out;
  BF_TRY(check_vertices(&t, g->n));
  if (sorted) goto out;
  BF_TRY(edges_sort(t.name, budget, g));
  if (!edges_drop_doubles(g, &at)) BF_TRY(explain(&t, path, budget, true, g->u[at], g->v[at]));
out:
  text_parts_close(&t);
  return status;
}
