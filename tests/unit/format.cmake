bf_test(format_betti SOURCES format_betti.c ../support/fake.c LIBRARIES bf_plugin)
