bf_test(results_scipy SOURCES results_scipy.c ../../core/cli/statistics.c LIBRARIES bf_base m TIMEOUT 300)
bf_script(results_notebook results_notebook.sh TIMEOUT 300)
