/* The unit tests' host: plugins by dlopen, inputs and outputs as plain files, seeds as plugin.h defines them. */
#include "host.h"
#include "test_params.h"
#include <dlfcn.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST = 4096, MOST_PLUGINS = 32 };

typedef struct place { /* an input or an output */
  const char *port;
  bf_input in;
  bf_out out;
} place;

struct bf_task {
  char *folder;
  test_limits limits;
  size_t nplugin, nin, nout, nset;
  const bf_plugin *plugin[MOST_PLUGINS];
  const bf_plugin *ran;
  place in[MOST], out[MOST];
  test_setting set[64];
  int64_t seed;
  const bf_format *format;
  test_pool pool;
};

static void *keep(bf_task *t, void *p) { return test_pool_keep(&t->pool, p); }
static char *copy(bf_task *t, const char *s) { return keep(t, strdup(s)); }

/* ---- what the plugin calls ---- */

static const bf_input *host_inputs(bf_task *t, const char *port, size_t *n) {
  bf_input *list = keep(t, calloc(t->nin + 1, sizeof *list));
  *n = 0;
  for (size_t i = 0; i < t->nin; i++)
    if (strcmp(t->in[i].port, port) == 0) list[(*n)++] = t->in[i].in;
  return list;
}

static const bf_out *host_output(bf_task *t, const char *port, const bf_label *label, size_t nlabel) {
  if (t->nout == MOST) test_die("more than %d outputs", MOST);
  place *p = &t->out[t->nout++];
  char path[4096];
  int n = snprintf(path, sizeof path, "%s/%s", t->folder, port);
  bf_label *labels = keep(t, calloc(nlabel + 1, sizeof *labels));
  for (size_t i = 0; i < nlabel; i++) {
    labels[i] = (bf_label){copy(t, label[i].name), copy(t, label[i].value)};
    n += snprintf(path + n, sizeof path - (size_t)n, "-%s", label[i].value);
  }
  *p = (place){.port = copy(t, port), .out = {copy(t, path), labels, nlabel}};
  return &p->out;
}

static uint64_t host_seed(bf_task *t, const char *stream) {
  char text[256];
  int n = snprintf(text, sizeof text, "bf-seed%c%lld%c%s", 0, (long long)t->seed, 0, stream);
  unsigned char digest[32];
  uint64_t seed;
  SHA256((const unsigned char *)text, (size_t)n, digest);
  memcpy(&seed, digest, sizeof seed);
  return seed;
}

static uint32_t host_threads(bf_task *t) { return t->limits.threads; }
static uint64_t host_memory(bf_task *t) { return t->limits.memory; }

static bf_status host_step(bf_task *t, uint64_t done, uint64_t total) {
  if (total && done > total) test_die("step %llu of %llu", (unsigned long long)done, (unsigned long long)total);
  if (t->limits.steps == 0) return bf_fail(BF_CANCELLED, "cancelled");
  t->limits.steps--;
  return BF_OK;
}

static void host_log(bf_task *t, bf_log_level level, const char *format, ...) {
  (void)t, (void)level;
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
}

static bf_status host_activation(bf_task *t, const char *text, bf_activation_use *use) {
  *use = test_task_activation(t, text);
  return BF_OK;
}

static const void *host_extension(bf_task *t, const char *id) {
  (void)t, (void)id;
  return NULL;
}

const bf_host *test_host(void) {
  static const bf_host host = {sizeof host, host_inputs, host_output, host_seed,       host_threads,
                               host_memory, host_step,   host_log,    host_activation, host_extension};
  return &host;
}

/* ---- what the test calls ---- */

bf_task *test_task_new(const char *folder) {
  bf_task *t = calloc(1, sizeof *t);
  t->folder = strdup(folder);
  t->limits = (test_limits){1, 4ull << 30, UINT64_MAX};
  mkdir(folder, 0777);
  return t;
}

void test_task_free(bf_task *t) {
  if (!t) return;
  test_pool_free(&t->pool);
  free(t->folder);
  free(t);
}

test_limits *test_task_limits(bf_task *t) { return &t->limits; }

const bf_plugin *test_task_load(bf_task *t, const char *plugin) {
  const char *build = getenv("BF_BUILD");
  char path[4096];
  snprintf(path, sizeof path, "%s/lib/bettiflow/plugins/%s", build ? build : ".", plugin);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL); /* stays open: leaks are reported with names */
  if (!handle) test_die("%s", dlerror());
  const bf_plugin *p = dlsym(handle, "bettiflow_plugin");
  if (!p || p->abi != BF_ABI || p->size != sizeof *p) test_die("%s: no plugin of this ABI", path);
  if (t->nplugin == MOST_PLUGINS) test_die("too many plugins");
  return t->plugin[t->nplugin++] = p;
}

void test_task_set(bf_task *t, const char *name, const char *value) { t->set[t->nset++] = (test_setting){copy(t, name), copy(t, value)}; }

void test_task_format(bf_task *t, const bf_format *format) { t->format = format; }

void test_task_input(bf_task *t, const char *port, const char *path, const bf_label *label, size_t nlabel) {
  if (t->nin == MOST) test_die("more than %d inputs", MOST);
  t->in[t->nin++] =
      (place){.port = copy(t, port), .in = {.path = path ? copy(t, path) : NULL, .label = label, .nlabel = nlabel, .reason = path ? NULL : "declined"}};
}

bf_activation_use test_task_activation(bf_task *t, const char *text) {
  size_t prefix = strncmp(text, "activation.", 11) == 0 ? 11 : 0, n = strcspn(text + prefix, "(");
  for (size_t i = 0; i < t->nplugin; i++)
    for (const bf_activation *const *a = t->plugin[i]->activations; a && *a; a++)
      if (strlen((*a)->id + 11) == n && strncmp((*a)->id + 11, text + prefix, n) == 0) return test_use(&t->pool, *a, text + prefix + n);
  test_die("no plugin with the activation %s is loaded", text);
}

static bf_activation_use find_activation(void *context, const char *text) { return test_task_activation(context, text); }

bf_status test_task_run(bf_task *t, const char *stage) {
  for (size_t i = 0; i < t->nplugin; i++)
    for (const bf_stage *const *s = t->plugin[i]->stages; s && *s; s++) {
      if (strcmp((*s)->id, stage) != 0) continue;
      t->ran = t->plugin[i];
      t->seed = 0;
      for (size_t k = 0; k < t->nset; k++)
        if (strcmp(t->set[k].name, "seed") == 0) t->seed = strtoll(t->set[k].value, NULL, 10);
      for (const bf_param *p = (*s)->params; p && p->name; p++)
        if (strcmp(p->name, "seed") == 0 && t->seed == 0) t->seed = strtoll(test_value(p, t->set, t->nset), NULL, 10);
      void *cfg = test_fill(&t->pool, (*s)->params, (*s)->cfg_size, t->set, t->nset, find_activation, t->format, t);
      uint32_t connected = 0;
      for (uint32_t port = 0; (*s)->inputs && (*s)->inputs[port].name; port++)
        for (size_t k = 0; k < t->nin; k++) connected |= strcmp(t->in[k].port, (*s)->inputs[port].name) == 0 ? 1u << port : 0;
      bf_status status = (*s)->check ? (*s)->check(cfg, connected) : BF_OK;
      return status == BF_OK ? (*s)->run(test_host(), t, cfg) : status;
    }
  test_die("no plugin with the stage %s is loaded", stage);
}

const char *test_task_error(const bf_task *t) { return t->ran ? t->ran->error() : ""; }

size_t test_task_outputs(const bf_task *t, const char *port) {
  size_t n = 0;
  for (size_t i = 0; i < t->nout; i++) n += strcmp(t->out[i].port, port) == 0;
  return n;
}

const bf_out *test_task_output(const bf_task *t, const char *port, size_t i) {
  for (size_t k = 0; k < t->nout; k++)
    if (strcmp(t->out[k].port, port) == 0 && i-- == 0) return &t->out[k].out;
  test_die("no such output at port %s", port);
}

const char *test_task_label(const bf_task *t, const char *port, size_t i, const char *name) {
  const bf_out *out = test_task_output(t, port, i);
  for (size_t k = 0; k < out->nlabel; k++)
    if (strcmp(out->label[k].name, name) == 0) return out->label[k].value;
  return NULL;
}
