/* A host for unit tests: runs one stage of a plugin in the test's own process, on files, without the engine.
 *
 *     bf_task *t = test_task_new("out");                  outputs become files in this folder, which is made
 *     test_task_load(t, "activation/relu.so");            from the build tree's plugin folder, $BF_BUILD
 *     test_task_load(t, "train/mlp.so");
 *     test_task_input(t, "train", "points.bf", NULL, 0);
 *     test_task_set(t, "hidden", "[5, 5]");
 *     assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
 *     test_task_output(t, "model", 0)->path …
 *     test_task_free(t);
 *
 * What goes wrong in these functions themselves fails the test. Not for hostile input; ranges of parameters are not checked. */
#ifndef BF_TEST_HOST_H
#define BF_TEST_HOST_H

#include <bettiflow/plugin.h>

/* Set before test_task_run(): */
typedef struct test_limits {
  uint32_t threads; /* 1 */
  uint64_t memory;  /* 4 GiB */
  uint64_t steps;   /* calls of host->step before it answers BF_CANCELLED; UINT64_MAX */
} test_limits;

bf_task *test_task_new(const char *folder);
void test_task_free(bf_task *t); /* NULL is fine */
test_limits *test_task_limits(bf_task *t);

const bf_plugin *test_task_load(bf_task *t, const char *plugin);

/* A parameter, as a pipeline would give it; those not set have their defaults. */
void test_task_set(bf_task *t, const char *name, const char *value);

/* What every FORMAT parameter names. */
void test_task_format(bf_task *t, const bf_format *format);

/* The next artifact at a port. path NULL: declined. Labels must live as long as the task. */
void test_task_input(bf_task *t, const char *port, const char *path, const bf_label *label, size_t nlabel);

bf_status test_task_run(bf_task *t, const char *stage);
const char *test_task_error(const bf_task *t); /* the message of the plugin that ran last */

size_t test_task_outputs(const bf_task *t, const char *port);
const bf_out *test_task_output(const bf_task *t, const char *port, size_t i);
const char *test_task_label(const bf_task *t, const char *port, size_t i, const char *name); /* value of the item's label, or NULL */

/* The activation behind "relu" or "leaky_relu(slope=0.1)" of a loaded plugin; lives as long as the task. */
bf_activation_use test_task_activation(bf_task *t, const char *text);

const bf_host *test_host(void);

#endif
