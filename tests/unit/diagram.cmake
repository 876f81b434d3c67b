bf_test(diagram_compare SOURCES diagram_compare.c ../support/fake.c LIBRARIES bf_plugin)
