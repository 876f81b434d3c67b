/* Writing text files: errors are kept until the end, numbers are the shortest decimals that read back as the same value. */
#ifndef FORMAT_TEXT_OUT_H
#define FORMAT_TEXT_OUT_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct text_out {
  FILE *f;
  const char *path;
} text_out;

/* Creates the file, which must not exist yet. BF_STORE. */
bf_status text_open(text_out *t, const char *path);

/* Closes it. When `status` is not BF_OK or something could not be written, removes the file. Returns `status`, else BF_STORE for what failed. */
bf_status text_close(text_out *t, bf_status status);

#define DECIMAL_ROOM 32
/* "0.1", "-3", "1e+20", "inf", "-inf", "nan" into `to`; returns `to`. */
const char *decimal_float(float x, char to[DECIMAL_ROOM]);
const char *decimal_double(double x, char to[DECIMAL_ROOM]);

void text_float(text_out *t, float x);
void text_double(text_out *t, double x);

/* A field of comma-separated text, quoted as RFC 4180 says where it must be. */
void text_field(text_out *t, const char *s, char separator);

#endif
