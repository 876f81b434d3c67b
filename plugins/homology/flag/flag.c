/* Entry to the engine: checks, the cut, the width of the keys, and the barcode. */
#include "flag/flag.h"
#include "flag/run.h"
#include <stdlib.h>

bf_status bf_flag_check_modulus(int64_t modulus) {
  bool prime = modulus >= 2 && modulus <= BF_FLAG_MAX_MODULUS;
  for (int64_t d = 2; prime && d * d <= modulus; d++) prime = modulus % d != 0;
  if (prime) return BF_OK;
  return bf_fail(BF_INVALID, "modulus %lld: coefficients need a prime from 2 to %d", (long long)modulus, BF_FLAG_MAX_MODULUS);
}

/* Bits that number n vertices. */
static unsigned bits_for(uint32_t n) {
  unsigned bits = 1;
  while (bits < 32 && (UINT32_C(1) << bits) < n) bits++;
  return bits;
}

flag_progress flag_progress_of(const bf_flag_options *options) {
  return (flag_progress){.step = options->step, .context = options->context, .owner = pthread_self(), .threads = options->threads ? options->threads : 1};
}

bf_status flag_intervals(flag_run *run) {
  uint32_t n = run->graph->n, most = n < 2 || run->graph->edges == 0 ? 0 : n - 2;
  run->modulus = run->options->modulus;
  run->bits = bits_for(n);
  run->max_dim = run->options->max_dim < most ? run->options->max_dim : most;
  uint64_t key_bits = (run->max_dim + UINT64_C(2)) * run->bits;
  if (key_bits > 128) {
    return bf_fail(BF_INVALID, "dimension %u on %u vertices needs keys of %llu bits, more than 128: lower the dimension or take fewer points", run->max_dim, n,
                   (unsigned long long)key_bits);
  }
  const bool narrow = key_bits <= 64 && run->options->keys == BF_KEYS_NARROWEST;
  bf_status status = narrow ? flag_cohomology_64(run) : flag_cohomology_128(run);
  if (status == BF_OK && run->options->cycles) status = narrow ? flag_cycles_64(run) : flag_cycles_128(run);
  return status;
}

bf_status bf_flag_barcode(const bf_graph *from, const bf_flag_options *options, bf_barcode *barcode) {
  bf_status status = BF_OK;
  flag_memory memory = {.limit = options->memory ? options->memory : UINT64_MAX};
  flag_graph graph = {0};
  flag_progress progress = flag_progress_of(options);
  flag_run run = {.graph = &graph, .options = options, .memory = &memory, .progress = &progress, .barcode = barcode};
  float threshold = options->threshold;
  *barcode = (bf_barcode){0};
  BF_TRY(bf_flag_check_modulus(options->modulus));
  if (from->dense && threshold == INFINITY) threshold = bf_flag_enclosing_radius(from);
  BF_TRY(flag_graph_build(from, threshold, &memory, &graph));
  BF_TRY(flag_intervals(&run));
  flag_finish_barcode(options, barcode);
out:
  flag_graph_free(&graph, &memory);
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
