/* The functions that a running plugin may call (bf_host). */
#include "task/task.h"
#include <inttypes.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

volatile int bf_task_cancelled;

/* Keeps the first error of a host function: the plugin's own copy of bf_error() knows nothing of it. */
static void note(bf_task *t) {
  if (!t->host_error) t->host_error = bf_strdup(bf_error());
}

static const bf_input *inputs(bf_task *t, const char *port, size_t *n) {
  for (size_t i = 0; port && i < t->nin; i++) {
    if (strcmp(t->in[i].name, port)) continue;
    *n = t->in[i].n;
    return t->in[i].input;
  }
  *n = 0;
  bf_fail(BF_FAILED, "%s asked for an input port '%s' that it does not have", t->id, port ? port : "(null)");
  note(t);
  return NULL;
}

static bool good_value(const char *value) {
  if (!value || strlen(value) > BF_TASK_MAX_VALUE) return false;
  for (size_t n; *value; value += n)
    if (!(n = bf_text_step(value))) return false;
  return true;
}

/* The label of an item of a MANY port: the port's axes in order, with proper values. */
static bf_status check_label(const bf_task *t, const task_port *port, const bf_label *label, size_t nlabel) {
  const char *axis = port->axes ? port->axes : "";
  for (size_t i = 0; i < nlabel; i++) {
    size_t n = strcspn(axis, ",");
    if (!n || !label[i].name || strlen(label[i].name) != n || strncmp(label[i].name, axis, n))
      return bf_fail(BF_FAILED, "%s: an item of output '%s' must be labelled %s, in this order", t->id, port->name, port->axes ? port->axes : "with nothing");
    if (!good_value(label[i].value))
      return bf_fail(BF_FAILED, "%s: output '%s': the value of label '%s' is no short text of UTF-8 without control characters", t->id, port->name,
                     label[i].name);
    axis += n;
    if (*axis == ',') axis++;
  }
  if (*axis) return bf_fail(BF_FAILED, "%s: an item of output '%s' lacks the label '%s'", t->id, port->name, axis);
  return BF_OK;
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }

static bf_status check_new(const bf_task *t, task_port *port, const bf_label *label, size_t nlabel, char **key) {
  bf_text text = {0};
  if (!port->many && (label || nlabel)) return bf_fail(BF_FAILED, "%s: output '%s' is a single artifact and takes no label", t->id, port->name);
  if (!port->many && port->n) return bf_fail(BF_FAILED, "%s: output '%s' is a single artifact but was asked for twice", t->id, port->name);
  if (port->n >= BF_TASK_MAX_ITEMS) return bf_fail(BF_FAILED, "%s: output '%s' has more than %d items", t->id, port->name, BF_TASK_MAX_ITEMS);
  if (!port->many) return BF_OK;
  bf_status status = check_label(t, port, label, nlabel);
  if (status != BF_OK) return status;
  for (size_t i = 0; i < nlabel; i++) bf_text_addf(&text, "%s%s=%s", i ? ", " : "", label[i].name, label[i].value);
  *key = bf_text_take(&text);
  if (*(char **)tsearch(*key, &port->labels, compare) == *key) return BF_OK;
  status = bf_fail(BF_FAILED, "%s: output '%s' has two items with the label %s", t->id, port->name, *key);
  free(*key);
  *key = NULL;
  return status;
}

const bf_out *bf_task_output(bf_task *t, task_port *port, const bf_label *label, size_t nlabel) {
  char *key = NULL;
  if (check_new(t, port, label, nlabel, &key) != BF_OK) return NULL;
  task_out *made = bf_alloc(1, sizeof *made);
  bf_label *all = bf_alloc(t->nlabel + nlabel, sizeof *all);
  for (size_t i = 0; i < t->nlabel + nlabel; i++) {
    const bf_label *from = i < t->nlabel ? &t->label[i] : &label[i - t->nlabel];
    all[i] = (bf_label){bf_strdup(from->name), bf_strdup(from->value)};
  }
  made->label_key = key;
  made->out = (bf_out){bf_format_text("%s/%s.%zu", t->folder, port->name, port->n), all, t->nlabel + nlabel};
  port->output = bf_grow(port->output, port->n, sizeof(task_out *));
  port->output[port->n++] = made;
  return &made->out;
}

static const bf_out *output(bf_task *t, const char *port, const bf_label *label, size_t nlabel) {
  const bf_out *out = NULL;
  for (size_t i = 0; port && i < t->nout; i++) {
    if (strcmp(t->out[i].name, port)) continue;
    out = bf_task_output(t, &t->out[i], label, nlabel);
    if (!out) note(t);
    return out;
  }
  bf_fail(BF_FAILED, "%s asked for an output port '%s' that it does not have", t->id, port ? port : "(null)");
  note(t);
  return NULL;
}

static uint64_t seed(bf_task *t, const char *stream) {
  const json_t *value = json_object_get(json_object_get(t->spec, "params"), "seed");
  bf_text text = {0};
  uint8_t raw[32];
  uint64_t word = 0;
  bf_text_add_n(&text, "bf-seed", 8); /* with its zero byte */
  bf_text_addf(&text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  bf_text_add_n(&text, "", 1);
  bf_text_add(&text, stream ? stream : "");
  bf_digest_raw(text.at, text.n, raw);
  bf_text_free(&text);
  for (int i = 7; i >= 0; i--) word = word << 8 | raw[i];
  return word;
}

static uint32_t threads(bf_task *t) { return t->threads; }
static uint64_t memory(bf_task *t) { return t->memory; }

static bf_status step(bf_task *t, uint64_t done, uint64_t total) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  int64_t ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, told = atomic_load(&t->told);
  if (ms - told >= 100 && atomic_compare_exchange_strong(&t->told, &told, ms)) bf_task_tell(done, total);
  return bf_task_cancelled ? bf_fail(BF_CANCELLED, "cancelled") : BF_OK;
}

__attribute__((format(printf, 3, 4))) static void log_line(bf_task *t, bf_log_level level, const char *format, ...) {
  static const char *const names[] = {"debug: ", "", "warning: "};
  (void)t;
  bf_text line = {0};
  va_list args, again;
  bf_text_add(&line, names[level <= BF_LOG_WARNING ? level : BF_LOG_INFO]);
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  char *text = bf_alloc((size_t)(n > 0 ? n : 0) + 1, 1);
  if (n > 0) vsnprintf(text, (size_t)n + 1, format, again);
  va_end(again);
  va_end(args);
  bf_text_add(&line, text);
  bf_text_add(&line, "\n");
  fflush(stdout);
  if (write(STDERR_FILENO, line.at, line.n) < 0) { /* a log that can't be written stops nothing */
  }
  free(text);
  bf_text_free(&line);
}

static bf_status activation(bf_task *t, const char *text, bf_activation_use *use) {
  bf_filled *memory = NULL;
  bf_status status = bf_object_fill(text ? text : "", BF_KIND_ACTIVATION, &t->objects, use, &memory);
  if (status != BF_OK) {
    note(t);
    return status;
  }
  t->used = bf_grow(t->used, t->nused, sizeof *t->used);
  t->used[t->nused++] = memory;
  return BF_OK;
}

static const void *extension(bf_task *t, const char *id) {
  (void)t, (void)id;
  return NULL;
}

const bf_host bf_task_host = {.size = sizeof(bf_host),
                              .inputs = inputs,
                              .output = output,
                              .seed = seed,
                              .threads = threads,
                              .memory = memory,
                              .step = step,
                              .log = log_line,
                              .activation = activation,
                              .extension = extension};
