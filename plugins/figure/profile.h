/* figure.profile: what is shown (profile_data.c) and how it is drawn (profile_draw.c). */
#ifndef FIGURE_PROFILE_H
#define FIGURE_PROFILE_H

#include <bettiflow/artifact.h>

typedef struct profile_config {
  const char *x, *by, *panels, *show, *band, *title;
  bf_ints dims;
  double width, height;
} profile_config;

/* What a line is at one place: the mean (median for quartiles) of n values, and the band around it. */
typedef struct stat {
  double middle, low, high;
  uint32_t n;
} stat;

typedef struct series { /* a value of `by` */
  const char *name;     /* "" where there is no such axis */
  uint32_t networks, declined;
} series;

typedef struct curve { /* one network's numbers */
  uint32_t series, panel;
} curve;

typedef struct profile {
  uint32_t nx, nseries, npanel, ncolumn, ncurve;
  double *x;          /* nx places along the axis */
  const char **xname; /* nx */
  bool numeric;       /* x are numbers; else 0, 1, … */
  series *series;
  const char **panel; /* npanel names, "" where there is no such axis: the figure's rows of panels */
  uint32_t *dim;      /* the dimensions shown: the columns, or for ω what is added up */
  uint32_t ndim;
  curve *curve;
  double *value; /* ncurve × ncolumn × nx; NaN where there is none */
  stat *stat;    /* nseries × npanel × ncolumn × nx */
  bool omega;
  char averaged[160]; /* "step, …": item axes that are not shown, over which the means are; "" for none */
  const char *noun;   /* of a curve: "network", or "curve" where several axes make one */
  const char *scale;  /* the one scale of all rows, or NULL when scales differ or are "inf" */
} profile;

/* The names point into t, which must live as long; adds the axis "scale" to t. BF_INVALID when the parameters ask for what the table does not have,
 * BF_DECLINED when there is nothing to show. */
bf_status profile_make(profile *p, bf_betti_table *t, const profile_config *cfg);
void profile_free(profile *p);

bf_status profile_draw(const profile *p, const profile_config *cfg, bf_figure *out);

static inline double profile_value(const profile *p, uint32_t curve, uint32_t column, uint32_t x) {
  return p->value[((size_t)curve * p->ncolumn + column) * p->nx + x];
}
static inline const stat *profile_stat(const profile *p, uint32_t series, uint32_t panel, uint32_t column) {
  return &p->stat[(((size_t)series * p->npanel + panel) * p->ncolumn + column) * p->nx];
}

#endif
