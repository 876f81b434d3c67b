/* Fully connected networks in memory: allocation, the way forward, tiles. */
#include "mlp.h"
#include <stdlib.h>
#include <string.h>

float *bf_floats_new(size_t n) {
  if (n > SIZE_MAX / sizeof(float) - 64) return NULL;
  return aligned_alloc(64, (n * sizeof(float) + 64) & ~(size_t)63);
}

bf_status bf_mlp_new(bf_mlp *m, uint32_t nlayer, const uint32_t *width, uint64_t budget) {
  *m = (bf_mlp){.nlayer = nlayer};
  m->width = malloc((nlayer + 1ul) * sizeof *m->width);
  m->f = calloc(nlayer + 1ul, sizeof *m->f);
  m->offset = calloc(nlayer + 1ul, sizeof *m->offset);
  if (!m->width || !m->f || !m->offset) {
    bf_mlp_free(m);
    bf_fail(BF_NO_MEMORY, "no memory for a network of %u layers", nlayer);
    return BF_NO_MEMORY;
  }
  memcpy(m->width, width, (nlayer + 1ul) * sizeof *width);
  const size_t most = (budget ? budget : SIZE_MAX / 2) / sizeof(float);
  for (uint32_t l = 0; l < nlayer; l++) {
    size_t n;
    bool overflow = __builtin_mul_overflow(width[l] + (size_t)1, (size_t)width[l + 1], &n) || __builtin_add_overflow(m->offset[l], n, &m->offset[l + 1]);
    if (!overflow && m->offset[l + 1] <= most) continue;
    bf_mlp_free(m);
    bf_fail(BF_NO_MEMORY, "a network of %u layers, the first of %u × %u weights, is over the memory budget", nlayer, width[1], width[0]);
    return BF_NO_MEMORY;
  }
  m->theta = calloc(m->offset[nlayer] + 1, sizeof(float));
  if (m->theta) return BF_OK;
  bf_mlp_free(m);
  bf_fail(BF_NO_MEMORY, "no memory for the parameters of a network of %u layers", nlayer);
  return BF_NO_MEMORY;
}

void bf_mlp_free(bf_mlp *m) {
  free(m->width);
  free(m->f);
  free(m->offset);
  free(m->theta);
  *m = (bf_mlp){0};
}

static bool needs_z(const bf_mlp *m, uint32_t l) { return m->f[l].is && (m->f[l].is->derive_needs & BF_NEEDS_X); }

static size_t passage_rows(const bf_mlp *m) {
  size_t rows = 0;
  for (uint32_t l = 0; l < m->nlayer; l++) rows += m->width[l + 1] * (needs_z(m, l) ? (size_t)2 : 1);
  return rows;
}

uint64_t bf_passage_bytes(const bf_mlp *m) { return passage_rows(m) * BF_TILE * sizeof(float); }

bf_status bf_passage_new(bf_passage *p, const bf_mlp *m) {
  p->y = calloc(m->nlayer + 1ul, sizeof *p->y);
  p->z = calloc(m->nlayer + 1ul, sizeof *p->z);
  p->memory = bf_floats_new(passage_rows(m) * BF_TILE);
  if (!p->y || !p->z || !p->memory) {
    bf_passage_free(p);
    return bf_fail(BF_NO_MEMORY, "no memory for a tile of %d samples in every layer", BF_TILE);
  }
  float *next = p->memory;
  for (uint32_t l = 0; l < m->nlayer; l++) {
    size_t n = (size_t)m->width[l + 1] * BF_TILE;
    p->y[l + 1] = p->z[l + 1] = next;
    next += n;
    if (!needs_z(m, l)) continue;
    p->z[l + 1] = next;
    next += n;
  }
  return BF_OK;
}

void bf_passage_free(bf_passage *p) {
  free(p->y);
  free(p->z);
  free(p->memory);
  *p = (bf_passage){0};
}

/* How many of n rows to compute together: all that follow on them find them in the first cache. As equal as can be. */
static size_t panel(size_t n) {
  size_t panels = (n + BF_PANEL - 1) / BF_PANEL;
  return (n + panels - 1) / panels;
}

void bf_mlp_layer(const bf_mlp *m, const bf_kernels *k, uint32_t l, const float *x, float *z, float *y) {
  size_t inputs = m->width[l], outputs = m->width[l + 1];
  const float *w = m->theta + m->offset[l];
  const bf_activation_use *f = &m->f[l];
  for (size_t o = 0, rows; o < outputs; o += rows) {
    rows = panel(outputs - o);
    k->affine(w + o * inputs, w + inputs * outputs + o, x, NULL, z + o * BF_TILE, inputs, rows);
    if (f->is) f->is->apply(f->cfg, z + o * BF_TILE, y + o * BF_TILE, rows * BF_TILE);
  }
}

void bf_mlp_layer_back(const bf_mlp *m, const bf_kernels *k, uint32_t l, const float *turned, const float *z, const float *y, const float *delta,
                       float *before) {
  size_t inputs = m->width[l], outputs = m->width[l + 1];
  const bf_activation_use *f = &m->f[l - 1];
  for (size_t i = 0, rows; i < inputs; i += rows) {
    rows = panel(inputs - i);
    float *to = before + i * BF_TILE;
    if (f->is) f->is->derive(f->cfg, z + i * BF_TILE, y + i * BF_TILE, to, rows * BF_TILE);
    k->affine(turned + i * outputs, NULL, delta, f->is ? to : NULL, to, outputs, rows);
  }
}

void bf_mlp_forward(const bf_mlp *m, const bf_kernels *k, const bf_passage *p) {
  for (uint32_t l = 0; l < m->nlayer; l++) bf_mlp_layer(m, k, l, p->y[l], p->z[l + 1], p->y[l + 1]);
}

bf_status bf_tiles_empty(bf_tiles *t, uint64_t n, uint32_t dim) {
  *t = (bf_tiles){.n = (n + BF_TILE - 1) / BF_TILE, .dim = dim};
  size_t floats;
  if (__builtin_mul_overflow(t->n, (size_t)dim * BF_TILE, &floats) || !(t->x = bf_floats_new(floats)))
    return bf_fail(BF_NO_MEMORY, "no memory for %llu points of %u coordinates", (unsigned long long)n, dim);
  memset(t->x, 0, floats * sizeof(float));
  return BF_OK;
}

bf_status bf_tiles_new(bf_tiles *t, const bf_points *points) {
  bf_status status = bf_tiles_empty(t, points->n, points->dim);
  if (status != BF_OK) return status;
  for (size_t i = 0; i < points->n; i++) {
    float *tile = bf_tiles_at(t, i / BF_TILE) + i % BF_TILE;
    for (size_t d = 0; d < points->dim; d++) tile[d * BF_TILE] = points->x[i * points->dim + d];
  }
  return BF_OK;
}

void bf_tiles_free(bf_tiles *t) {
  free(t->x);
  *t = (bf_tiles){0};
}
