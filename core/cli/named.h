/* Artifacts as a verb's arguments name them. */
#ifndef BF_CLI_NAMED_H
#define BF_CLI_NAMED_H

#include "cli/transfer.h"

/* `name` is the first of these that it can be:
 *   FILE, FORMAT(key=value):FILE         an artifact or a foreign file
 *   RUN/STAGE                            the result of a stage; RUN is an id, its beginning or `last`, STAGE may be a task's number
 *   RUN/STAGE.PORT                       of another than its first output port
 *   RUN/STAGE/layer=3,class=1            the one of several that has these labels, of the sweep or of the item; a comma in a value
 *                                        has a backslash before it, if it stands in no brackets
 *   DIGEST                               an object of the store, by the first 8 hex digits or more
 * *path (allocated) is an artifact of one of `types`, and *info is filled. BF_BAD_INPUT with a message that says what `name` could be. */
bf_status bf_named_artifact(bf_workshop *w, const char *name, uint32_t types, char **path, bf_artifact_info *info);

/* The same for a name without a format: *path (allocated) is an object of the store, of whatever content, or NULL when `name` is a file. */
bf_status bf_named_object(const char *name, char **path);

/* May it be a digest's beginning? */
bool bf_named_by_digest(const char *name);

#endif
