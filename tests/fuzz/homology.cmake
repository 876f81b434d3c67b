bf_test(homology_fuzz SOURCES homology_fuzz.c LIBRARIES bf_flag bf_ripser_files)
