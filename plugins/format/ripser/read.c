/* Opening an input, choosing its reader, and what matrices have in common. */
#include "ripser/read.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PART = 1 << 18 }; /* bytes of text that stay in a core's own cache */

bf_status ripser_read(const char *path, ripser_kind kind, uint32_t threads, uint64_t budget, ripser_input *out) {
  bf_status status = BF_OK;
  scan s;
  *out = (ripser_input){0};
  if (kind == RIPSER_SPARSE) return read_sparse(path, PART, threads, budget, out);
  BF_TRY(scan_open(&s, path, budget));
  if (kind != RIPSER_DIPHA && kind != RIPSER_BINARY) scan_skip_mark(&s);
  switch (kind) {
  case RIPSER_LOWER:
    BF_TRY(read_triangle(&s, false, out));
    break;
  case RIPSER_UPPER:
    BF_TRY(read_triangle(&s, true, out));
    break;
  case RIPSER_DISTANCE:
    BF_TRY(read_square(&s, out));
    break;
  case RIPSER_POINTS:
    BF_TRY(read_points(&s, out));
    break;
  case RIPSER_DIPHA:
    BF_TRY(read_dipha(&s, out));
    break;
  case RIPSER_BINARY:
    BF_TRY(read_binary(&s, out));
    break;
  case RIPSER_SPARSE: /* is done */
    break;
  }
  /* A triangle without a number is one point. A matrix or a cloud has at least one line. */
  if (s.size == 0 && (kind == RIPSER_DISTANCE || kind == RIPSER_POINTS)) {
    status = bf_fail(BF_BAD_INPUT, "%s: an empty file", s.name);
    goto out;
  }
  if (s.size == 0) snprintf(out->note, sizeof out->note, "%s: empty", s.name);
out:
  scan_close(&s);
  return status;
}

void ripser_graph_free(bf_graph *g) {
  free(g->u);
  free(g->v);
  free(g->w);
  free(g->id);
  *g = (bf_graph){0};
}

void ripser_input_free(ripser_input *in) {
  ripser_graph_free(&in->graph);
  free(in->points.x);
  free(in->points.id);
  *in = (ripser_input){0};
}

bool triangle_size(uint64_t pairs, uint32_t *n) {
  uint64_t root = (uint64_t)((1 + sqrt(1 + 8 * (double)pairs)) / 2);
  for (uint64_t k = root > 1 ? root - 1 : 1; k <= root + 1; k++) {
    if (k * (k - 1) / 2 == pairs && k < UINT32_MAX) return *n = (uint32_t)k, true;
  }
  return false;
}

bf_status dense_graph(bf_graph *g, uint32_t n) {
  *g = (bf_graph){.n = n, .dense = true, .m = n ? (uint64_t)n * (n - 1) / 2 : 0};
  g->w = malloc((g->m ? g->m : 1) * sizeof *g->w);
  if (g->w) return BF_OK;
  bf_fail(BF_NO_MEMORY, "no memory for the distances of %u points", n);
  return BF_NO_MEMORY;
}

static bf_status fail_entry(const scan *s, size_t n, size_t i, size_t j, const uint64_t *line, const char *message) {
  if (line) return bf_fail(BF_BAD_INPUT, "%s:%llu: %s", s->name, (unsigned long long)line[i], message);
  return bf_fail(BF_BAD_INPUT, "%s: byte %zu: %s", s->name, 24 + 8 * (i * n + j), message);
}

static bf_status check_entry(const scan *s, size_t n, const float *x, size_t i, size_t j, const uint64_t *line, double *difference) {
  char message[256];
  float d = x[i * n + j], mirrored = i == j ? 0 : x[j * n + i];
  double allowed = *difference;
  *difference = d == mirrored ? 0 : fabs((double)d - (double)mirrored);
  if (*difference <= allowed) return BF_OK;
  if (i == j)
    snprintf(message, sizeof message, "the distance of point %zu to itself is %g, not 0", i, (double)d);
  else
    snprintf(message, sizeof message, "the matrix is not symmetric: entry (%zu, %zu) is %g, entry (%zu, %zu) is %g", i, j, (double)d, j, i, (double)mirrored);
  return fail_entry(s, n, i, j, line, message);
}

bf_status take_square(const scan *s, size_t n, const float *x, const uint64_t *line, ripser_input *out) {
  bf_status status = BF_OK;
  float largest = 0;
  double worst = 0;
  if (n >= UINT32_MAX) return bf_fail(BF_BAD_INPUT, "%s: 2^32 points or more", s->name);
  for (size_t k = 0; k < n * n; k++)
    if (x[k] < INFINITY && x[k] > largest) largest = x[k];
  BF_TRY(dense_graph(&out->graph, (uint32_t)n));
  float *w = out->graph.w;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      double difference = 1e-4 * (double)largest;
      BF_TRY(check_entry(s, n, x, i, j, line, &difference));
      if (difference > worst) worst = difference;
      if (j < i) *w++ = x[i * n + j];
    }
  }
  if (worst > 0) snprintf(out->note, sizeof out->note, "%s: entries differ from their mirror images by up to %g; the lower triangle counts", s->name, worst);
out:
  return status;
}
