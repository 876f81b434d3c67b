/* Loading plugins for real, in a task's or a command's process. */
#ifndef BF_PLUGIN_LOADER_H
#define BF_PLUGIN_LOADER_H

#include "plugin/param.h"

typedef struct bf_loader bf_loader;

bf_status bf_loader_new(bf_loader **out);

/* Checks the ELF facts first: ABI, size, and that the build-id is `build_id` (NULL: any); then dlopen(RTLD_NOW | RTLD_LOCAL). BF_PLUGIN with the file's name.
 */
bf_status bf_loader_add(bf_loader *l, const char *path, const char *build_id, const bf_plugin **out);

const bf_stage *bf_loader_stage(const bf_loader *l, const char *id);
bf_objects bf_loader_objects(bf_loader *l);
/* The message that the plugin which offers this id recorded; if it has none, that of another loaded plugin, such as a format that a stage called; or "". */
const char *bf_loader_error(const bf_loader *l, bf_kind kind, const char *id);
void bf_loader_free(bf_loader *l);

/* The built-in plugin folder, beside the program: ../lib/bettiflow/plugins; allocated. */
char *bf_builtin_plugins(void);

#endif
