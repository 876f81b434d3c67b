/* The first line of a text that says of what kind its values are, "# filtration(convention=squared_radius, threshold=0.02)": as one would name the format with
 * these parameters. */
#ifndef FORMAT_HEADER_H
#define FORMAT_HEADER_H

#include <bettiflow/artifact.h>

/* A parameter that may stand there; one of the three pointers is where it goes. */
typedef struct header_entry {
  const char *name, *what; /* in messages: "'x' is no <what>" */
  bf_convention *convention;
  double *real;
  uint32_t *whole; /* below `below` */
  uint32_t below;
  bool seen; /* it stands there */
} header_entry;

bool header_begins(const char *line, const char *format);

/* Reads such a line, for which header_begins(); what does not stand there stays as it is. BF_BAD_INPUT names the place in the first line of `path`. */
bf_status header_read(const char *path, const char *line, const char *format, header_entry *entry, size_t n);

/* The line and a parameter that was given contradict each other. */
bf_status header_contradicts(const char *path, const char *parameter);

#endif
