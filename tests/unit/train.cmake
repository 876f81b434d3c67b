# Stages are loaded from the build tree by tests/support/host.c; what has no plugin interface is compiled in.
set(host ../support/host.c ../support/test_params.c)
set(trainer ../../plugins/train/gradient.c ../../plugins/train/pool.c ../../plugins/train/adam.c ../../plugins/train/trial.c)
set(activations plugin_activation_tanh plugin_activation_sigmoid plugin_activation_relu plugin_activation_leaky_relu plugin_activation_clamp
  plugin_activation_identity)

bf_test(activation SOURCES activation.c ${host} LIBRARIES bettiflow_plugin PkgConfig::crypto m)
bf_test(train_kernel SOURCES train_kernel.c ../../plugins/train/adam.c LIBRARIES bf_mlp m)
bf_test(train_gradient SOURCES train_gradient.c train_reference.c ${host} ${trainer} LIBRARIES bf_mlp PkgConfig::crypto m)
bf_test(train_mlp SOURCES train_mlp.c train_reference.c ../support/disks.c ${host} LIBRARIES bettiflow_plugin PkgConfig::crypto m)
bf_test(network_layers SOURCES network_layers.c ${host} LIBRARIES bettiflow_plugin PkgConfig::crypto m)
foreach(test activation train_gradient train_mlp network_layers)
  add_dependencies(test_${test} ${activations} plugin_train_mlp plugin_network_layers)
endforeach()
