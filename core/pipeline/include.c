/* A pipeline file with the files that it includes, merged into one tree. What an included file says lies below what the including file says; values keep
 * the file that states them, so that relative file names go on meaning what they meant there. */
#include "base/file.h"
#include "pipeline/read.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct files {
  size_t left;                 /* bytes that may still be read */
  size_t depth;                /* files that are being read: each is included by the one before */
  char *path[BF_MAX_INCLUDES]; /* links resolved */
  const char *name[BF_MAX_INCLUDES];
} files;

/* Moves what `above` says into `below`: maps by key, everything else as a whole. */
static bf_status merge(bf_node *below, const bf_node *above) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < above->n && status == BF_OK; i++) {
    bf_node *old = bf_node_get(below, above->key[i]);
    if (old && old->kind == BF_MAP && above->item[i]->kind == BF_MAP)
      status = merge(old, above->item[i]);
    else if (!old && below->n == BF_MAX_KEYS)
      status = bf_fail_at(BF_INVALID, above->key_at[i], "more than %d keys in one map, included files taken together", BF_MAX_KEYS);
    else
      bf_node_set(below, above->key[i], above->key_at[i], bf_node_copy(above->item[i]));
  }
  return status;
}

static bf_status fail_from(const bf_node *at) { return at ? bf_fail_at(BF_INVALID, at, "%s", bf_error()) : bf_fail(BF_INVALID, "%s", bf_error()); }

static bf_status check_version(const bf_node *root, const char *name, bool needed) {
  const bf_node *version = bf_node_get(root, "bettiflow");
  if (root->kind != BF_MAP) return bf_fail_at(BF_INVALID, root, "a pipeline is a map that begins with 'bettiflow: 1'");
  if (!version)
    return needed ? bf_fail(BF_INVALID, "%s: the first line of a pipeline is 'bettiflow: 1'; it says which version of the language it is", name) : BF_OK;
  if (version->kind == BF_SCALAR && !strcmp(version->text, "1")) return BF_OK;
  return bf_fail_at(BF_INVALID, version, "this program reads pipelines of version 1 only ('bettiflow: 1')");
}

static bf_status read_file(files *f, const char *name, const bf_node *at, bf_node **out);

static bf_status check_cycle(const files *f, const char *path, const char *name, const bf_node *at) {
  for (size_t i = 0; i < f->depth; i++) {
    if (strcmp(f->path[i], path)) continue;
    bf_text cycle = {0};
    for (size_t j = i; j < f->depth; j++) bf_text_addf(&cycle, "%s -> ", f->name[j]);
    bf_status status = bf_fail_at(BF_INVALID, at, "files include each other in a circle: %s%s", cycle.at, name);
    bf_text_free(&cycle);
    return status;
  }
  if (f->depth == BF_MAX_INCLUDES) return bf_fail_at(BF_INVALID, at, "more than %d files that include one another", BF_MAX_INCLUDES);
  return BF_OK;
}

/* Merges the files that `root` includes and then root itself. */
static bf_status read_includes(files *f, const bf_node *root, const bf_node *include, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *merged = bf_node_map(root->origin, root->line, root->column), *part = NULL;
  char *name = NULL;
  for (size_t i = 0; i < bf_list_size(include); i++) {
    const bf_node *file = bf_list_at(include, i);
    BF_TRY(bf_need_text(file, "a file to include"));
    BF_TRY(bf_need_plain(file, "include"));
    name = strcmp(root->origin->folder, ".") ? bf_path_join(root->origin->folder, file->text) : bf_strdup(file->text);
    BF_TRY(read_file(f, name, file, &part));
    if (part) BF_TRY(merge(merged, part));
    bf_node_free(part);
    free(name);
    part = NULL, name = NULL;
  }
  BF_TRY(merge(merged, root));
  *out = merged;
  merged = NULL;
out:
  free(name);
  bf_node_free(part);
  bf_node_free(merged);
  return status;
}

static void drop_key(bf_node *map, const char *key) {
  for (size_t i = 0; i < map->n; i++) {
    if (strcmp(map->key[i], key)) continue;
    free(map->key[i]);
    bf_node_free(map->key_at[i]);
    bf_node_free(map->item[i]);
    for (map->n--; i < map->n; i++) map->key[i] = map->key[i + 1], map->key_at[i] = map->key_at[i + 1], map->item[i] = map->item[i + 1];
  }
}

static bf_status read_text(files *f, const char *name, const char *text, size_t n, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *root = NULL;
  char *folder = bf_path_parent(name);
  BF_TRY(bf_yaml_read(name, folder, text, n, &root));
  BF_TRY(check_version(root, name, f->depth == 1));
  bf_node *include = bf_node_get(root, "include");
  if (!bf_node_empty(include)) {
    bf_node *merged = NULL;
    BF_TRY(read_includes(f, root, include, &merged));
    bf_node_free(root);
    root = merged;
  }
  drop_key(root, "include");
  *out = root;
  root = NULL;
out:
  bf_node_free(root);
  free(folder);
  return status;
}

/* `at`: where the file is included; NULL for the pipeline itself. */
static bf_status read_file(files *f, const char *name, const bf_node *at, bf_node **out) {
  bf_status status = BF_OK;
  char *text = NULL, *path = bf_path_absolute(name);
  size_t n = 0;
  if (!path) {
    bf_fail(BF_INVALID, "%s: %s", name, strerror(errno));
    return fail_from(at);
  }
  BF_TRY(check_cycle(f, path, name, at));
  if (bf_file_read(name, f->left, &text, &n) != BF_OK) {
    if (f->left < BF_MAX_TEXT) bf_fail(BF_INVALID, "%s (all files of a pipeline together: at most 1 MiB)", bf_error());
    status = fail_from(at);
    goto out;
  }
  f->left -= n;
  f->path[f->depth] = path;
  f->name[f->depth++] = name;
  status = read_text(f, name, text, n, out);
  f->depth--;
out:
  free(text);
  free(path);
  return status;
}

bf_status bf_include_read(const char *path, bf_node **out) {
  files f = {.left = BF_MAX_TEXT};
  return read_file(&f, path, NULL, out);
}
