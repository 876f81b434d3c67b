# What the trainer and network.layers share; each gets its own copy.
add_library(bf_mlp STATIC ${CMAKE_CURRENT_LIST_DIR}/mlp.c ${CMAKE_CURRENT_LIST_DIR}/kernel.c ${CMAKE_CURRENT_LIST_DIR}/kernel_avx512.c ${CMAKE_CURRENT_LIST_DIR}/kernel_avx2.c
  ${CMAKE_CURRENT_LIST_DIR}/kernel_baseline.c)
target_compile_options(bf_mlp PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O3>)
target_link_libraries(bf_mlp PUBLIC bettiflow_plugin)
bf_plugin(layers network SOURCES layers.c LIBRARIES bf_mlp)
