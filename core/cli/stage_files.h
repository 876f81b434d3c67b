/* --in PORT=FILE and --out PORT=FILE of `bettiflow stage`. */
#ifndef BF_CLI_STAGE_FILES_H
#define BF_CLI_STAGE_FILES_H

#include "cli/transfer.h"
#include "plugin/param_value.h"

typedef struct bf_texts { /* an option that may be given again */
  size_t n;
  const char **at;
} bf_texts;
void bf_texts_add(bf_texts *t, const char *text);

typedef struct bf_stage_inputs {
  size_t n; /* the stage's input ports */
  bf_task_input *input;
  uint32_t connected;
  size_t nlabel; /* the labels of the inputs at ONE ports, joined: outputs carry them too */
  bf_label *label;
  size_t ninfo;
  bf_artifact_info *info; /* own the labels */
} bf_stage_inputs;

/* Reads, and imports where needed, the files at each port. BF_INVALID: unknown or missing port, two files at a ONE port; BF_BAD_INPUT: a bad file, or
 * two inputs with different values of one label. */
bf_status bf_stage_inputs_read(bf_workshop *w, const bf_entry *stage, const bf_texts *in, bf_stage_inputs *out);
void bf_stage_inputs_free(bf_stage_inputs *in);

/* Before the run: ports known, axes named in braces, extensions fit. After it: exports all, then puts each in its place by rename. */
bf_status bf_stage_outputs_check(const bf_registry *registry, const bf_entry *stage, const bf_texts *out);
bf_status bf_stage_outputs_write(bf_workshop *w, const bf_entry *stage, const bf_texts *out, const char *folder, const bf_task_result *result,
                                 const bf_stage_inputs *in);
void bf_stage_outputs_tell_kept(const bf_texts *out, const bf_stage_inputs *in); /* after a decline: a note for each file that an earlier run left */

#endif
