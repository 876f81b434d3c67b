bf_test(table_betti SOURCES table_betti.c ../support/fake.c LIBRARIES bf_plugin)
bf_test(table_cells SOURCES table_cells.c ../support/fake.c LIBRARIES bf_plugin)
bf_test(table_stable SOURCES table_stable.c ../support/fake.c LIBRARIES bf_plugin)
bf_test(table_trials SOURCES table_trials.c ../support/fake.c LIBRARIES bf_plugin)
