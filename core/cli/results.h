/* bettiflow results: what its files share. */
#ifndef BF_CLI_RESULTS_H
#define BF_CLI_RESULTS_H

#include "cli/conditions.h"
#include "cli/grid.h"
#include "store/results.h"

/* ---- results_source.c: which run, and which of its variables tell repeats apart ---- */

/* `what`: a run's id, its beginning or `last`, a pipeline's file or name, whose newest run is taken. BF_BAD_INPUT. */
bf_status bf_results_run(const bf_store *s, const char *what, bf_run_info **run);
/* Is variable v one that only repeats an experiment: called seed or trial, or used for parameters called seed and for nothing else? */
bool *bf_results_repeats(const bf_run_info *run); /* nvar; allocated */

/* ---- results_study.c: the rows that are asked for, sorted into networks and layers ---- */

typedef struct bf_layer { /* of one network, class and scale */
  size_t place;
  uint32_t layer, class; /* words */
  double scale;
  int64_t omega;  /* sum of the Betti numbers */
  int64_t *betti; /* ndim; -1 where not known */
} bf_layer;

typedef struct bf_series { /* a network's layers, for one class and scale */
  size_t from, to;         /* in bf_study.layer */
  double half;             /* the first layer whose omega is below half of the first one's; infinite: none; NaN: there are no layers */
  double late;             /* the share of the fall of omega, from the first layer to the last, that comes in the last two layers; NaN where there is none */
} bf_series;

typedef struct bf_study {
  const bf_results *r;
  size_t nvar; /* sweep variables, then item axes besides layer and class */
  bool *over;  /* nvar: the repeats */
  size_t nwhere;
  bf_condition *where;
  bool *kept;    /* nplace */
  bool *stage;   /* nstage: its Betti numbers are looked at */
  size_t *rank;  /* nplace: places by stage, then sweep point */
  uint32_t ndim; /* dimensions 0 … ndim - 1 */
  size_t nlayer, nseries;
  bf_layer *layer; /* by stage, place, class, scale, layer */
  bf_series *series;
  int64_t *numbers;  /* what layer[i].betti points to */
  const char *crowd; /* a stage with several Betti numbers of the same labels, of which the first count; NULL: none */
} bf_study;

/* `over`: names of repeats, NULL: those of bf_results_repeats. Takes `where`. BF_USAGE for names that are not there. bf_study_free whatever it returns. */
bf_status bf_study_make(const bf_results *r, bf_condition *where, size_t nwhere, const char *over, bf_study *out);
void bf_study_free(bf_study *s);

bf_status bf_study_no_variable(const bf_study *s, const char *option, const char *name); /* BF_USAGE, with the names that there are */
bool bf_study_wants(const bf_study *s, const char *name, const char *value);             /* all conditions on this name hold */
bool bf_study_wants_stage(const bf_study *s, size_t stage);
bool bf_study_asks(const bf_study *s, const char *name); /* is there a condition on it? */

/* For each place the rank of the first one of the same stage that has the same values of all variables but those in `leave`; allocated. */
size_t *bf_study_combinations(const bf_study *s, const bool *leave);

/* ---- results_series.c ---- */

void bf_study_choose_stages(bf_study *s);
void bf_study_make_series(bf_study *s);
int bf_study_word_order(const bf_results *r, uint32_t a, uint32_t b); /* of layers and classes: numbers, then texts in order of appearance */
int bf_scale_order(double a, double b);
bool bf_same_scale(const bf_layer *a, const bf_layer *b); /* and class */
/* By class, scale, layer, then as they stand in bf_study.layer. */
int bf_layer_order(const bf_results *r, const bf_layer *a, const bf_layer *b);
double bf_study_layer_number(const bf_study *s, const bf_layer *l); /* its name where that is a number, else its place in the series */
char *bf_scale_text(double scale);                                  /* allocated */

/* ---- results_lead.c ---- */

/* Columns for the stage, where there are several, and for the variables besides those in `leave` that a stage of `of` (nstage) has; and their cells. */
typedef struct bf_lead {
  bool stage, *var; /* nvar */
} bf_lead;
bf_lead bf_lead_columns(const bf_study *s, const bool *of, const bool *leave, bf_grid *g);
void bf_lead_cells(const bf_study *s, const bf_lead *lead, size_t place, bf_grid *g);
void bf_lead_class_columns(bf_grid *g); /* class, scale */
void bf_lead_class_cells(const bf_study *s, const bf_layer *l, bf_grid *g);

void bf_results_betti(const bf_study *s, bf_grid *g); /* every Betti number */

/* ---- results_tables.c ---- */

void bf_results_trials(const bf_study *s, bf_grid *g); /* trainings, counted over the repeats */
void bf_results_layers(const bf_study *s, bf_grid *g); /* means and quartiles by layer over the repeats */

/* ---- results_halving.c, results_test.c ---- */

void bf_results_networks(const bf_study *s, bf_grid *g); /* omega of each network */
void bf_results_halving(const bf_study *s, bf_grid *g);  /* and over the repeats */
/* `test`: VARIABLE=A,B; by_layer: of omega in every layer, else of the layer at which it has halved. BF_USAGE. */
bf_status bf_results_test(const bf_study *s, const char *test, bool by_layer, bf_grid *g);

typedef struct bf_member { /* of a group: a network's layers, or one of them */
  size_t group;
  const bf_layer *at;
  double value;
  const bf_series *series; /* NULL for a layer */
} bf_member;
void bf_members_sort(const bf_study *s, bf_member *m, size_t n); /* by group, class, scale, layer */
bool bf_members_together(const bf_member *a, const bf_member *b, bool by_layer);
bf_member *bf_members_of_series(const bf_study *s, const size_t *group, size_t *n); /* sorted; the value is the layer of the halving; allocated */
void bf_half_column(bf_grid *g, const char *name);
void bf_half_cell(bf_grid *g, double half); /* for people "never" where it is infinite */

#endif
