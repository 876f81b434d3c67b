/* The list of what is packed, for the files of bundles that pack. */
#ifndef BF_STORE_BUNDLE_PACK_H
#define BF_STORE_BUNDLE_PACK_H

#include "store/bundle_internal.h"

typedef struct bf_pack_item {
  char *name;    /* in the bundle */
  char *path;    /* of the file; NULL: data */
  uint8_t *data; /* NULL: a file */
  uint64_t size; /* of data; of a file: how much of it, 0: all */
} bf_pack_item;

struct bf_pack {
  const bf_store *store;
  size_t n, nplugin;
  bf_pack_item *item;
  bf_bundle_plugin *plugin;
};

void bf_pack_add(bf_pack *p, bf_pack_item item); /* takes what it points to */

#endif
