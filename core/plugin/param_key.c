/* Values as they enter a task's key, and plugin objects as canonical text. */
#include "plugin/param_value.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_real(bf_text *t, double x) {
  if (isinf(x))
    bf_text_add(t, x < 0 ? "-inf" : "inf");
  else
    bf_text_addf(t, "%a", x);
}

static void add_value(bf_text *t, const bf_value *v) {
  if (v->none) {
    bf_text_add(t, "none");
    return;
  }
  switch (v->row->type) {
  case BF_PARAM_BOOL:
    bf_text_add(t, v->yes ? "true" : "false");
    break;
  case BF_PARAM_INT:
    bf_text_addf(t, "%" PRId64, v->whole);
    break;
  case BF_PARAM_REAL:
    add_real(t, v->real);
    break;
  case BF_PARAM_TEXT:
    bf_text_quote(t, v->text);
    break;
  case BF_PARAM_INTS:
  case BF_PARAM_REALS:
    bf_text_add(t, "[");
    for (size_t i = 0; i < v->n; i++) {
      if (i) bf_text_add(t, ",");
      if (v->wholes)
        bf_text_addf(t, "%" PRId64, v->wholes[i]);
      else
        add_real(t, v->reals[i]);
    }
    bf_text_add(t, "]");
    break;
  case BF_PARAM_FILE:
    bf_text_addf(t, "file %s", v->digest.hex);
    break;
  default: {
    char *text = bf_object_text(v->entry, v->params);
    bf_text_add(t, text);
    free(text);
  }
  }
}

static int by_name(const void *a, const void *b) {
  const bf_value *const *x = a, *const *y = b;
  return strcmp((*x)->row->name, (*y)->row->name);
}

/* The values sorted by name; allocated. */
static const bf_value **sorted(const bf_params *p) {
  const bf_value **order = bf_alloc(p->n, sizeof(bf_value *));
  for (size_t i = 0; i < p->n; i++) order[i] = &p->value[i];
  qsort(order, p->n, sizeof(bf_value *), by_name);
  return order;
}

char *bf_object_text(const bf_entry *entry, const bf_params *params) {
  bf_text t = {0};
  const bf_value **order = sorted(params);
  bf_text_add(&t, entry->id);
  for (size_t i = 0; i < params->n; i++) {
    bf_text_addf(&t, "%s%s=", i ? "," : "(", order[i]->row->name);
    add_value(&t, order[i]);
  }
  if (params->n) bf_text_add(&t, ")");
  free(order);
  return bf_text_take(&t);
}

void bf_params_key(const bf_params *p, bf_text *out) {
  const bf_value **order = sorted(p);
  for (size_t i = 0; i < p->n; i++) {
    const bf_entry *entry = order[i]->entry;
    bf_text_addf(out, "param %s ", order[i]->row->name);
    add_value(out, order[i]);
    bf_text_add(out, "\n");
    if (entry) bf_text_addf(out, "uses %s revision %" PRIu32 " build %s\n", entry->id, entry->revision, entry->from->build_id);
  }
  free(order);
}
