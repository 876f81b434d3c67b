/* Parameter texts to values, as far as unit tests need it: scalars, lists, files and activations with real parameters. */
#include "test_params.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

_Noreturn void test_die(const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  fail_msg("%s", text);
  abort();
}

void *test_pool_keep(test_pool *pool, void *p) {
  if (!p) test_die("no memory");
  if ((pool->n & (pool->n - 1)) == 0) pool->at = realloc(pool->at, (2 * pool->n + 1) * sizeof *pool->at); /* room doubles at powers of two */
  if (!pool->at) test_die("no memory");
  return pool->at[pool->n++] = p;
}

void test_pool_free(test_pool *pool) {
  for (size_t i = 0; i < pool->n; i++) free(pool->at[i]);
  free(pool->at);
  *pool = (test_pool){0};
}

const char *test_value(const bf_param *p, const test_setting *set, size_t nset) {
  const char *value = p->def;
  for (size_t i = 0; i < nset; i++)
    if (strcmp(set[i].name, p->name) == 0) value = set[i].value;
  if (!value) test_die("parameter %s must be set", p->name);
  return value;
}

static double real_of(const char *s) { return strcmp(s, "none") == 0 ? (double)NAN : strtod(s, NULL); }

/* "[1, 2]" or "1" into numbers. */
static size_t numbers_of(const char *s, double *at, size_t room) {
  size_t n = 0;
  for (s += strspn(s, "[ "); *s && *s != ']'; s += strspn(s, ", ")) {
    char *end;
    if (n == room) test_die("more than %zu numbers", room);
    at[n++] = strtod(s, &end);
    if (end == s) test_die("not a number: %s", s);
    s = end;
  }
  return n;
}

static void set_list(test_pool *pool, const bf_param *p, const char *value, void *member) {
  double at[1100];
  size_t n = numbers_of(value, at, 1100);
  double *reals = test_pool_keep(pool, malloc((n + 1) * sizeof *reals));
  int64_t *ints = test_pool_keep(pool, malloc((n + 1) * sizeof *ints));
  for (size_t i = 0; i < n; i++) reals[i] = at[i], ints[i] = (int64_t)at[i];
  if (p->type == BF_PARAM_INTS)
    *(bf_ints *)member = (bf_ints){ints, n};
  else
    *(bf_reals *)member = (bf_reals){reals, n};
}

void *test_fill(test_pool *pool, const bf_param *table, size_t size, const test_setting *set, size_t nset, test_find_activation find, const bf_format *format,
                void *context) {
  char *cfg = test_pool_keep(pool, calloc(1, size + 1));
  size_t known = 0;
  for (const bf_param *p = table; p && p->name; p++) {
    const char *value = test_value(p, set, nset);
    void *member = cfg + p->offset;
    for (size_t i = 0; i < nset; i++) known += strcmp(set[i].name, p->name) == 0;
    switch (p->type) {
    case BF_PARAM_BOOL:
      *(bool *)member = strcmp(value, "true") == 0;
      break;
    case BF_PARAM_INT:
      *(int64_t *)member = strtoll(value, NULL, 10);
      break;
    case BF_PARAM_REAL:
      *(double *)member = real_of(value);
      break;
    case BF_PARAM_TEXT:
      *(const char **)member = test_pool_keep(pool, strdup(value));
      break;
    case BF_PARAM_INTS:
    case BF_PARAM_REALS:
      set_list(pool, p, value, member);
      break;
    case BF_PARAM_FILE:
      ((bf_file *)member)->path = *value ? test_pool_keep(pool, strdup(value)) : NULL;
      break;
    case BF_PARAM_ACTIVATION:
      if (*value && find) *(bf_activation_use *)member = find(context, value);
      break;
    case BF_PARAM_FORMAT:
      ((bf_format_use *)member)->is = format;
      break;
    }
  }
  if (known != nset) test_die("a parameter was set that the stage does not have, or twice");
  return cfg;
}

bf_activation_use test_use(test_pool *pool, const bf_activation *a, const char *parameters) {
  test_setting set[8];
  char text[512], canonical[512];
  size_t nset = 0;
  snprintf(text, sizeof text, "%s", parameters);
  for (char *s = strtok(text, "(), "); s; s = strtok(NULL, "(), ")) {
    char *equals = strchr(s, '=');
    if (!equals || nset == 8) test_die("not parameters: %s", parameters);
    *equals = 0;
    set[nset++] = (test_setting){s, equals + 1};
  }
  void *cfg = test_fill(pool, a->params, a->cfg_size, set, nset, NULL, NULL, NULL);
  int n = snprintf(canonical, sizeof canonical, "%s", a->id);
  for (const bf_param *p = a->params; p && p->name; p++)
    n += snprintf(canonical + n, sizeof canonical - (size_t)n, "%s%s=%a", p == a->params ? "(" : ", ", p->name, *(double *)(void *)((char *)cfg + p->offset));
  if (a->params && a->params->name) snprintf(canonical + n, sizeof canonical - (size_t)n, ")");
  return (bf_activation_use){a, cfg, test_pool_keep(pool, strdup(canonical))};
}
