bf_test(format_mutate SOURCES format_mutate.c ../support/fake.c LIBRARIES bf_plugin)
