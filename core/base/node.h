/* A tree of values with places: what the YAML reader makes, sweeps substitute into, and parameter tables check. */
#ifndef BF_BASE_NODE_H
#define BF_BASE_NODE_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A file (or an option) whose text nodes came from; shared by its nodes, freed with the last of them. */
typedef struct bf_origin {
  size_t users;
  char *name;   /* "nine.yaml", or "--set" */
  char *folder; /* what relative file names are relative to */
  char *text;   /* the whole text, for carets */
} bf_origin;

typedef enum bf_node_kind { BF_SCALAR, BF_LIST, BF_MAP } bf_node_kind;

typedef struct bf_node bf_node;
struct bf_node {
  bf_node_kind kind;
  char *text;              /* scalar: its text */
  bool quoted;             /* scalar: was quoted, so it is text and no number */
  char **key;              /* map: n keys in written order, distinct */
  struct bf_node **key_at; /* map: n scalar nodes with the keys' places */
  bf_node **item;          /* list, map: n values */
  size_t n;
  bf_origin *origin; /* may be NULL for made-up nodes */
  int line, column;  /* from 1 */
};

bf_node *bf_node_scalar(const char *text, bf_origin *origin, int line, int column);
bf_node *bf_node_list(bf_origin *origin, int line, int column);
bf_node *bf_node_map(bf_origin *origin, int line, int column);
bf_node *bf_node_copy(const bf_node *node); /* deep; NULL stays NULL */
void bf_node_free(bf_node *node);
void bf_node_append(bf_node *list, bf_node *item);                                     /* takes item */
void bf_node_set(bf_node *map, const char *key, const bf_node *key_at, bf_node *item); /* takes item; replaces */
bf_node *bf_node_get(const bf_node *map, const char *key);                             /* NULL when it is not there, or map is NULL */
bool bf_node_equal(const bf_node *a, const bf_node *b);
char *bf_node_flow(const bf_node *node); /* allocated: scalars as they are, "[15, 15]", "{a: 1}" */

/* Records "file:line:column: message", the line of text and a caret under the column. Returns `status`. */
bf_status bf_fail_at(bf_status status, const bf_node *at, const char *format, ...) BF_PRINTF(3, 4);

bf_origin *bf_origin_new(const char *name, const char *folder, const char *text); /* users 1 */
void bf_origin_release(bf_origin *origin);

#endif
