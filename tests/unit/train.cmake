# Stages are loaded from the build tree by tests/support/host.c; what has no plugin interface is compiled in.
set(host ../support/host.c ../support/test_params.c)
set(trainer ../../plugins/train/gradient.c ../../plugins/train/pool.c ../../plugins/train/adam.c ../../plugins/train/trial.c)
bf_test(train_gradient SOURCES train_gradient.c train_reference.c ${host} ${trainer} LIBRARIES bf_mlp PkgConfig::crypto m)
add_dependencies(test_train_gradient plugin_activation_tanh plugin_activation_sigmoid plugin_activation_relu plugin_activation_leaky_relu plugin_activation_clamp
  plugin_activation_identity)
