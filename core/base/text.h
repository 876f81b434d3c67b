/* A growing text, and the allocation functions of core. Core plans with bounded input, so running out of memory there ends the
 * program with a message; readers of outside data use budgets instead (artifact.h). */
#ifndef BF_BASE_TEXT_H
#define BF_BASE_TEXT_H

#include <bettiflow/status.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BF_NONNULL __attribute__((returns_nonnull))
void *bf_alloc(size_t n, size_t size) BF_NONNULL;             /* zeroed */
void *bf_realloc(void *at, size_t n, size_t size) BF_NONNULL; /* size 0 is made 1 */
char *bf_strdup(const char *s);                               /* NULL stays NULL */
char *bf_strndup(const char *s, size_t n) BF_NONNULL;
char *bf_format_text(const char *format, ...) BF_PRINTF(1, 2) BF_NONNULL; /* allocated */

/* Makes room for one more element in an array of `n` elements that grows by doubling: array = bf_grow(array, n, sizeof *array). */
void *bf_grow(void *array, size_t n, size_t size) BF_NONNULL;

typedef struct bf_text {
  char *at; /* zero-ended once something was added; NULL before */
  size_t n, room;
} bf_text;
void bf_text_add(bf_text *t, const char *s);
void bf_text_add_n(bf_text *t, const char *s, size_t n);
void bf_text_addf(bf_text *t, const char *format, ...) BF_PRINTF(2, 3);
void bf_text_quote(bf_text *t, const char *s); /* as a JSON string */
char *bf_text_take(bf_text *t) BF_NONNULL;     /* hands over the text ("" if empty) and empties t */
void bf_text_free(bf_text *t);

/* Bytes of the UTF-8 character at s; 0 at the text's end, for a control character and for what is not UTF-8. */
size_t bf_text_step(const char *s);
bool bf_text_is_utf8(const char *s); /* control characters are fine */
char *bf_text_utf8(const char *s);   /* allocated: each byte that is not UTF-8 becomes '?'; for JSON and protobuf, which take nothing else */

/* The candidate nearest to `word` by edits, for "did you mean"; NULL when none is near. */
const char *bf_nearest(const char *word, const char *const *candidates, size_t n);

#endif
