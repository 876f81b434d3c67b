# One plugin for each activation, so that rebuilding one retrains exactly the networks that use it.
foreach(activation tanh sigmoid relu leaky_relu clamp identity)
  bf_plugin(${activation} activation SOURCES ${activation}.c)
  target_compile_options(plugin_activation_${activation} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O3>)
endforeach()
