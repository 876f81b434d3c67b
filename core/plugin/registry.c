/* The registry: plugin files found, described by cache or scan, and their entries looked up by id. */
#include "plugin/registry.h"
#include "base/file.h"
#include "base/text.h"
#include "plugin/cache.h"
#include "plugin/describe.h"
#include "plugin/folders.h"
#include "plugin/scan.h"
#include <stdlib.h>
#include <string.h>

typedef struct plugin { /* a file and what it is described as */
  bf_plugin_file file;
  char build_id[129];
  json_t *description;
  bf_described described;
  bf_provider provider;
  bool known, wanted; /* known: the cache had it; wanted: the scan must describe it */
} plugin;

struct bf_registry {
  size_t nplugin;
  plugin *plugin;
  size_t n;
  bf_entry *entry; /* copies, sorted by kind, then id */
  size_t nbroken;
  bf_broken *broken;
};

static void add_broken(bf_registry *r, const char *path, const char *why) {
  char *text = bf_strdup(why), *shown = text;
  if (!strncmp(text, path, strlen(path)) && !strncmp(text + strlen(path), ": ", 2)) shown += strlen(path) + 2; /* the path stands beside it already */
  for (char *c = shown; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?'; /* a hostile name must not reach a terminal */
  r->broken = bf_grow(r->broken, r->nbroken, sizeof *r->broken);
  r->broken[r->nbroken++] = (bf_broken){bf_strdup(path), bf_strdup(shown)};
  free(text);
}

/* Takes a plugin's description over if it passes all checks; else records in its place that it is broken. False: it is. */
static bool accept(plugin *p) {
  if (json_object_get(p->description, "broken")) return false;
  if (bf_described_read(p->description, &p->described) == BF_OK) {
    p->provider = (bf_provider){p->file.path, p->build_id, p->described.name, p->described.version, p->described.licence};
    for (size_t i = 0; i < p->described.n; i++) p->described.entry[i].from = &p->provider;
    return true;
  }
  json_decref(p->description);
  p->description = bf_broken_json(bf_error());
  return false;
}

/* From the cache, if it holds this very file and what it holds is sound. */
static void recall(plugin *p, const json_t *cache) {
  const json_t *entry = bf_cache_find(cache, p->file.path, &p->file.st), *description = json_object_get(entry, "plugin");
  const char *id = json_string_value(json_object_get(entry, "build_id"));
  if (!id || strlen(id) >= sizeof p->build_id || !json_is_object(description)) return;
  memcpy(p->build_id, id, strlen(id) + 1);
  p->description = json_incref((json_t *)description);
  p->known = accept(p) || json_string_value(json_object_get(description, "broken"));
  if (p->known) return;
  json_decref(p->description);
  p->description = NULL;
}

/* ELF facts first: only files that pass are loaded by the scan. */
static void look_at(plugin *p) {
  bf_elf elf;
  bf_status status = bf_build_id(p->file.path, p->build_id);
  if (status == BF_OK) status = bf_elf_read(p->file.path, &elf);
  if (status != BF_OK) p->description = bf_broken_json(bf_error());
  p->wanted = status == BF_OK;
}

/* The first plugin with the same build-id, perhaps itself. */
static const plugin *twin(const bf_registry *r, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (r->plugin[i].build_id[0] && !strcmp(r->plugin[j].build_id, r->plugin[i].build_id)) return &r->plugin[j];
  return &r->plugin[i];
}

static bool same_build(const bf_registry *r, size_t i) { return twin(r, i) != &r->plugin[i]; }

static bf_status scan_wanted(bf_registry *r, json_t *cache) {
  const char **paths = bf_alloc(r->nplugin, sizeof *paths);
  json_t **description = bf_alloc(r->nplugin, sizeof *description);
  size_t n = 0, k = 0;
  for (size_t i = 0; i < r->nplugin; i++)
    if (r->plugin[i].wanted) paths[n++] = r->plugin[i].file.path;
  bf_status status = bf_scan(paths, n, description);
  for (size_t i = 0; i < r->nplugin; i++) {
    plugin *p = &r->plugin[i];
    struct stat after;
    if (p->wanted) p->description = description[k++];
    if (!p->description) p->description = json_incref(twin(r, i)->description);
    if (!p->description || p->known) continue;
    accept(p);
    bool same = !stat(p->file.path, &after) && after.st_ino == p->file.st.st_ino && after.st_ctim.tv_sec == p->file.st.st_ctim.tv_sec &&
                after.st_ctim.tv_nsec == p->file.st.st_ctim.tv_nsec;
    if (same && status == BF_OK) bf_cache_set(cache, p->file.path, &p->file.st, p->build_id, json_incref(p->description));
  }
  if (status == BF_OK) bf_cache_write(cache);
  free(paths);
  free(description);
  return status;
}

static bf_status describe_all(bf_registry *r) {
  bf_status status = BF_OK;
  json_t *cache = bf_cache_read();
  bool all_known = true;
  for (size_t i = 0; i < r->nplugin; i++) {
    recall(&r->plugin[i], cache);
    if (!r->plugin[i].known) look_at(&r->plugin[i]);
    if (r->plugin[i].wanted && same_build(r, i)) r->plugin[i].wanted = false;
    all_known = all_known && r->plugin[i].known;
  }
  if (!all_known) status = scan_wanted(r, cache);
  json_decref(cache);
  return status;
}

static int by_kind_and_id(const void *a, const void *b) {
  const bf_entry *x = a, *y = b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  int order = strcmp(x->id, y->id);
  return order ? order : strcmp(x->from->path, y->from->path);
}

/* Entries of all sound plugins, one for each build; broken ones listed. */
static void gather(bf_registry *r) {
  for (size_t i = 0; i < r->nplugin; i++) {
    plugin *p = &r->plugin[i];
    if (same_build(r, i)) continue;
    const char *why = json_string_value(json_object_get(p->description, "broken"));
    if (why) add_broken(r, p->file.path, why);
    for (size_t k = 0; k < p->described.n; k++) {
      r->entry = bf_grow(r->entry, r->n, sizeof *r->entry);
      r->entry[r->n++] = p->described.entry[k];
    }
  }
  if (r->n) qsort(r->entry, r->n, sizeof *r->entry, by_kind_and_id);
}

bf_status bf_registry_open(const char *plugin_path, bf_registry **out) {
  bf_plugin_files files;
  bf_registry *r = bf_alloc(1, sizeof *r);
  bf_plugin_files_find(plugin_path, &files);
  for (size_t i = 0; i < files.nmissing; i++) add_broken(r, files.missing[i], "no such folder; plugins are looked for there");
  r->nplugin = files.n;
  r->plugin = bf_alloc(files.n, sizeof *r->plugin);
  for (size_t i = 0; i < files.n; i++) r->plugin[i].file = (bf_plugin_file){bf_strdup(files.file[i].path), files.file[i].st};
  bf_plugin_files_free(&files);
  bf_status status = describe_all(r);
  gather(r);
  if (status != BF_OK) {
    bf_registry_free(r);
    return status;
  }
  *out = r;
  return BF_OK;
}

void bf_registry_free(bf_registry *r) {
  if (!r) return;
  for (size_t i = 0; i < r->nplugin; i++) {
    bf_described_free(&r->plugin[i].described);
    json_decref(r->plugin[i].description);
    free(r->plugin[i].file.path);
  }
  for (size_t i = 0; i < r->nbroken; i++) {
    free((void *)r->broken[i].path);
    free((void *)r->broken[i].why);
  }
  free(r->plugin);
  free(r->entry);
  free(r->broken);
  free(r);
}

size_t bf_registry_size(const bf_registry *r) { return r->n; }
const bf_entry *bf_registry_at(const bf_registry *r, size_t i) { return &r->entry[i]; }

size_t bf_registry_broken(const bf_registry *r, const bf_broken **list) {
  *list = r->broken;
  return r->nbroken;
}
