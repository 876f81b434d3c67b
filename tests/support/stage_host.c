/* One call for one stage, on the host of host.h. */
#include "stage_host.h"
#include "host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static char message[8192];
const char *stage_error(void) { return message; }

bf_status run_stage(const stage_call *call) {
  char library[256], folder[256];
  snprintf(library, sizeof library, "%s.so", call->plugin);
  snprintf(folder, sizeof folder, "%s.d", call->output);
  bf_task *t = test_task_new(folder);
  const bf_stage *const *stage = test_task_load(t, library)->stages;
  for (size_t i = 0; i < 2 && call->input[2 * i]; i++) test_task_input(t, call->input[2 * i], call->input[2 * i + 1], NULL, 0);
  for (size_t i = 0; call->param[i]; i += 2) test_task_set(t, call->param[i], call->param[i + 1]);
  if (call->format) test_task_format(t, call->format);
  *test_task_limits(t) = (test_limits){call->threads ? call->threads : 1, call->memory, call->cancel_at ? call->cancel_at - 1 : UINT64_MAX};
  bf_status status = test_task_run(t, call->stage);
  snprintf(message, sizeof message, "%s", status == BF_OK ? "" : test_task_error(t));
  if (status == BF_OK) assert_int_equal(rename(test_task_output(t, (*stage)->outputs[0].name, 0)->path, call->output), 0);
  test_task_free(t);
  return status;
}
