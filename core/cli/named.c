/* Artifacts as a verb's arguments name them: files, results of runs, objects. */
#include "cli/named.h"
#include "cli/runs_text.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LEAST_DIGITS = 8, SHOWN = 6 };

typedef struct result { /* an output's item */
  const bf_task_entry *task;
  const bf_item *item;
} result;

typedef struct search {
  const char *name;                  /* the whole, for messages */
  char *run, *stage, *port, *labels; /* port and labels may be NULL */
  const bf_run_info *info;
  const bf_task_entry *task; /* one that the name fits, whether it has a result or not */
  result *hit;               /* of different content */
  size_t n;
  result *near; /* those with the most of the labels, where none has all */
  size_t nnear, most;
} search;

/* ---- labels ---- */

static const char *value_in(const bf_label *label, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(label[i].name, name)) return label[i].value;
  return NULL;
}

static const char *value_of(const result *r, const char *name) {
  const char *value = value_in(r->task->sweep, r->task->nsweep, name);
  if (!value) value = value_in(r->task->item, r->task->nitem, name);
  return value ? value : value_in(r->item->label, r->item->nlabel, name);
}

static int bracket(char c) { return (c == '[' || c == '(') - (c == ']' || c == ')'); }

/* The pair at *labels, which goes on behind it. A comma inside of brackets or parentheses belongs to a value, as does whatever stands behind a backslash. */
static char *next_pair(const char **labels) {
  bf_text pair = {0};
  int depth = 0;
  const char *s = *labels + strspn(*labels, ", ");
  for (; *s && (depth || *s != ','); s++) {
    depth += bracket(*s);
    if (*s == '\\' && s[1]) s++;
    bf_text_add_n(&pair, s, 1);
  }
  *labels = s;
  return bf_text_take(&pair);
}

/* The value as next_pair() reads it. */
static void add_value(bf_text *t, const char *value) {
  int depth = 0;
  bool plain = true;
  for (const char *s = value; *s; s++) {
    plain = plain && *s != '\\' && (depth || *s != ',');
    depth += bracket(*s);
  }
  plain = plain && !depth;
  for (const char *s = value; *s; s++) {
    if (!plain && strchr(",\\[]()", *s)) bf_text_add(t, "\\");
    bf_text_add_n(t, s, 1);
  }
}

/* "layer=3, class=1": how many pairs are the result's, and how many there are. */
static size_t count_fitting(const result *r, const char *labels, size_t *pairs) {
  size_t fitting = 0;
  for (*pairs = 0; labels && *labels; ++*pairs) {
    char *pair = next_pair(&labels), *equals = strchr(pair, '=');
    if (equals) *equals = 0;
    const char *value = equals ? value_of(r, pair) : NULL;
    fitting += value && !strcmp(value, equals + 1);
    free(pair);
  }
  return fitting;
}

static void add_labels(bf_text *t, const bf_label *label, size_t n, bool *any) {
  for (size_t i = 0; i < n; i++) {
    bf_text_addf(t, "%s%s=", *any ? "," : "/", label[i].name);
    add_value(t, label[i].value);
    *any = true;
  }
}

/* In the quotes that a shell wants, if it wants them. */
static void add_word(bf_text *t, const char *word) {
  if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%") == strlen(word)) {
    bf_text_add(t, word);
    return;
  }
  bf_text_add(t, "'");
  for (; *word; word++)
    if (*word == '\'')
      bf_text_add(t, "'\\''");
    else
      bf_text_add_n(t, word, 1);
  bf_text_add(t, "'");
}

/* "last/homology/seed=1,layer=3" */
static void add_name(bf_text *to, const search *q, const result *r) {
  bool any = false;
  bf_text name = {0}, *t = &name;
  bf_text_addf(t, "%s/%s%s%s", q->run, q->stage, q->port ? "." : "", q->port ? q->port : "");
  add_labels(t, r->task->sweep, r->task->nsweep, &any);
  add_labels(t, r->task->item, r->task->nitem, &any);
  for (size_t i = 0; i < r->item->nlabel; i++) /* a task's own item label may stand in its result's too */
    if (!value_in(r->task->item, r->task->nitem, r->item->label[i].name)) add_labels(t, &r->item->label[i], 1, &any);
  add_word(to, name.at);
  bf_text_free(&name);
}

/* ---- results of a run ---- */

static bool is_number(const char *s) { return *s && strspn(s, "0123456789") == strlen(s); }

static bool is_stage(const bf_task_entry *t, const char *stage) { return is_number(stage) ? t->task == strtoul(stage, NULL, 10) : !strcmp(t->stage, stage); }

static bool has_stage(const bf_run_info *run, const char *stage) {
  for (size_t i = 0; i < run->ntask; i++)
    if (is_stage(&run->task[i], stage)) return true;
  return false;
}

static void add_hit(search *q, const result *r) {
  for (size_t i = 0; i < q->n; i++)
    if (!strcmp(q->hit[i].item->digest.hex, r->item->digest.hex)) return;
  q->hit = bf_grow(q->hit, q->n, sizeof *q->hit);
  q->hit[q->n++] = *r;
}

static void add_near(search *q, const result *r, size_t fitting) {
  if (q->nnear && fitting < q->most) return;
  if (fitting > q->most) q->nnear = 0;
  q->most = fitting;
  q->near = bf_grow(q->near, q->nnear, sizeof *q->near);
  q->near[q->nnear++] = *r;
}

static void look_at(search *q, const bf_task_entry *t) {
  if (!is_stage(t, q->stage)) return;
  q->task = t;
  for (size_t o = 0; o < t->noutput; o++) {
    if (q->port ? strcmp(t->output[o].port, q->port) != 0 : o > 0) continue;
    for (size_t i = 0; i < t->output[o].nitem; i++) {
      const result r = {t, &t->output[o].item[i]};
      size_t pairs;
      const size_t fitting = count_fitting(&r, q->labels, &pairs);
      if (fitting == pairs)
        add_hit(q, &r);
      else
        add_near(q, &r, fitting);
    }
  }
}

/* The first few by name; allocated. */
static char *names_of(const search *q, const result *list, size_t n) {
  bf_text t = {0};
  for (size_t i = 0; i < n && i < SHOWN; i++) {
    bf_text_add(&t, i ? ", " : "");
    add_name(&t, q, &list[i]);
  }
  if (n > SHOWN) bf_text_addf(&t, ", … (%zu)", n);
  return bf_text_take(&t);
}

static bf_status no_hit(const search *q) {
  if (!q->labels && q->task->message && *q->task->message && !q->task->noutput)
    return bf_fail(BF_BAD_INPUT, "%s: it %s: %s", q->name, q->task->outcome == BF_OUTCOME_DECLINED ? "declined" : "has no result", q->task->message);
  if (!q->nnear) return bf_fail(BF_BAD_INPUT, "%s: run %s has no such result; `bettiflow show %s --json` lists them", q->name, q->info->run, q->info->run);
  char *names = names_of(q, q->near, q->nnear);
  bf_status status = bf_fail(BF_BAD_INPUT, "%s: run %s has no such result; it has %s", q->name, q->info->run, names);
  free(names);
  return status;
}

static bf_status many_hits(const search *q) {
  char *names = names_of(q, q->hit, q->n);
  bf_status status = bf_fail(BF_BAD_INPUT, "%s: %zu different results; name one: %s", q->name, q->n, names);
  free(names);
  return status;
}

/* "RUN/STAGE.PORT/LABELS" in its parts; a stage's name may hold a dot, as that of what saves its results. */
static void split(const char *name, search *q) {
  const char *stage = strchr(name, '/') + 1, *labels = strchr(stage, '/');
  q->name = name;
  q->run = bf_strndup(name, (size_t)(stage - 1 - name));
  q->stage = labels ? bf_strndup(stage, (size_t)(labels - stage)) : bf_strdup(stage);
  q->labels = labels ? bf_strdup(labels + 1) : NULL;
}

static void split_port(search *q) {
  char *dot = strrchr(q->stage, '.');
  if (has_stage(q->info, q->stage) || !dot) return;
  *dot = 0;
  q->port = bf_strdup(dot + 1);
}

static bf_status find_result(const bf_store *s, const char *name, char **path) {
  search q = {0};
  bf_run_info *info = NULL;
  bf_status status = BF_OK;
  split(name, &q);
  status = bf_run_read(s, q.run, &info);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s: neither a file nor a result of a run, RUN/STAGE[/label=value,…]", name);
  if (status != BF_OK) goto out;
  q.info = info;
  split_port(&q);
  for (size_t i = 0; i < info->ntask; i++) look_at(&q, &info->task[i]);
  if (!q.task)
    status = bf_fail(BF_BAD_INPUT, "%s: run %s has no stage '%s'; `bettiflow show %s` lists its stages", name, info->run, q.stage, info->run);
  else if (q.n != 1)
    status = q.n ? many_hits(&q) : no_hit(&q);
  else if (!bf_store_has(s, q.hit[0].item->digest.hex, q.hit[0].item->size))
    status = bf_fail(BF_STORE, "%s: its object is no longer in the store; run the pipeline again", name);
  else
    *path = bf_store_object(s, q.hit[0].item->digest.hex);
out:
  bf_run_info_free(info);
  free(q.run), free(q.stage), free(q.port), free(q.labels), free(q.hit), free(q.near);
  return status;
}

/* ---- objects ---- */

static bf_status find_object(const bf_store *s, const char *name, char **path) {
  bf_digest digest;
  bf_status status = bf_store_find(s, name, &digest);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s: neither a file nor the digest of an object", name);
  if (status == BF_OK) *path = bf_store_object(s, digest.hex);
  return status;
}

bool bf_named_by_digest(const char *name) { return strlen(name) >= LEAST_DIGITS && strspn(name, "0123456789abcdef") == strlen(name); }

/* ---- any of them ---- */

static bf_status from_store(const char *name, char **path) {
  bf_store *s = NULL;
  const bool result = strchr(name, '/') && *name != '/' && *name != '.';
  if (!result && !bf_named_by_digest(name))
    return bf_fail(BF_BAD_INPUT, "%s: there is no such file; a result of a run is named RUN/STAGE[/label=value,…], as last/homology", name);
  bf_status status = bf_open_to_read(&s);
  if (status != BF_OK) status = bf_fail_in(BF_BAD_INPUT, "%s: there is no such file, and no store that could have it", name);
  if (status == BF_OK) status = result ? find_result(s, name, path) : find_object(s, name, path);
  bf_store_close(s);
  return status;
}

bf_status bf_named_object(const char *name, char **path) {
  struct stat st;
  *path = NULL;
  return stat(name, &st) ? from_store(name, path) : BF_OK;
}

bf_status bf_named_artifact(bf_workshop *w, const char *name, uint32_t types, char **path, bf_artifact_info *info) {
  char *object = NULL;
  bf_file_spec from = bf_file_spec_of(name);
  bf_status status = from.format ? BF_OK : bf_named_object(name, &object);
  if (object) {
    bf_workshop_call(w, object, name);
    from.file = object;
  }
  if (status == BF_OK) status = bf_import(w, &from, types, path, info);
  if (status != BF_OK && object) bf_workshop_fail(w, status);
  free(from.format);
  free(object);
  return status;
}
