/* Lists of words that end with NULL, as execv takes them. */
#ifndef BF_BASE_WORDS_H
#define BF_BASE_WORDS_H

#include <bettiflow/status.h>
#include <stddef.h>

typedef struct bf_words {
  size_t n;
  char **at; /* n words and a NULL; NULL before the first */
} bf_words;

void bf_words_add(bf_words *w, const char *format, ...) BF_PRINTF(2, 3);
void bf_words_free(bf_words *w);

#endif
