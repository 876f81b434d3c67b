/* Fills a plugin's struct from texts, for the unit tests' host. */
#ifndef BF_TEST_PARAMS_H
#define BF_TEST_PARAMS_H

#include <bettiflow/plugin.h>

typedef struct test_setting {
  const char *name, *value;
} test_setting;

typedef struct test_pool { /* memory that is freed with the task */
  size_t n;
  void **at;
} test_pool;

void *test_pool_keep(test_pool *pool, void *p); /* returns p; fails the test when it is NULL */
void test_pool_free(test_pool *pool);

_Noreturn void test_die(const char *format, ...) BF_PRINTF(1, 2); /* fails the test */

/* The text of one parameter: set, or its default. */
const char *test_value(const bf_param *p, const test_setting *set, size_t nset);

typedef bf_activation_use (*test_find_activation)(void *context, const char *text);

/* A struct of `size` bytes with all parameters of the table; `format` is what FORMAT parameters name; an unknown name or an unset parameter without default
 * fails the test. */
void *test_fill(test_pool *pool, const bf_param *table, size_t size, const test_setting *set, size_t nset, test_find_activation find, const bf_format *format,
                void *context);

/* The activation with the parameters "(slope=0.1)" or "". */
bf_activation_use test_use(test_pool *pool, const bf_activation *a, const char *parameters);

#endif
