/* Verbs that plugins offer: `bettiflow ripser …` loads command/ripser.so of the built-in plugins and runs its command in this process. */
#include "base/file.h"
#include "cli/cli.h"
#include "plugin/loader.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool name_valid(const char *name) {
  return *name >= 'a' && *name <= 'z' && strlen(name) < 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name);
}

static char *command_folder(void) {
  char *plugins = bf_builtin_plugins(), *folder = bf_path_join(plugins, "command");
  free(plugins);
  return folder;
}

char *bf_command_path(const char *name) {
  struct stat st;
  if (!name_valid(name)) return NULL;
  char *folder = command_folder(), *path = bf_format_text("%s/%s.so", folder, name);
  free(folder);
  if (!stat(path, &st) && S_ISREG(st.st_mode)) return path;
  free(path);
  return NULL;
}

static int is_plugin(const struct dirent *e) {
  size_t n = strlen(e->d_name);
  return n > 3 && !strcmp(e->d_name + n - 3, ".so") && e->d_name[0] != '.';
}

size_t bf_command_names(char ***names) {
  struct dirent **entry;
  char *folder = command_folder();
  int n = scandir(folder, &entry, is_plugin, alphasort);
  free(folder);
  *names = bf_alloc(n > 0 ? (size_t)n : 0, sizeof **names);
  for (int i = 0; i < n; i++) {
    (*names)[i] = bf_strndup(entry[i]->d_name, strlen(entry[i]->d_name) - 3);
    free(entry[i]);
  }
  if (n >= 0) free(entry);
  return n > 0 ? (size_t)n : 0;
}

static const bf_command *find(const bf_plugin *plugin, const char *name) {
  for (size_t i = 0; plugin->commands && plugin->commands[i]; i++)
    if (!strcmp(plugin->commands[i]->name, name)) return plugin->commands[i];
  return NULL;
}

static bf_status load(bf_loader **loader, const char *path, const char *name, const bf_plugin **plugin, const bf_command **command) {
  bf_status status = bf_loader_new(loader);
  if (status == BF_OK) status = bf_loader_add(*loader, path, NULL, plugin);
  if (status != BF_OK) return status;
  *command = find(*plugin, name);
  return *command ? BF_OK : bf_fail(BF_PLUGIN, "%s: the plugin has no command '%s'", path, name);
}

char *bf_command_doc(const char *name) {
  bf_loader *loader = NULL;
  const bf_plugin *plugin;
  const bf_command *command;
  char *path = bf_command_path(name);
  bool loaded = path && load(&loader, path, name, &plugin, &command) == BF_OK;
  char *doc = bf_strdup(loaded && command->doc ? command->doc : "A plugin's command that can't be loaded");
  bf_loader_free(loader);
  free(path);
  return doc;
}

int bf_command_run(const char *path, int argc, char **argv) {
  bf_loader *loader = NULL;
  const bf_plugin *plugin;
  const bf_command *command;
  bf_status status = BF_OK;
  BF_TRY(load(&loader, path, argv[0], &plugin, &command));
  const char *name = command->name; /* the command may move argv's entries */
  status = command->run(argc, argv);
  if (status != BF_OK) bf_fail(status, "%s: %s", name, plugin->error && *plugin->error() ? plugin->error() : "failed without a message");
out:
  if (status != BF_OK) {
    fflush(stdout);
    bf_complain();
  }
  bf_loader_free(loader);
  return bf_exit(status);
}
