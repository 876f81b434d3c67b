/* What a node of a pipeline has to look like: a map with known keys, a text, a name. */
#include "pipeline/read.h"
#include <stdio.h>
#include <string.h>

const char *bf_hint(char buffer[BF_HINT], const char *word, const char *const *candidates, size_t n) {
  const char *near = bf_nearest(word, candidates, n);
  buffer[0] = 0;
  if (near) snprintf(buffer, BF_HINT, "; did you mean '%s'?", near);
  return buffer;
}

bool bf_node_empty(const bf_node *node) { return !node || (node->kind == BF_SCALAR && !node->quoted && !node->text[0]); }

bf_status bf_need_map(const bf_node *node, const char *what) {
  if (bf_node_empty(node) || node->kind == BF_MAP) return BF_OK;
  return bf_fail_at(BF_INVALID, node, "%s is a map ('key: value' lines, or { key: value }), not a %s", what, node->kind == BF_LIST ? "list" : "single value");
}

bf_status bf_need_text(const bf_node *node, const char *what) {
  if (node->kind != BF_SCALAR) return bf_fail_at(BF_INVALID, node, "%s is a single value, not a %s", what, node->kind == BF_LIST ? "list" : "map");
  if (!node->text[0]) return bf_fail_at(BF_INVALID, node, "%s is empty", what);
  return BF_OK;
}

bf_status bf_need_keys(const bf_node *map, const char *what, const char *const *known, size_t n) {
  char hint[BF_HINT];
  for (size_t i = 0; map && map->kind == BF_MAP && i < map->n; i++) {
    size_t k = 0;
    while (k < n && strcmp(map->key[i], known[k])) k++;
    if (k < n) continue;
    bf_text list = {0};
    for (k = 0; k < n; k++) bf_text_addf(&list, "%s%s", k ? ", " : "", known[k]);
    bf_status status =
        bf_fail_at(BF_INVALID, map->key_at[i], "%s has no key '%.64s'%s (its keys: %s)", what, map->key[i], bf_hint(hint, map->key[i], known, n), list.at);
    bf_text_free(&list);
    return status;
  }
  return BF_OK;
}

bool bf_is_name(const char *text, size_t n, bool dashes) {
  if (!n || n > BF_MAX_NAME || text[0] < 'a' || text[0] > 'z') return false;
  for (size_t i = 0; i < n; i++) {
    char c = text[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (dashes && c == '-'))) return false;
  }
  return true;
}

bool bf_is_text(const char *text) {
  for (size_t n; *text; text += n)
    if (!(n = bf_text_step(text))) return false;
  return true;
}

bf_status bf_need_name(const bf_node *at, const char *text, const char *what) {
  if (bf_is_name(text, strlen(text), false)) return BF_OK;
  return bf_fail_at(BF_INVALID, at, "'%.80s' can't name %s: a lower-case letter, then lower-case letters, digits and _, at most %d in all", text, what,
                    BF_MAX_NAME);
}

bf_status bf_need_plain(const bf_node *node, const char *what) {
  if (!node) return BF_OK;
  if (node->kind == BF_SCALAR && strchr(node->text, '$'))
    return bf_fail_at(BF_INVALID, node, "no $name can stand in %s: only in params, sweep, vars and limits", what);
  for (size_t i = 0; i < node->n; i++)
    if (bf_need_plain(node->item[i], what) != BF_OK) return BF_INVALID;
  return BF_OK;
}

size_t bf_list_size(const bf_node *node) { return !node ? 0 : node->kind == BF_LIST ? node->n : 1; }
const bf_node *bf_list_at(const bf_node *node, size_t i) { return node->kind == BF_LIST ? node->item[i] : node; }
