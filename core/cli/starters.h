/* The starting points that `bettiflow new` writes. */
#ifndef BF_CLI_STARTERS_H
#define BF_CLI_STARTERS_H

extern const char bf_starter_plugin_c[], bf_starter_makefile[], bf_starter_example[], bf_starter_pipeline[];

#endif
