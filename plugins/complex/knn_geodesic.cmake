bf_plugin(knn_geodesic complex SOURCES knn_geodesic.c knn.c knn_tree.c distinct.c hops.c parallel.c)
target_compile_options(plugin_complex_knn_geodesic PRIVATE -ftree-vectorize -fvect-cost-model=dynamic)
