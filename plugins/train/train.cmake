bf_plugin(mlp train SOURCES mlp.c trial.c gradient.c pool.c adam.c LIBRARIES bf_mlp)
