# One plugin for each activation, so that rebuilding one retrains exactly the networks that use it.
# No exception flags are read, and without them both sides of a choice may be computed, as vectors need.
foreach(activation tanh sigmoid relu leaky_relu elu gelu silu softplus sine clamp identity)
  bf_plugin(${activation} activation SOURCES ${activation}.c)
  target_compile_options(plugin_activation_${activation} PRIVATE -fno-trapping-math $<$<NOT:$<CONFIG:Debug>>:-O3>)
endforeach()
