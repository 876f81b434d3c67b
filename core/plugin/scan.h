/* Describing plugin files by loading them in a child process. */
#ifndef BF_PLUGIN_SCAN_H
#define BF_PLUGIN_SCAN_H

#include "plugin/registry.h"

/* The one member of a description that stands for a broken plugin: {"broken": "killed by SIGSEGV in a constructor"}. */
json_t *bf_broken_json(const char *why);

/* Fills description[i] for each of n plugin files whose ELF facts are fine: {"name", …} as bf_describe gives it, not yet checked, or bf_broken_json.
 * One child loads all of them, in BF_SCAN_SECONDS; after a crash or time-out each of the files that are left gets a child and that time of its own,
 * BF_SCAN_ALL_SECONDS for all. Children are killed with us, and their memory is limited. BF_PLUGIN when no child can be started. */
enum { BF_SCAN_SECONDS = 5, BF_SCAN_ALL_SECONDS = 20 };
bf_status bf_scan(const char *const *paths, size_t n, json_t **description);

#endif
