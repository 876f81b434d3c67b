bf_test(table_betti SOURCES table_betti.c ../support/fake.c LIBRARIES bf_plugin)
