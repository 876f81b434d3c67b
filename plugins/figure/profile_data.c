/* From a Betti table to the curves, means and bands of a profile. */
#include "profile.h"

#include "../table/view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bf_status no_memory(void) {
  bf_fail(BF_NO_MEMORY, "out of memory for a profile");
  return BF_NO_MEMORY;
}

typedef struct maker {
  profile *p;
  bf_betti_table *t;
  const profile_config *cfg;
  uint32_t x, by, panels; /* axes; naxis: none */
  uint32_t *axis, naxis;  /* all axes but x: together they name a curve */
  view_groups xs, lines, rows, curves;
  uint32_t *all; /* the texts of rows, then of declined items */
} maker;

static bf_status no_axis(const bf_betti_table *t, const char *name) {
  char list[512] = "";
  size_t n = 0;
  for (uint32_t a = 0; a < t->naxis && n < sizeof list; a++) n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", a > 0 ? ", " : "", t->axis[a]);
  return bf_fail(BF_INVALID, "x: the table has no axis '%s'; it has %s", name, list);
}

static bool differs(const bf_betti_table *t, uint32_t axis) {
  for (uint64_t i = 1; i < t->n; i++) {
    if (t->value[i * t->naxis + axis] != t->value[axis]) return true;
  }
  return false;
}

/* An item axis that is not shown: the mean goes over it, beside the networks. */
static bool averaged(const maker *m, uint32_t a) {
  return a >= m->t->nsweep && a < m->t->naxis - 1 && a != m->x && a != m->by && a != m->panels && differs(m->t, a);
}

static bf_status choose_axes(maker *m) {
  const bf_betti_table *t = m->t;
  m->x = view_axis(t, m->cfg->x);
  m->by = view_axis(t, m->cfg->by);
  m->panels = view_axis(t, m->cfg->panels);
  if (m->x == t->naxis) return no_axis(t, m->cfg->x);
  uint32_t scale = t->naxis - 1;
  bool scales = differs(t, scale);
  if (scales && m->x != scale && m->by != scale && m->panels != scale)
    return bf_fail(BF_INVALID, "the table has several scales, and a mean over them says nothing; give `by: scale`, `panels: scale` or `x: scale`");
  const char *text = t->text[t->value[scale]];
  m->p->scale = scales || strcmp(text, "inf") == 0 ? NULL : text;
  if (!(m->axis = calloc(t->naxis, sizeof *m->axis))) return no_memory();
  uint32_t free_axes = 0;
  size_t n = 0;
  for (uint32_t a = 0; a < t->naxis; a++) {
    if (a == m->x) continue;
    m->axis[m->naxis++] = a;
    free_axes += a != m->by && a != m->panels && differs(t, a);
    if (averaged(m, a) && n < sizeof m->p->averaged) n += (size_t)snprintf(m->p->averaged + n, sizeof m->p->averaged - n, "%s%s", n ? ", " : "", t->axis[a]);
  }
  m->p->noun = free_axes <= 1 && !n && strcmp(m->cfg->x, "layer") == 0 ? "network" : "curve";
  return BF_OK;
}

static bf_status choose_dims(maker *m) {
  profile *p = m->p;
  uint32_t most = 0;
  for (uint64_t i = 0; i < m->t->n; i++) most = m->t->dim[i] > most ? m->t->dim[i] : most;
  p->ndim = m->cfg->dims.n ? (uint32_t)m->cfg->dims.n : most + 1;
  if (!(p->dim = calloc(p->ndim, sizeof *p->dim))) return no_memory();
  for (uint32_t i = 0; i < p->ndim; i++) {
    p->dim[i] = m->cfg->dims.n ? (uint32_t)m->cfg->dims.at[i] : i;
    if (p->dim[i] > most) return bf_fail(BF_INVALID, "dims: the table goes up to dimension %" PRIu32 ", and not to %" PRIu32, most, p->dim[i]);
  }
  p->omega = m->cfg->show[0] == 'o';
  p->ncolumn = p->omega ? 1 : p->ndim;
  return BF_OK;
}

/* The groups' texts on an axis, as names; "" everywhere when the axis is not there. */
static bf_status name_groups(const maker *m, const view_groups *g, uint32_t axis, const char ***names) {
  if (!(*names = calloc((size_t)g->n + 1, sizeof **names))) return no_memory();
  for (uint32_t i = 0; i < g->n; i++) (*names)[i] = axis < m->t->naxis ? m->t->text[m->all[g->first[i] * m->t->naxis + axis]] : "";
  return BF_OK;
}

static bf_status group_all(maker *m) {
  bf_status status = BF_OK;
  bf_betti_table *t = m->t;
  uint64_t n = t->n + t->ndeclined;
  if (!(m->all = reallocarray(NULL, n + 1, t->naxis * sizeof *m->all))) return no_memory();
  memcpy(m->all, t->value, t->n * t->naxis * sizeof *m->all);
  if (t->ndeclined) memcpy(m->all + t->n * t->naxis, t->declined, t->ndeclined * t->naxis * sizeof *m->all);
  BF_TRY(view_group(t->value, t->n, t->naxis, &m->x, 1, &m->xs));
  BF_TRY(view_sort_numbers(t, t->value, t->n, m->x, &m->xs));
  BF_TRY(view_group(m->all, n, t->naxis, &m->by, m->by < t->naxis, &m->lines));
  if (m->by < t->naxis) BF_TRY(view_sort_numbers(t, m->all, n, m->by, &m->lines));
  BF_TRY(view_group(t->value, t->n, t->naxis, &m->panels, m->panels < t->naxis, &m->rows));
  if (m->panels < t->naxis) BF_TRY(view_sort_numbers(t, t->value, t->n, m->panels, &m->rows));
  BF_TRY(view_group(t->value, t->n, t->naxis, m->axis, m->naxis, &m->curves));
out:
  return status;
}

static bf_status place_x(maker *m) {
  bf_status status = BF_OK;
  profile *p = m->p;
  p->nx = m->xs.n;
  BF_TRY(name_groups(m, &m->xs, m->x, &p->xname));
  if (!(p->x = calloc((size_t)p->nx + 1, sizeof *p->x))) return no_memory();
  p->numeric = true;
  for (uint32_t i = 0; i < p->nx; i++) p->numeric &= view_number(p->xname[i], &p->x[i]) && isfinite(p->x[i]);
  for (uint32_t i = 0; i < p->nx && !p->numeric; i++) p->x[i] = i;
out:
  return status;
}

/* The networks of a line: combinations of the sweep variables besides x, `by` and `panels`, and of what is averaged over (of all other axes, where the
 * table knows no sweep). A network with rows is there; one that only has declined items was declined. */
static bf_status count_networks(maker *m) {
  bf_status status = BF_OK;
  const bf_betti_table *t = m->t;
  view_groups g = {0};
  uint32_t k = 0, *axis = calloc(t->naxis, sizeof *axis);
  if (!axis) return no_memory();
  for (uint32_t a = 0; a < t->naxis - 1; a++) { /* the last one is the scale */
    if (a == m->by || (a != m->x && a != m->panels && (t->nsweep == 0 || a < t->nsweep || averaged(m, a)))) axis[k++] = a;
  }
  BF_TRY(view_group(m->all, t->n + t->ndeclined, t->naxis, axis, k, &g));
  for (uint32_t i = 0; i < g.n; i++) {
    series *s = &m->p->series[m->lines.of[g.first[i]]];
    if (g.first[i] < t->n)
      s->networks++;
    else
      s->declined++;
  }
out:
  view_groups_free(&g);
  free(axis);
  return status;
}

static bf_status name_lines(maker *m) {
  bf_status status = BF_OK;
  profile *p = m->p;
  const char **names = NULL;
  p->nseries = m->lines.n;
  BF_TRY(name_groups(m, &m->lines, m->by, &names));
  if (!(p->series = calloc((size_t)p->nseries + 1, sizeof *p->series))) {
    status = no_memory();
    goto out;
  }
  for (uint32_t i = 0; i < p->nseries; i++) p->series[i].name = names[i];
  BF_TRY(count_networks(m));
out:
  free(names);
  return status;
}

/* Which column shows a dimension; ncolumn when none does. */
static uint32_t column_of(const profile *p, uint32_t dim) {
  for (uint32_t i = 0; i < p->ndim; i++) {
    if (p->dim[i] == dim) return p->omega ? 0 : i;
  }
  return p->ncolumn;
}

static bf_status fill_curves(maker *m) {
  profile *p = m->p;
  const bf_betti_table *t = m->t;
  p->ncurve = m->curves.n;
  uint64_t cells;
  if (__builtin_mul_overflow((uint64_t)p->ncurve * p->ncolumn, p->nx, &cells) || cells > 1u << 27)
    return bf_fail(BF_NO_MEMORY, "%" PRIu32 " curves of %" PRIu32 " points are too many for a figure", p->ncurve, p->nx);
  p->curve = calloc((size_t)p->ncurve + 1, sizeof *p->curve);
  p->value = calloc(cells + 1, sizeof *p->value);
  uint8_t *have = calloc(cells + 1, sizeof *have);
  if (!p->curve || !p->value || !have) {
    free(have);
    return no_memory();
  }
  uint8_t want = (uint8_t)(p->omega ? p->ndim : 1);
  bf_status status = BF_OK;
  for (uint64_t i = 0; i < t->n && status == BF_OK; i++) {
    uint32_t c = m->curves.of[i], column = column_of(p, t->dim[i]);
    p->curve[c] = (curve){.series = m->lines.of[i], .panel = m->rows.of[i]};
    if (column == p->ncolumn) continue;
    uint64_t cell = ((uint64_t)c * p->ncolumn + column) * p->nx + m->xs.of[i];
    p->value[cell] += (double)t->betti[i];
    if (have[cell]++ >= want) status = bf_fail(BF_BAD_INPUT, "the table has β%" PRIu32 " of the same item twice", t->dim[i]);
  }
  for (uint64_t i = 0; i < cells; i++) {
    if (have[i] != want) p->value[i] = NAN;
  }
  free(have);
  return status;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* The quantile between order statistics, linearly (type 7 of Hyndman and Fan, 1996). */
static double quantile(const double *sorted, uint32_t n, double q) {
  double at = q * (n - 1);
  uint32_t i = (uint32_t)at;
  return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static stat summarise(double *v, uint32_t n, const char *band) {
  stat s = {.n = n};
  if (n == 0) return s;
  qsort(v, n, sizeof *v, by_size);
  for (uint32_t i = 0; i < n; i++) s.middle += v[i];
  s.middle /= n;
  double square = 0;
  for (uint32_t i = 0; i < n; i++) square += (v[i] - s.middle) * (v[i] - s.middle);
  double sd = n > 1 ? sqrt(square / (n - 1)) : 0;
  switch (band[0]) {
  case 's':
    s.low = fmax(0, s.middle - sd); /* a Betti number is not below 0 */
    s.high = s.middle + sd;
    break;
  case 'q':
    s.middle = quantile(v, n, 0.5);
    s.low = quantile(v, n, 0.25);
    s.high = quantile(v, n, 0.75);
    break;
  case 'r':
    s.low = v[0];
    s.high = v[n - 1];
    break;
  default:
    s.low = s.high = s.middle;
  }
  return s;
}

static bf_status summarise_all(profile *p, const char *band) {
  double *v = calloc((size_t)p->ncurve + 1, sizeof *v);
  uint64_t cells;
  if (p->nseries > 100 || p->npanel > 100 || __builtin_mul_overflow((uint64_t)p->nseries * p->npanel, (uint64_t)p->ncolumn * p->nx, &cells) ||
      cells > 1u << 24) {
    free(v);
    return bf_fail(BF_INVALID, "%" PRIu32 " lines in %" PRIu32 " rows of panels are too many for a figure; see the parameters `by` and `panels`", p->nseries,
                   p->npanel);
  }
  p->stat = calloc(cells + 1, sizeof *p->stat);
  if (!v || !p->stat) {
    free(v);
    return no_memory();
  }
  for (uint64_t i = 0; i < cells; i++) {
    uint32_t x = (uint32_t)(i % p->nx), column = (uint32_t)(i / p->nx % p->ncolumn), panel = (uint32_t)(i / p->nx / p->ncolumn % p->npanel), n = 0;
    uint32_t line = (uint32_t)(i / p->nx / p->ncolumn / p->npanel);
    for (uint32_t c = 0; c < p->ncurve; c++) {
      double value = profile_value(p, c, column, x);
      if (p->curve[c].series == line && p->curve[c].panel == panel && !isnan(value)) v[n++] = value;
    }
    p->stat[i] = summarise(v, n, band);
  }
  free(v);
  return BF_OK;
}

bf_status profile_make(profile *p, bf_betti_table *t, const profile_config *cfg) {
  bf_status status = BF_OK;
  maker m = {.p = p, .t = t, .cfg = cfg};
  *p = (profile){0};
  if (t->n == 0 && t->ndeclined > 0)
    return bf_fail(BF_DECLINED, "nothing to draw: all %" PRIu64 " items were declined, the first: %s", t->ndeclined, t->text[t->reason[0]]);
  if (t->n == 0) return bf_fail(BF_DECLINED, "nothing to draw: the table has no rows");
  BF_TRY(view_add_scale(t));
  BF_TRY(choose_axes(&m));
  BF_TRY(choose_dims(&m));
  BF_TRY(group_all(&m));
  BF_TRY(place_x(&m));
  BF_TRY(name_lines(&m));
  BF_TRY(name_groups(&m, &m.rows, m.panels, &p->panel));
  p->npanel = m.rows.n;
  BF_TRY(fill_curves(&m));
  BF_TRY(summarise_all(p, cfg->band));
out:
  view_groups_free(&m.xs);
  view_groups_free(&m.lines);
  view_groups_free(&m.rows);
  view_groups_free(&m.curves);
  free(m.axis);
  free(m.all);
  return status;
}

void profile_free(profile *p) {
  free(p->x);
  free(p->xname);
  free(p->series);
  free(p->panel);
  free(p->dim);
  free(p->curve);
  free(p->value);
  free(p->stat);
  *p = (profile){0};
}
