bf_script(dataset_layer0 dataset_layer0.sh)
bf_script(dataset_authors dataset_authors.sh)
bf_test(dataset_betti SOURCES dataset_betti.c ../support/stage_host.c LIBRARIES bf_flag bf_test_host)
add_dependencies(test_dataset_betti plugin_dataset_shapes)
