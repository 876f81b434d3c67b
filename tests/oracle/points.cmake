bf_script(points_numpy points_numpy.sh)
