bf_test(format_safetensors SOURCES format_safetensors.c ../support/fake.c LIBRARIES bf_plugin)
add_dependencies(test_format_safetensors plugin_format_safetensors)

set(onnx ${CMAKE_BINARY_DIR}/plugins/format/onnx.pb-c.c)
bf_test(format_onnx SOURCES format_onnx.c LIBRARIES bf_test_host)
target_sources(test_format_onnx PRIVATE ${onnx})
set_source_files_properties(${onnx} PROPERTIES GENERATED TRUE COMPILE_OPTIONS -w)
target_include_directories(test_format_onnx SYSTEM PRIVATE ${CMAKE_BINARY_DIR}/plugins/format)
add_dependencies(test_format_onnx onnx_proto plugin_format_onnx plugin_network_layers)

bf_test(own_arrays SOURCES own_arrays.c ../support/zipped.c ../support/fake.c LIBRARIES bf_plugin PkgConfig::zlib)
add_dependencies(test_own_arrays plugin_format_npz plugin_network_recorded)
