# libbf_flag_complex.a, flag complexes simplex by simplex.
add_library(bf_flag_complex STATIC ${CMAKE_CURRENT_LIST_DIR}/flag_complex.c ${CMAKE_CURRENT_LIST_DIR}/flag_rows.c ${CMAKE_CURRENT_LIST_DIR}/by_id.c)
target_include_directories(bf_flag_complex PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_flag_complex PUBLIC bettiflow_plugin)

bf_plugin(flag complex SOURCES flag.c LIBRARIES bf_flag_complex)
