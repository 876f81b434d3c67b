/* Which files on the plugin path may be plugins. */
#include "plugin/folders.h"
#include "base/file.h"
#include "base/text.h"
#include "plugin/loader.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PLUGIN_FILES = 1000 };

static bool ends_with_so(const char *name) {
  size_t n = strlen(name);
  return n > 3 && !strcmp(name + n - 3, ".so");
}

static void add_file(bf_plugin_files *files, char *path, const struct stat *st) {
  for (size_t i = 0; i < files->n; i++)
    if (!strcmp(files->file[i].path, path)) {
      free(path);
      return;
    }
  files->file = bf_grow(files->file, files->n, sizeof *files->file);
  files->file[files->n++] = (bf_plugin_file){path, *st};
}

static int visible(const struct dirent *e) { return e->d_name[0] != '.'; }

/* `folder` is absolute with links resolved. */
static void search(bf_plugin_files *files, const char *folder, bool below) {
  struct dirent **entry;
  int n = scandir(folder, &entry, visible, alphasort);
  for (int i = 0; i < n; i++) {
    struct stat st;
    char *path = bf_path_join(folder, entry[i]->d_name);
    if (entry[i]->d_type == DT_LNK || entry[i]->d_type == DT_UNKNOWN) {
      char *real = bf_path_absolute(path);
      free(path);
      path = real;
    }
    bool candidate = path && (below || ends_with_so(entry[i]->d_name));
    if (candidate && !stat(path, &st)) {
      if (S_ISDIR(st.st_mode) && below) search(files, path, false);
      if (S_ISREG(st.st_mode) && ends_with_so(entry[i]->d_name) && files->n < MAX_PLUGIN_FILES) {
        add_file(files, path, &st);
        path = NULL;
      }
    }
    free(path);
    free(entry[i]);
  }
  if (n >= 0) free(entry);
}

static void search_there(bf_plugin_files *files, const char *folder) {
  char *real = bf_path_absolute(folder);
  if (real) {
    search(files, real, true);
  } else {
    files->missing = bf_grow(files->missing, files->nmissing, sizeof *files->missing);
    files->missing[files->nmissing++] = bf_strdup(folder);
  }
  free(real);
}

static void search_path(bf_plugin_files *files, const char *list) {
  char *copy = bf_strdup(list), *rest = copy, *folder;
  while (copy && (folder = strsep(&rest, ":"))) {
    if (*folder) search_there(files, folder); /* an empty name would mean the current folder */
  }
  free(copy);
}

void bf_plugin_files_find(const char *plugin_path, bf_plugin_files *out) {
  *out = (bf_plugin_files){0};
  search_path(out, plugin_path);
  search_path(out, getenv("BETTIFLOW_PLUGIN_PATH"));
  char *builtin = bf_builtin_plugins();
  search_there(out, builtin);
  free(builtin);
}

void bf_plugin_files_free(bf_plugin_files *files) {
  for (size_t i = 0; i < files->n; i++) free(files->file[i].path);
  for (size_t i = 0; i < files->nmissing; i++) free(files->missing[i]);
  free(files->file);
  free(files->missing);
  *files = (bf_plugin_files){0};
}
