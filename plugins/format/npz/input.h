/* The bytes of a file, plain or gzipped (one or several gzip members after each other, checksums checked). */
#ifndef FORMAT_NPZ_INPUT_H
#define FORMAT_NPZ_INPUT_H

#include "source.h"

typedef struct input input;

bf_status input_open(const char *path, input **out); /* BF_BAD_INPUT names the file */
const source *input_source(const input *in);         /* lives as long as `in` */
void input_close(input *in);

#endif
