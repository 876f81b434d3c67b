/* The scan's cache: one JSON file for a user, from a plugin file's identity to its description. */
#ifndef BF_PLUGIN_CACHE_H
#define BF_PLUGIN_CACHE_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/stat.h>

char *bf_cache_path(void); /* allocated: $XDG_CACHE_HOME/bettiflow/plugins.json or ~/.cache/…; NULL when neither is there */

/* The cache's files, {} when there is none, it is corrupt, or another build of this program wrote it. */
json_t *bf_cache_read(void);

/* What the cache holds for this very file (borrowed), or NULL. `path` is absolute. */
const json_t *bf_cache_find(const json_t *cache, const char *path, const struct stat *st);
void bf_cache_set(json_t *cache, const char *path, const struct stat *st, const char *build_id, json_t *description); /* takes description */

/* Writes it by rename, without the files that are gone. A cache that can't be written only costs the next scan. */
void bf_cache_write(json_t *cache);

#endif
