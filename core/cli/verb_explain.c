/* bettiflow explain [RUN] [STAGE] [--json]: why each task of a run ran or was cached. */
#include "cli/columns.h"
#include "cli/parts_diff.h"
#include "cli/runs_text.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS = 200 }; /* earlier runs that are looked at */

typedef struct options {
  char *argument[2];
  size_t n;
  bool json;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (o->n == 2) argp_error(state, "'%s' is one argument too many", argument);
    o->argument[o->n++] = argument;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"json", 'J', NULL, 0, "Print a JSON list, one object for each task", 0}, {0}};

/* A task of an earlier run; each key once, from the newest run that has it. */
typedef struct earlier {
  char *key, *use, *text, *labels, *item, *run; /* labels: of sweep and item; item: of the item alone */
  uint32_t task;
  bf_parts parts;
} earlier;

/* An output of the explained run, to tell why an input has other content. */
typedef struct product {
  bf_digest digest;
  bool cached;
  char *why; /* "stage graph ran" */
} product;

typedef struct history {
  const bf_run_info *run;
  earlier *at;
  size_t n;
  void *keys; /* tsearch tree of char *: the keys of `at` */
  product *product;
  size_t nproduct;
} history;

/* ---- what was there before ---- */

static char *item_text(const bf_task_entry *t) {
  bf_task_entry item = *t;
  item.nsweep = 0;
  return bf_labels_text(&item);
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static bool used_in(const bf_run_info *run, const char *use) {
  for (size_t i = 0; i < run->ntask; i++)
    if (!strcmp(run->task[i].use, use)) return true;
  return false;
}

static void remember_run(history *h, const bf_run_info *old) {
  const char *known = "";
  for (size_t i = 0; i < old->ntask; i++) {
    const bf_task_entry *t = &old->task[i];
    if (!t->key[0] || t->outcome == BF_OUTCOME_FAILED || tfind(t->key, &h->keys, by_text)) continue;
    if (strcmp(known, t->use) && !used_in(h->run, known = t->use)) continue;
    h->at = bf_grow(h->at, h->n, sizeof *h->at);
    earlier *e = &h->at[h->n++];
    *e = (earlier){bf_strdup(t->key),   bf_strdup(t->use), bf_strdup(t->parts),  bf_labels_text(t), item_text(t),
                   bf_strdup(old->run), t->task,           bf_parts_of(t->parts)};
    tsearch(e->key, &h->keys, by_text);
  }
}

static bf_status remember(const bf_store *s, history *h) {
  char **id;
  size_t n, read = 0;
  bf_status status = bf_runs_list(s, &id, &n);
  if (status != BF_OK) return status;
  for (size_t i = n; i-- > 0;) {
    bf_run_info *old = NULL;
    if (strcmp(id[i], h->run->run) < 0 && read < MOST_RUNS && bf_run_read(s, id[i], &old) == BF_OK) {
      remember_run(h, old);
      read++;
    }
    bf_run_info_free(old);
    free(id[i]);
  }
  free(id);
  return BF_OK;
}

/* Of several that made the same content, one that ran comes first. */
static int by_digest(const void *a, const void *b) {
  const product *p = a, *q = b;
  int order = strcmp(p->digest.hex, q->digest.hex);
  return order ? order : p->cached - q->cached;
}

static void list_products(history *h) {
  for (size_t i = 0; i < h->run->ntask; i++) {
    const bf_task_entry *t = &h->run->task[i];
    bool cached = t->outcome == BF_CACHED;
    for (size_t j = 0; j < t->noutput; j++)
      for (size_t k = 0; k < t->output[j].nitem; k++) {
        h->product = bf_grow(h->product, h->nproduct, sizeof *h->product);
        h->product[h->nproduct++] =
            (product){t->output[j].item[k].digest, cached, bf_format_text(cached ? "stage %s has another result" : "stage %s ran", t->stage)};
      }
  }
  if (h->nproduct) qsort(h->product, h->nproduct, sizeof *h->product, by_digest);
}

static const char *cause_of(void *context, const char *digest) {
  const history *h = context;
  size_t low = 0, high = h->nproduct;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(h->product[middle].digest.hex, digest) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < h->nproduct && !strcmp(h->product[low].digest.hex, digest) ? h->product[low].why : NULL;
}

static void forget(void *key) { (void)key; }

static void free_history(history *h) {
  tdestroy(h->keys, forget);
  for (size_t i = 0; i < h->n; i++) {
    earlier *e = &h->at[i];
    free(e->key), free(e->use), free(e->text), free(e->labels), free(e->item), free(e->run);
    bf_parts_free(&e->parts);
  }
  for (size_t i = 0; i < h->nproduct; i++) free(h->product[i].why);
  free(h->at);
  free(h->product);
}

/* ---- why ---- */

/* The fewest lines differ; then the same place in the sweep, or at least the same item; then the newest run, which stands first. */
static const earlier *nearest(const history *h, const bf_task_entry *t) {
  const earlier *best = NULL;
  size_t least = 0;
  int best_place = 0;
  bf_parts parts = bf_parts_of(t->parts);
  char *labels = bf_labels_text(t), *item = item_text(t);
  for (size_t i = 0; i < h->n; i++) {
    const earlier *e = &h->at[i];
    if (strcmp(e->use, t->use)) continue;
    size_t d = bf_parts_distance(&parts, &e->parts);
    int place = !strcmp(e->labels, labels) ? 2 : !strcmp(e->item, item);
    if (best && (d > least || (d == least && place <= best_place))) continue;
    best = e;
    least = d;
    best_place = place;
  }
  free(labels);
  free(item);
  bf_parts_free(&parts);
  return best;
}

/* Why a task whose key no earlier run has was cached all the same. */
static const char *cached_newly(const bf_run_info *run, const bf_task_entry *t) {
  for (size_t i = 0; i < run->ntask; i++)
    if (run->task[i].outcome != BF_CACHED && !strcmp(run->task[i].key, t->key)) return "another task of this run is the same";
  return "its record was in the store";
}

static void add(char ***why, size_t *n, char *text) {
  *why = bf_grow(*why, *n, sizeof **why);
  (*why)[(*n)++] = text;
}

/* The reasons, and in *with what it was compared with. */
static char **reasons(const history *h, const bf_task_entry *t, size_t *n, const earlier **with) {
  char **why = NULL;
  bool declined = t->outcome == BF_OUTCOME_DECLINED, before = t->key[0] && tfind(t->key, (void *const *)&h->keys, by_text);
  *n = 0;
  *with = NULL;
  if (t->outcome == BF_SKIPPED || t->outcome == BF_OUTCOME_FAILED || declined) add(&why, n, bf_strdup(*t->message ? t->message : "no message"));
  if (t->outcome == BF_CACHED || (declined && before)) {
    add(&why, n, bf_strdup(declined ? "as before" : before ? "nothing that it depends on changed" : cached_newly(h->run, t)));
  } else if (t->outcome == BF_SKIPPED || !t->key[0]) {
    return why;
  } else if (before) {
    add(&why, n, bf_strdup("its record or one of its objects was no longer in the store"));
  } else if (!(*with = nearest(h, t))) {
    add(&why, n, bf_strdup("first time"));
  } else {
    size_t m;
    char **difference = bf_parts_diff((*with)->text, t->parts, cause_of, (void *)(uintptr_t)h, &m);
    for (size_t i = 0; i < m; i++) add(&why, n, difference[i]);
    free(difference);
  }
  return why;
}

static char *join(char **why, size_t n) {
  bf_text t = {0};
  for (size_t i = 0; i < n; i++) bf_text_addf(&t, "%s%s", i ? "; " : "", why[i]);
  return bf_text_take(&t);
}

/* ---- printing ---- */

typedef struct line { /* tasks of a stage with one outcome and one reason */
  const bf_task_entry *task;
  char *why;
  size_t n;
} line;

static void print_json(const history *h, const char *stage) {
  json_t *list = json_array();
  for (size_t i = 0; i < h->run->ntask; i++) {
    const bf_task_entry *t = &h->run->task[i];
    const earlier *with;
    size_t n;
    if (stage && strcmp(t->stage, stage)) continue;
    char **why = reasons(h, t, &n, &with);
    json_t *texts = json_array();
    for (size_t k = 0; k < n; k++) {
      json_array_append_new(texts, bf_text_json(why[k]));
      free(why[k]);
    }
    free(why);
    json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "task", (json_int_t)t->task, "stage", bf_text_json(t->stage), "use",
                                          bf_text_json(t->use), "sweep", bf_labels_json(t->sweep, t->nsweep), "item", bf_labels_json(t->item, t->nitem),
                                          "outcome", bf_outcome_name(t->outcome), "why", texts, "compared_with",
                                          with ? json_pack("{s:o, s:I}", "run", bf_text_json(with->run), "task", (json_int_t)with->task) : json_null()));
  }
  bf_print_json(list);
}

static bool same_line(const line *l, const bf_task_entry *t, const char *why) {
  return l->task->outcome == t->outcome && !strcmp(l->task->stage, t->stage) && !strcmp(l->why, why);
}

static line *make_lines(const history *h, const char *stage, size_t *nline) {
  line *lines = NULL;
  *nline = 0;
  for (size_t i = 0; i < h->run->ntask; i++) {
    const bf_task_entry *t = &h->run->task[i];
    const earlier *with;
    size_t n, k = 0;
    if (stage && strcmp(t->stage, stage)) continue;
    char **why = reasons(h, t, &n, &with), *text = join(why, n);
    for (size_t j = 0; j < n; j++) free(why[j]);
    free(why);
    while (k < *nline && (stage || !same_line(&lines[k], t, text))) k++;
    if (k < *nline) {
      lines[k].n++;
      free(text);
      continue;
    }
    lines = bf_grow(lines, *nline, sizeof *lines);
    lines[(*nline)++] = (line){t, text, 1};
  }
  return lines;
}

static void add_line(bf_columns *table, const line *l, bool single) {
  const bf_task_entry *t = l->task;
  char *labels = bf_labels_text(t);
  if (single) {
    bf_columns_add(table, "%u", t->task);
    bf_columns_add(table, "%s", labels);
    bf_columns_add(table, "%s", bf_outcome_name(t->outcome));
  } else {
    bf_columns_add(table, "%s", t->stage);
    bf_columns_add(table, "%s", bf_outcome_name(t->outcome));
    bf_columns_add(table, "%zu", l->n);
  }
  bf_columns_add(table, "%s", l->why);
  free(labels);
}

/* Of one stage its tasks singly; else tasks alike as one line, stages in order of their first task. */
static void print_lines(const history *h, const char *stage) {
  bf_columns table = {.align = stage ? "rlll" : "llrl"};
  size_t n;
  line *lines = make_lines(h, stage, &n);
  for (size_t i = 0; i < n; i++)
    for (size_t k = i; lines[i].why && k < n; k++) {
      if (!lines[k].why || strcmp(lines[k].task->stage, lines[i].task->stage)) continue;
      add_line(&table, &lines[k], stage);
      if (k == i) continue;
      free(lines[k].why);
      lines[k].why = NULL;
    }
  for (size_t i = 0; i < n; i++) free(lines[i].why);
  free(lines);
  bf_columns_print(&table);
}

static bf_status explain(const bf_store *s, const options *o) {
  bf_run_info *run = NULL;
  history h = {0};
  const char *stage;
  bool found = false;
  bf_status status = bf_run_argument(s, o->argument, o->n, &run, &stage);
  if (status != BF_OK) return status;
  h.run = run;
  for (size_t i = 0; stage && i < run->ntask; i++) found |= !strcmp(run->task[i].stage, stage);
  if (stage && !found) {
    status = bf_fail(BF_USAGE, "run %s has no stage '%s'; `bettiflow show %s` lists its stages", run->run, stage, run->run);
    goto out;
  }
  BF_TRY(remember(s, &h));
  list_products(&h);
  if (o->json)
    print_json(&h, stage);
  else
    print_lines(&h, stage);
out:
  free_history(&h);
  bf_run_info_free(run);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {own,
                            parse,
                            "[RUN] [STAGE]",
                            "Tell why each task of a run ran or was cached, by comparing what its key is made of with the nearest task of an earlier run. "
                            "RUN is an id or its beginning, or `last`, which is the default.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_store *s = NULL;
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_open_to_read(&s));
  BF_TRY(explain(s, &o));
out:
  if (status != BF_OK) bf_complain();
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_explain = {"explain", "Why each task of a run ran or was cached", run};
