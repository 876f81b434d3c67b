/* A growing text, core's allocation functions, and the nearest word for "did you mean". */
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *at) {
  if (at) return at;
  fputs("bettiflow: out of memory\n", stderr);
  exit(BF_FAILED);
}

void *bf_alloc(size_t n, size_t size) { return must(calloc(n ? n : 1, size ? size : 1)); }

void *bf_realloc(void *at, size_t n, size_t size) {
  if (!n) n = 1;
  if (!size) size = 1;
  return must(n > SIZE_MAX / size ? NULL : realloc(at, n * size));
}

char *bf_strdup(const char *s) { return s ? must(strdup(s)) : NULL; }
char *bf_strndup(const char *s, size_t n) { return must(strndup(s, n)); }

void *bf_grow(void *array, size_t n, size_t size) {
  if (n && (n & (n - 1))) return array; /* room runs out at powers of two only */
  return bf_realloc(array, n ? 2 * n : 1, size);
}

static void reserve(bf_text *t, size_t more) {
  if (more > SIZE_MAX / 4 - t->n) must(NULL);
  size_t need = t->n + more + 1;
  if (need <= t->room) return;
  t->room = need < 64 ? 64 : need + need / 2;
  t->at = bf_realloc(t->at, t->room, 1);
}

void bf_text_add_n(bf_text *t, const char *s, size_t n) {
  reserve(t, n);
  if (n) memcpy(t->at + t->n, s, n);
  t->n += n;
  t->at[t->n] = 0;
}

void bf_text_add(bf_text *t, const char *s) { bf_text_add_n(t, s, strlen(s)); }

static void addv(bf_text *t, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  if (n > 0) {
    reserve(t, (size_t)n);
    vsnprintf(t->at + t->n, (size_t)n + 1, format, again);
    t->n += (size_t)n;
  }
  va_end(again);
}

void bf_text_addf(bf_text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  addv(t, format, args);
  va_end(args);
}

char *bf_format_text(const char *format, ...) {
  bf_text t = {0};
  va_list args;
  va_start(args, format);
  addv(&t, format, args);
  va_end(args);
  return bf_text_take(&t);
}

void bf_text_quote(bf_text *t, const char *s) {
  bf_text_add(t, "\"");
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c == '"' || c == '\\')
      bf_text_addf(t, "\\%c", c);
    else if (c == '\n')
      bf_text_add(t, "\\n");
    else if (c < 0x20)
      bf_text_addf(t, "\\u%04x", c);
    else
      bf_text_add_n(t, s, 1);
  }
  bf_text_add(t, "\"");
}

char *bf_text_take(bf_text *t) {
  char *at = t->at ? t->at : bf_strdup("");
  *t = (bf_text){0};
  return at;
}

void bf_text_free(bf_text *t) {
  free(t->at);
  *t = (bf_text){0};
}

/* Bytes of the well-formed UTF-8 sequence at s (RFC 3629: no overlong forms, no surrogates), 0 if there is none, and its character. */
static size_t sequence(const char *s, uint32_t *point) {
  const unsigned char *c = (const unsigned char *)s;
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  unsigned more = *c < 0x80 ? 0 : *c >= 0xC2 && *c < 0xE0 ? 1 : *c >= 0xE0 && *c < 0xF0 ? 2 : *c >= 0xF0 && *c < 0xF5 ? 3 : 4;
  if (more > 3) return 0;
  *point = more ? *c & (0x3Fu >> more) : *c;
  for (unsigned i = 1; i <= more; i++) {
    if ((c[i] & 0xC0) != 0x80) return 0;
    *point = *point << 6 | (c[i] & 0x3Fu);
  }
  return *point < least[more] || *point > 0x10FFFF || (*point >= 0xD800 && *point < 0xE000) ? 0 : more + 1;
}

size_t bf_text_step(const char *s) {
  uint32_t point;
  size_t n = sequence(s, &point);
  return !n || point < 0x20 || (point >= 0x7F && point < 0xA0) ? 0 : n;
}

bool bf_text_is_utf8(const char *s) {
  uint32_t point;
  for (size_t n; *s; s += n)
    if (!(n = sequence(s, &point))) return false;
  return true;
}

char *bf_text_utf8(const char *s) {
  char *copy = bf_strdup(s), *to = copy;
  uint32_t point;
  for (size_t n; *s; s += n, to += n)
    if (!(n = sequence(s, &point))) *to = '?', n = 1;
  return copy;
}

/* Levenshtein distance, one row at a time; words over 63 bytes count as far away. */
static size_t edits(const char *a, const char *b) {
  size_t row[64], n = strlen(b);
  if (n > 63) return SIZE_MAX;
  for (size_t j = 0; j <= n; j++) row[j] = j;
  for (size_t i = 1; a[i - 1]; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= n; j++) {
      size_t swap = diagonal + (a[i - 1] != b[j - 1]);
      size_t edit = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
      diagonal = row[j];
      row[j] = swap < edit ? swap : edit;
    }
  }
  return row[n];
}

const char *bf_nearest(const char *word, const char *const *candidates, size_t n) {
  const char *best = NULL;
  size_t least = strlen(word) / 3 + 2; /* a third of the word may be wrong, but one edit always */
  for (size_t i = 0; i < n; i++) {
    size_t d = edits(word, candidates[i]);
    if (d < least) least = d, best = candidates[i];
  }
  return best;
}
