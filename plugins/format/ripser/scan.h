/* Scanning text files of numbers: strict, quick, independent of the locale, and exact about where something is wrong. */
#ifndef RIPSER_SCAN_H
#define RIPSER_SCAN_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct scan {
  const char *name; /* of the file, for messages */
  char *text;       /* all of it, with a zero behind the end; owned */
  size_t size;
  const char *at, *end;
  const char *line_begin;
  uint64_t line; /* from 1 */
} scan;

/* Reads a whole file, or standard input (path NULL). BF_BAD_INPUT, BF_NO_MEMORY over `budget` bytes (0: no limit). */
bf_status scan_open(scan *s, const char *path, uint64_t budget);
void scan_close(scan *s);
bf_status scan_allowed(const char *name, size_t bytes, uint64_t budget); /* BF_NO_MEMORY when the text is larger than the budget */

/* Passes over a byte order mark at the text's beginning, if there is one. */
void scan_skip_mark(scan *s);

/* Records "name:line:column: message" for the place `at` in the current line. */
bf_status scan_fail(const scan *s, const char *at, const char *format, ...) BF_PRINTF(3, 4);

/* At the end of the line, blanks skipped? Otherwise a number must follow. */
static inline bool scan_line_done(scan *s) {
  while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r') s->at++;
  return *s->at == '\n' || s->at == s->end;
}

/* A decimal number, rounded to the nearest float as strtof does, and the separator behind it: blanks, or one comma or semicolon among blanks. `infinite`: "inf"
 * is a number too. BF_BAD_INPUT for text, NaN and what overflows. */
bf_status scan_float(scan *s, bool infinite, float *out);

/* What follows has a quick way for the plainest text; scan_next_line, scan_any_distance and scan_any_index take all that is allowed. */

static inline bool scan_is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* Digits from `at` on, at most so many, as a number; returns their end. */
static inline const char *scan_digits(const char *at, int most, uint32_t *out) {
  uint32_t x = 0;
  for (; most > 0 && scan_is_digit(*at); at++, most--) x = x * 10 + (uint32_t)(*at - '0');
  *out = x;
  return at;
}

/* Goes to the next line that is not blank, and to its first number; false at the end of the file. Call it first, then after each line's end. */
bool scan_next_line(scan *s);
static inline bool scan_line(scan *s) {
  if (s->line == 0 || s->at == s->end || !scan_is_digit(s->at[1])) return scan_next_line(s);
  s->line_begin = ++s->at;
  s->line++;
  return true;
}

/* scan_float that is not negative. */
bf_status scan_any_distance(scan *s, bool infinite, float *out);
static inline bf_status scan_distance(scan *s, bool infinite, float *out) {
  uint32_t x;
  const char *end = scan_digits(s->at, 9, &x);
  if (end == s->at || *end != '\n') return scan_any_distance(s, infinite, out);
  s->at = end;
  *out = (float)x;
  return BF_OK;
}

/* 0 … 2^32 - 2, and the separator. */
bf_status scan_any_index(scan *s, uint32_t *out);
static inline bf_status scan_index(scan *s, uint32_t *out) {
  const char *end = scan_digits(s->at, 9, out);
  if (end == s->at || *end != ' ' || !scan_is_digit(end[1])) return scan_any_index(s, out);
  s->at = end + 1;
  return BF_OK;
}

#endif
