/* bettiflow ripser: reads what Ripser reads, prints what Ripser prints. */
#include "ripser.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As much memory as the machine has: over that, a message is better than swapping. */
static uint64_t machine_memory(void) {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

/* The graph of the input, and, unless Betti numbers are wanted, Ripser's lines about it. */
static bf_status prepare(ripser_input *in, const ripser_options *o, uint64_t memory) {
  bf_status status = BF_OK;
  bool headers = o->nscale == 0;
  if (o->kind == RIPSER_POINTS) {
    if (headers) print_points(&in->points);
    BF_TRY(ripser_distances(&in->points, o->threshold, memory, &in->graph));
    if (headers && in->graph.dense) print_matrix(&in->graph, o);
  } else if (headers) {
    if (in->graph.dense)
      print_matrix(&in->graph, o);
    else
      print_sparse(&in->graph);
  }
out:
  return status;
}

static bf_status betti_numbers(const bf_graph *graph, const ripser_options *o, const bf_flag_options *options, ripser_progress *progress) {
  uint64_t *betti = calloc(o->nscale * (o->dim + (size_t)1), sizeof *betti);
  if (!betti) return bf_fail(BF_NO_MEMORY, "no memory for %zu Betti numbers", o->nscale * (o->dim + (size_t)1));
  bf_status status = bf_flag_betti(graph, options, o->scale, o->nscale, betti);
  ripser_progress_end(progress);
  if (status == BF_OK) print_betti(betti, o);
  free(betti);
  return status;
}

/* Whether a failure to read lies in what the file holds. */
static bool readable(const char *file) {
  struct stat s;
  return !file || (stat(file, &s) == 0 && !S_ISDIR(s.st_mode) && access(file, R_OK) == 0);
}

static bf_status compute(const ripser_options *o) {
  bf_status status = BF_OK;
  ripser_input in = {0};
  bf_barcode barcode = {0};
  uint64_t memory = machine_memory();
  ripser_progress progress;
  const bool show = ripser_progress_begin(&progress, o);
  status = ripser_read(o->file, o->kind, o->threads, memory, &in);
  if (status == BF_BAD_INPUT && !o->kind_given && readable(o->file))
    bf_fail(status, "%s (read as a full distance matrix, as there is no --format)", bf_error());
  if (status != BF_OK) goto out;
  if (in.note[0] && !o->quiet) fprintf(stderr, "note: %s\n", in.note);
  BF_TRY(prepare(&in, o, memory));
  bf_flag_options options = {.max_dim = o->dim,
                             .threshold = o->threshold,
                             .modulus = o->modulus,
                             .collapse = o->collapse,
                             .memory = memory,
                             .threads = o->threads,
                             .step = show ? ripser_progress_step : NULL,
                             .context = &progress};
  if (o->nscale > 0) {
    status = betti_numbers(&in.graph, o, &options, &progress);
  } else {
    status = bf_flag_barcode(&in.graph, &options, &barcode);
    ripser_progress_end(&progress);
    if (status == BF_OK) print_barcode(&barcode, in.graph.n, o, in.graph.dense && o->threshold == INFINITY);
  }
  if (status == BF_INVALID) status = bf_fail_in(BF_USAGE, "--dim"); /* more than the engine can number: a matter of the command line */
  if (status != BF_OK) goto out;
  if (fflush(stdout) || ferror(stdout)) BF_TRY(bf_fail(BF_FAILED, "standard output: %s", strerror(errno)));
out:
  ripser_input_free(&in);
  bf_barcode_free(&barcode);
  return status;
}

static bf_status run(int argc, char **argv) {
  ripser_options options;
  ripser_parse(argc, argv, &options);
  bf_status status = compute(&options);
  free(options.scale);
  return status;
}

static const bf_command ripser = {"ripser", "Persistent homology of a Vietoris-Rips filtration, with Ripser's options and output", run};

BF_PLUGIN(.name = "ripser", .version = "1.0", .licence = "MIT", .commands = (const bf_command *const[]){&ripser, NULL});
