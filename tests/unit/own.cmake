bf_test(format_safetensors SOURCES format_safetensors.c ../support/fake.c LIBRARIES bf_plugin)
add_dependencies(test_format_safetensors plugin_format_safetensors)
