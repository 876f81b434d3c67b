bf_plugin(ripser command SOURCES ripser.c ripser_options.c ripser_print.c ripser_progress.c LIBRARIES bf_flag bf_ripser_files)
