/* complex.lazy_witness, the second half: the weights of all pairs of landmarks, lowered by one batch of witnesses after another.
 *
 * A witness can lower a weight in a tile only if in both of the tile's blocks its least excess is below the tile's greatest weight. Landmarks of a block are
 * close together, so few witnesses pass, and soon only those about halfway between the blocks. */
#include "lazy.h"
#include "min_max.h"
#include "parallel.h"
#include <math.h>
#include <stdlib.h>

enum { LANES = BF_LAZY_LANES, PIECE = 256 }; /* witnesses between two looks at a tile's greatest weight */

uint64_t bf_lazy_tile_number(uint32_t block, uint32_t other) { return (uint64_t)block * (block + 1) / 2 + other; }
uint64_t bf_lazy_tile_jobs(const bf_lazy *z) { return z->blocks; }

/* A tile with the bound in all places that are pairs, and 0 where there is no landmark. */
static bf_status new_tile(bf_lazy *z, uint32_t block, uint32_t other, float **out) {
  if (atomic_fetch_add(&z->tiles, 1) >= z->most_tiles)
    return bf_fail(BF_NO_MEMORY, "the weights of the pairs of %u landmarks need more memory than the task may use; %sfewer landmarks need less", z->n,
                   z->threshold < INFINITY ? "a lower threshold or " : "");
  float *tile = *out = malloc(sizeof *tile * LANES * LANES);
  if (!tile) return bf_fail(BF_NO_MEMORY, "no memory for the weights of the pairs of %u landmarks", z->n);
  for (uint32_t i = 0; i < LANES; i++)
    for (uint32_t j = 0; j < LANES; j++) tile[i * LANES + j] = block * LANES + i < z->n && other * LANES + j < z->n ? z->bound : 0;
  return BF_OK;
}

static bf_status lower_tile(bf_lazy *z, const bf_min_max *arithmetic, uint32_t block, uint32_t other) {
  bf_status status = BF_OK;
  float **tile = &z->tile[bf_lazy_tile_number(block, other)];
  uint16_t which[PIECE];
  for (uint32_t from = 0; from < z->batch; from += PIECE) {
    const size_t a = (size_t)block * z->room + from, b = (size_t)other * z->room + from;
    const uint32_t n = z->room - from < PIECE ? z->room - from : PIECE;
    const uint32_t chosen = arithmetic->choose(z->least + a, z->least + b, n, *tile ? arithmetic->greatest(*tile) : z->bound, which);
    if (!chosen) continue;
    if (!*tile) BF_TRY(new_tile(z, block, other, tile));
    arithmetic->lower(*tile, z->excess + a * LANES, z->excess + b * LANES, which, chosen);
  }
out:
  return status;
}

/* One row of tiles, the longest first. */
static bf_status tiles_job(void *context, void *scratch, uint64_t job) {
  bf_status status = BF_OK;
  bf_lazy *z = context;
  const uint32_t block = z->blocks - 1 - (uint32_t)job;
  const bf_min_max *arithmetic = bf_min_max_best();
  (void)scratch;
  for (uint32_t other = 0; other <= block; other++) BF_TRY(lower_tile(z, arithmetic, block, other));
out:
  return status;
}

bf_status bf_lazy_tiles(bf_lazy *z, uint64_t done, uint64_t total) {
  return bf_host_jobs_run(z->host, z->task, &(bf_host_jobs){.n = bf_lazy_tile_jobs(z), .run = tiles_job, .context = z}, done, total);
}

float bf_lazy_weight(const bf_lazy *z, uint32_t i, uint32_t j) {
  uint32_t a = z->place[i], b = z->place[j];
  if (a < b) a = z->place[j], b = z->place[i];
  const float *tile = z->tile[bf_lazy_tile_number(a / LANES, b / LANES)];
  return tile ? tile[a % LANES * LANES + b % LANES] : z->bound;
}
