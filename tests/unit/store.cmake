bf_test(store_records SOURCES store_records.c store_samples.c LIBRARIES bf_store)
bf_test(store_runs SOURCES store_runs.c store_samples.c LIBRARIES bf_store)
bf_test(store_index SOURCES store_index.c store_samples.c LIBRARIES bf_store)
