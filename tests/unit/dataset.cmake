foreach(test paper shapes network bits)
  bf_test(dataset_${test} SOURCES dataset_${test}.c ../support/stage_host.c LIBRARIES bf_test_host)
  add_dependencies(test_dataset_${test} plugin_dataset_disks plugin_dataset_rings plugin_dataset_shells plugin_dataset_shapes plugin_dataset_network)
endforeach()
