bf_plugin(knn_geodesic complex SOURCES knn_geodesic.c knn.c knn_tree.c distinct.c hops.c edges.c parallel.c)
