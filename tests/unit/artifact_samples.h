/* A small value of each type of artifact, written to a file. */
#ifndef ARTIFACT_SAMPLES_H
#define ARTIFACT_SAMPLES_H

#include <bettiflow/artifact.h>

extern const bf_label sample_label[2]; /* layer = 3, class = "α b" */

/* Writes the sample of `type` to path with that label; asserts that it works. */
void write_sample(bf_type type, const char *path);

/* Reads path as `type`, asserts that it equals the sample and frees it. */
void check_sample(bf_type type, const char *path);

/* Reads path as `type` with a budget and frees the value. */
bf_status read_any(bf_type type, const char *path, uint64_t budget);

/* The whole file; allocated. */
unsigned char *slurp(const char *path, size_t *n);
void spill(const char *path, const void *data, size_t n);

#endif
