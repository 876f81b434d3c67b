/* Conditions on named values: reading and comparing. */
#include "cli/conditions.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

bool bf_is_number(const char *text, double *x) {
  static const char *const infinite[] = {"inf", "+inf", "-inf"};
  char *end;
  bool known = *text && strspn(text, "0123456789+-.eE") == strlen(text);
  for (size_t i = 0; i < sizeof infinite / sizeof *infinite; i++) known |= !strcmp(text, infinite[i]);
  if (!known) return false;
  *x = strtod(text, &end);
  return end != text && !*end;
}

int bf_compare_values(const char *a, const char *b) {
  double x, y;
  if (bf_is_number(a, &x) && bf_is_number(b, &y)) return (x > y) - (x < y);
  const int order = strcmp(a, b);
  return (order > 0) - (order < 0);
}

static char *trimmed(const char *from, const char *to) {
  while (from < to && *from == ' ') from++;
  while (to > from && to[-1] == ' ') to--;
  return bf_strndup(from, (size_t)(to - from));
}

char **bf_split_values(const char *list, size_t *n) {
  char **part = NULL;
  const char *from = list;
  int depth = 0;
  *n = 0;
  for (const char *c = list;; c++) {
    if (*c && strchr("([{", *c)) depth++;
    if (*c && strchr(")]}", *c) && depth) depth--;
    if (*c && (*c != ',' || depth)) continue;
    part = bf_grow(part, *n, sizeof *part);
    part[(*n)++] = trimmed(from, c);
    if (!*c) return part;
    from = c + 1;
  }
}

bool bf_condition_orders(const bf_condition *c) { return c->relation != BF_EQUAL && c->relation != BF_UNEQUAL; }

static bf_status check_values(const bf_condition *c, const char *text) {
  if (c->n > 1 && bf_condition_orders(c)) return bf_fail(BF_USAGE, "--where %s: < <= > >= take one value; a list goes with = and !=", text);
  for (size_t i = 0; i < c->n && c->n > 1; i++)
    if (!*c->value[i]) return bf_fail(BF_USAGE, "--where %s: value %zu of the list is empty", text, i + 1);
  return BF_OK;
}

bf_status bf_condition_parse(const char *text, bf_condition *out) {
  static const struct {
    const char *sign;
    bf_relation relation;
  } signs[] = {{"!=", BF_UNEQUAL}, {"<=", BF_AT_MOST}, {">=", BF_AT_LEAST}, {"==", BF_EQUAL}, {"=", BF_EQUAL}, {"<", BF_LESS}, {">", BF_MORE}};
  const char *at = text + strcspn(text, "!<>=");
  *out = (bf_condition){0};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    const size_t n = strlen(signs[i].sign);
    if (strncmp(at, signs[i].sign, n) != 0) continue;
    char *name = trimmed(text, at);
    if (!*name) {
      free(name);
      break;
    }
    const char *value = at + n;
    *out = (bf_condition){.name = name, .relation = signs[i].relation, .whole = trimmed(value, value + strlen(value))};
    out->value = bf_split_values(value, &out->n);
    bf_status status = check_values(out, text);
    if (status != BF_OK) bf_condition_free(out);
    return status;
  }
  return bf_fail(BF_USAGE, "--where takes NAME=VALUE, or != < <= > >= in place of =, as 'k>=14' or 'activation=relu,tanh'; not '%s'", text);
}

static bool is_among(const bf_condition *c, const char *value) {
  if (!bf_compare_values(value, c->whole)) return true;
  for (size_t i = 0; i < c->n; i++)
    if (!bf_compare_values(value, c->value[i])) return true;
  return false;
}

bool bf_condition_holds(const bf_condition *c, const char *value) {
  if (!value) value = "";
  const int order = bf_compare_values(value, c->whole);
  switch (c->relation) {
  case BF_EQUAL:
    return is_among(c, value);
  case BF_UNEQUAL:
    return !is_among(c, value);
  case BF_LESS:
    return order < 0;
  case BF_AT_MOST:
    return order <= 0;
  case BF_MORE:
    return order > 0;
  default:
    return order >= 0;
  }
}

void bf_condition_free(bf_condition *c) {
  for (size_t i = 0; i < c->n; i++) free(c->value[i]);
  free(c->value);
  free(c->whole);
  free(c->name);
  *c = (bf_condition){0};
}
