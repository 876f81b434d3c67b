bf_test(points_stages SOURCES points_stages.c ../support/stage_host.c LIBRARIES bf_base ${CMAKE_DL_LIBS})
add_dependencies(test_points_stages plugin_dataset_disks plugin_dataset_grid plugin_dataset_file plugin_points_select plugin_points_subsample)
