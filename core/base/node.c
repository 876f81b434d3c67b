/* A tree of values with places. */
#include "base/node.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bf_origin *bf_origin_new(const char *name, const char *folder, const char *text) {
  bf_origin *o = bf_alloc(1, sizeof *o);
  *o = (bf_origin){1, bf_strdup(name), bf_strdup(folder), bf_strdup(text)};
  return o;
}

void bf_origin_release(bf_origin *o) {
  if (!o || --o->users) return;
  free(o->name);
  free(o->folder);
  free(o->text);
  free(o);
}

static bf_node *new_node(bf_node_kind kind, bf_origin *origin, int line, int column) {
  bf_node *n = bf_alloc(1, sizeof *n);
  *n = (bf_node){.kind = kind, .origin = origin, .line = line, .column = column};
  if (origin) origin->users++;
  return n;
}

bf_node *bf_node_scalar(const char *text, bf_origin *origin, int line, int column) {
  bf_node *n = new_node(BF_SCALAR, origin, line, column);
  n->text = bf_strdup(text);
  return n;
}

bf_node *bf_node_list(bf_origin *origin, int line, int column) { return new_node(BF_LIST, origin, line, column); }
bf_node *bf_node_map(bf_origin *origin, int line, int column) { return new_node(BF_MAP, origin, line, column); }

bf_node *bf_node_copy(const bf_node *node) {
  if (!node) return NULL;
  bf_node *n = new_node(node->kind, node->origin, node->line, node->column);
  n->text = bf_strdup(node->text);
  n->quoted = node->quoted;
  for (size_t i = 0; i < node->n; i++) {
    if (node->kind == BF_MAP)
      bf_node_set(n, node->key[i], node->key_at[i], bf_node_copy(node->item[i]));
    else
      bf_node_append(n, bf_node_copy(node->item[i]));
  }
  return n;
}

void bf_node_free(bf_node *node) {
  if (!node) return;
  for (size_t i = 0; i < node->n; i++) {
    bf_node_free(node->item[i]);
    if (node->kind == BF_MAP) {
      free(node->key[i]);
      bf_node_free(node->key_at[i]);
    }
  }
  free(node->item);
  free(node->key);
  free(node->key_at);
  free(node->text);
  bf_origin_release(node->origin);
  free(node);
}

void bf_node_append(bf_node *list, bf_node *item) {
  list->item = bf_grow(list->item, list->n, sizeof *list->item);
  list->item[list->n++] = item;
}

void bf_node_set(bf_node *map, const char *key, const bf_node *key_at, bf_node *item) {
  for (size_t i = 0; i < map->n; i++) {
    if (strcmp(map->key[i], key)) continue;
    bf_node_free(map->item[i]);
    map->item[i] = item;
    return;
  }
  map->item = bf_grow(map->item, map->n, sizeof *map->item);
  map->key = bf_grow(map->key, map->n, sizeof *map->key);
  map->key_at = bf_grow(map->key_at, map->n, sizeof *map->key_at);
  map->key[map->n] = bf_strdup(key);
  map->key_at[map->n] = key_at ? bf_node_copy(key_at) : bf_node_scalar(key, item->origin, item->line, item->column);
  map->item[map->n++] = item;
}

bf_node *bf_node_get(const bf_node *map, const char *key) {
  for (size_t i = 0; map && map->kind == BF_MAP && i < map->n; i++)
    if (!strcmp(map->key[i], key)) return map->item[i];
  return NULL;
}

bool bf_node_equal(const bf_node *a, const bf_node *b) {
  if (!a || !b) return a == b;
  if (a->kind != b->kind || a->n != b->n) return false;
  if (a->kind == BF_SCALAR) return !strcmp(a->text, b->text);
  for (size_t i = 0; i < a->n; i++) {
    if (a->kind == BF_MAP && strcmp(a->key[i], b->key[i])) return false;
    if (!bf_node_equal(a->item[i], b->item[i])) return false;
  }
  return true;
}

static void flow(const bf_node *n, bf_text *t) {
  if (n->kind == BF_SCALAR) {
    bf_text_add(t, n->text);
    return;
  }
  bf_text_add(t, n->kind == BF_LIST ? "[" : "{");
  for (size_t i = 0; i < n->n; i++) {
    if (i) bf_text_add(t, ", ");
    if (n->kind == BF_MAP) bf_text_addf(t, "%s: ", n->key[i]);
    flow(n->item[i], t);
  }
  bf_text_add(t, n->kind == BF_LIST ? "]" : "}");
}

char *bf_node_flow(const bf_node *node) {
  bf_text t = {0};
  flow(node, &t);
  return bf_text_take(&t);
}

/* Adds the text's line and a caret under the column, as compilers do; what is no text becomes '?', since it may reach a terminal. */
static void add_caret(bf_text *t, const bf_node *at) {
  const char *line = at->origin->text;
  for (int i = 1; line && i < at->line; i++) {
    line = strchr(line, '\n');
    if (line) line++;
  }
  if (!line) return;
  const char *end = line + strcspn(line, "\r\n");
  bf_text caret = {0};
  bf_text_add(t, "\n  ");
  for (int i = 1; line < end && i <= 240; i++) {
    size_t n = bf_text_step(line);
    bool tab = *line == '\t';
    bf_text_add_n(t, n || tab ? line : "?", n ? n : 1);
    if (i < at->column) bf_text_add(&caret, tab ? "\t" : " ");
    line += n ? n : 1;
  }
  bf_text_addf(t, "\n  %s^", caret.at ? caret.at : "");
  bf_text_free(&caret);
}

/* Values in a message come from files and may hold anything; it may reach a terminal. */
static void clean(char *message) {
  for (size_t n; *message; message += n ? n : 1) {
    n = bf_text_step(message);
    if (!n && *message != '\n' && *message != '\t') *message = '?';
  }
}

bf_status bf_fail_at(bf_status status, const bf_node *at, const char *format, ...) {
  char message[4096];
  bf_text t = {0};
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  clean(message);
  if (at && at->origin) bf_text_addf(&t, "%s:%d:%d: ", at->origin->name, at->line, at->column);
  bf_text_add(&t, message);
  if (at && at->origin) add_caret(&t, at);
  bf_fail(status, "%s", t.at);
  bf_text_free(&t);
  return status;
}
