/* Class names as numbers: 0, 1, … in the names' order as bytes, so that the order of a file's rows does not matter. */
#ifndef FORMAT_CSV_CLASSES_H
#define FORMAT_CSV_CLASSES_H

#include <bettiflow/plugin.h>

enum { CLASSES = 4096, CLASS_NAME = 255 }; /* the most names, and bytes of a name */

typedef struct classes {
  uint32_t n;
  struct class_name *sorted; /* by name */
} classes;

/* NULL, and in *out the name's provisional number, by first appearance; else what is wrong, for a message ("": no memory). */
const char *classes_add(classes *c, const char *name, int32_t *out);

/* Turns provisional numbers into final ones, and tells the log which name got which. */
void classes_number(const classes *c, int32_t *label, uint64_t n, const bf_host *host, bf_task *task);

void classes_free(classes *c);

#endif
