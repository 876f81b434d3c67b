/* The command line of bettiflow ripser: Ripser's options and --betti. */
#include "ripser.h"
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 256, THRESHOLD, FORMAT, RATIO, MODULUS, BETTI, THREADS, COLLAPSE, IGNORED };
enum { MOST = 1000000 }; /* of a dimension, a modulus, threads */

static const struct argp_option table[] = {
    {"dim", DIM, "K", 0, "Compute persistent homology up to dimension K (default 1)", 0},
    {"threshold", THRESHOLD, "T", 0, "Compute Rips complexes up to diameter T", 0},
    {"format", FORMAT, "F", 0,
     "Format of the input: distance (full distance matrix; default), lower-distance, upper-distance (triangles of one), point-cloud (Euclidean), sparse (lines "
     "\"i j distance\"), dipha, binary (lower triangle of floats)",
     0},
    {"ratio", RATIO, "R", 0, "Only show intervals with death/birth above R (default 1)", 0},
    {"modulus", MODULUS, "P", 0, "Compute homology with coefficients in the prime field Z/P (default 2)", 0},
    {"betti", BETTI, "T[,T...]", 0, "Print Betti numbers at these scales as CSV, edges up to the scale included, instead of intervals", 0},
    {"threads", THREADS, "N", 0, "Use up to N threads (default 1); no result depends on it", 0},
    {"collapse", COLLAPSE, "WHEN", 0, "Edge collapse before the computation, which changes no interval: auto (where it should pay; default), always, never", 0},
    {"quiet", 'q', NULL, 0, "No notes, no progress", 0},
    {"verbose", 'v', NULL, OPTION_HIDDEN, NULL, 0},
    {"store", IGNORED, "DIR", OPTION_HIDDEN, NULL, 0},
    {"plugin-path", IGNORED, "DIR", OPTION_HIDDEN, NULL, 0},
    {"color", IGNORED, "WHEN", OPTION_HIDDEN, NULL, 0},
    {0}};

static const struct {
  const char *name;
  size_t least; /* Ripser knows some by their beginning */
  ripser_kind kind;
} formats[] = {{"lower-distance", 5, RIPSER_LOWER}, {"upper-distance", 5, RIPSER_UPPER}, {"distance", 4, RIPSER_DISTANCE}, {"point-cloud", 5, RIPSER_POINTS},
               {"dipha", 5, RIPSER_DIPHA},          {"sparse", 6, RIPSER_SPARSE},        {"binary", 6, RIPSER_BINARY}};

static ripser_kind parse_format(struct argp_state *state, const char *text) {
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    size_t n = strlen(text);
    if (n >= formats[i].least && strncmp(text, formats[i].name, n) == 0) return formats[i].kind;
  }
  argp_error(state, "--format is lower-distance, upper-distance, distance, point-cloud, dipha, sparse or binary, not '%s'", text);
  return RIPSER_DISTANCE;
}

static uint32_t parse_count(struct argp_state *state, const char *option, const char *text) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (!isdigit((unsigned char)*text) || *end || errno || value > MOST)
    argp_error(state, "--%s takes a whole number from 0 to %d, not '%s'", option, MOST, text);
  return (uint32_t)value;
}

/* A float that is not negative, as Ripser reads it; what lies beyond all floats is infinite. Ends at `stop` or the end of the text; `whole` is what the user
 * wrote. */
static float parse_scale(struct argp_state *state, const char *option, const char *whole, const char *text, char stop, const char **end) {
  char *behind;
  float value = strtof(text, &behind);
  if (behind == text || (*behind && *behind != stop) || !(value >= 0) || isspace((unsigned char)*text)) {
    argp_error(state, "--%s takes %s, not '%s'", option, stop ? "numbers from 0 on with commas between them" : "a number from 0 on", whole);
  }
  if (end) *end = behind;
  return value + 0.0f;
}

static void parse_betti(struct argp_state *state, const char *text, ripser_options *o) {
  free(o->scale);
  o->nscale = 0;
  o->scale = malloc((strlen(text) + 1) * sizeof *o->scale);
  if (!o->scale) {
    argp_failure(state, BF_FAILED, ENOMEM, "--betti");
    return;
  }
  for (const char *at = text;; at++) {
    o->scale[o->nscale++] = parse_scale(state, "betti", text, at, ',', &at);
    if (!*at) return;
  }
}

static bf_flag_collapse parse_collapse(struct argp_state *state, const char *text) {
  static const char *const names[] = {[BF_COLLAPSE_AUTO] = "auto", [BF_COLLAPSE_ALWAYS] = "always", [BF_COLLAPSE_NEVER] = "never"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(text, names[i]) == 0) return (bf_flag_collapse)i;
  argp_error(state, "--collapse is auto, always or never, not '%s'", text);
  return BF_COLLAPSE_AUTO;
}

static void check(struct argp_state *state, const ripser_options *o) {
  if (bf_flag_check_modulus(o->modulus) != BF_OK) argp_error(state, "--modulus: %s", bf_error());
  for (size_t i = 0; i < o->nscale; i++)
    if (o->scale[i] > o->threshold)
      argp_error(state, "--betti %g lies above --threshold %g, where nothing is computed", (double)o->scale[i], (double)o->threshold);
}

static error_t parse(int key, char *text, struct argp_state *state) {
  ripser_options *o = state->input;
  switch (key) {
  case DIM:
    o->dim = parse_count(state, "dim", text);
    return 0;
  case THRESHOLD:
    o->threshold = parse_scale(state, "threshold", text, text, 0, NULL);
    return 0;
  case FORMAT:
    o->kind = parse_format(state, text);
    o->kind_given = true;
    return 0;
  case RATIO:
    o->ratio = fmaxf(1, parse_scale(state, "ratio", text, text, 0, NULL));
    return 0;
  case MODULUS:
    o->modulus = parse_count(state, "modulus", text);
    return 0;
  case BETTI:
    parse_betti(state, text, o);
    return 0;
  case THREADS:
    o->threads = parse_count(state, "threads", text);
    return 0;
  case COLLAPSE:
    o->collapse = parse_collapse(state, text);
    return 0;
  case 'q':
    o->quiet = true;
    return 0;
  case 'v':
  case IGNORED:
    return 0;
  case ARGP_KEY_ARG:
    if (o->file) argp_error(state, "one input file, not two: '%s' and '%s'", o->file, text);
    o->file = text;
    return 0;
  case ARGP_KEY_END:
    check(state, o);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

void ripser_parse(int argc, char **argv, ripser_options *out) {
  static const struct argp argp = {
      table,
      parse,
      "[FILE]",
      "Persistent homology of the Vietoris-Rips filtration of a distance matrix, a point cloud or a graph, read from FILE or standard "
      "input; options and output are those of Ripser.",
      NULL,
      NULL,
      NULL};
  *out = (ripser_options){.kind = RIPSER_DISTANCE, .dim = 1, .modulus = 2, .threads = 1, .threshold = INFINITY, .ratio = 1};
  argp_err_exit_status = BF_USAGE;
  char name[] = "bettiflow ripser";
  if (argc > 0) argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, out);
  if (argc > 0) argv[0] = NULL;
  if (out->file && strcmp(out->file, "-") == 0) out->file = NULL;
}
