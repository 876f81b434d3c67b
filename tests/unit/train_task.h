/* Running train.mlp in unit tests. */
#ifndef TRAIN_TASK_H
#define TRAIN_TASK_H

#include "host.h"
#include <bettiflow/artifact.h>

/* A task with ReLU, tanh and train.mlp loaded, and the points at the port train. Outputs go to the folder. */
bf_task *train_task(const char *folder, const bf_points *points);

/* "hidden=[5, 5];seed=2": values without spaces around = */
void train_set(bf_task *t, const char *text);

/* Makes the task, sets and runs; any end but BF_OK fails the test. */
bf_task *train_run(const char *folder, const bf_points *points, const char *settings);

/* The parameters of a network file, layer by layer, weights row by row, then biases. Allocated; *n of them. */
double *train_theta(const char *path, size_t *n);

void train_log(bf_task *t, bf_training_log *log);
void train_same_bytes(const char *a, const char *b); /* two files */

#endif
