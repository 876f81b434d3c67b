/* Files on the command line: FORMAT(key=value):FILE or FILE, to artifacts and from them, for stage, import and export. */
#ifndef BF_CLI_TRANSFER_H
#define BF_CLI_TRANSFER_H

#include "engine/engine.h"
#include <bettiflow/artifact.h>

/* Where tasks of one command work; removed at its end. */
typedef struct bf_workshop {
  const bf_registry *registry;
  char *folder; /* a temporary one */
  size_t tasks; /* so far: each has the folder <folder>/<number> */
  bf_limits limits;
  uint32_t threads;
  bool verbose;
  const char *naming;  /* how a user of this command names a format: "--format NAME" */
  const char *read_as; /* the format that the file read last has by its name: "uci"; NULL: it was named, or not needed */
  size_t ncalled;
  struct bf_called *called; /* what messages call the files of tasks */
} bf_workshop;
bf_status bf_workshop_open(bf_workshop *w, const bf_registry *registry, bool verbose);
void bf_workshop_close(bf_workshop *w);

/* From now on, messages of tasks have `name` where they have this path. The recorded error, with such names: */
void bf_workshop_call(bf_workshop *w, const char *path, const char *name);
bf_status bf_workshop_fail(const bf_workshop *w, bf_status status);

/* Runs a task in a new folder of its own, which *folder (allocated) names, with the plugins that its inputs name; shows its log when asked to or when it fails,
 * else its warnings.
 */
bf_status bf_workshop_run(bf_workshop *w, bf_task_spec *spec, char **folder, bf_task_result *result);

/* A file with an optional format before it. */
typedef struct bf_file_spec {
  char *format;     /* "csv(label=last)", or NULL */
  const char *file; /* points into the text that was split */
} bf_file_spec;
bf_file_spec bf_file_spec_of(const char *text);

/* May a file of this name be an artifact? Not when a format reads or writes files with its ending. One with another ending than .bf, or none, is noted. */
bool bf_may_be_artifact(const bf_registry *registry, const char *file);
void bf_note_ending(const char *file);

/* Copies `from` to `to`, whose folder is made. BF_STORE. */
bf_status bf_put_file(const char *from, const char *to);

bool bf_is_artifact(const char *path); /* its first record begins as an artifact's header does */

/* The artifact for a file: itself if it is one (and no format is given), else what a format makes of it, one of `types`. *path is allocated, *info is
 * filled. BF_BAD_INPUT when the file is missing, bad or of another type; BF_USAGE when no format has its extension. */
bf_status bf_import(bf_workshop *w, const bf_file_spec *from, uint32_t types, char **path, bf_artifact_info *info);

/* The foreign file for an artifact: *path (allocated) is what the format wrote; the artifact itself when no format is given, none has the extension of
 * to->file, and its name may be an artifact's (then BF_USAGE if `must`). */
bf_status bf_export(bf_workshop *w, const char *artifact, bf_type type, const bf_file_spec *to, bool must, char **path);

#endif
