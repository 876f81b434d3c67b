/* What differs between the texts of two keys. */
#include "cli/parts_diff.h"
#include "base/digest.h"
#include "base/text.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct part { /* a line: "param k 14" is kind "param", name "k", value "14" */
  char *kind, *name, *value;
} part;

typedef struct parts {
  part *at;
  size_t n;
} parts;

typedef struct words { /* the list that is made */
  char **at;
  size_t n;
} words;

static void say(words *w, char *text) {
  for (size_t i = 0; i < w->n; i++)
    if (!strcmp(w->at[i], text)) {
      free(text);
      return;
    }
  w->at = bf_grow(w->at, w->n, sizeof *w->at);
  w->at[w->n++] = text;
}

/* ---- reading ---- */

/* Where the value begins in what follows the kind: after the name, and after the label of an input, whose texts may hold spaces and brackets. */
static size_t name_length(const char *kind, const char *rest) {
  if (!strcmp(kind, "build") || !strcmp(kind, "core") || !strcmp(kind, "bettiflow-key")) return 0;
  size_t n = strcspn(rest, " ");
  if ((strcmp(kind, "input") && strcmp(kind, "declined")) || strncmp(rest + n, " [", 2)) return n;
  bool quoted = false;
  for (n += 2; rest[n] && (quoted || rest[n] != ']'); n++) {
    if (rest[n] == '\\' && rest[n + 1])
      n++;
    else if (rest[n] == '"')
      quoted = !quoted;
  }
  return n + (rest[n] == ']');
}

static part read_part(const char *line, size_t n) {
  char *text = bf_strndup(line, n);
  size_t k = strcspn(text, " ");
  part p = {.kind = bf_strndup(text, k)};
  const char *rest = text + k + (text[k] == ' ');
  size_t m = name_length(p.kind, rest);
  p.name = bf_strndup(rest, m);
  p.value = bf_strdup(rest + m + (rest[m] == ' '));
  free(text);
  return p;
}

static parts read_parts(const char *text) {
  parts p = {0};
  while (*text) {
    size_t n = strcspn(text, "\n");
    if (n) {
      p.at = bf_grow(p.at, p.n, sizeof *p.at);
      p.at[p.n++] = read_part(text, n);
    }
    text += n + (text[n] == '\n');
  }
  return p;
}

static void free_parts(parts *p) {
  for (size_t i = 0; i < p->n; i++) free(p->at[i].kind), free(p->at[i].name), free(p->at[i].value);
  free(p->at);
}

static const part *find(const parts *p, const char *kind, const char *name) {
  for (size_t i = 0; i < p->n; i++)
    if (!strcmp(p->at[i].kind, kind) && !strcmp(p->at[i].name, name)) return &p->at[i];
  return NULL;
}

/* ---- values ---- */

/* The shortest decimal that reads back as the same double. */
static void add_real(bf_text *t, double x) {
  char text[40];
  for (int digits = 6; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, x);
    if (strtod(text, NULL) == x) break;
  }
  bf_text_add(t, text);
}

char *bf_readable_value(const char *value) {
  bf_text t = {0};
  char before = ' ';
  bool quoted = false;
  while (*value) {
    char *end;
    const char *digits = value + (*value == '-');
    if (*value == '"' && before != '\\') quoted = !quoted;
    if (!quoted && !strncmp(digits, "0x", 2) && !isalnum((unsigned char)before)) {
      add_real(&t, strtod(value, &end));
      before = '0';
      value = end;
      continue;
    }
    bf_text_add_n(&t, value, 1);
    before = *value++;
  }
  return bf_text_take(&t);
}

/* ---- what is not an input ---- */

static char *param_change(const part *a, const part *b) {
  if (!strncmp(a->value, "file ", 5) && !strncmp(b->value, "file ", 5)) return bf_format_text("%s: the file has other content", b->name);
  char *before = bf_readable_value(a->value), *now = bf_readable_value(b->value);
  char *text = bf_format_text("%s: %s -> %s", b->name, before, now);
  free(before);
  free(now);
  return text;
}

/* "plugin ID 1 3f…" and "uses ID revision 1 build 3f…": the revision comes first. */
static bool same_revision(const part *a, const part *b) {
  const char *p = a->value + strcspn(a->value, "0123456789"), *q = b->value + strcspn(b->value, "0123456789");
  return strtoul(p, NULL, 10) == strtoul(q, NULL, 10);
}

static char *object_change(const part *a, const part *b) {
  return same_revision(a, b) ? bf_format_text("%s was rebuilt", b->name) : bf_format_text("%s has another revision", b->name);
}

static bool is_stage(const part *p) { return !strcmp(p->kind, "stage") || !strcmp(p->kind, "save"); }

static const char *stage_of(const parts *p) {
  for (size_t i = 0; i < p->n; i++)
    if (is_stage(&p->at[i])) return p->at[i].name;
  return "the stage";
}

static char *change(const part *a, const part *b, const parts *now) {
  if (!strcmp(b->kind, "param")) return param_change(a, b);
  if (!strcmp(b->kind, "plugin") || !strcmp(b->kind, "uses")) return object_change(a, b);
  if (!strcmp(b->kind, "build")) return bf_format_text("the plugin of %s was rebuilt", stage_of(now));
  if (is_stage(b)) return bf_format_text("%s: revision %s -> %s", b->name, a->value, b->value);
  if (!strcmp(b->kind, "core")) return bf_format_text("bettiflow's own revision: %s -> %s", a->value, b->value);
  return bf_format_text("%s%s%s: %s -> %s", b->kind, *b->name ? " " : "", b->name, a->value, b->value);
}

/* A plugin object in only one of them follows from another change that is told. */
static bool follows(const part *p) { return !strcmp(p->kind, "plugin") || !strcmp(p->kind, "uses"); }

static bool is_input(const part *p) { return !strcmp(p->kind, "input") || !strcmp(p->kind, "declined"); }

static void diff_others(const parts *a, const parts *b, words *w) {
  for (size_t i = 0; i < b->n; i++) {
    const part *now = &b->at[i], *before = is_input(now) ? NULL : find(a, now->kind, now->name);
    if (is_input(now) || (!before && follows(now))) continue;
    if (!before) {
      char *value = bf_readable_value(now->value);
      say(w, bf_format_text("%s: new, %s", *now->name ? now->name : now->kind, value));
      free(value);
    } else if (strcmp(before->value, now->value)) {
      say(w, change(before, now, b));
    }
  }
  for (size_t i = 0; i < a->n; i++) {
    const part *gone = &a->at[i];
    if (!is_input(gone) && !follows(gone) && !find(b, gone->kind, gone->name))
      say(w, bf_format_text("%s: no longer there", *gone->name ? gone->name : gone->kind));
  }
}

/* ---- inputs ---- */

static size_t port_length(const part *p) { return strcspn(p->name, " "); }

static bool same_port(const part *p, const part *q) { return port_length(p) == port_length(q) && !strncmp(p->name, q->name, port_length(p)); }

static size_t count_port(const parts *p, const part *of) {
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++) n += is_input(&p->at[i]) && same_port(&p->at[i], of);
  return n;
}

static const part *find_input(const parts *p, const part *like) {
  const part *found = find(p, "input", like->name);
  return found ? found : find(p, "declined", like->name);
}

static void add_cause(bf_text *causes, const part *p, bf_input_cause cause, void *context) {
  const char *text = cause && !strcmp(p->kind, "input") && bf_digest_valid(p->value) ? cause(context, p->value) : NULL;
  if (!text || (causes->n && strstr(causes->at, text))) return;
  bf_text_addf(causes, "%s%s", causes->n ? ", " : "", text);
}

/* A port with one artifact on both sides. */
static char *one_input(const part *a, const part *b, const char *causes) {
  int port = (int)port_length(b);
  if (strcmp(a->name, b->name)) return bf_format_text("input %.*s:%s ->%s", port, b->name, a->name + port_length(a), b->name + port);
  if (strcmp(a->kind, b->kind)) return bf_format_text("input %.*s: %s", port, b->name, !strcmp(b->kind, "declined") ? "declined now" : "no longer declined");
  return bf_format_text("input %.*s: other content%s%s%s", port, b->name, *causes ? " (because " : "", causes, *causes ? ")" : "");
}

static char *many_inputs(const parts *a, const parts *b, const part *port, const char *causes, size_t other, size_t fresh) {
  bf_text t = {0};
  size_t gone = count_port(a, port) + fresh - count_port(b, port);
  const char *comma = "";
  bf_text_addf(&t, "input %.*s: ", (int)port_length(port), port->name);
  if (other)
    bf_text_addf(&t, "%zu of %zu have other content%s%s%s", other, count_port(b, port), *causes ? " (because " : "", causes, *causes ? ")" : ""), comma = ", ";
  if (fresh) bf_text_addf(&t, "%s%zu new", comma, fresh), comma = ", ";
  if (gone) bf_text_addf(&t, "%s%zu no longer there", comma, gone), comma = ", ";
  if (!*comma) bf_text_add(&t, "another order");
  return bf_text_take(&t);
}

/* The lines of a port, in order, as one text. */
static char *port_text(const parts *p, const part *of) {
  bf_text t = {0};
  for (size_t i = 0; i < p->n; i++)
    if (is_input(&p->at[i]) && same_port(&p->at[i], of)) bf_text_addf(&t, "%s %s %s\n", p->at[i].kind, p->at[i].name, p->at[i].value);
  return bf_text_take(&t);
}

static void diff_port(const parts *a, const parts *b, const part *port, bf_input_cause cause, void *context, words *w) {
  char *before = port_text(a, port), *now = port_text(b, port);
  bf_text causes = {0};
  size_t other = 0, fresh = 0;
  const part *first = NULL;
  for (size_t i = 0; i < a->n && !first; i++)
    if (is_input(&a->at[i]) && same_port(&a->at[i], port)) first = &a->at[i];
  for (size_t i = 0; i < b->n; i++) {
    const part *p = &b->at[i];
    if (!is_input(p) || !same_port(p, port)) continue;
    const part *was = find_input(a, p);
    fresh += !was;
    if (!was || (!strcmp(was->value, p->value) && !strcmp(was->kind, p->kind))) continue;
    other++;
    add_cause(&causes, p, cause, context);
  }
  char *text = bf_text_take(&causes);
  if (strcmp(before, now))
    say(w, first && count_port(a, port) == 1 && count_port(b, port) == 1 ? one_input(first, port, text) : many_inputs(a, b, port, text, other, fresh));
  free(text);
  free(before);
  free(now);
}

static void diff_inputs(const parts *a, const parts *b, bf_input_cause cause, void *context, words *w) {
  const part *port = NULL;
  for (size_t i = 0; i < b->n; i++) { /* lines of a port stand together */
    const part *p = &b->at[i];
    if (!is_input(p) || (port && same_port(p, port))) continue;
    diff_port(a, b, port = p, cause, context, w);
  }
  for (size_t i = 0; i < a->n; i++)
    if (is_input(&a->at[i]) && !count_port(b, &a->at[i])) say(w, bf_format_text("input %.*s: no longer connected", (int)port_length(&a->at[i]), a->at[i].name));
}

char **bf_parts_diff(const char *before, const char *now, bf_input_cause cause, void *context, size_t *n) {
  parts a = read_parts(before), b = read_parts(now);
  words w = {0};
  diff_others(&a, &b, &w);
  diff_inputs(&a, &b, cause, context, &w);
  free_parts(&a);
  free_parts(&b);
  *n = w.n;
  return w.at;
}
