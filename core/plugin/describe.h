/* Descriptions of plugins as JSON, from tables to JSON (in the scan's child) and back with full checks (here). */
#ifndef BF_PLUGIN_DESCRIBE_H
#define BF_PLUGIN_DESCRIBE_H

#include "plugin/registry.h"

enum { BF_MAX_ROWS = 256, BF_MAX_PORTS = 32, BF_MAX_CONFIG = 1 << 20, BF_MAX_WORDS = 4096 };

/* What a plugin offers, as JSON. Bounds every list and text, but can't know whether pointers lead anywhere: call it in a child only. */
bf_status bf_describe(const bf_plugin *plugin, json_t **out);

/* The entries of one description. All strings and tables belong to *out and to the JSON, which must outlive it. */
typedef struct bf_described {
  const char *name, *version, *licence;
  size_t n;
  bf_entry *entry; /* `from` is NULL */
} bf_described;

/* Rebuilds the tables and checks all that a table can get wrong; BF_PLUGIN says which entry and what. */
bf_status bf_described_read(const json_t *description, bf_described *out);
void bf_described_free(bf_described *d);

/* The checks on one entry's tables (validate.c). */
bf_status bf_entry_validate(const bf_entry *e);
bool bf_name_valid(const char *name); /* [a-z][a-z0-9_]* */
bool bf_one_line(const char *text);   /* not empty, no control characters */

#endif
