/* bettiflow results: conditions and repeats settled, places ranked and combined. */
#include "base/text.h"
#include "cli/results.h"
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"stage", "layer", "class", "scale", "dim"};
enum { NCOLUMN = sizeof columns / sizeof *columns };

/* ---- names ---- */

static size_t variable_of(const bf_study *s, const char *name) {
  size_t v = 0;
  while (v < s->nvar && strcmp(bf_results_variable(s->r, v), name) != 0) v++;
  return v;
}

static bf_status no_name(const bf_study *s, const char *option, const char *name, size_t ncolumn) {
  const char **names = bf_alloc(s->nvar + ncolumn + 1, sizeof *names);
  bf_text list = {0};
  for (size_t i = 0; i < s->nvar + ncolumn; i++) {
    names[i] = i < s->nvar ? bf_results_variable(s->r, i) : columns[i - s->nvar];
    bf_text_addf(&list, "%s%s", i ? ", " : "", names[i]);
  }
  const char *near = bf_nearest(name, names, s->nvar + ncolumn);
  char *hint = near ? bf_format_text("; did you mean '%s'? There", near) : bf_strdup("; there");
  bf_status status = bf_fail(BF_USAGE, "%s: run %s has no variable '%s'%s %s", option, s->r->run->run, name, hint, list.n ? "are " : "is none");
  free(hint);
  if (list.n) status = bf_fail(status, "%s%s", bf_error(), list.at);
  bf_text_free(&list);
  free(names);
  return status;
}

bf_status bf_study_no_variable(const bf_study *s, const char *option, const char *name) { return no_name(s, option, name, 0); }

static bf_status settle_over(bf_study *s, const char *over) {
  bf_status status = BF_OK;
  size_t n = 0;
  if (!over) {
    bool *repeat = bf_results_repeats(s->r->run);
    memcpy(s->over, repeat, s->r->run->nvar * sizeof *repeat);
    free(repeat);
    return BF_OK;
  }
  char **name = bf_split_values(over, &n);
  for (size_t i = 0; i < n; i++) {
    const size_t v = variable_of(s, name[i]);
    if (status == BF_OK && n > 1 && !strcmp(name[i], "none") && v == s->nvar)
      status = bf_fail(BF_USAGE, "--over %s: none stands alone: it says that nothing tells repeats apart", over);
    if (status != BF_OK || !*name[i] || (!strcmp(name[i], "none") && v == s->nvar)) continue;
    if (v == s->nvar)
      status = no_name(s, "--over", name[i], 0);
    else
      s->over[v] = true;
  }
  for (size_t i = 0; i < n; i++) free(name[i]);
  free(name);
  return status;
}

/* Has the column numbers and nothing else? */
static bool is_numeric(const bf_study *s, const char *name) {
  const bf_results *r = s->r;
  const size_t v = variable_of(s, name);
  double x;
  bool numeric = true;
  if (v < r->run->nvar) {
    for (size_t i = 0; i < r->run->npoint && numeric; i++) numeric = bf_is_number(r->run->value[i][v], &x);
  } else if (v < s->nvar) {
    for (size_t i = 0; i < r->nplace && numeric; i++) {
      const char *value = r->place[i].extra[v - r->run->nvar];
      numeric = !value || bf_is_number(value, &x);
    }
  } else if (!strcmp(name, "layer") || !strcmp(name, "class")) {
    for (size_t i = 0; i < r->nrow && numeric; i++) {
      const char *value = r->word[*name == 'l' ? r->row[i].layer : r->row[i].class];
      numeric = !*value || bf_is_number(value, &x);
    }
  } else {
    numeric = strcmp(name, "stage") != 0;
  }
  return numeric;
}

/* As texts "14" comes before "8": nobody asks for that where all else is a number. */
static bf_status check_order(const bf_study *s, const bf_condition *c) {
  double x;
  if (!bf_condition_orders(c) || bf_is_number(c->whole, &x) || !is_numeric(s, c->name)) return BF_OK;
  return bf_fail(BF_USAGE, "--where: %s has numbers in run %s, and '%s' is none; < <= > >= compare it with a number", c->name, s->r->run->run, c->whole);
}

static bf_status check_where(const bf_study *s) {
  for (size_t i = 0; i < s->nwhere; i++) {
    bool known = variable_of(s, s->where[i].name) < s->nvar;
    for (size_t k = 0; k < NCOLUMN; k++) known |= !strcmp(columns[k], s->where[i].name);
    if (!known) return no_name(s, "--where", s->where[i].name, NCOLUMN);
    bf_status status = check_order(s, &s->where[i]);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

bool bf_study_asks(const bf_study *s, const char *name) {
  for (size_t i = 0; i < s->nwhere; i++)
    if (!strcmp(s->where[i].name, name)) return true;
  return false;
}

bool bf_study_wants(const bf_study *s, const char *name, const char *value) {
  for (size_t i = 0; i < s->nwhere; i++)
    if (!strcmp(s->where[i].name, name) && !bf_condition_holds(&s->where[i], value)) return false;
  return true;
}

/* A sweep variable of that name comes first. */
bool bf_study_wants_stage(const bf_study *s, size_t stage) { return variable_of(s, "stage") < s->nvar || bf_study_wants(s, "stage", s->r->stage[stage].name); }

/* ---- places ---- */

static bool point_fits(const bf_study *s, uint32_t point) {
  const bf_run_info *run = s->r->run;
  for (size_t v = 0; v < run->nvar; v++)
    if (!bf_study_wants(s, run->var[v], run->value[point][v])) return false;
  return true;
}

/* A place is kept when one of its points fits; a condition on an item axis that its stage lacks says nothing of it. */
static void keep_places(bf_study *s) {
  const bf_results *r = s->r;
  bool *fits = bf_alloc(r->run->npoint + 1, sizeof *fits);
  for (size_t i = 0; i < r->run->npoint; i++) fits[i] = point_fits(s, (uint32_t)i);
  for (size_t i = 0; i < r->nplace; i++) {
    const bf_place *p = &r->place[i];
    bool kept = false;
    for (size_t k = r->combo[p->combo]; k < r->combo[p->combo + 1] && !kept; k++) kept = fits[r->point[k]];
    kept = kept && bf_study_wants_stage(s, p->stage);
    for (size_t x = 0; x < r->nextra; x++)
      if (r->stage[p->stage].extra >> x & 1) kept = kept && bf_study_wants(s, r->extra[x], p->extra[x]);
    s->kept[i] = kept;
  }
  free(fits);
}

static int by_place(const void *a, const void *b, void *results) {
  const bf_results *r = results;
  const size_t i = *(const size_t *)a, j = *(const size_t *)b;
  const bf_place *p = &r->place[i], *q = &r->place[j];
  if (p->stage != q->stage) return p->stage < q->stage ? -1 : 1;
  if (p->point != q->point) return p->point < q->point ? -1 : 1;
  return (i > j) - (i < j);
}

static void rank_places(bf_study *s) {
  const size_t n = s->r->nplace;
  size_t *order = bf_alloc(n + 1, sizeof *order);
  for (size_t i = 0; i < n; i++) order[i] = i;
  if (n) qsort_r(order, n, sizeof *order, by_place, (void *)(uintptr_t)s->r);
  for (size_t i = 0; i < n; i++) s->rank[order[i]] = i;
  free(order);
}

typedef struct keyed {
  char *key;
  size_t rank, place;
} keyed;

static int by_key(const void *a, const void *b) {
  const keyed *x = a, *y = b;
  const int order = strcmp(x->key, y->key);
  return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

size_t *bf_study_combinations(const bf_study *s, const bool *leave) {
  const bf_results *r = s->r;
  size_t *of = bf_alloc(r->nplace + 1, sizeof *of), first = 0;
  keyed *k = bf_alloc(r->nplace + 1, sizeof *k);
  for (size_t i = 0; i < r->nplace; i++) {
    bf_text t = {0};
    bf_text_addf(&t, "%zu:", r->place[i].stage);
    for (size_t v = 0; v < s->nvar; v++) {
      const char *value = leave[v] ? NULL : bf_results_value(r, &r->place[i], v);
      if (value) bf_text_addf(&t, "%zu:%zu:%s,", v, strlen(value), value);
    }
    k[i] = (keyed){bf_text_take(&t), s->rank[i], i};
  }
  if (r->nplace) qsort(k, r->nplace, sizeof *k, by_key);
  for (size_t i = 0; i < r->nplace; i++) {
    if (!i || strcmp(k[i].key, k[first].key) != 0) first = i;
    of[k[i].place] = k[first].rank;
  }
  for (size_t i = 0; i < r->nplace; i++) free(k[i].key);
  free(k);
  return of;
}

bf_status bf_study_make(const bf_results *r, bf_condition *where, size_t nwhere, const char *over, bf_study *s) {
  bf_status status = BF_OK;
  *s = (bf_study){.r = r, .nvar = r->run->nvar + r->nextra, .where = where, .nwhere = nwhere};
  s->over = bf_alloc(s->nvar + 1, sizeof *s->over);
  s->kept = bf_alloc(r->nplace + 1, sizeof *s->kept);
  s->stage = bf_alloc(r->nstage + 1, sizeof *s->stage);
  s->rank = bf_alloc(r->nplace + 1, sizeof *s->rank);
  BF_TRY(settle_over(s, over));
  BF_TRY(check_where(s));
  keep_places(s);
  rank_places(s);
  bf_study_choose_stages(s);
  bf_study_make_series(s);
out:
  return status;
}

void bf_study_free(bf_study *s) {
  for (size_t i = 0; i < s->nwhere; i++) bf_condition_free(&s->where[i]);
  free(s->where), free(s->over), free(s->kept), free(s->stage), free(s->rank), free(s->layer), free(s->series), free(s->numbers);
  *s = (bf_study){0};
}
