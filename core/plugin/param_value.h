/* Parsed values behind bf_params, for the files param_*.c only. */
#ifndef BF_PLUGIN_PARAM_VALUE_H
#define BF_PLUGIN_PARAM_VALUE_H

#include "plugin/param.h"

typedef struct bf_value {
  const bf_param *row;
  bool none;     /* REAL: "none"; FILE, ACTIVATION, FORMAT: not set */
  bool yes;      /* BOOL */
  int64_t whole; /* INT */
  double real;   /* REAL */
  char *text;    /* TEXT; FILE: absolute path that the task reads */
  size_t n;      /* INTS, REALS */
  int64_t *wholes;
  double *reals;
  bf_digest digest;      /* FILE */
  const bf_entry *entry; /* ACTIVATION, FORMAT */
  bf_params *params;
} bf_value;

struct bf_params {
  size_t n;
  bf_value *value; /* in the table's order */
  size_t nuse;
  const bf_entry **use;
};

/* "[1, 65535]", "(0, inf)": closed or open at each end. */
typedef struct bf_range {
  long double low, high; /* long double holds every int64_t */
  bool low_open, high_open;
} bf_range;
bool bf_range_parse(const char *text, bf_range *out);
bool bf_range_holds(const bf_range *range, long double x);

/* Strict numbers, the whole text: decimal digits; decimal or hex floats and inf, never nan. */
bool bf_whole_of_text(const char *text, int64_t *out);
bool bf_real_of_text(const char *text, double *out);

/* The i-th of "a|b|c": its start, and its length in *n; NULL past the last. */
const char *bf_choice_at(const char *choices, size_t i, size_t *n);

/* A table's default text as a node: "[1, 2]" a list, "'a'" quoted, else the whole text. NULL when malformed. */
bf_node *bf_node_of_text(const char *text, const bf_node *at);

/* "leaky_relu(slope=0.1, …)" to its id (where - counts as _) and a map of its values (an empty one without parentheses); both allocated. False when malformed.
 */
bool bf_object_split(const char *text, const bf_node *at, char **id, bf_node **values);

const char *bf_param_type_name(bf_param_type type); /* "int"; NULL when unknown */
size_t bf_param_type_size(bf_param_type type);      /* of the C member; 0 when unknown */
size_t bf_param_type_align(bf_param_type type);

#endif
