bf_test(results_statistics SOURCES results_statistics.c ../../core/cli/statistics.c LIBRARIES bf_base m)
bf_test(results_conditions SOURCES results_conditions.c ../../core/cli/conditions.c LIBRARIES bf_base)
