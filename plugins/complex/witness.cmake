# libbf_witness.a, the builder of witness complexes; the files that know keys are compiled for each width of them.
set(witness ${CMAKE_CURRENT_LIST_DIR}/witness)
foreach(keys 64 128)
  add_library(bf_witness_${keys} OBJECT ${witness}/build.c ${witness}/emit.c ${witness}/order.c ${witness}/table.c)
  target_compile_definitions(bf_witness_${keys} PRIVATE WITNESS_KEYS_${keys})
  target_link_libraries(bf_witness_${keys} PRIVATE bettiflow_plugin)
endforeach()
add_library(bf_witness STATIC ${witness}/witness.c ${witness}/lists.c ${witness}/near.c ${witness}/group.c ${witness}/sort.c ${CMAKE_CURRENT_LIST_DIR}/knn_tree.c ${CMAKE_CURRENT_LIST_DIR}/by_id.c $<TARGET_OBJECTS:bf_witness_64> $<TARGET_OBJECTS:bf_witness_128>)
target_include_directories(bf_witness PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_witness PUBLIC bf_jobs bf_memory)

bf_plugin(witness complex SOURCES witness.c witness/stage.c LIBRARIES bf_witness)
bf_plugin(strong_witness complex SOURCES strong_witness.c witness/stage.c LIBRARIES bf_witness)
bf_plugin(landmarks complex SOURCES landmarks.c landmarks_given.c witness/stage.c ../points/max_min.c ../points/plus_plus.c ../points/spread.c LIBRARIES bf_witness)
