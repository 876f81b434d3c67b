/* Which stages make a wave, and what one of its points needs. */
#include "engine/waves.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

/* Stages stand behind those that they read. */
static uint32_t *depths_of(const bf_pipeline *p) {
  uint32_t *depth = bf_alloc(p->nstage, sizeof *depth);
  for (size_t s = 0; s < p->nstage; s++)
    for (size_t l = 0; l < p->stage[s].nlink; l++) {
      const size_t from = p->stage[s].link[l].from;
      const uint32_t along = depth[from] + (p->stage[from].axes != p->stage[s].axes);
      if (along > depth[s]) depth[s] = along;
    }
  return depth;
}

static size_t root_of(size_t *parent, size_t s) {
  while (parent[s] != s) s = parent[s] = parent[parent[s]];
  return s;
}

/* For each stage the first stage of its wave. */
static size_t *first_stages(const bf_pipeline *p, const uint32_t *depth) {
  size_t *parent = bf_alloc(p->nstage, sizeof *parent);
  for (size_t s = 0; s < p->nstage; s++) parent[s] = s;
  for (size_t s = 0; s < p->nstage; s++)
    for (size_t l = 0; l < p->stage[s].nlink; l++) {
      const size_t from = p->stage[s].link[l].from;
      if (p->stage[from].axes != p->stage[s].axes || depth[from] != depth[s]) continue;
      const size_t a = root_of(parent, from), b = root_of(parent, s);
      parent[a > b ? a : b] = a < b ? a : b;
    }
  for (size_t s = 0; s < p->nstage; s++) parent[s] = root_of(parent, s);
  return parent;
}

static int by_depth(const void *a, const void *b) {
  const bf_wave *x = a, *y = b;
  if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
  return x->stage[0] < y->stage[0] ? -1 : x->stage[0] > y->stage[0];
}

void bf_waves_find(const bf_pipeline *p, bf_waves *out) {
  uint32_t *depth = depths_of(p);
  size_t *first = first_stages(p, depth);
  *out = (bf_waves){.at = bf_alloc(p->nstage, sizeof *out->at), .of = bf_alloc(p->nstage, sizeof *out->of)};
  for (size_t s = 0; s < p->nstage; s++) {
    if (first[s] == s) {
      out->of[s] = out->n;
      out->at[out->n++] = (bf_wave){.depth = depth[s], .npoint = p->stage[s].ninstance};
    }
    bf_wave *wave = &out->at[out->of[s] = out->of[first[s]]];
    wave->stage = bf_grow(wave->stage, wave->nstage, sizeof *wave->stage);
    wave->stage[wave->nstage++] = s;
  }
  if (out->n) qsort(out->at, out->n, sizeof *out->at, by_depth);
  for (size_t w = 0; w < out->n; w++)
    for (size_t i = 0; i < out->at[w].nstage; i++) out->of[out->at[w].stage[i]] = w;
  free(depth);
  free(first);
}

void bf_waves_free(bf_waves *w) {
  for (size_t i = 0; i < w->n; i++) free(w->at[i].stage);
  free(w->at);
  free(w->of);
  *w = (bf_waves){0};
}

/* Marks what the needed instances of a stage read: a gather reads every instance that agrees with it at some point. */
static void need_sources(bf_part *part, size_t stage) {
  const bf_pipeline *p = part->pipeline;
  const bf_pstage *s = &p->stage[stage];
  for (size_t l = 0; l < s->nlink; l++) {
    const size_t from = s->link[l].from;
    const size_t *producer = p->stage[from].point_instance;
    if (s->link[l].kind == BF_LINK_GATHER)
      for (size_t k = 0; k < p->npoint; k++) part->needed[from][producer[k]] |= part->needed[stage][s->point_instance[k]];
    else
      for (size_t i = 0; i < s->ninstance; i++) part->needed[from][producer[s->instance_point[i]]] |= part->needed[stage][i];
  }
}

bf_status bf_part_of(const bf_pipeline *p, const bf_waves *w, size_t wave, size_t point, bf_part *out) {
  *out = (bf_part){.pipeline = p};
  if (wave >= w->n) return bf_fail(BF_BAD_INPUT, "no wave %zu: the pipeline has %zu, numbered from 0", wave, w->n);
  if (point >= w->at[wave].npoint) return bf_fail(BF_BAD_INPUT, "no point %zu: wave %zu has %zu, numbered from 0", point, wave, w->at[wave].npoint);
  out->inside = bf_alloc(p->nstage, sizeof *out->inside);
  out->needed = bf_alloc(p->nstage, sizeof *out->needed);
  for (size_t s = 0; s < p->nstage; s++) {
    out->inside[s] = w->of[s] == wave;
    out->needed[s] = bf_alloc(p->stage[s].ninstance, sizeof *out->needed[s]);
    out->needed[s][out->inside[s] ? point : 0] = out->inside[s];
  }
  for (size_t s = p->nstage; s-- > 0;) need_sources(out, s);
  return BF_OK;
}

void bf_part_free(bf_part *part) {
  for (size_t s = 0; part->needed && s < part->pipeline->nstage; s++) free(part->needed[s]);
  free(part->needed);
  free(part->inside);
  *part = (bf_part){0};
}
