/* Which files on the plugin path may be plugins. */
#ifndef BF_PLUGIN_FOLDERS_H
#define BF_PLUGIN_FOLDERS_H

#include <stddef.h>
#include <sys/stat.h>

typedef struct bf_plugin_file {
  char *path; /* absolute, links resolved */
  struct stat st;
} bf_plugin_file;

typedef struct bf_plugin_files {
  size_t n;
  bf_plugin_file *file; /* in the order of folders, then names; each once */
  size_t nmissing;
  char **missing; /* folders on the path that are not there */
} bf_plugin_files;

/* All *.so of the folders of plugin_path, BETTIFLOW_PLUGIN_PATH and the built-in one, and of their sub-folders one level down. */
void bf_plugin_files_find(const char *plugin_path, bf_plugin_files *out);
void bf_plugin_files_free(bf_plugin_files *files);

#endif
