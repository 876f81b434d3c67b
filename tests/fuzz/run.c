/* One run of a reader on given bytes, in this process. */
#include "targets.h"

#include "zipped.h"

#include "plugin/param.h"

#include <bettiflow/artifact.h>
#include <bettiflow/frame.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUDGET = 64 << 20, MEMBERS = 64 };

__attribute__((noreturn)) static void wrong(const char *what, const char *message) {
  fprintf(stderr, "fuzz: %s: %s\n", what, message);
  abort();
}

/* ---- the host of a reader ---- */

static uint64_t host_memory(bf_task *task) { return task ? BUDGET : 0; }
static uint32_t host_threads(bf_task *task) { return task ? 1 : 0; }
static bf_status host_step(bf_task *task, uint64_t done, uint64_t total) {
  (void)task;
  if (total && done > total) wrong("step", "more done than there is");
  return BF_OK;
}
static void host_log(bf_task *task, bf_log_level level, const char *format, ...) {
  char line[1024];
  va_list args;
  (void)task, (void)level;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args); /* reads what it is given */
  va_end(args);
}
static bf_status host_activation(bf_task *task, const char *text, bf_activation_use *use) {
  (void)task, (void)use;
  return bf_fail(BF_INVALID, "no activation '%s' here", text);
}
static const void *host_extension(bf_task *task, const char *id) { return task && !id ? task : NULL; }
static const bf_host host = {.size = sizeof host,
                             .threads = host_threads,
                             .memory = host_memory,
                             .step = host_step,
                             .log = host_log,
                             .activation = host_activation,
                             .extension = host_extension};

/* ---- files in memory ---- */

typedef struct memory_file {
  int fd;
  char path[64];
} memory_file;

static memory_file in, out;

static void memory_file_open(memory_file *m) {
  if (m->path[0]) return;
  m->fd = memfd_create("fuzz", MFD_CLOEXEC);
  if (m->fd < 0) wrong("memfd_create", "no file in memory");
  snprintf(m->path, sizeof m->path, "/proc/self/fd/%d", m->fd);
}

static void memory_file_fill(memory_file *m, const void *data, size_t n) {
  memory_file_open(m);
  if (ftruncate(m->fd, 0) || lseek(m->fd, 0, SEEK_SET) || write(m->fd, data, n) != (ssize_t)n) wrong("write", "a file in memory can't be written");
}

/* ---- payloads as files ---- */

/* The next 16-bit length and its bytes; what is left over is one piece too. */
static bool next_piece(const unsigned char **at, size_t *n, const unsigned char **piece, size_t *size) {
  if (*n < 2) return false;
  *size = (size_t)((*at)[0] | (*at)[1] << 8);
  if (*size > *n - 2) *size = *n - 2;
  *piece = *at + 2;
  *at += 2 + *size;
  *n -= 2 + *size;
  return true;
}

static size_t framed(const unsigned char *payload, size_t n, unsigned char *to, size_t room) {
  const unsigned char *piece;
  size_t size;
  FILE *f = fmemopen(to, room, "wb");
  if (!f) wrong("fmemopen", "no memory");
  while (next_piece(&payload, &n, &piece, &size)) {
    if ((size_t)ftell(f) + size + 17 > room) break;
    if (bf_frame_write(f, piece, size) != BF_OK) wrong("frame", bf_error());
  }
  size_t bytes = (size_t)ftell(f);
  fclose(f);
  return bytes;
}

static size_t zipped_members(const unsigned char *payload, size_t n, unsigned char *to, size_t room) {
  zipped m[MEMBERS];
  char name[MEMBERS][256];
  const unsigned char *piece;
  size_t size, count = 0;
  while (count < MEMBERS && next_piece(&payload, &n, &piece, &size)) {
    size_t length = strnlen((const char *)piece, size < 255 ? size : 255);
    memcpy(name[count], piece, length);
    name[count][length] = 0;
    size_t skip = length < size ? length + 1 : length;
    m[count] = (zipped){.name = name[count], .data = piece + skip, .n = size - skip, .flags = 1 << 11};
    count++;
  }
  return zip_make(to, room, m, count);
}

size_t fuzz_wrapped(const fuzz_target *t, const unsigned char *payload, size_t n, unsigned char *to, size_t room) {
  if (t->wrap == FUZZ_RECORDS) return framed(payload, n, to, room);
  if (t->wrap == FUZZ_MEMBERS) return zipped_members(payload, n, to, room);
  if (n > room) n = room;
  if (n) memcpy(to, payload, n);
  return n;
}

/* ---- running ---- */

static const void *find_nothing(void *context, bf_kind kind, const char *id) { return id && kind == BF_KIND_STAGE ? context : NULL; }

/* The parameters of a variant, filled once. */
static const void *config_of(const fuzz_target *t, size_t variant, const bf_format *format) {
  static const fuzz_target *of;
  static void *cfg[FUZZ_VARIANTS];
  static bf_filled *memory[FUZZ_VARIANTS];
  static const bf_param none[] = {{0}};
  if (of != t) {
    for (size_t i = 0; i < FUZZ_VARIANTS; i++) {
      free(cfg[i]);
      bf_filled_free(memory[i]);
      cfg[i] = memory[i] = NULL;
    }
    of = t;
  }
  if (cfg[variant]) return cfg[variant];
  const fuzz_variant *v = &t->variant[variant];
  const bf_param *table = format->params ? format->params : none;
  bf_node *map = bf_node_map(NULL, 1, 1);
  bf_params *params = NULL;
  bf_objects objects = {find_nothing, NULL};
  for (size_t i = 0; i + 1 < sizeof v->parameter / sizeof *v->parameter && v->parameter[i]; i += 2) {
    bf_node *key = bf_node_scalar(v->parameter[i], NULL, 1, 1);
    bf_node_set(map, v->parameter[i], key, bf_node_scalar(v->parameter[i + 1], NULL, 1, 1));
    bf_node_free(key);
  }
  if (bf_params_parse(table, map, t->name, &(bf_param_env){0}, &params) != BF_OK) wrong("parameters", bf_error());
  json_t *values = bf_params_json(params);
  cfg[variant] = calloc(1, format->cfg_size + 1);
  if (bf_params_fill(table, values, &objects, cfg[variant], format->cfg_size, &memory[variant]) != BF_OK) wrong("parameters", bf_error());
  json_decref(values);
  bf_params_free(params);
  bf_node_free(map);
  return cfg[variant];
}

static const bf_format *find_format(const bf_plugin *plugin, const char *id) {
  for (const bf_format *const *f = plugin ? plugin->formats : NULL; f && *f; f++) {
    if (strcmp((*f)->id, id) == 0) return *f;
  }
  wrong("no such format", id);
}

static void check_refusal(bf_status status, const char *message) {
  if (status != BF_BAD_INPUT && status != BF_NO_MEMORY) wrong("a status that is neither BF_BAD_INPUT nor BF_NO_MEMORY", message);
  if (strncmp(message, in.path, strlen(in.path)) != 0) wrong("the message does not begin with the file", message);
  for (const char *s = message; *s; s++) { /* it may quote the file, but not so that it steers a terminal */
    if ((unsigned char)*s < ' ' && *s != '\t' && *s != '\n') wrong("control characters in the message", message);
  }
}

bf_status fuzz_run(const fuzz_target *t, const bf_plugin *plugin, size_t variant, const unsigned char *payload, size_t n) {
  static unsigned char bytes[FUZZ_ROOM];
  const fuzz_variant *v = &t->variant[variant];
  bf_artifact_info info = {0};
  memory_file_fill(&in, bytes, fuzz_wrapped(t, payload, n, bytes, sizeof bytes));
  if (!v->format) {
    bf_status status = bf_artifact_check(in.path, BUDGET, NULL);
    if (status != BF_OK) check_refusal(status, bf_error());
    return status;
  }
  const bf_format *format = find_format(plugin, v->format);
  const void *cfg = config_of(t, variant, format);
  memory_file_fill(&out, "", 0);
  bf_status status = format->read(&host, (bf_task *)&in, cfg, in.path, v->type, &(bf_out){.path = out.path});
  if (status != BF_OK) {
    check_refusal(status, plugin->error());
    return status;
  }
  if (bf_artifact_check(out.path, 0, &info) != BF_OK) wrong("accepted, but the artifact is bad", bf_error());
  if (info.type != v->type) wrong("accepted, but the artifact is of another type", bf_type_name(info.type));
  bf_artifact_info_free(&info);
  return BF_OK;
}
