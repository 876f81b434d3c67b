# Files of weights. libbf_weights.a makes a network of named arrays.
set(files ${CMAKE_CURRENT_LIST_DIR}/weights)
add_library(bf_weights STATIC ${files}/names.c ${files}/network.c ${files}/numbers.c)
target_link_libraries(bf_weights PUBLIC bettiflow_plugin)

bf_plugin(safetensors format SOURCES safetensors.c text_out.c LIBRARIES bf_weights PkgConfig::jansson)
