/* What `show FILE` prints of an artifact. */
#ifndef BF_CLI_SHOW_ARTIFACT_H
#define BF_CLI_SHOW_ARTIFACT_H

#include <bettiflow/status.h>
#include <jansson.h>
#include <stdbool.h>

/* Prints type, label, arrays and a summary of the artifact at path on stdout: text for people, or one JSON object. Errors as the artifact's reader. */
bf_status bf_show_artifact(const char *path, bool json);

/* The two halves of it, for who has more to tell: *out is a new object; printing takes what is no list of objects as a line, such a list as a table. */
bf_status bf_artifact_facts(const char *path, json_t **out);
void bf_print_facts(const json_t *facts, bool json);

#endif
