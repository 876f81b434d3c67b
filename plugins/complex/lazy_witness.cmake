bf_plugin(lazy_witness complex SOURCES lazy_witness.c lazy_excess.c lazy_tiles.c lazy_graph.c
  min_max.c min_max_avx2.c min_max_avx512.c knn_tree.c by_id.c parallel.c LIBRARIES bf_jobs)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/lazy_excess.c PROPERTIES COMPILE_OPTIONS -O3) # vectorised
