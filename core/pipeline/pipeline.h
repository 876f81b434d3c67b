/* A pipeline: YAML text to stages, sweep points and links, checked as far as it can be before anything runs.
 *
 * The meaning of axes, `in`, `each`, `gather` and `across` is docs/pipelines.md's; here it is settled which sweep variables make a stage's
 * axes, so a stage has one instance for each distinct combination of their values. Items are not known here: they appear when their
 * producer's record does (engine/). */
#ifndef BF_PIPELINE_H
#define BF_PIPELINE_H

#include "base/node.h"
#include "plugin/param.h"

enum { BF_MAX_SWEEP = 64 }; /* sweep variables */
enum { BF_MAX_POINTS = 1000000 };

typedef enum bf_link_kind { BF_LINK_IN, BF_LINK_EACH, BF_LINK_GATHER } bf_link_kind;

typedef struct bf_link {
  bf_link_kind kind;
  size_t port;      /* index into this stage's inputs */
  size_t from;      /* index of the stage that is read */
  size_t from_port; /* index into its outputs */
  const bf_node *at;
} bf_link;

typedef struct bf_save {
  size_t port;            /* output port that is saved */
  char *file;             /* "bars/{activation}-{layer}.csv", relative to -o; never absolute, never with ".." */
  const bf_entry *format; /* by extension */
  bf_params *params;      /* the format's defaults */
  const bf_node *at;
} bf_save;

typedef struct bf_limits {
  double seconds; /* 0: none */
  uint64_t bytes; /* 0: none */
} bf_limits;

typedef struct bf_pstage {
  char *name;
  const bf_entry *use;
  const bf_node *at;
  const bf_node *params; /* as written, $names not replaced; may be NULL */
  size_t nlink;
  bf_link *link;     /* in the order of the stage's input ports */
  uint64_t axes;     /* bit v: sweep variable v distinguishes this stage's instances */
  uint64_t own_axes; /* those used in its own params (with what the saves name checked against axes) */
  uint64_t across;   /* those that its `across` ends */
  char ***item_axes; /* for each output port a NULL-ended list of item axes that its results carry: those of `each` inputs, then the port's own */
  size_t nsave;
  bf_save *save;
  bool print;
  size_t print_port;
  const bf_entry *print_format; /* format.text */
  bf_params *print_params;
  bf_limits limits; /* the stage's, else the pipeline's */
  /* Instances: distinct projections of the sweep points onto `axes`, in order of first appearance. */
  size_t ninstance;
  size_t *instance_point; /* ninstance: a representative sweep point of each */
  size_t *point_instance; /* npoint: which instance a sweep point belongs to */
} bf_pstage;

typedef struct bf_pipeline {
  char *name;
  char *file;
  bf_node *root; /* merged, with --set applied; $names stand as written */
  size_t nvar;
  char **var;         /* sweep variables in written order */
  size_t npoint;      /* >= 1: a pipeline without a sweep has one point */
  bf_node ***value;   /* [point][var] */
  char ***value_text; /* [point][var]: the text for labels and CSV */
  size_t nstage;
  bf_pstage *stage;            /* sources before readers, otherwise as written */
  struct bf_pipeline_own *own; /* the reader's own memory */
} bf_pipeline;

typedef struct bf_setting { /* --set k=v, in order */
  const char *text;
} bf_setting;

/* Reads, merges, checks. `registry` must outlive the pipeline. FILE parameters are checked to be readable only. Every stage is checked with the
 * values of every one of its instances. BF_INVALID with file:line:column, the line and a caret; BF_PLUGIN from the registry. */
bf_status bf_pipeline_read(const char *path, const bf_setting *set, size_t nset, const bf_registry *registry, bf_pipeline **out);
/* The pipeline of a run again, from its journal's text (bf_pipeline_text) and name; `file` is for messages. It was checked when it ran: its parameters are not
 * checked here, and no file is looked at. BF_INVALID, BF_PLUGIN as above. */
bf_status bf_pipeline_reread(const char *file, const char *name, const char *text, const bf_registry *registry, bf_pipeline **out);
/* Only what the file's pipeline is called; allocated. BF_INVALID. */
bf_status bf_pipeline_name(const char *path, char **name);
void bf_pipeline_free(bf_pipeline *p);

/* The checked parameters of one instance of a stage, with files settled by env->file. */
bf_status bf_pipeline_params(const bf_pipeline *p, size_t stage, size_t instance, const bf_param_env *env, bf_params **out);

/* YAML text of the merged pipeline as it runs, for the run's journal; allocated. */
char *bf_pipeline_text(const bf_pipeline *p);

/* The file name of one save: each {name} of `file` replaced by that label's value, in which a slash, a control character and a dot in front become '_', and
 * which is '_' when empty. A name without a label stays in its braces. Allocated. */
char *bf_save_name(const char *file, const bf_label *label, size_t nlabel);

/* "10min", "90s", "1.5h", plain seconds; "4GiB", "512MiB", "1GB", plain bytes (also for --timeout and --memory). False when malformed. */
bool bf_parse_duration(const char *text, double *seconds);
bool bf_parse_bytes(const char *text, uint64_t *bytes);

/* The YAML reader under it (yaml.c): libyaml events to a node tree; no anchors, no tags, one document, depth 32, `max` bytes; duplicate keys are errors. */
bf_status bf_yaml_read(const char *name, const char *folder, const char *text, size_t n, bf_node **out);

#endif
