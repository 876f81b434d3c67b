/* bettiflow results: the columns that most of its tables begin with, and the table of all Betti numbers. */
#include "base/text.h"
#include "cli/results.h"
#include <stdlib.h>

bf_lead bf_lead_columns(const bf_study *s, const bool *of, const bool *leave, bf_grid *g) {
  const bf_results *r = s->r;
  bf_lead lead = {.var = bf_alloc(s->nvar + 1, sizeof *lead.var)};
  size_t stages = 0;
  for (size_t i = 0; i < r->nstage; i++) {
    if (!of[i]) continue;
    stages++;
    for (size_t v = 0; v < s->nvar; v++) {
      const bool has = v < r->run->nvar ? r->stage[i].axes >> v & 1 : r->stage[i].extra >> (v - r->run->nvar) & 1;
      lead.var[v] |= has && !(leave && leave[v]);
    }
  }
  for (size_t v = 0; !stages && v < r->run->nvar; v++) lead.var[v] = !(leave && leave[v]); /* an empty table has the columns that it could have */
  lead.stage = stages > 1;
  if (lead.stage) bf_grid_column(g, BF_FOR_ALL, "stage");
  for (size_t v = 0; v < s->nvar; v++)
    if (lead.var[v]) bf_grid_column(g, BF_FOR_ALL, bf_results_variable(r, v));
  return lead;
}

void bf_lead_cells(const bf_study *s, const bf_lead *lead, size_t place, bf_grid *g) {
  const bf_place *p = &s->r->place[place];
  if (lead->stage) bf_grid_text(g, s->r->stage[p->stage].name);
  for (size_t v = 0; v < s->nvar; v++)
    if (lead->var[v]) bf_grid_text(g, bf_results_value(s->r, p, v));
}

void bf_lead_class_columns(bf_grid *g) {
  bf_grid_column(g, BF_FOR_ALL, "class");
  bf_grid_column(g, BF_FOR_VARIED, "scale");
}

void bf_lead_class_cells(const bf_study *s, const bf_layer *l, bf_grid *g) {
  bf_grid_text(g, s->r->word[l->class]);
  bf_grid_real(g, l->scale);
}

/* ---- all Betti numbers ---- */

static bool row_fits(const bf_study *s, const bf_result_row *row) {
  char *scale = bf_scale_text(row->scale), *dim = bf_format_text("%u", row->dim);
  const bool fits = s->kept[row->place] && s->stage[s->r->place[row->place].stage] && bf_study_wants(s, "layer", s->r->word[row->layer]) &&
                    bf_study_wants(s, "class", s->r->word[row->class]) && bf_study_wants(s, "scale", scale) && bf_study_wants(s, "dim", dim);
  free(scale);
  free(dim);
  return fits;
}

static int by_rank(const void *a, const void *b, void *study) {
  const bf_study *s = study;
  const bf_result_row *p = *(const bf_result_row *const *)a, *q = *(const bf_result_row *const *)b;
  if (p->place != q->place) return s->rank[p->place] < s->rank[q->place] ? -1 : 1;
  return (p > q) - (p < q);
}

/* In the order of the sweep, those of one point as its table has them. */
void bf_results_betti(const bf_study *s, bf_grid *g) {
  const bf_results *r = s->r;
  const bf_result_row **row = bf_alloc(r->nrow + 1, sizeof *row);
  size_t n = 0;
  bf_lead lead = bf_lead_columns(s, s->stage, NULL, g);
  g->title = "Betti numbers";
  bf_grid_column(g, BF_FOR_ALL, "layer");
  bf_grid_column(g, BF_FOR_ALL, "class");
  bf_grid_column(g, BF_FOR_ALL, "scale");
  bf_grid_column(g, BF_FOR_ALL, "dim");
  bf_grid_column(g, BF_FOR_ALL, "betti");
  for (size_t i = 0; i < r->nrow; i++)
    if (row_fits(s, &r->row[i])) row[n++] = &r->row[i];
  if (n) qsort_r(row, n, sizeof *row, by_rank, (void *)(uintptr_t)s);
  for (size_t i = 0; i < n; i++) {
    bf_lead_cells(s, &lead, row[i]->place, g);
    bf_grid_text(g, r->word[row[i]->layer]);
    bf_grid_text(g, r->word[row[i]->class]);
    bf_grid_real(g, row[i]->scale);
    bf_grid_integer(g, row[i]->dim);
    bf_grid_integer(g, row[i]->betti);
  }
  free(lead.var);
  free(row);
}
