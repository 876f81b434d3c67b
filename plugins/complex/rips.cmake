bf_plugin(rips complex SOURCES rips.c rips_pairs.c rips_near.c rips_cut.c rips_forecast.c metric.c space.c knn_tree.c distinct.c edges.c parallel.c
  LIBRARIES bf_ripser_files bf_jobs)
