/* What the files of the pipeline reader share; nothing outside of core/pipeline includes it. */
#ifndef BF_PIPELINE_READ_H
#define BF_PIPELINE_READ_H

#include "base/text.h"
#include "pipeline/pipeline.h"

enum {
  BF_MAX_TEXT = 1 << 20,   /* bytes of all files of a pipeline */
  BF_MAX_MEMORY = 1 << 26, /* bytes of what $names make of one value */
  BF_MAX_DEPTH = 32,       /* nested lists and maps */
  BF_MAX_KEYS = 1024,      /* of one map, and so stages of a pipeline */
  BF_MAX_NAME = 64,        /* bytes of a name */
  BF_MAX_LABEL = 1000,     /* bytes of a sweep value's text */
  BF_MAX_CELLS = 1 << 24,  /* sweep points × variables, and × distinct sets of axes */
  BF_MAX_INCLUDES = 32     /* files that include one another */
};

/* ---- keys.c: distinct byte strings, numbered in order of first appearance ---- */
typedef struct bf_keys {
  size_t n, nslot, nbyte, room;
  size_t *start; /* n+1 offsets into bytes */
  char *bytes;
  uint32_t *slot; /* number + 1, or 0 */
} bf_keys;
size_t bf_keys_add(bf_keys *k, const void *key, size_t n); /* its number: k->n before the call when it is new */
void bf_keys_free(bf_keys *k);

/* ---- shape.c: what a node has to look like ---- */
/* "; did you mean 'k'?" in buffer, or "". */
enum { BF_HINT = 128 };
const char *bf_hint(char buffer[BF_HINT], const char *word, const char *const *candidates, size_t n);
bf_status bf_need_map(const bf_node *node, const char *what);  /* an empty value counts as an empty map */
bf_status bf_need_text(const bf_node *node, const char *what); /* a scalar that is not empty */
bf_status bf_need_keys(const bf_node *map, const char *what, const char *const *known, size_t n);
bool bf_is_name(const char *text, size_t n, bool dashes); /* [a-z][a-z0-9_]*, with dashes also '-' */
bool bf_is_text(const char *text);                        /* UTF-8 without control characters */
bf_status bf_need_name(const bf_node *at, const char *text, const char *what);
bf_status bf_need_plain(const bf_node *node, const char *what); /* no $name in any scalar of it */
bool bf_node_empty(const bf_node *node);                        /* NULL, or an unquoted scalar without text */
/* An element of a list, or the scalar itself as the only element. */
size_t bf_list_size(const bf_node *node);
const bf_node *bf_list_at(const bf_node *node, size_t i);

/* ---- yaml.c ---- */
bf_status bf_yaml_parse(bf_origin *origin, const char *text, size_t n, bf_node **out);

/* ---- include.c: a file with what it includes, merged; checks `bettiflow: 1` ---- */
bf_status bf_include_read(const char *path, bf_node **out);

/* ---- set.c ---- */
bf_status bf_set_apply(bf_node *root, const bf_setting *set, size_t n);

/* ---- subst.c: $name ---- */
typedef struct bf_names {
  const bf_node *vars; /* map of settled constants; may be NULL */
  size_t nvars;        /* only the first so many of them are known here */
  char *const *var;    /* sweep variables */
  size_t nvar;
  bf_node *const *value; /* their values; NULL: only constants may stand here */
  const char *where;     /* "in vars": for the message then */
} bf_names;
/* A copy of the node with all names replaced. *budget bounds the bytes that all copies may take. */
bf_status bf_subst(const bf_node *node, const bf_names *names, size_t *budget, bf_node **out);
/* The sweep variables that a node uses, as bits; checks the names. */
bf_status bf_subst_uses(const bf_node *node, const bf_names *names, uint64_t *used);
/* vars with the names in it replaced by those written above. */
bf_status bf_vars_settle(const bf_node *vars, const bf_node *sweep, bf_node **out);

/* ---- sweep.c ---- */
typedef struct bf_values { /* the distinct values of one variable */
  size_t n;
  bf_node **value;
  char **text;
  bf_keys keys; /* of text */
} bf_values;
typedef struct bf_projection { /* the points seen along some variables only */
  uint64_t axes;
  size_t n;
  size_t *first; /* n: the first point of each */
  size_t *of;    /* npoint */
} bf_projection;

struct bf_pipeline_own {
  bf_node *vars;     /* settled; may be NULL */
  bf_values *values; /* nvar */
  uint32_t *row;     /* npoint × nvar: indices into values */
  bf_node **value_block;
  char **text_block;
  size_t nprojection;
  bf_projection **projection;
};

bf_status bf_sweep_read(bf_pipeline *p);
void bf_sweep_free(bf_pipeline *p);
/* Owned by the pipeline, made once for each set of axes. */
bf_status bf_project(bf_pipeline *p, uint64_t axes, const bf_projection **out);

/* ---- stage.c, link.c, axes.c, save.c: in this order ---- */
bf_status bf_stages_read(bf_pipeline *p, const bf_registry *registry); /* keys, use, names in params, limits */
bf_status bf_links_read(bf_pipeline *p, const bf_registry *registry);  /* sources, types, cycles; sorts the stages */
bf_status bf_axes_settle(bf_pipeline *p);                              /* axes, across, item axes, instances */
bf_status bf_saves_read(bf_pipeline *p, const bf_registry *registry);  /* save and print */
bf_status bf_params_check(bf_pipeline *p, const bf_registry *registry);

/* The stage's map in the file. */
const bf_node *bf_stage_node(const bf_pipeline *p, size_t stage);
size_t bf_port_count(const bf_port *ports);
/* Index of the port called text[0 .. n-1], or SIZE_MAX. */
size_t bf_port_find(const bf_port *ports, const char *text, size_t n);
/* "'points', 'model'" in a text that the caller frees; "none" if there are none. */
char *bf_port_names(const bf_port *ports);
const char *bf_port_nearest(const bf_port *ports, const char *word);

#endif
