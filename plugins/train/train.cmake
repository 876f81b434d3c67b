set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/optimiser.c PROPERTIES COMPILE_OPTIONS "$<$<NOT:$<CONFIG:Debug>>:-O3>") # vectorised
bf_plugin(mlp train SOURCES mlp.c attempts.c resume.c trial.c samples.c rows.c recipe.c optimiser.c schedule.c initial.c gradient.c pool.c LIBRARIES bf_mlp)
