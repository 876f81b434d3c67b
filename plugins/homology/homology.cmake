# libbf_flag.a, the engine of persistent cohomology; the files that know keys are compiled for each kind of them.
set(flag ${CMAKE_CURRENT_LIST_DIR}/flag)
set(keyed cohomology components assemble reduce work column pivots sort chains cycles)
set(keyless flag barcode betti lists rows dominate graph parts forecast collapse collapse_rule collapse_edge collapse_graph arena matrix code)
list(TRANSFORM keyed REPLACE "(.+)" "${flag}/\\1.c")
list(TRANSFORM keyless REPLACE "(.+)" "${flag}/\\1.c")
foreach(keys 64 128 combinatorial)
  add_library(bf_flag_${keys} OBJECT ${keyed})
  target_compile_definitions(bf_flag_${keys} PRIVATE FLAG_KEYS_${keys})
  target_include_directories(bf_flag_${keys} PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(bf_flag_${keys} PRIVATE bettiflow_plugin)
endforeach()
add_library(bf_flag STATIC ${keyless} $<TARGET_OBJECTS:bf_flag_64> $<TARGET_OBJECTS:bf_flag_128> $<TARGET_OBJECTS:bf_flag_combinatorial>)
set_source_files_properties(${flag}/collapse_edge.c ${flag}/graph.c PROPERTIES COMPILE_OPTIONS "$<$<NOT:$<CONFIG:Debug>>:-O3>") # all in one function: it inlines more
target_include_directories(bf_flag PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_flag PUBLIC bf_jobs bf_memory)

bf_plugin(ripser homology SOURCES ripser.c diagram.c LIBRARIES bf_flag)
bf_plugin(betti homology SOURCES betti.c LIBRARIES bf_flag)
