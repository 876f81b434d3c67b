/* Progress of bettiflow ripser on a terminal: a percentage that is rewritten in place, and erased at the end. */
#include "ripser.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool ripser_progress_begin(ripser_progress *p, const ripser_options *o) {
  const char *term = getenv("TERM");
  *p = (ripser_progress){.next = now() + 1, .percent = -1}; /* a short run shows nothing */
  return !o->quiet && isatty(STDERR_FILENO) && (!term || strcmp(term, "dumb") != 0);
}

bf_status ripser_progress_step(void *context, uint64_t done, uint64_t total) {
  ripser_progress *p = context;
  const double t = now();
  if (t < p->next || total == 0) return BF_OK;
  const int percent = done < total ? (int)(100.0 * (double)done / (double)total) : 100;
  p->next = t + 0.1;
  if (percent == p->percent) return BF_OK;
  p->percent = percent;
  fprintf(stderr, "\r\033[K%d %%", percent);
  fflush(stderr);
  return BF_OK;
}

void ripser_progress_end(ripser_progress *p) {
  if (p->percent < 0) return;
  p->percent = -1;
  fputs("\r\033[K", stderr);
  fflush(stderr);
}
