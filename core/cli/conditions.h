/* --where NAME OP VALUE: conditions on named values. */
#ifndef BF_CLI_CONDITIONS_H
#define BF_CLI_CONDITIONS_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A number as a whole: digits with sign, point and exponent, or "inf". */
bool bf_is_number(const char *text, double *x);
/* As numbers where both are numbers, else as text: below, at or above 0. */
int bf_compare_values(const char *a, const char *b);

/* The parts of a list "relu, leaky_relu(slope=0.2), [15, 15]": at commas outside of brackets, blanks around them left out. The array and each part are
 * allocated; there is at least one. */
char **bf_split_values(const char *list, size_t *n);

typedef enum bf_relation { BF_EQUAL, BF_UNEQUAL, BF_LESS, BF_AT_MOST, BF_MORE, BF_AT_LEAST } bf_relation;

typedef struct bf_condition {
  char *name;
  bf_relation relation;
  char *whole; /* the value as it stands */
  char **value;
  size_t n; /* several: = is one of them, != none of them */
} bf_condition;

bf_status bf_condition_parse(const char *text, bf_condition *out); /* BF_USAGE */
bool bf_condition_orders(const bf_condition *c);                   /* < <= > >= */
bool bf_condition_holds(const bf_condition *c, const char *value); /* NULL is "" */
void bf_condition_free(bf_condition *c);

#endif
