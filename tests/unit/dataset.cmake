bf_test(dataset_paper SOURCES dataset_paper.c ../support/stage_host.c LIBRARIES bf_test_host)
add_dependencies(test_dataset_paper plugin_dataset_disks plugin_dataset_rings plugin_dataset_shells)
