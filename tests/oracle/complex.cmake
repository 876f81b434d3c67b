bf_script(complex_counts complex_counts.sh)
bf_script(points_origin points_origin.sh)
bf_script(complex_distances complex_distances.sh)
