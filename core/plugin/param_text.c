/* Text to numbers, ranges, choices, lists and plugin objects: the small grammar of parameter values outside YAML. */
#include "plugin/param_value.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *bf_param_type_name(bf_param_type type) {
  static const char *const names[] = {NULL, "bool", "int", "real", "text", "list of int", "list of real", "file", "activation", "format"};
  return (unsigned)type < sizeof names / sizeof *names ? names[type] : NULL;
}

size_t bf_param_type_size(bf_param_type type) {
  static const size_t sizes[] = {0,
                                 sizeof(bool),
                                 sizeof(int64_t),
                                 sizeof(double),
                                 sizeof(const char *),
                                 sizeof(bf_ints),
                                 sizeof(bf_reals),
                                 sizeof(bf_file),
                                 sizeof(bf_activation_use),
                                 sizeof(bf_format_use)};
  return (unsigned)type < sizeof sizes / sizeof *sizes ? sizes[type] : 0;
}

size_t bf_param_type_align(bf_param_type type) { return type == BF_PARAM_BOOL ? _Alignof(bool) : _Alignof(bf_ints); }

bool bf_whole_of_text(const char *text, int64_t *out) {
  const char *digits = text + (*text == '-' || *text == '+');
  if (!*digits || strspn(digits, "0123456789") != strlen(digits)) return false;
  errno = 0;
  long long value = strtoll(text, NULL, 10);
  if (errno) return false;
  *out = value;
  return true;
}

bool bf_real_of_text(const char *text, double *out) {
  const char *body = text + (*text == '-' || *text == '+');
  bool infinite = !strcmp(body, "inf");
  if (!infinite && !(*body >= '0' && *body <= '9') && *body != '.') return false;
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end || isnan(value) || (isinf(value) && !infinite)) return false;
  *out = value == 0 ? 0.0 : value; /* one zero, so one key */
  return true;
}

static const char *skip(const char *s) { return s + strspn(s, " \t\n"); }

static bool range_end(const char **s, long double *out) {
  char *end;
  *s = skip(*s);
  bool number = strchr("+-.0123456789", **s) || !strncmp(*s, "inf", 3);
  if (!**s || !number) return false;
  *out = strtold(*s, &end);
  if (end == *s || isnan(*out)) return false;
  *s = skip(end);
  return true;
}

bool bf_range_parse(const char *text, bf_range *out) {
  const char *s = skip(text);
  if (*s != '[' && *s != '(') return false;
  out->low_open = *s++ == '(';
  if (!range_end(&s, &out->low) || *s++ != ',' || !range_end(&s, &out->high)) return false;
  if (*s != ']' && *s != ')') return false;
  out->high_open = *s++ == ')';
  return !*skip(s) && out->low <= out->high;
}

bool bf_range_holds(const bf_range *r, long double x) { return (r->low_open ? x > r->low : x >= r->low) && (r->high_open ? x < r->high : x <= r->high); }

const char *bf_choice_at(const char *choices, size_t i, size_t *n) {
  for (; i; i--) {
    choices = strchr(choices, '|');
    if (!choices) return NULL;
    choices++;
  }
  *n = strcspn(choices, "|");
  return choices;
}

/* ---- values inside lists and parentheses ---- */

typedef struct cursor {
  const char *start, *s;
  const bf_node *at;
} cursor;

static bf_node *node_here(const cursor *c, const char *text, bool list) {
  bf_origin *origin = c->at ? c->at->origin : NULL;
  int line = c->at ? c->at->line : 1, column = c->at ? c->at->column : 1;
  if (c->at && !c->at->quoted) column += (int)(c->s - c->start);
  return list ? bf_node_list(origin, line, column) : bf_node_scalar(text, origin, line, column);
}

/* After the opening quote: the text up to the closing one. 'it''s' as in YAML; "\n" as in JSON. */
static char *quoted(cursor *c, char quote) {
  bf_text t = {0};
  for (; *c->s; c->s++) {
    if (*c->s == quote && quote == '\'' && c->s[1] == quote) {
      bf_text_add(&t, "'");
      c->s++;
    } else if (*c->s == quote) {
      c->s++;
      return bf_text_take(&t);
    } else if (*c->s == '\\' && quote == '"') {
      char hex[5] = {0}, byte[2] = {0}, *end;
      c->s++;
      if (*c->s == 'u') {
        strncpy(hex, c->s + 1, 4);
        long code = strtol(hex, &end, 16);
        if (strlen(hex) != 4 || *end || code <= 0 || code > 0x7f) break;
        byte[0] = (char)code;
        c->s += 4;
      } else if (*c->s == 'n' || *c->s == '"' || *c->s == '\\') {
        byte[0] = *c->s == 'n' ? '\n' : *c->s;
      } else {
        break;
      }
      bf_text_add(&t, byte);
    } else {
      bf_text_add_n(&t, c->s, 1);
    }
  }
  bf_text_free(&t);
  return NULL;
}

static bf_node *scalar(cursor *c) {
  cursor begin = *c;
  char *text;
  bool is_quoted = *c->s == '"' || *c->s == '\'';
  if (is_quoted) {
    c->s++;
    text = quoted(c, *begin.s);
  } else {
    size_t n = strcspn(c->s, ",()[]{}=\"'");
    c->s += n;
    while (n && strchr(" \t\n", begin.s[n - 1])) n--;
    text = n ? bf_strndup(begin.s, n) : NULL;
  }
  if (!text) return NULL;
  bf_node *node = node_here(&begin, text, false);
  node->quoted = is_quoted;
  free(text);
  return node;
}

static bf_node *list(cursor *c) {
  bf_node *node = node_here(c, NULL, true);
  c->s = skip(c->s + 1);
  if (*c->s == ']') {
    c->s++;
    return node;
  }
  for (;;) {
    c->s = skip(c->s);
    bf_node *item = scalar(c);
    if (!item) break;
    bf_node_append(node, item);
    c->s = skip(c->s);
    if (*c->s == ']') {
      c->s++;
      return node;
    }
    if (*c->s++ != ',') break;
  }
  bf_node_free(node);
  return NULL;
}

static bf_node *value(cursor *c) {
  c->s = skip(c->s);
  bf_node *node = *c->s == '[' ? list(c) : scalar(c);
  c->s = skip(c->s);
  return node;
}

bf_node *bf_node_of_text(const char *text, const bf_node *at) {
  cursor c = {text, text, at};
  if (*text != '[' && *text != '"' && *text != '\'') return node_here(&c, text, false);
  bf_node *node = value(&c);
  if (node && *c.s) {
    bf_node_free(node);
    node = NULL;
  }
  return node;
}

/* name=value, name=value … up to the closing parenthesis. */
static bool arguments(cursor *c, bf_node *values) {
  c->s = skip(c->s);
  if (*c->s == ')') return !*skip(c->s + 1);
  for (;;) {
    c->s = skip(c->s);
    bf_node *name = scalar(c), *v = NULL;
    bool good = name && !name->quoted && *c->s == '=' && !bf_node_get(values, name->text);
    if (good) {
      c->s++;
      v = value(c);
    }
    if (v) bf_node_set(values, name->text, name, v);
    bf_node_free(name);
    if (!v) return false;
    if (*c->s == ')') return !*skip(c->s + 1);
    if (*c->s++ != ',') return false;
  }
}

bool bf_object_split(const char *text, const bf_node *at, char **id, bf_node **values) {
  cursor c = {text, skip(text), at};
  const char *start = c.s;
  size_t n = strspn(start, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
  c.s = skip(start + n);
  *id = bf_strndup(start, n);
  for (char *dash = *id; (dash = strchr(dash, '-'));) *dash = '_'; /* `lower-distance` is what Ripser's users write */
  *values = bf_node_map(at ? at->origin : NULL, at ? at->line : 1, at ? at->column : 1);
  bool good = n && (!*c.s || (*c.s == '(' && (c.s++, arguments(&c, *values))));
  if (good) return true;
  free(*id);
  bf_node_free(*values);
  *id = NULL;
  *values = NULL;
  return false;
}
