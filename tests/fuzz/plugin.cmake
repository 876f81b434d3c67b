bf_test(plugin_fuzz SOURCES plugin_fuzz.c LIBRARIES bf_plugin)
target_compile_definitions(test_plugin_fuzz PRIVATE PLUGINS="${CMAKE_BINARY_DIR}/tests/plugins")
