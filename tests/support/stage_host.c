/* Runs one stage inside a test. */
#include "stage_host.h"
#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct bf_task {
  const stage_call *call;
  bf_input input[2];
  bf_out out;
  uint64_t steps;
};

static char message[8192];
const char *stage_error(void) { return message; }

static _Noreturn void die(const char *what, const char *name) {
  fail_msg("%s %s", what, name);
  abort();
}

static const bf_input *inputs(bf_task *task, const char *port, size_t *n) {
  *n = 0;
  for (size_t i = 0; i < 2 && task->call->input[2 * i]; i++)
    if (!strcmp(task->call->input[2 * i], port)) {
      task->input[i] = (bf_input){.path = task->call->input[2 * i + 1]};
      *n = 1;
      return &task->input[i];
    }
  return task->input;
}

static const bf_out *output(bf_task *task, const char *port, const bf_label *label, size_t nlabel) {
  (void)port;
  task->out = (bf_out){task->call->output, label, nlabel};
  return &task->out;
}

static uint64_t seed(bf_task *task, const char *stream) {
  uint64_t h = 1469598103934665603u;
  for (int i = 0; task->call->param[i]; i += 2)
    if (!strcmp(task->call->param[i], "seed")) h += strtoull(task->call->param[i + 1], NULL, 10);
  for (; *stream; stream++) h = (h ^ (uint64_t)*stream) * 1099511628211u;
  return h;
}

static uint32_t threads(bf_task *task) { return task->call->threads ? task->call->threads : 1; }
static uint64_t memory(bf_task *task) { return task->call->memory; }
static bf_status step(bf_task *task, uint64_t done, uint64_t total) {
  if (total && done > total) fail_msg("progress %llu of %llu", (unsigned long long)done, (unsigned long long)total);
  return ++task->steps == task->call->cancel_at ? bf_fail(BF_CANCELLED, "cancelled") : BF_OK;
}
static void log_line(bf_task *task, bf_log_level level, const char *format, ...) { (void)task, (void)level, (void)format; }
static bf_status activation(bf_task *task, const char *text, bf_activation_use *use) {
  (void)task, (void)use;
  return bf_fail(BF_PLUGIN, "no activation %s here", text);
}
static const void *extension(bf_task *task, const char *id) {
  (void)task, (void)id;
  return NULL;
}

static const bf_host host = {sizeof host, inputs, output, seed, threads, memory, step, log_line, activation, extension};

static void fill(const stage_call *call, const bf_param *p, char *cfg) {
  const char *text = p->def;
  void *at = cfg + p->offset;
  for (int i = 0; call->param[i]; i += 2)
    if (!strcmp(call->param[i], p->name)) text = call->param[i + 1];
  if (!text) die("must be given: parameter", p->name);
  switch (p->type) {
  case BF_PARAM_BOOL:
    *(bool *)at = !strcmp(text, "true");
    break;
  case BF_PARAM_INT:
    *(int64_t *)at = strtoll(text, NULL, 10);
    break;
  case BF_PARAM_REAL:
    *(double *)at = !strcmp(text, "none") ? (double)NAN : strtod(text, NULL);
    break;
  case BF_PARAM_TEXT:
    *(const char **)at = text;
    break;
  case BF_PARAM_FILE:
    ((bf_file *)at)->path = text;
    break;
  case BF_PARAM_FORMAT:
    ((bf_format_use *)at)->is = call->format;
    break;
  default:
    die("can't be filled: parameter", p->name);
  }
}

static const bf_stage *find(const bf_plugin *plugin, const char *id) {
  for (int i = 0; plugin->stages && plugin->stages[i]; i++)
    if (!strcmp(plugin->stages[i]->id, id)) return plugin->stages[i];
  die("no stage", id);
}

bf_status run_stage(const stage_call *call) {
  char path[4096];
  snprintf(path, sizeof path, "%s/lib/bettiflow/plugins/%s.so", getenv("BF_BUILD"), call->plugin);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) die("can't load", path);
  const bf_plugin *plugin = dlsym(handle, "bettiflow_plugin");
  if (!plugin || plugin->abi != BF_ABI) die("not a plugin:", path);
  const bf_stage *stage = find(plugin, call->stage);
  char *cfg = calloc(1, stage->cfg_size ? stage->cfg_size : 1);
  if (!cfg) die("no memory for", call->stage);
  for (const bf_param *p = stage->params; p && p->name; p++) fill(call, p, cfg);
  bf_task task = {.call = call};
  uint32_t connected = 0;
  for (int i = 0; stage->inputs && stage->inputs[i].name; i++)
    for (size_t k = 0; k < 2 && call->input[2 * k]; k++)
      if (!strcmp(call->input[2 * k], stage->inputs[i].name)) connected |= 1u << i;
  message[0] = 0;
  bf_status status = stage->check ? stage->check(cfg, connected) : BF_OK;
  if (status == BF_OK) status = stage->run(&host, &task, cfg);
  if (status != BF_OK) snprintf(message, sizeof message, "%s", plugin->error());
  free(cfg);
  dlclose(handle);
  return status;
}
