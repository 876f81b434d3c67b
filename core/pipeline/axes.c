/* Axes: which sweep variables tell a stage's instances apart, which item axes its results carry, and what `across` ends. Stages come sorted, so that a
 * source is settled before its readers. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

typedef struct names { /* item axes, not owned */
  const char *at[BF_MAX_SWEEP];
  size_t n[BF_MAX_SWEEP]; /* bytes of each */
  size_t count;
} names;

static bool has(const names *a, const char *name, size_t n) {
  for (size_t i = 0; i < a->count; i++)
    if (a->n[i] == n && !memcmp(a->at[i], name, n)) return true;
  return false;
}

static bf_status add(names *a, const char *name, size_t n, const bf_pstage *s) {
  if (a->count == BF_MAX_SWEEP) return bf_fail_at(BF_INVALID, s->at, "stage '%s': its items have more than %d axes", s->name, BF_MAX_SWEEP);
  a->at[a->count] = name;
  a->n[a->count++] = n;
  return BF_OK;
}

/* "activation, seed" in text that the caller frees. */
static char *axes_text(const bf_pipeline *p, uint64_t axes) {
  bf_text t = {0};
  for (size_t v = 0; v < p->nvar; v++)
    if (axes >> v & 1) bf_text_addf(&t, "%s%s", t.n ? ", " : "", p->var[v]);
  if (!t.n) bf_text_add(&t, "none");
  return bf_text_take(&t);
}

static bf_status fail_items(const bf_pipeline *p, const bf_pstage *s, const bf_link *link, char *const *axes) {
  bf_text list = {0};
  for (size_t i = 0; axes[i]; i++) bf_text_addf(&list, "%s%s", i ? ", " : "", axes[i]);
  const char *port = s->use->stage->inputs[link->port].name;
  bf_status status = bf_fail_at(BF_INVALID, link->at,
                                "port '%s' under in takes exactly one artifact, but '%s' gives one for each %s: write each: { %s: %s } to run stage '%s' once "
                                "per item, or collect the items in "
                                "a stage with gather",
                                port, p->stage[link->from].name, list.at, port, link->at->text, s->name);
  bf_text_free(&list);
  return status;
}

/* The item axes that `each` brings, common ones once. */
static bf_status join_items(const bf_pipeline *p, const bf_pstage *s, names *joined) {
  bf_status status = BF_OK;
  for (size_t l = 0; l < s->nlink && status == BF_OK; l++) {
    const bf_link *link = &s->link[l];
    char *const *axes = p->stage[link->from].item_axes[link->from_port];
    if (link->kind == BF_LINK_IN && axes[0]) return fail_items(p, s, link, axes);
    for (size_t i = 0; link->kind == BF_LINK_EACH && axes[i] && status == BF_OK; i++)
      if (!has(joined, axes[i], strlen(axes[i]))) status = add(joined, axes[i], strlen(axes[i]), s);
  }
  return status;
}

static bf_status add_own(const bf_pipeline *p, const bf_pstage *s, const bf_port *port, names *all) {
  bf_status status = BF_OK;
  const char *at = port->flags & BF_MANY && port->axes ? port->axes : "";
  for (size_t n; *at && status == BF_OK; at += n) {
    at += strspn(at, ", ");
    n = strcspn(at, ", ");
    if (!n) break;
    if (has(all, at, n))
      return bf_fail_at(BF_INVALID, s->at,
                        "stage '%s': each brings items with the axis '%.*s', and port '%s' of %s adds one of that name: their labels could not be told apart",
                        s->name, (int)n, at, port->name, s->use->id);
    for (size_t v = 0; v < p->nvar; v++)
      if (strlen(p->var[v]) == n && !memcmp(p->var[v], at, n))
        return bf_fail_at(BF_INVALID, s->at,
                          "stage '%s': the items of port '%s' of %s have an axis '%s', and so is a sweep variable called: give the variable another name",
                          s->name, port->name, s->use->id, p->var[v]);
    status = add(all, at, n, s);
  }
  return status;
}

static bf_status settle_items(const bf_pipeline *p, bf_pstage *s) {
  bf_status status = BF_OK;
  names joined = {0};
  const bf_port *outputs = s->use->stage->outputs;
  size_t nport = bf_port_count(outputs);
  if ((status = join_items(p, s, &joined)) != BF_OK) return status;
  s->item_axes = bf_alloc(nport + 1, sizeof *s->item_axes); /* a NULL behind the last, for freeing */
  for (size_t i = 0; i < nport && status == BF_OK; i++) {
    names all = joined;
    status = add_own(p, s, &outputs[i], &all);
    s->item_axes[i] = bf_alloc(all.count + 1, sizeof **s->item_axes);
    for (size_t a = 0; a < all.count; a++) s->item_axes[i][a] = bf_strndup(all.at[a], all.n[a]);
  }
  return status;
}

static bf_status fail_across(const bf_pipeline *p, const bf_node *at, uint64_t gathered) {
  char hint[BF_HINT];
  const char *known[BF_MAX_SWEEP];
  size_t n = 0;
  for (size_t v = 0; v < p->nvar; v++)
    if (gathered >> v & 1) known[n++] = p->var[v];
  bool swept = false;
  for (size_t v = 0; v < p->nvar; v++) swept |= !strcmp(p->var[v], at->text);
  char *list = axes_text(p, gathered);
  char *why = swept ? bf_format_text("; none of their params uses $%s: to fix its value, --set sweep.%s=VALUE", at->text, at->text) : NULL;
  bf_status status =
      bf_fail_at(BF_INVALID, at, "across names '%.64s', but the gathered stages have no such sweep axis%s (theirs: %s; item axes end by themselves%s)",
                 at->text, bf_hint(hint, at->text, known, n), list, why ? why : "");
  free(why);
  free(list);
  return status;
}

static bf_status read_across(const bf_pipeline *p, bf_pstage *s, const bf_node *across, uint64_t direct, uint64_t gathered, bool gathers) {
  if (bf_node_empty(across)) return BF_OK;
  if (!gathers) return bf_fail_at(BF_INVALID, across, "across stands only beside gather: it says which sweep axes end there");
  for (size_t i = 0; i < bf_list_size(across); i++) {
    const bf_node *name = bf_list_at(across, i);
    if (bf_need_text(name, "a sweep variable in across") != BF_OK || bf_need_plain(name, "across") != BF_OK) return BF_INVALID;
    size_t v = 0;
    while (v < p->nvar && strcmp(p->var[v], name->text)) v++;
    uint64_t bit = v < p->nvar ? UINT64_C(1) << v : 0;
    if (!(gathered & bit)) return fail_across(p, name, gathered);
    if (s->own_axes & bit) return bf_fail_at(BF_INVALID, name, "across ends '%s', but the params of stage '%s' use $%s", name->text, s->name, name->text);
    if (direct & bit) return bf_fail_at(BF_INVALID, name, "across ends '%s', but stage '%s' also reads by in or each what has that axis", name->text, s->name);
    if (s->across & bit) return bf_fail_at(BF_INVALID, name, "across names '%s' twice", name->text);
    s->across |= bit;
  }
  return BF_OK;
}

static bf_status settle_axes(bf_pipeline *p, size_t stage) {
  bf_pstage *s = &p->stage[stage];
  const bf_projection *projection = NULL;
  uint64_t direct = 0, gathered = 0;
  bool gathers = false;
  for (size_t l = 0; l < s->nlink; l++) {
    uint64_t axes = p->stage[s->link[l].from].axes;
    if (s->link[l].kind == BF_LINK_GATHER)
      gathers = true, gathered |= axes;
    else
      direct |= axes;
  }
  bf_status status = read_across(p, s, bf_node_get(bf_stage_node(p, stage), "across"), direct, gathered, gathers);
  if (status != BF_OK) return status;
  s->axes = s->own_axes | direct | (gathered & ~s->across);
  if ((status = bf_project(p, s->axes, &projection)) != BF_OK) return status;
  s->ninstance = projection->n;
  s->instance_point = projection->first;
  s->point_instance = projection->of;
  return BF_OK;
}

bf_status bf_axes_settle(bf_pipeline *p) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < p->nstage && status == BF_OK; i++) {
    status = settle_items(p, &p->stage[i]);
    if (status == BF_OK) status = settle_axes(p, i);
  }
  return status;
}
