/* What differs between the texts of two keys (engine/key.c), in words. */
#ifndef BF_CLI_PARTS_DIFF_H
#define BF_CLI_PARTS_DIFF_H

#include <stddef.h>

/* Why an input has the content that it has, "stage graph ran"; NULL when not known. */
typedef const char *(*bf_input_cause)(void *context, const char *digest);

/* "k: 14 -> 20", "input graph: other content (because stage graph ran)", …: an allocated list of allocated texts, empty when the keys are equal.
 * Lines of a kind that is not known are told as they are. */
char **bf_parts_diff(const char *before, const char *now, bf_input_cause cause, void *context, size_t *n);

/* A key's value as people write it: reals in decimal. Allocated. */
char *bf_readable_value(const char *value);

#endif
