/* The registry: every stage, activation and format that the plugins on the plugin path describe, known without running any of
 * their code here. A scan in a child process describes them; the description is cached by each file's path, device, inode,
 * size and times (scan.c). Function pointers in these tables are NULL: only a task's own process loads a plugin (loader.h). */
#ifndef BF_PLUGIN_REGISTRY_H
#define BF_PLUGIN_REGISTRY_H

#include <bettiflow/plugin.h>
#include <jansson.h>

typedef struct bf_provider { /* a plugin file */
  const char *path;          /* absolute, links resolved */
  const char *build_id;      /* hex: the GNU build-id, or the file's SHA-256 where there is none */
  const char *name, *version, *licence;
} bf_provider;

typedef enum bf_kind { BF_KIND_STAGE, BF_KIND_ACTIVATION, BF_KIND_FORMAT } bf_kind;

typedef struct bf_entry { /* something that a plugin offers */
  bf_kind kind;
  const char *id, *doc;
  uint32_t revision;
  const bf_param *params; /* ends with {0}; never NULL */
  const bf_stage *stage;  /* by kind; ports end with {0} and are never NULL; check is non-NULL iff the plugin has one (never call it) */
  const bf_activation *activation;
  const bf_format *format;
  const bf_provider *from;
} bf_entry;

typedef struct bf_broken { /* a plugin file that could not be described */
  const char *path;
  const char *why; /* "ABI 0x62660002, this bettiflow needs 0x62660001", "killed by SIGSEGV in a constructor" */
} bf_broken;

typedef struct bf_registry bf_registry;

/* Scans (or takes from the cache) the folders in order: first those of `folders` (--plugin-path, then BETTIFLOW_PLUGIN_PATH, both colon-separated, NULL fine),
 * then the built-in one beside the program. A folder's sub-folders are searched one level down, for *.so. Broken files are kept
 * as warnings. The same file under two names, and two files with one build-id, count once. Errors: BF_PLUGIN, BF_NO_MEMORY. */
bf_status bf_registry_open(const char *plugin_path, bf_registry **out);
void bf_registry_free(bf_registry *r);

size_t bf_registry_size(const bf_registry *r);
const bf_entry *bf_registry_at(const bf_registry *r, size_t i); /* sorted by kind, then id */
size_t bf_registry_broken(const bf_registry *r, const bf_broken **list);

/* Looks an id up; the kind prefix of activations and formats may be left out ("relu"). Errors, recorded without a place:
 * BF_INVALID with a "did you mean" when nothing offers it; BF_PLUGIN when two different builds do (both files named), or when only a
 * broken plugin could (its bytes hold the id; file and reason named). */
bf_status bf_registry_find(const bf_registry *r, bf_kind kind, const char *id, const bf_entry **out);

/* The object that an artifact's header says its readers need; its id is whole. BF_PLUGIN when it is not there. */
bf_status bf_registry_find_use(const bf_registry *r, const char *id, const bf_entry **out);

/* The format that reads (or writes) a type (0: any type), by a file name's extension; longest extension wins. BF_INVALID lists what there is; also when two
 * formats have the same extension. */
bf_status bf_registry_format_for(const bf_registry *r, const char *file, bf_type type, bool writes, const bf_entry **out);

bf_type bf_type_of(uint32_t types);       /* the only type among the bits; 0 when there are none or several */
char *bf_types_text(uint32_t types);      /* "PointCloud or WeightedGraph"; allocated */
json_t *bf_entry_json(const bf_entry *e); /* for plugins --json and schema */

/* ELF facts read from the file without running it (elf.c). */
typedef struct bf_elf {
  char build_id[129]; /* hex, "" if there is none */
  uint32_t abi, size; /* the first two words of the symbol bettiflow_plugin */
} bf_elf;
bf_status bf_elf_read(const char *path, bf_elf *out); /* BF_PLUGIN: not a shared object for this machine, no symbol, wrong ABI or size */
bf_status bf_build_id(const char *path, char out[129]);

#endif
