# libbf_flag.a, the engine of persistent cohomology; the files that know keys are compiled for 64 and for 128 bits.
set(flag ${CMAKE_CURRENT_LIST_DIR}/flag)
foreach(bits 64 128)
  add_library(bf_flag_${bits} OBJECT ${flag}/cohomology.c ${flag}/components.c ${flag}/assemble.c ${flag}/reduce.c ${flag}/work.c ${flag}/column.c ${flag}/pivots.c ${flag}/sort.c
    ${flag}/chains.c ${flag}/cycles.c)
  target_compile_definitions(bf_flag_${bits} PRIVATE FLAG_KEY_BITS=${bits})
  target_include_directories(bf_flag_${bits} PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(bf_flag_${bits} PRIVATE bettiflow_plugin)
endforeach()
add_library(bf_flag STATIC ${flag}/flag.c ${flag}/barcode.c ${flag}/betti.c ${flag}/rows.c ${flag}/dominate.c ${flag}/graph.c ${flag}/parts.c ${flag}/forecast.c ${flag}/jobs.c ${flag}/memory.c ${flag}/arena.c ${flag}/matrix.c $<TARGET_OBJECTS:bf_flag_64> $<TARGET_OBJECTS:bf_flag_128>)
add_library(bf_flag STATIC ${flag}/flag.c ${flag}/barcode.c ${flag}/betti.c ${flag}/rows.c ${flag}/dominate.c ${flag}/graph.c ${flag}/parts.c ${flag}/jobs.c ${flag}/collapse.c ${flag}/collapse_edge.c ${flag}/collapse_graph.c ${flag}/memory.c ${flag}/arena.c ${flag}/matrix.c $<TARGET_OBJECTS:bf_flag_64> $<TARGET_OBJECTS:bf_flag_128>)
set_source_files_properties(${flag}/collapse_edge.c PROPERTIES COMPILE_OPTIONS "$<$<NOT:$<CONFIG:Debug>>:-O3>") # all in one function: it inlines more
target_include_directories(bf_flag PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_flag PUBLIC bettiflow_plugin)

bf_plugin(ripser homology SOURCES ripser.c diagram.c LIBRARIES bf_flag)
bf_plugin(betti homology SOURCES betti.c LIBRARIES bf_flag)
