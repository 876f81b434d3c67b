# libbf_distance.a: distances between persistence diagrams, for the plugin and for tests.
set(distance distance.c bottleneck.c wasserstein.c transport.c kd.c)
list(TRANSFORM distance PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
add_library(bf_distance STATIC ${distance})
target_include_directories(bf_distance PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_distance PUBLIC bettiflow_plugin)

bf_plugin(compare diagram SOURCES compare.c LIBRARIES bf_distance)
