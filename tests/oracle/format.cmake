bf_test(format_python SOURCES format_python.c ../support/fake.c LIBRARIES bf_plugin)
