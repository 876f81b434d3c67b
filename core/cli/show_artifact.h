/* What `show FILE` prints of an artifact. */
#ifndef BF_CLI_SHOW_ARTIFACT_H
#define BF_CLI_SHOW_ARTIFACT_H

#include <bettiflow/status.h>
#include <stdbool.h>

/* Prints type, label, arrays and a summary of the artifact at path on stdout: text for people, or one JSON object. Errors as the artifact's reader. */
bf_status bf_show_artifact(const char *path, bool json);

#endif
