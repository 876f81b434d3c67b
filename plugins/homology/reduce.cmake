# libbf_reduce.a, persistent homology of explicit filtrations.
set(parts reduce cells facets blame sort matrix column packed reduction pairs components diagram)
list(TRANSFORM parts REPLACE "(.+)" "${CMAKE_CURRENT_LIST_DIR}/reduce/\\1.c")
add_library(bf_reduce STATIC ${parts})
target_include_directories(bf_reduce PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_reduce PUBLIC bf_flag)

bf_plugin(reduce homology SOURCES reduce.c LIBRARIES bf_reduce)
