bf_script(complex_counts complex_counts.sh)
bf_script(points_origin points_origin.sh)
bf_script(complex_distances complex_distances.sh)
bf_test(complex_gudhi SOURCES complex_gudhi.c ../support/witness_case.c LIBRARIES bf_witness)
