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

/* Records "name:line:column: message" for the place `at` in the current line. */
bf_status scan_fail(const scan *s, const char *at, const char *format, ...) BF_PRINTF(3, 4);

/* Goes to the next line that is not blank, and to its first number; false at the end of the file. Call it first, then after each line's end. */
bool scan_line(scan *s);

/* At the end of the line, blanks skipped? Otherwise a number must follow. */
static inline bool scan_line_done(scan *s) {
  while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r') s->at++;
  return *s->at == '\n' || s->at == s->end;
}

/* A decimal number, rounded to the nearest float as strtof does, and the separator behind it: blanks, or one comma or semicolon among blanks. `infinite`: "inf"
 * is a number too. BF_BAD_INPUT for text, NaN and what overflows. */
bf_status scan_float(scan *s, bool infinite, float *out);
bf_status scan_distance(scan *s, bool infinite, float *out); /* scan_float that is not negative */
bf_status scan_index(scan *s, uint32_t *out);                /* 0 … 2^32 - 2 */

#endif
