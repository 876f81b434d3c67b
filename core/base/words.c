/* Growing and freeing lists of words. */
#include "base/words.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bf_words_add(bf_words *w, const char *format, ...) {
  va_list arguments;
  char *word;
  va_start(arguments, format);
  if (vasprintf(&word, format, arguments) < 0) abort();
  va_end(arguments);
  w->at = bf_realloc(w->at, w->n + 2, sizeof *w->at);
  w->at[w->n++] = word;
  w->at[w->n] = NULL;
}

void bf_words_free(bf_words *w) {
  for (size_t i = 0; i < w->n; i++) free(w->at[i]);
  free(w->at);
  *w = (bf_words){0};
}
