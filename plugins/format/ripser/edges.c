/* Reading the triplets of a sparse file by parts, which write to one place each, in the order of the text. A thread that takes a part holds the others up until
 * its lines are counted; then the next part has its place too, and the part is scanned. Blank lines, and those of one vertex, leave gaps, which are closed at
 * the end. */
#include "ripser/edges.h"
#include "../../jobs.h"
#include <stdlib.h>
#include <string.h>

typedef struct found {
  uint64_t begin, n; /* its edges stand in the graph from `begin` on */
  uint32_t vertices; /* 1 + the largest */
  bool sorted;
} found;

typedef struct reading {
  const text_parts *text;
  bf_graph *graph;
  found *part;          /* of each */
  pthread_mutex_t lock; /* over `taken` and `edges` */
  uint64_t taken;       /* parts */
  uint64_t edges;       /* that they have at most */
  text_piece piece[BF_JOBS_MAX_THREADS];
} reading;

bf_status edges_triplet(scan *s, uint32_t *i, uint32_t *j, float *w) {
  bf_status status = BF_OK;
  const char *begin = s->at;
  BF_TRY(scan_index(s, i));
  if (scan_line_done(s)) return scan_fail(s, begin, "a line needs two vertices and a distance");
  BF_TRY(scan_index(s, j));
  if (scan_line_done(s)) return scan_fail(s, begin, "a line needs two vertices and a distance");
  BF_TRY(scan_distance(s, false, w));
  if (!scan_line_done(s)) return scan_fail(s, s->at, "a line has two vertices and a distance, nothing more");
  if (*i == *j && *w > 0) return scan_fail(s, begin, "the distance of vertex %u to itself is not 0", *i);
out:
  return status;
}

static bool is_next(uint32_t u, uint32_t v, uint32_t next_u, uint32_t next_v) { return u < next_u || (u == next_u && v < next_v); }

static bf_status read_part(scan *s, const bf_graph *g, found *f) {
  bf_status status = BF_OK;
  uint32_t *u = g->u + f->begin, *v = g->v + f->begin, largest = 0, last_u = 0, last_v = 0; /* (0, 0) comes before any edge */
  float *w = g->w + f->begin;
  bool any = false, sorted = true;
  uint64_t n = 0;
  while (scan_line(s)) {
    uint32_t i = 0, j = 0;
    float distance = 0;
    BF_TRY(edges_triplet(s, &i, &j, &distance));
    any = true;
    uint32_t low = i < j ? i : j, high = i < j ? j : i;
    if (high > largest) largest = high;
    if (low == high) continue;
    sorted = sorted && is_next(last_u, last_v, low, high);
    u[n] = last_u = low;
    v[n] = last_v = high;
    w[n++] = distance;
  }
  f->n = n;
  f->vertices = any ? largest + 1 : 0;
  f->sorted = sorted;
out:
  return status;
}

typedef uint8_t bytes __attribute__((vector_size(16), aligned(1)));

static uint64_t count_feeds(const char *at, size_t n) {
  uint64_t count = 0;
  size_t i = 0;
  while (n - i >= sizeof(bytes)) {
    bytes sum = {0};
    for (int k = 0; k < 255 && n - i >= sizeof(bytes); k++, i += sizeof(bytes)) sum -= (bytes)(*(const bytes *)(at + i) == '\n'); /* -1 where it is so */
    for (size_t k = 0; k < sizeof(bytes); k++) count += sum[k];
  }
  for (; i < n; i++) count += at[i] == '\n';
  return count;
}

enum { SHORTEST = 6 }; /* a line: "0 1 2" and its line feed */

/* For as many edges as the text can have. What is not used is never touched. */
static size_t room_for(const text_parts *t) { return t->size / SHORTEST + 1; }

/* At least as many as there are edges in the lines; the last line's feed is not in them. */
static uint64_t most_edges(const scan *s) {
  const uint64_t by_size = (s->size + UINT64_C(1)) / SHORTEST, lines = count_feeds(s->at, s->size) + 1;
  return by_size < lines ? by_size : lines;
}

/* The next part's lines, and where its edges are to stand. */
static bf_status take_next(reading *r, text_piece *piece, scan *s, found **part) {
  bf_status status = BF_OK;
  pthread_mutex_lock(&r->lock);
  *part = &r->part[r->taken];
  BF_TRY(text_parts_take(r->text, r->taken++, piece, s));
  (*part)->begin = r->edges;
  r->edges += most_edges(s);
  if (r->edges > room_for(r->text)) status = bf_fail(BF_BAD_INPUT, "%s: the file changed while it was read", s->name);
out:
  pthread_mutex_unlock(&r->lock);
  return status;
}

static bf_status read_job(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  reading *r = context;
  found *part;
  scan s;
  (void)i; /* jobs may begin in another order than they are handed out */
  BF_TRY(take_next(r, &r->piece[thread], &s, &part));
  BF_TRY(read_part(&s, r->graph, part));
out:
  return status;
}

static bf_status make_room(const text_parts *t, bf_graph *g) {
  const size_t edges = room_for(t);
  g->u = malloc((edges + 1) * sizeof *g->u);
  g->v = malloc((edges + 1) * sizeof *g->v);
  g->w = malloc((edges + 1) * sizeof *g->w);
  return g->u && g->v && g->w ? BF_OK : bf_fail(BF_NO_MEMORY, "%s: no memory for %zu edges", t->name, edges);
}

static void close_gaps(bf_graph *g, const found *part, uint64_t parts, bool *sorted) {
  *sorted = true;
  for (uint64_t i = 0; i < parts; i++) {
    const found *f = &part[i];
    if (g->m != f->begin) {
      memmove(g->u + g->m, g->u + f->begin, f->n * sizeof *g->u);
      memmove(g->v + g->m, g->v + f->begin, f->n * sizeof *g->v);
      memmove(g->w + g->m, g->w + f->begin, f->n * sizeof *g->w);
    }
    *sorted = *sorted && f->sorted && (!g->m || !f->n || is_next(g->u[g->m - 1], g->v[g->m - 1], g->u[g->m], g->v[g->m]));
    g->m += f->n;
    if (f->vertices > g->n) g->n = f->vertices;
  }
}

static void shrink(void **array, size_t n, size_t size) {
  void *smaller = realloc(*array, (n + 1) * size);
  if (smaller) *array = smaller;
}

bf_status edges_read(const text_parts *text, uint32_t threads, bf_graph *g, bool *sorted) {
  bf_status status = BF_OK;
  bf_jobs_progress progress = {.owner = pthread_self()};
  reading r = {.text = text, .graph = g, .part = calloc(text->n + 1, sizeof *r.part), .lock = PTHREAD_MUTEX_INITIALIZER};
  *g = (bf_graph){0};
  if (!r.part) return bf_fail(BF_NO_MEMORY, "%s: no memory for %llu parts", text->name, (unsigned long long)text->n);
  BF_TRY(make_room(text, g));
  BF_TRY(bf_jobs_run(&progress, threads, text->n, read_job, &r));
  close_gaps(g, r.part, text->n, sorted);
  shrink((void **)&g->u, g->m, sizeof *g->u);
  shrink((void **)&g->v, g->m, sizeof *g->v);
  shrink((void **)&g->w, g->m, sizeof *g->w);
out:
  for (uint32_t i = 0; i < BF_JOBS_MAX_THREADS; i++) free(r.piece[i].memory);
  pthread_mutex_destroy(&r.lock);
  free(r.part);
  return status;
}
