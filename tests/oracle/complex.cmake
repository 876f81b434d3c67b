bf_script(complex_counts complex_counts.sh)
