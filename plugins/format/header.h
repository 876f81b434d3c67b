/* The comment in a text that says of what kind its values are, "# filtration(convention=squared_radius, threshold=0.02)": as one would name the format with
 * these parameters. It stands before all values; elsewhere it is an error, since as a mere comment it would make the values something else. */
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

/* Is the line a header, with any blanks before and behind its #? */
bool header_begins(const char *line, const char *format);

/* Notes in *header the line of it, 0 before. BF_BAD_INPUT when there was one already, or a value in line `first` (0: none so far). */
bf_status header_place(const char *path, uint64_t number, const char *format, uint64_t first, uint64_t *header);

/* Reads such a line, for which header_begins(), the number-th of `path`; what does not stand there stays as it is. BF_BAD_INPUT names the place. */
bf_status header_read(const char *path, uint64_t number, const char *line, const char *format, header_entry *entry, size_t n);

/* The header, in this line, and a parameter that was given contradict each other. */
bf_status header_contradicts(const char *path, uint64_t number, const char *parameter);

#endif
