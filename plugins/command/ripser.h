/* bettiflow ripser: what its parts share. */
#ifndef COMMAND_RIPSER_H
#define COMMAND_RIPSER_H

#include "flag/flag.h"
#include "ripser/ripser_in.h"

typedef struct ripser_options {
  const char *file; /* NULL: standard input */
  ripser_kind kind;
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

/* What Ripser prints above the intervals. */
void print_points(const bf_points *p);
void print_matrix(const bf_graph *g, const ripser_options *o);
void print_sparse(const bf_graph *g);

/* Ripser's intervals. `complete`: all pairs of points are edges, some of them infinitely long. */
void print_barcode(const bf_barcode *b, uint32_t n, const ripser_options *o, bool complete);

/* scale,dim,betti */
void print_betti(const uint64_t *betti, const ripser_options *o);

#endif
