# test-trace: stages whose outputs show who read what (plugins/trace.c), in a folder of its own.
bf_test_plugin(trace trace trace.c)
