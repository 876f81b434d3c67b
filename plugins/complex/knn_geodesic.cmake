bf_plugin(knn_geodesic complex SOURCES knn_geodesic.c knn.c knn_tree.c screen.c screen_avx512.c screen_avx2.c distinct.c hops.c edges.c parallel.c LIBRARIES bf_jobs)
