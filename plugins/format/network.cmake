# Files of weights. libbf_weights.a makes a network of named arrays.
set(files ${CMAKE_CURRENT_LIST_DIR}/weights)
add_library(bf_weights STATIC ${files}/names.c ${files}/network.c ${files}/numbers.c)
target_link_libraries(bf_weights PUBLIC bettiflow_plugin)

bf_plugin(safetensors format SOURCES safetensors.c text_out.c LIBRARIES bf_weights PkgConfig::jansson)

# ONNX has a message family of its own.
set(model ${CMAKE_CURRENT_BINARY_DIR}/format)
file(MAKE_DIRECTORY ${model})
add_custom_command(OUTPUT ${model}/onnx.pb-c.c ${model}/onnx.pb-c.h
  COMMAND ${PROTOC_C} --proto_path=${CMAKE_CURRENT_LIST_DIR}/onnx --c_out=${model} onnx.proto
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/onnx/onnx.proto)
add_custom_target(onnx_proto DEPENDS ${model}/onnx.pb-c.h)
add_dependencies(bf_proto onnx_proto) # generated together with the other families
bf_plugin(onnx format SOURCES onnx.c onnx/model.c onnx/tensor.c onnx/chain.c onnx/linear.c onnx/activations.c LIBRARIES bf_weights)
target_sources(plugin_format_onnx PRIVATE ${model}/onnx.pb-c.c)
target_include_directories(plugin_format_onnx SYSTEM PRIVATE ${model})
set_source_files_properties(${model}/onnx.pb-c.c PROPERTIES COMPILE_OPTIONS -w)
