/* A host for tests of single plugins, in the test's own process. */
#include "fake.h"

#include "plugin/loader.h"
#include "plugin/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct port {
  const char *name;
  bf_input item[128];
  size_t n;
} port;

struct fake {
  const bf_plugin *plugin;
  bf_node *params;
  uint64_t memory;
  port in[4];
  size_t nin;
  bf_out *out[64];
  size_t nout;
  char error[8192];
};

static bf_loader *loader;

const bf_plugin *fake_plugin(const char *name) {
  const char *build = getenv("BF_BUILD");
  const bf_plugin *plugin = NULL;
  if (!loader) assert_int_equal(bf_loader_new(&loader), BF_OK);
  char *path = bf_format_text("%s/lib/bettiflow/plugins/%s.so", build ? build : ".", name);
  if (bf_loader_add(loader, path, NULL, &plugin) != BF_OK) fail_msg("%s", bf_error());
  free(path);
  return plugin;
}

fake *fake_new(const bf_plugin *plugin) {
  fake *f = bf_alloc(1, sizeof *f);
  f->plugin = plugin;
  f->params = bf_node_map(NULL, 1, 1);
  return f;
}

void fake_free(fake *f) {
  for (size_t i = 0; i < f->nin; i++) {
    for (size_t j = 0; j < f->in[i].n; j++) free((void *)f->in[i].item[j].label);
  }
  for (size_t i = 0; i < f->nout; i++) {
    for (size_t j = 0; j < f->out[i]->nlabel; j++) {
      free((void *)f->out[i]->label[j].name);
      free((void *)f->out[i]->label[j].value);
    }
    free((void *)f->out[i]->label);
    free((void *)f->out[i]->path);
    free(f->out[i]);
  }
  bf_node_free(f->params);
  free(f);
}

/* "[1, 2]" becomes a list, all else a scalar. */
void fake_set(fake *f, const char *name, const char *value) {
  bf_node *node;
  if (value[0] == '[') {
    node = bf_node_list(NULL, 1, 1);
    char *copy = bf_strdup(value + 1), *rest = NULL;
    for (char *s = strtok_r(copy, ", ]", &rest); s; s = strtok_r(NULL, ", ]", &rest)) bf_node_append(node, bf_node_scalar(s, NULL, 1, 1));
    free(copy);
  } else {
    node = bf_node_scalar(value, NULL, 1, 1);
  }
  bf_node *key = bf_node_scalar(name, NULL, 1, 1);
  bf_node_set(f->params, name, key, node);
  bf_node_free(key);
}

void fake_memory(fake *f, uint64_t bytes) { f->memory = bytes; }

void fake_input(fake *f, const char *name, const char *path, const char *reason, size_t nsweep, const char *const *label) {
  size_t i = 0, n = 0;
  while (i < f->nin && strcmp(f->in[i].name, name) != 0) i++;
  if (i == f->nin) f->in[f->nin++].name = name;
  port *p = &f->in[i];
  assert_true(f->nin <= 4 && p->n < 128);
  while (label && label[2 * n]) n++;
  bf_label *labels = bf_alloc(n + 1, sizeof *labels);
  for (size_t k = 0; k < n; k++) labels[k] = (bf_label){label[2 * k], label[2 * k + 1]};
  p->item[p->n++] = (bf_input){.path = path, .label = labels, .nlabel = n, .nsweep = nsweep, .reason = reason};
}

/* ---- the host ---- */

static const bf_input *host_inputs(bf_task *task, const char *name, size_t *n) {
  const fake *f = (const fake *)task;
  *n = 0;
  for (size_t i = 0; i < f->nin; i++) {
    if (strcmp(f->in[i].name, name) != 0) continue;
    *n = f->in[i].n;
    return f->in[i].item;
  }
  return NULL;
}

static const bf_out *host_output(bf_task *task, const char *name, const bf_label *label, size_t nlabel) {
  fake *f = (fake *)task;
  bf_out *out = bf_alloc(1, sizeof *out);
  bf_label *labels = bf_alloc(nlabel + 1, sizeof *labels);
  assert_true(f->nout < 64);
  for (size_t i = 0; i < nlabel; i++) labels[i] = (bf_label){bf_strdup(label[i].name), bf_strdup(label[i].value)};
  *out = (bf_out){.path = bf_format_text("%s.%zu", name, f->nout), .label = labels, .nlabel = nlabel};
  f->out[f->nout++] = out;
  return out;
}

static uint64_t host_seed(bf_task *task, const char *stream) { return (uint64_t)(uintptr_t)task * 0 + strlen(stream); }
static uint32_t host_threads(bf_task *task) { return task ? 1 : 0; }
static uint64_t host_memory(bf_task *task) { return ((const fake *)task)->memory; }
static bf_status host_step(bf_task *task, uint64_t done, uint64_t total) { return task && (total == 0 || done <= total) ? BF_OK : BF_FAILED; }
static void host_log(bf_task *task, bf_log_level level, const char *format, ...) {
  (void)task;
  (void)level;
  (void)format;
}
static bf_status host_activation(bf_task *task, const char *text, bf_activation_use *use) {
  (void)task;
  (void)use;
  return bf_fail(BF_INVALID, "no activation '%s' in this test", text);
}
static const void *host_extension(bf_task *task, const char *id) {
  (void)task;
  (void)id;
  return NULL;
}

static const bf_host host = {sizeof host, host_inputs, host_output, host_seed, host_threads, host_memory, host_step, host_log, host_activation, host_extension};

/* ---- running ---- */

typedef struct filled {
  void *cfg;
  bf_filled *memory;
} filled;

static bf_status fill(fake *f, const bf_param *table, size_t size, filled *out) {
  static const bf_param none[] = {{0}};
  bf_status status = BF_OK;
  bf_params *params = NULL;
  bf_param_env env = {0};
  json_t *values = NULL;
  bf_objects objects = bf_loader_objects(loader);
  out->cfg = bf_alloc(1, size + 1);
  BF_TRY(bf_params_parse(table ? table : none, f->params, "test", &env, &params));
  values = bf_params_json(params);
  BF_TRY(bf_params_fill(table ? table : none, values, &objects, out->cfg, size, &out->memory));
out:
  if (status != BF_OK) snprintf(f->error, sizeof f->error, "%s", bf_error());
  json_decref(values);
  bf_params_free(params);
  return status;
}

static bf_status finish(fake *f, filled *with, bf_status status, bool ran) {
  if (ran) snprintf(f->error, sizeof f->error, "%s", status != BF_OK ? f->plugin->error() : "");
  free(with->cfg);
  bf_filled_free(with->memory);
  return status;
}

bf_status fake_run(fake *f, const char *id) {
  const bf_stage *const *s = f->plugin->stages;
  filled with = {0};
  uint32_t connected = 0;
  while (*s && strcmp((*s)->id, id) != 0) s++;
  if (!*s) abort(); /* the test names a stage that the plugin lacks */
  bf_status status = fill(f, (*s)->params, (*s)->cfg_size, &with);
  if (status != BF_OK) return finish(f, &with, status, false);
  for (uint32_t i = 0; (*s)->inputs && (*s)->inputs[i].name; i++) {
    size_t n;
    host_inputs((bf_task *)f, (*s)->inputs[i].name, &n);
    connected |= (uint32_t)(n > 0) << i;
  }
  if ((*s)->check) status = (*s)->check(with.cfg, connected);
  if (status == BF_OK) status = (*s)->run(&host, (bf_task *)f, with.cfg);
  return finish(f, &with, status, true);
}

static const bf_format *find_format(const fake *f, const char *id) {
  const bf_format *const *at = f->plugin->formats;
  while (*at && strcmp((*at)->id, id) != 0) at++;
  if (!*at) abort(); /* the test names a format that the plugin lacks */
  return *at;
}

bf_status fake_read(fake *f, const char *id, const char *path, bf_type type, const char *out_path) {
  const bf_format *format = find_format(f, id);
  filled with = {0};
  bf_out out = {.path = out_path};
  bf_status status = fill(f, format->params, format->cfg_size, &with);
  if (status != BF_OK) return finish(f, &with, status, false);
  return finish(f, &with, format->read(&host, (bf_task *)f, with.cfg, path, type, &out), true);
}

bf_status fake_write(fake *f, const char *id, const char *path, bf_type type, const char *out) {
  const bf_format *format = find_format(f, id);
  filled with = {0};
  bf_status status = fill(f, format->params, format->cfg_size, &with);
  if (status != BF_OK) return finish(f, &with, status, false);
  return finish(f, &with, format->write(&host, (bf_task *)f, with.cfg, path, type, out), true);
}

const char *fake_error(const fake *f) { return f->error; }
size_t fake_outputs(const fake *f) { return f->nout; }
const bf_out *fake_output(const fake *f, size_t i) { return f->out[i]; }

void fake_spill(const char *path, const void *data, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

char *fake_slurp(const char *path, size_t *n) {
  FILE *file = fopen(path, "rb");
  size_t size = 1 << 22, got;
  char *text = bf_alloc(size, 1);
  if (!file) fail_msg("%s is not there", path);
  got = fread(text, 1, size - 1, file);
  assert_true(got < size - 1);
  fclose(file);
  if (n) *n = got;
  return text;
}
