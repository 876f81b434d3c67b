/* Loading plugins for real: only in a process that is to run them. */
#include "plugin/loader.h"
#include "base/file.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct bf_loader {
  size_t n;
  struct loaded {
    char *path;
    void *handle;
    const bf_plugin *plugin;
  } * at;
};

bf_status bf_loader_new(bf_loader **out) {
  *out = bf_alloc(1, sizeof **out);
  return BF_OK;
}

bf_status bf_loader_add(bf_loader *l, const char *path, const char *build_id, const bf_plugin **out) {
  bf_elf elf;
  char id[129];
  for (size_t i = 0; i < l->n; i++) {
    if (strcmp(l->at[i].path, path)) continue;
    if (out) *out = l->at[i].plugin;
    return BF_OK;
  }
  bf_status status = bf_elf_read(path, &elf);
  if (status == BF_OK && build_id) status = bf_build_id(path, id);
  if (status != BF_OK) return status;
  if (build_id && strcmp(id, build_id))
    return bf_fail(BF_PLUGIN, "%s: the plugin was rebuilt since the run was planned (build %s, planned %s); run again", path, id, build_id);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const bf_plugin *plugin = handle ? dlsym(handle, "bettiflow_plugin") : NULL;
  if (!plugin) {
    const char *why = dlerror();
    status = bf_fail(BF_PLUGIN, "%s: %s", path, why ? why : "no symbol bettiflow_plugin");
    if (handle) dlclose(handle);
    return status;
  }
  if (plugin->abi != BF_ABI || plugin->size != sizeof *plugin) return bf_fail(BF_PLUGIN, "%s: its description changed while it was loaded", path);
  l->at = bf_grow(l->at, l->n, sizeof *l->at);
  l->at[l->n++] = (struct loaded){bf_strdup(path), handle, plugin};
  if (out) *out = plugin;
  return BF_OK;
}

/* The object with this id, and which plugin offers it. */
static const void *find(const bf_loader *l, bf_kind kind, const char *id, const bf_plugin **owner) {
  for (size_t i = 0; i < l->n; i++) {
    const bf_plugin *p = *owner = l->at[i].plugin;
    for (size_t k = 0; kind == BF_KIND_STAGE && p->stages && p->stages[k]; k++)
      if (!strcmp(p->stages[k]->id, id)) return p->stages[k];
    for (size_t k = 0; kind == BF_KIND_ACTIVATION && p->activations && p->activations[k]; k++)
      if (!strcmp(p->activations[k]->id, id)) return p->activations[k];
    for (size_t k = 0; kind == BF_KIND_FORMAT && p->formats && p->formats[k]; k++)
      if (!strcmp(p->formats[k]->id, id)) return p->formats[k];
  }
  return NULL;
}

const bf_stage *bf_loader_stage(const bf_loader *l, const char *id) {
  const bf_plugin *owner;
  return find(l, BF_KIND_STAGE, id, &owner);
}

static const void *find_object(void *context, bf_kind kind, const char *id) {
  const bf_plugin *owner;
  return find(context, kind, id, &owner);
}

bf_objects bf_loader_objects(bf_loader *l) { return (bf_objects){find_object, l}; }

const char *bf_loader_error(const bf_loader *l, bf_kind kind, const char *id) {
  const bf_plugin *owner = NULL;
  const char *message = find(l, kind, id, &owner) && owner->error ? owner->error() : NULL;
  for (size_t i = 0; i < l->n && (!message || !*message); i++) message = l->at[i].plugin->error ? l->at[i].plugin->error() : NULL;
  return message ? message : "";
}

void bf_loader_free(bf_loader *l) {
  if (!l) return;
  for (size_t i = 0; i < l->n; i++) {
    dlclose(l->at[i].handle);
    free(l->at[i].path);
  }
  free(l->at);
  free(l);
}

char *bf_builtin_plugins(void) {
  char *folder = bf_program_folder();
  const char *up = strstr(folder, "/libexec/bettiflow") ? "../.." : "..";
  char *joined = bf_format_text("%s/%s/lib/bettiflow/plugins", folder, up), *real = bf_path_absolute(joined);
  free(folder);
  if (!real) return joined;
  free(joined);
  return real;
}
