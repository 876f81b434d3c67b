/* Loading libarchive. */
#include "store/bundle_archive.h"
#include <dlfcn.h>

_Static_assert(ARCHIVE_VERSION_NUMBER / 1000000 == 3, "libarchive.so.13 is libarchive 3");

bf_status bf_archive_load(bf_archive_api *api) {
  void *library = dlopen("libarchive.so.13", RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) return bf_fail(BF_FAILED, "bundles need libarchive, which can't be loaded: %s", dlerror());
#define LOAD(name)                                                                                                                                             \
  *(void **)&api->name = dlsym(library, #name);                                                                                                                \
  if (!api->name) return bf_fail(BF_FAILED, "bundles need a libarchive of version 3.6 or later: %s", dlerror());
  BF_ARCHIVE_FUNCTIONS(LOAD)
#undef LOAD
  return BF_OK;
}
