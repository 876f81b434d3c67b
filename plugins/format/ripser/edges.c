/* Reading the triplets of a sparse file by parts, which write to one place each, in the order of the text. A part tells the next one where to begin as soon as
 * it has counted its lines, before it scans them. Blank lines, and those of one vertex, leave gaps, which are closed at the end. */
#include "ripser/edges.h"
#include "../../huge.h"
#include "../../jobs.h"
#include <stdlib.h>
#include <string.h>

typedef struct found {
  uint64_t begin;    /* its edges stand in the graph from there on; UNKNOWN until the part before has counted its lines */
  uint64_t n;        /* edges */
  uint32_t vertices; /* 1 + the largest */
  bool sorted;
} found;

#define UNKNOWN UINT64_MAX

typedef struct reading {
  const text_parts *text;
  bf_jobs_progress progress;
  bf_graph *graph;
  found *part;          /* one more than there are parts */
  pthread_mutex_t lock; /* over the begins */
  pthread_cond_t known;
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

static bf_status read_part(scan *s, const bf_graph *g, uint64_t begin, found *f) {
  bf_status status = BF_OK;
  uint32_t *u = g->u + begin, *v = g->v + begin, largest = 0, last_u = 0, last_v = 0; /* (0, 0) comes before any edge */
  float *w = g->w + begin;
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

/* Parts are begun in their order, so the one before is at work or done, and has not long to count. */
static uint64_t wait_for_begin(reading *r, uint64_t i) {
  pthread_mutex_lock(&r->lock);
  while (r->part[i].begin == UNKNOWN) pthread_cond_wait(&r->known, &r->lock);
  const uint64_t begin = r->part[i].begin;
  pthread_mutex_unlock(&r->lock);
  return begin;
}

static void tell_begin(reading *r, uint64_t i, uint64_t begin) {
  pthread_mutex_lock(&r->lock);
  r->part[i].begin = begin;
  pthread_cond_broadcast(&r->known);
  pthread_mutex_unlock(&r->lock);
}

enum { SHORTEST = 6 }; /* a line: "0 1 2" and its line feed */

/* At least as many as there are edges in the lines; the last line's feed is not in them. */
static uint64_t most_edges(const scan *s) {
  const uint64_t by_size = (s->size + UINT64_C(1)) / SHORTEST, lines = count_feeds(s->at, s->size) + 1;
  return by_size < lines ? by_size : lines;
}

static bf_status read_job(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  reading *r = context;
  scan s;
  status = text_parts_take(r->text, i, &r->piece[thread], &s);
  const uint64_t most = status == BF_OK ? most_edges(&s) : 0, begin = wait_for_begin(r, i);
  tell_begin(r, i + 1, begin + most); /* after a failure, too: nobody is to wait for ever */
  return status == BF_OK ? read_part(&s, r->graph, begin, &r->part[i]) : status;
}

static void *large_array(size_t n, size_t size) {
  void *array = malloc(n * size);
  if (array) bf_huge(array, n * size);
  return array;
}

/* For as many edges as the text can have. What is not used is never touched. */
static bf_status make_room(const text_parts *t, bf_graph *g) {
  const size_t edges = t->size / SHORTEST + 2;
  g->u = large_array(edges, sizeof *g->u);
  g->v = large_array(edges, sizeof *g->v);
  g->w = large_array(edges, sizeof *g->w);
  if (g->u && g->v && g->w) return BF_OK;
  return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu edges", t->name, edges);
}

static void close_gaps(bf_graph *g, found *part, uint64_t parts, bool *sorted) {
  *sorted = true;
  for (uint64_t i = 0; i < parts; i++) {
    const found *f = &part[i];
    const uint64_t begin = f->begin;
    if (g->m != begin) {
      memmove(g->u + g->m, g->u + begin, f->n * sizeof *g->u);
      memmove(g->v + g->m, g->v + begin, f->n * sizeof *g->v);
      memmove(g->w + g->m, g->w + begin, f->n * sizeof *g->w);
    }
    *sorted = *sorted && f->sorted && (!g->m || !f->n || is_next(g->u[g->m - 1], g->v[g->m - 1], g->u[g->m], g->v[g->m]));
    g->m += f->n;
    if (f->vertices > g->n) g->n = f->vertices;
  }
}

static void *shrink(void *array, size_t bytes) {
  void *smaller = realloc(array, bytes);
  return smaller ? smaller : array;
}

bf_status edges_read(const text_parts *text, uint32_t threads, bf_graph *g, bool *sorted) {
  bf_status status = BF_OK;
  reading r = {.text = text, .progress = {.owner = pthread_self()}, .graph = g, .lock = PTHREAD_MUTEX_INITIALIZER, .known = PTHREAD_COND_INITIALIZER};
  *g = (bf_graph){0};
  r.part = calloc(text->n + 1, sizeof *r.part);
  if (!r.part) return bf_fail(BF_NO_MEMORY, "%s: no memory for %llu parts", text->name, (unsigned long long)text->n);
  for (uint64_t i = 1; i <= text->n; i++) r.part[i].begin = UNKNOWN;
  BF_TRY(make_room(text, g));
  BF_TRY(bf_jobs_run(&r.progress, threads, text->n, read_job, &r));
  close_gaps(g, r.part, text->n, sorted);
  g->u = shrink(g->u, (g->m + 1) * sizeof *g->u);
  g->v = shrink(g->v, (g->m + 1) * sizeof *g->v);
  g->w = shrink(g->w, (g->m + 1) * sizeof *g->w);
out:
  pthread_mutex_destroy(&r.lock);
  pthread_cond_destroy(&r.known);
  for (uint32_t i = 0; i < BF_JOBS_MAX_THREADS; i++) free(r.piece[i].memory);
  free(r.part);
  return status;
}
