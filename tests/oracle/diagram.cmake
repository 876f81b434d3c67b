bf_test(diagram_brute SOURCES diagram_brute.c LIBRARIES bf_distance TIMEOUT 300)

# A program for diagram_peer.sh, which is the test.
add_executable(test_diagram_peer ${CMAKE_CURRENT_LIST_DIR}/diagram_peer.c)
target_link_libraries(test_diagram_peer PRIVATE bf_distance)
set_target_properties(test_diagram_peer PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
bf_script(diagram_peer diagram_peer.sh TIMEOUT 300)
