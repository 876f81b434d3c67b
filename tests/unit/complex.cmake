bf_test(complex_knn SOURCES complex_knn.c ../support/stage_host.c LIBRARIES bf_test_host)
add_dependencies(test_complex_knn plugin_complex_knn_geodesic)
bf_test(complex_rips SOURCES complex_rips.c ../support/stage_host.c LIBRARIES bf_test_host)
add_dependencies(test_complex_rips plugin_complex_rips)
