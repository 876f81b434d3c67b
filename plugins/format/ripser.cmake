# libbf_ripser_files.a reads Ripser's input files into plain structs, for the formats and for the command `ripser`.
set(files ${CMAKE_CURRENT_LIST_DIR}/ripser)
add_library(bf_ripser_files STATIC ${files}/scan.c ${files}/read.c ${files}/read_text.c ${files}/read_sparse.c ${files}/read_binary.c
  ${files}/text_parts.c ${files}/edges.c ${files}/edges_sort.c ${files}/distances.c)
target_include_directories(bf_ripser_files PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(bf_ripser_files PUBLIC bf_jobs)
set_source_files_properties(${files}/distances.c PROPERTIES COMPILE_OPTIONS -O3) # vectorised

bf_plugin(ripser format SOURCES ripser_formats.c ripser_write.c text_out.c LIBRARIES bf_ripser_files)
