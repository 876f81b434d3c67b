bf_script(points_real points_real.sh)
