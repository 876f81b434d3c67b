/* Names: which layer an array belongs to, the order of layers, and the text of an activation. */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* ---- natural order ---- */

int weights_natural(const char *a, const char *b) {
  const char *x = a, *y = b;
  while (*x && *y) {
    if (!digit(*x) || !digit(*y)) {
      if (*x != *y) return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
      x++, y++;
      continue;
    }
    x += strspn(x, "0");
    y += strspn(y, "0");
    const size_t n = strspn(x, "0123456789"), m = strspn(y, "0123456789");
    const int order = n != m ? (n < m ? -1 : 1) : strncmp(x, y, n);
    if (order) return order;
    x += n, y += n;
  }
  return *x || *y ? (*x ? 1 : -1) : strcmp(a, b);
}

/* ---- layers ---- */

static const struct word {
  const char *text;
  weights_kind kind;
} words[] = {{"weight", WEIGHTS_WEIGHT}, {"weights", WEIGHTS_WEIGHT}, {"kernel", WEIGHTS_WEIGHT}, {"w", WEIGHTS_WEIGHT},       {"coefs", WEIGHTS_WEIGHT},
             {"bias", WEIGHTS_BIAS},     {"biases", WEIGHTS_BIAS},    {"b", WEIGHTS_BIAS},        {"intercepts", WEIGHTS_BIAS}};

static weights_kind kind_of(const char *text, size_t n) {
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i].text) == n && strncasecmp(words[i].text, text, n) == 0) return words[i].kind;
  return WEIGHTS_OTHER;
}

weights_kind weights_split(const char *name, char **layer) {
  weights_kind kind = WEIGHTS_OTHER;
  size_t at = 0, length = 0;
  *layer = NULL;
  for (size_t i = 0; name[i];) { /* the last word that says what it is */
    size_t n = 0;
    while (letter(name[i + n])) n++;
    const weights_kind k = n ? kind_of(name + i, n) : WEIGHTS_OTHER;
    if (k != WEIGHTS_OTHER) kind = k, at = i, length = n;
    i += n ? n : 1;
  }
  if (kind == WEIGHTS_OTHER) return kind;
  const size_t rest = strlen(name + at + length);
  char *key = malloc(at + rest + 1);
  if (!key) return WEIGHTS_OTHER;
  memcpy(key, name, at);
  memcpy(key + at, name + at + length, rest + 1);
  *layer = key;
  return kind;
}

void weights_name(char to[WEIGHTS_NAME], uint32_t layer, bool bias) { snprintf(to, WEIGHTS_NAME, "layers.%u.%s", layer, bias ? "bias" : "weight"); }

/* ---- activations ---- */

enum { MOST_ARGUMENTS = 8, LONGEST = 200 };

static bool is_name(const char *s, size_t n) {
  if (!n || s[0] < 'a' || s[0] > 'z') return false;
  for (size_t i = 0; i < n; i++)
    if (!(s[i] >= 'a' && s[i] <= 'z') && !digit(s[i]) && s[i] != '_') return false;
  return true;
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

/* "slope=0.1" as "slope=0x1.999999999999ap-4", "approximate=tanh" as "approximate=\"tanh\"". */
static bool argument(const char *s, size_t n, char to[LONGEST]) {
  const char *equals = memchr(s, '=', n);
  char value[64], *end;
  if (!equals || !is_name(s, (size_t)(equals - s))) return false;
  const size_t name = (size_t)(equals - s), length = n - name - 1;
  if (!length || length >= sizeof value || name > 64) return false;
  memcpy(value, equals + 1, length);
  value[length] = 0;
  const bool quoted = value[0] == '"' && length > 2 && value[length - 1] == '"';
  if (quoted || (is_name(value, length) && strcmp(value, "inf") != 0)) {
    if (!is_name(value + quoted, length - 2 * (size_t)quoted) || strcmp(value, "nan") == 0) return false;
    snprintf(to, LONGEST, "%.*s%s%s%s", (int)name + 1, s, quoted ? "" : "\"", value, quoted ? "" : "\"");
    return true;
  }
  if (!digit(value[0]) && !strchr("+-.i", value[0])) return false;
  const double x = strtod(value, &end);
  if (*end || x != x) return false;
  snprintf(to, LONGEST, "%.*s=%a", (int)name, s, x);
  return true;
}

char *weights_activation(const char *text) {
  char list[MOST_ARGUMENTS][LONGEST], clean[LONGEST];
  size_t n = 0, length = 0;
  for (const char *s = strncmp(text, "activation.", 11) == 0 ? text + 11 : text; *s; s++) {
    if (*s == ' ') continue;
    if (length + 1 >= sizeof clean) return NULL;
    clean[length++] = *s;
  }
  clean[length] = 0;
  const size_t name = strcspn(clean, "(");
  if (!is_name(clean, name) || name > 100) return NULL;
  if (clean[name]) {
    if (strcspn(clean, ")") != length - 1 || length == name + 2) return NULL;
    for (char *s = clean + name; s < clean + length - 1; n++) {
      const size_t size = strcspn(s + 1, ",)");
      if (n == MOST_ARGUMENTS || !argument(s + 1, size, list[n])) return NULL;
      s += size + 1;
    }
    qsort(list, n, sizeof *list, by_text);
    for (size_t i = 1; i < n; i++)
      if (strncmp(list[i - 1], list[i], strcspn(list[i], "=") + 1) == 0) return NULL; /* given twice */
  }
  char *out = malloc(LONGEST + MOST_ARGUMENTS * LONGEST);
  if (!out) return NULL;
  int at = sprintf(out, "activation.%.*s", (int)name, clean);
  for (size_t i = 0; i < n; i++) at += sprintf(out + at, "%s%s", i ? "," : "(", list[i]);
  if (n) sprintf(out + at, ")");
  return out;
}
