# Stages are loaded from the build tree by tests/support/host.c; what has no plugin interface is compiled in.
add_library(bf_test_host STATIC ${CMAKE_SOURCE_DIR}/tests/support/host.c ${CMAKE_SOURCE_DIR}/tests/support/test_params.c ${CMAKE_SOURCE_DIR}/tests/support/disks.c)
target_include_directories(bf_test_host PUBLIC ${CMAKE_SOURCE_DIR}/tests/support)
target_link_libraries(bf_test_host PUBLIC bettiflow_plugin PkgConfig::crypto PkgConfig::cmocka ${CMAKE_DL_LIBS} m)
set(train ${CMAKE_SOURCE_DIR}/plugins/train)
add_library(bf_trainer STATIC ${train}/gradient.c ${train}/pool.c ${train}/optimiser.c ${train}/schedule.c ${train}/initial.c
  ${train}/samples.c)
target_link_libraries(bf_trainer PUBLIC bf_mlp)
set(activations plugin_activation_tanh plugin_activation_sigmoid plugin_activation_relu plugin_activation_leaky_relu plugin_activation_clamp
  plugin_activation_identity plugin_activation_elu plugin_activation_gelu plugin_activation_silu plugin_activation_softplus plugin_activation_sine)

bf_test(activation SOURCES activation.c LIBRARIES bf_test_host)
bf_test(train_kernel SOURCES train_kernel.c LIBRARIES bf_trainer)
bf_test(train_gradient SOURCES train_gradient.c train_reference.c LIBRARIES bf_trainer bf_test_host)
bf_test(train_mlp SOURCES train_mlp.c train_reference.c train_task.c LIBRARIES bf_test_host)
bf_test(train_optimiser SOURCES train_optimiser.c train_reference.c train_task.c LIBRARIES bf_trainer bf_test_host)
bf_test(train_resume SOURCES train_resume.c train_reference.c train_task.c LIBRARIES bf_test_host)
bf_test(train_attempts SOURCES train_attempts.c train_reference.c train_task.c LIBRARIES bf_trainer bf_test_host)
bf_test(network_layers SOURCES network_layers.c LIBRARIES bf_test_host)
foreach(test activation train_gradient train_mlp train_optimiser train_resume train_attempts network_layers)
  add_dependencies(test_${test} ${activations} plugin_train_mlp plugin_network_layers)
endforeach()
