/* The number scanner. */
#include "ripser/scan.h"
#include "decimal.h"
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

bf_status scan_allowed(const char *name, size_t bytes, uint64_t budget) {
  if (!budget || bytes <= budget) return BF_OK;
  return bf_fail(BF_NO_MEMORY, "%s: larger than the %llu MiB of memory allowed", name, (unsigned long long)(budget >> 20));
}

static bf_status read_all(scan *s, FILE *f, size_t room, uint64_t budget) {
  for (;;) {
    bf_status status = scan_allowed(s->name, room, budget);
    if (status != BF_OK) return status;
    char *larger = realloc(s->text, room + 1);
    if (!larger) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu MiB", s->name, room >> 20);
    s->text = larger;
    s->size += fread(s->text + s->size, 1, room - s->size, f);
    if (ferror(f)) return bf_fail(BF_BAD_INPUT, "%s: %s", s->name, strerror(errno));
    if (s->size < room) return BF_OK;
    room *= 2;
  }
}

bf_status scan_open(scan *s, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  struct stat info;
  *s = (scan){.name = path ? path : "standard input"};
  FILE *f = path ? fopen(path, "rb") : stdin;
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  setvbuf(f, NULL, _IONBF, 0);
  size_t room = 1 << 16;
  if (fstat(fileno(f), &info) == 0 && S_ISREG(info.st_mode)) room = (size_t)info.st_size + 1; /* one more, to meet the end at once */
  BF_TRY(read_all(s, f, room, budget));
  s->text[s->size] = 0;
  s->at = s->text;
  s->end = s->text + s->size;
out:
  if (path) fclose(f);
  if (status != BF_OK) scan_close(s);
  return status;
}

void scan_close(scan *s) {
  free(s->text);
  *s = (scan){.name = s->name};
}

void scan_skip_mark(scan *s) {
  if (s->end - s->at < 3 || memcmp(s->at, "\xef\xbb\xbf", 3) != 0) return;
  s->at += 3;
  s->size -= 3;
}

bf_status scan_fail(const scan *s, const char *at, const char *format, ...) {
  char message[512];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return bf_fail(BF_BAD_INPUT, "%s:%llu:%zu: %s", s->name, (unsigned long long)s->line, (size_t)(at - s->line_begin) + 1, message);
}

bool scan_next_line(scan *s) {
  for (;;) {
    if (s->line > 0) {
      if (s->at == s->end) return false;
      s->at++; /* the line feed */
    }
    s->line++;
    s->line_begin = s->at;
    if (!scan_line_done(s)) return true;
    if (s->at == s->end) return false;
  }
}

/* What stands at `at`, for a message: up to the next separator, at most 30 characters, nothing unprintable. */
static bf_status fail_word(const scan *s, const char *at, const char *what) {
  char word[32];
  size_t n = 0;
  while (n < 30 && at + n < s->end && !strchr(" \t\r\n,;", at[n])) {
    word[n] = at[n] >= ' ' && at[n] <= '~' ? at[n] : '?';
    n++;
  }
  word[n] = 0;
  return n ? scan_fail(s, at, "'%s' is not %s", word, what) : scan_fail(s, at, "%s is missing", what);
}

/* The separator behind a number that began at `begin`. */
static bf_status separator(scan *s, const char *begin) {
  char c = *s->at;
  if (c == '\n' || s->at == s->end) return BF_OK;
  if (c != ' ' && c != '\t' && c != '\r' && c != ',' && c != ';') return fail_word(s, begin, "a number");
  if (scan_line_done(s)) return BF_OK;
  if (*s->at == ',' || *s->at == ';') s->at++;
  return BF_OK;
}

/* mantissa · 10^exponent as the nearest float, or false when one rounding to a long double does not settle which one is nearest. */
static bool nearest_float(uint64_t mantissa, int exponent, float *out) {
  if (mantissa == 0) return *out = 0, true;
  if (exponent <= -DECIMAL_POWERS || exponent >= DECIMAL_POWERS || LDBL_MANT_DIG < 64) return false;
  long double x = (long double)mantissa;
  x = exponent < 0 ? x / decimal_power[-exponent] : x * decimal_power[exponent];
  if (!(x >= FLT_MIN && x < FLT_MAX)) return false;
  float low = (float)(x * (1 - 0x1p-62L)), high = (float)(x * (1 + 0x1p-62L)); /* x is right to 2^-64 */
  *out = low;
  return low == high;
}

static bf_status special(scan *s, const char *begin, bool infinite, float *out) {
  static const char *const names[] = {"infinity", "inf"};
  const char *word = *begin == '+' ? begin + 1 : begin;
  for (size_t i = 0; infinite && i < 2; i++) {
    if (strncasecmp(word, names[i], strlen(names[i])) != 0) continue;
    s->at = word + strlen(names[i]);
    *out = INFINITY;
    return separator(s, begin);
  }
  return fail_word(s, begin, infinite ? "a number" : "a finite number");
}

bf_status scan_float(scan *s, bool infinite, float *out) {
  const char *begin = s->at, *digits = begin + (*begin == '-' || *begin == '+');
  uint64_t mantissa = 0;
  int exponent = 0;
  bool exact = false;
  const char *end = decimal_scan(digits, &mantissa, &exponent, &exact);
  if (!end) return special(s, begin, infinite, out);
  if (exact && exponent == 0 && mantissa <= (1u << 24)) {
    *out = (float)mantissa;
  } else if (!exact || !nearest_float(mantissa, exponent, out)) {
    *out = strtof(digits, NULL);
    if (*out == INFINITY) return fail_word(s, begin, "within the range of a float");
  }
  if (*begin == '-') *out = -*out;
  s->at = end;
  return *end == '\n' ? BF_OK : separator(s, begin);
}

bf_status scan_any_distance(scan *s, bool infinite, float *out) {
  const char *begin = s->at;
  bf_status status = scan_float(s, infinite, out);
  if (status != BF_OK) return status;
  if (*out < 0) {
    s->at = begin;
    return fail_word(s, begin, "a distance: it is negative");
  }
  *out += 0.0f; /* -0 becomes 0 */
  return BF_OK;
}

bf_status scan_any_index(scan *s, uint32_t *out) {
  const char *begin = s->at;
  uint64_t index = 0;
  while (scan_is_digit(*s->at) && index < UINT32_MAX) index = index * 10 + (uint64_t)(*s->at++ - '0');
  if (s->at == begin || index >= UINT32_MAX || scan_is_digit(*s->at) || *s->at == '.' || *s->at == 'e' || *s->at == 'E') {
    return fail_word(s, begin, "a vertex number (0, 1, 2, …)");
  }
  *out = (uint32_t)index;
  return separator(s, begin);
}
