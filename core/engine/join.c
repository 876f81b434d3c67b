/* Several `each` links: their items are joined on their common axes, in the order of the first link, then of the next. An item that its
 * producer did not give (declined, failed, skipped, forecast) lacks the labels of the producer's own axes: it meets every item that agrees
 * on the labels that it has, once for all of them. */
#include "engine/plan.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

typedef struct row { /* a combination so far */
  size_t nlabel;
  bf_label *label;
  bf_source *each; /* by link */
  bool whole;      /* each item of it is there */
  bool met;        /* found a partner */
} row;

typedef struct rows {
  size_t n;
  row *at;
} rows;

static const char *value_of(const row *r, const char *axis) {
  for (size_t i = 0; i < r->nlabel; i++)
    if (!strcmp(r->label[i].name, axis)) return r->label[i].value;
  return NULL;
}

static void free_rows(rows *r) {
  for (size_t i = 0; i < r->n; i++) {
    free(r->at[i].label);
    free(r->at[i].each);
  }
  free(r->at);
  *r = (rows){0};
}

/* The items of one link. */
static rows rows_of(const bf_plan *plan, bf_instance *in, size_t l) {
  const bf_pstage *s = bf_stage_of(plan, in);
  const bf_instance *producer = in->from[l].at[0];
  rows all = {0};
  in->items_unknown |= producer->items_unknown;
  for (size_t k = 0; k < producer->njob; k++) {
    bf_job *job = producer->job[k];
    in->items_unknown |= bf_items_unknown(plan, job, s->link[l].from_port);
    const bf_output *output = job->state == BF_JOB_DONE ? bf_job_output(plan, job, s->link[l].from_port) : NULL;
    for (ptrdiff_t i = output ? 0 : BF_NO_ITEM; i < (output ? (ptrdiff_t)output->nitem : 0); i++) {
      row r = {.each = bf_alloc(s->nlink, sizeof *r.each), .whole = output != NULL};
      r.each[l] = (bf_source){job, s->link[l].from_port, i};
      const bf_label *label = bf_source_label(plan, &r.each[l], &r.nlabel);
      r.label = bf_alloc(r.nlabel, sizeof *r.label);
      if (r.nlabel) memcpy(r.label, label, r.nlabel * sizeof *label);
      all.at = bf_grow(all.at, all.n, sizeof *all.at);
      all.at[all.n++] = r;
    }
  }
  return all;
}

/* a's labels, then those of b that a lacks. Of a meeting with an item that is not there only the labels that both sides settle: its own. */
static void add_joined(rows *out, const row *a, const row *b, size_t link, size_t nlink) {
  row r = {.each = bf_alloc(nlink, sizeof *r.each), .whole = a->whole && b->whole};
  memcpy(r.each, a->each, nlink * sizeof *r.each);
  r.each[link] = b->each[link];
  const row *first = r.whole || !a->whole ? a : b, *second = r.whole ? b : !a->whole && !b->whole ? b : NULL;
  r.label = bf_alloc(a->nlabel + b->nlabel, sizeof *r.label);
  for (size_t i = 0; i < first->nlabel; i++) r.label[r.nlabel++] = first->label[i];
  for (size_t i = 0; second && i < second->nlabel; i++)
    if (!value_of(first, second->label[i].name)) r.label[r.nlabel++] = second->label[i];
  out->at = bf_grow(out->at, out->n, sizeof *out->at);
  out->at[out->n++] = r;
}

typedef struct cell { /* the whole rows of b with one combination of values of the common axes, in order */
  char *key;
  size_t n, *at;
} cell;

static int by_key(const void *a, const void *b) { return strcmp(((const cell *)a)->key, ((const cell *)b)->key); }

static char *key_of(const row *r, char *const *common) {
  bf_text t = {0};
  for (; *common; common++) bf_text_addf(&t, "%s\n", value_of(r, *common) ? value_of(r, *common) : "");
  return bf_text_take(&t);
}

static void free_cell(void *node) {
  cell *c = node;
  free(c->key);
  free(c->at);
  free(c);
}

static bool agree(const row *a, const row *b) {
  for (size_t i = 0; i < a->nlabel; i++) {
    const char *other = value_of(b, a->label[i].name);
    if (other && strcmp(other, a->label[i].value)) return false;
  }
  return true;
}

static void *index_rows(const rows *b, char *const *common) {
  void *tree = NULL;
  for (size_t i = 0; i < b->n; i++) {
    if (!b->at[i].whole) continue;
    cell *c = bf_alloc(1, sizeof *c);
    c->key = key_of(&b->at[i], common);
    cell *found = *(cell **)tsearch(c, &tree, by_key);
    if (found != c) free_cell(c);
    found->at = bf_grow(found->at, found->n, sizeof *found->at);
    found->at[found->n++] = i;
  }
  return tree;
}

/* One more link: every row of a with its partners of b. */
static rows join_two(rows *a, rows *b, char *const *common, size_t link, size_t nlink) {
  rows out = {0};
  bool whole = true; /* all of b, as nearly always */
  void *tree = index_rows(b, common);
  for (size_t k = 0; k < b->n; k++) whole &= b->at[k].whole;
  for (size_t i = 0; i < a->n; i++) {
    row *x = &a->at[i];
    for (size_t k = 0; k < (whole && x->whole ? 0 : b->n); k++) { /* what is not there comes once */
      row *y = &b->at[k];
      if ((x->whole && y->whole) || !agree(x, y)) continue;
      bool again = x->whole ? y->met : x->met;
      x->met = y->met = true;
      if (!again) add_joined(&out, x, y, link, nlink);
    }
    if (!x->whole) continue;
    cell wanted = {.key = key_of(x, common)};
    cell **found = tfind(&wanted, &tree, by_key);
    for (size_t k = 0; found && k < (*found)->n; k++) {
      row *y = &b->at[(*found)->at[k]];
      x->met = y->met = true;
      add_joined(&out, x, y, link, nlink);
    }
    free(wanted.key);
  }
  tdestroy(tree, free_cell);
  return out;
}

static bf_status partnerless(const bf_plan *plan, const bf_instance *in, const rows *r, size_t link, const char *other) {
  const bf_pstage *s = bf_stage_of(plan, in);
  bf_text t = {0};
  for (size_t i = 0; i < r->n; i++) {
    if (r->at[i].met) continue;
    for (size_t k = 0; k < r->at[i].nlabel; k++) bf_text_addf(&t, "%s%s=%s", k ? ", " : "", r->at[i].label[k].name, r->at[i].label[k].value);
    bf_status status =
        bf_fail(BF_FAILED, "the item [%s] at its input '%s' has no partner at '%s'", t.n ? t.at : "", s->use->stage->inputs[s->link[link].port].name, other);
    bf_text_free(&t);
    return status;
  }
  return BF_OK;
}

/* Axes that both sides have by declaration; a NULL-ended list; allocated. */
static char **common_axes(char *const *a, char *const *b) {
  char **common = NULL;
  size_t n = 0;
  for (; *a; a++)
    for (size_t k = 0; b[k]; k++)
      if (!strcmp(*a, b[k])) {
        common = bf_grow(common, n, sizeof *common);
        common[n++] = *a;
      }
  common = bf_grow(common, n, sizeof *common);
  common[n] = NULL;
  return common;
}

static char **all_axes(char **a, char *const *b) {
  size_t n = 0;
  char **all = NULL;
  for (; a[n]; n++) {
    all = bf_grow(all, n, sizeof *all);
    all[n] = a[n];
  }
  for (; *b; b++) {
    bool known = false;
    for (size_t k = 0; k < n; k++) known |= !strcmp(all[k], *b);
    if (known) continue;
    all = bf_grow(all, n, sizeof *all);
    all[n++] = *b;
  }
  all = bf_grow(all, n, sizeof *all);
  all[n] = NULL;
  free(a);
  return all;
}

static void make_jobs(bf_plan *plan, bf_instance *in, rows *r) {
  for (size_t i = 0; i < r->n; i++) {
    bf_job *j = bf_job_new(plan, in, BF_JOB_STAGE);
    free(j->each);
    j->each = r->at[i].each;
    j->label = r->at[i].label;
    j->nlabel = r->at[i].nlabel;
    j->order[0] = i;
    r->at[i] = (row){0};
  }
}

bf_status bf_join(bf_plan *plan, bf_instance *in) {
  const bf_pstage *s = bf_stage_of(plan, in);
  bf_status status = BF_OK;
  rows a = {0}, b = {0};
  char **axes = NULL, **common = NULL;
  size_t first = SIZE_MAX;
  for (size_t l = 0; l < s->nlink; l++) {
    if (s->link[l].kind != BF_LINK_EACH) continue;
    char *const *more = plan->pipeline->stage[s->link[l].from].item_axes[s->link[l].from_port];
    if (first == SIZE_MAX) {
      first = l;
      a = rows_of(plan, in, l);
      axes = all_axes(bf_alloc(1, sizeof *axes), more);
      continue;
    }
    b = rows_of(plan, in, l);
    common = common_axes(axes, more);
    for (size_t i = 0; i < a.n; i++) a.at[i].met = false;
    rows joined = join_two(&a, &b, common, l, s->nlink);
    status = partnerless(plan, in, &a, first, s->use->stage->inputs[s->link[l].port].name);
    if (status == BF_OK) status = partnerless(plan, in, &b, l, s->use->stage->inputs[s->link[first].port].name);
    free_rows(&a);
    free_rows(&b);
    free(common);
    a = joined;
    if (status != BF_OK) break;
    axes = all_axes(axes, more);
  }
  if (status == BF_OK) make_jobs(plan, in, &a);
  free_rows(&a);
  free(axes);
  return status;
}
