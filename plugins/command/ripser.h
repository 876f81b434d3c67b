/* bettiflow ripser: what its parts share. */
#ifndef COMMAND_RIPSER_H
#define COMMAND_RIPSER_H

#include "flag/flag.h"
#include "ripser/ripser_in.h"

typedef struct ripser_options {
  const char *file; /* NULL: standard input */
  ripser_kind kind;
  bool kind_given;
  uint32_t dim, modulus, threads;
  float threshold; /* INFINITY: none */
  float ratio;
  size_t nscale; /* --betti */
  float *scale;
  bf_flag_collapse collapse;
  bool quiet;
} ripser_options;

/* Parses the command line; prints help and usage errors itself and then ends the program, with exit code 0 or 2. */
void ripser_parse(int argc, char **argv, ripser_options *out);

/* How far the engine is, shown on a terminal. */
typedef struct ripser_progress {
  double next; /* when to write again, in seconds */
  int percent; /* what stands on the terminal; -1: nothing */
} ripser_progress;

/* True when progress is to be shown: standard error is a terminal, and --quiet was not given. Nothing is written before a second has passed. */
bool ripser_progress_begin(ripser_progress *p, const ripser_options *o);
bf_status ripser_progress_step(void *progress, uint64_t done, uint64_t total); /* for bf_flag_options; each step of the engine counts from 0 to 100 % */
void ripser_progress_end(ripser_progress *p);                                  /* erases what was written */

/* What Ripser prints above the intervals. */
void print_points(const bf_points *p);
void print_matrix(const bf_graph *g, const ripser_options *o);
void print_sparse(const bf_graph *g);

/* Ripser's intervals. `complete`: all pairs of points are edges, some of them infinitely long. */
void print_barcode(const bf_barcode *b, uint32_t n, const ripser_options *o, bool complete);

/* scale,dim,betti */
void print_betti(const uint64_t *betti, const ripser_options *o);

#endif
