/* Values for a parameter table: text from a pipeline becomes checked, canonical values; these make the task's key, travel to the
 * task's process as JSON, and there fill the plugin's struct. */
#ifndef BF_PLUGIN_PARAM_H
#define BF_PLUGIN_PARAM_H

#include "base/digest.h"
#include "base/node.h"
#include "base/text.h"
#include "plugin/registry.h"

typedef struct bf_params bf_params;

/* What parsing needs to know about the outside. */
typedef struct bf_param_env {
  const bf_registry *registry;
  /* Called for each FILE parameter, its path already joined to its origin's folder: gives the digest, and in *stored (allocated) the path of the copy that
   * the task shall read, so that a later change of the file does not matter. It gets a folder only where the parameter takes one. NULL: the file or folder
   * is only checked to be readable; digest all zeros. */
  bf_status (*file)(void *context, const char *path, bf_digest *digest, char **stored);
  void *context;
} bf_param_env;

/* Checks `map` (may be NULL: all defaults) against the table. `what` names the owner for messages: "stage 'graph' (complex.knn_geodesic)". Errors are
 * BF_INVALID with the node's place: unknown parameter with "did you mean", missing one, wrong type, out of range, not a choice, a FILE that can't be
 * read; BF_PLUGIN from the registry. A FORMAT parameter left "" is settled by the extension of the FILE parameter before it in the table, if that was given. */
bf_status bf_params_parse(const bf_param *table, const bf_node *map, const char *what, const bf_param_env *env, bf_params **out);
void bf_params_free(bf_params *p);

/* One line for each parameter, sorted by name: `param k 14`. Reals as hex floats, text as JSON strings, files by digest, plugin objects as
 * canonical text, each followed by lines with its id, revision and build-id. No paths. */
void bf_params_key(const bf_params *p, bf_text *out);

/* {"k": 14, …} as the task's process reads it (bf_params_fill) and as people read it: no hex floats lost, files as {"path", "digest"},
 * plugin objects as {"id", "params", "text"}. */
json_t *bf_params_json(const bf_params *p);

/* The plugin files that the values name (activations, formats), each once. */
size_t bf_params_uses(const bf_params *p, const bf_entry *const **entries);

/* Parses "leaky_relu(slope=0.1)": id, then values in parentheses, into an entry and its values; canonical text "activation.leaky_relu(slope=0x1.99p-4)". */
bf_status bf_object_parse(const char *text, bf_kind kind, const bf_node *at, const bf_param_env *env, const bf_entry **entry, bf_params **params);
char *bf_object_text(const bf_entry *entry, const bf_params *params);

/* ---- in the task's process ---- */

/* Finds the real tables of the loaded plugins by id (loader.h implements it). */
typedef struct bf_objects {
  const void *(*find)(void *context, bf_kind kind, const char *id); /* bf_activation or bf_format with its functions; NULL if not loaded */
  void *context;
} bf_objects;

/* Fills the struct that `table` describes (cfg_size bytes, zeroed by this call) from bf_params_json's object. All memory that the struct points to is owned by
 * *memory; free it with bf_filled_free. */
typedef struct bf_filled bf_filled;
bf_status bf_params_fill(const bf_param *table, const json_t *values, const bf_objects *objects, void *cfg, size_t cfg_size, bf_filled **memory);
void bf_filled_free(bf_filled *memory);

/* For the task's process: canonical text of an activation (from a Network) to a use. */
bf_status bf_object_fill(const char *text, bf_kind kind, const bf_objects *objects, bf_activation_use *use, bf_filled **memory);

#endif
