/* Files on the command line, to artifacts and from them; every format runs as a task in a child process. */
#include "cli/transfer.h"
#include "base/file.h"
#include "cli/cli.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_SHOWN = 4096 };

struct bf_called {
  char *path, *name;
};

bf_status bf_workshop_open(bf_workshop *w, const bf_registry *registry, bool verbose) {
  const char *place = getenv("TMPDIR");
  *w = (bf_workshop){.registry = registry, .threads = 1, .verbose = verbose};
  w->folder = bf_format_text("%s/bettiflow-XXXXXX", place && *place ? place : "/tmp");
  if (mkdtemp(w->folder)) return BF_OK;
  bf_status status = bf_fail(BF_STORE, "%s: can't make a temporary folder: %s", w->folder, strerror(errno));
  free(w->folder);
  w->folder = NULL;
  return status;
}

void bf_workshop_close(bf_workshop *w) {
  if (w->folder) (void)bf_folder_remove(w->folder);
  free(w->folder);
  w->folder = NULL;
  for (size_t i = 0; i < w->ncalled; i++) free(w->called[i].path), free(w->called[i].name);
  free(w->called);
  w->called = NULL;
  w->ncalled = 0;
}

void bf_workshop_call(bf_workshop *w, const char *path, const char *name) {
  w->called = bf_grow(w->called, w->ncalled, sizeof *w->called);
  w->called[w->ncalled++] = (struct bf_called){bf_strdup(path), bf_strdup(name)};
}

/* A copy of a message with what its reader calls the files in it; allocated. */
static char *with_names(const bf_workshop *w, const char *message) {
  char *text = bf_strdup(message);
  for (size_t i = w->ncalled; i-- > 0;) { /* the newest first: a path may have been called by another */
    const char *path = w->called[i].path, *name = w->called[i].name;
    for (char *at = text; (at = strstr(at, path));) {
      const size_t before = (size_t)(at - text), behind = before + strlen(path);
      if (text[behind] >= '0' && text[behind] <= '9') { /* port.1 is not port.10 */
        at++;
        continue;
      }
      char *longer = bf_format_text("%.*s%s%s", (int)before, text, name, text + behind);
      free(text);
      text = longer;
      at = text + before + strlen(name);
    }
  }
  return text;
}

bf_status bf_workshop_fail(const bf_workshop *w, bf_status status) {
  char *why = with_names(w, bf_error());
  bf_fail(status, "%s", why);
  free(why);
  return status;
}

/* The end of a task's log, on stderr. */
static void show_log(const char *path) {
  char text[LOG_SHOWN + 1];
  FILE *f = fopen(path, "rbe");
  if (!f) return;
  bool cut = !fseek(f, -LOG_SHOWN, SEEK_END);
  if (!cut) rewind(f);
  size_t n = fread(text, 1, LOG_SHOWN, f);
  fclose(f);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') text[i] = '?';
  if (cut) fputs("[…]", stderr);
  fwrite(text, 1, n, stderr);
  if (n && text[n - 1] != '\n') fputc('\n', stderr);
}

static void show_warnings(const bf_workshop *w, const char *path) {
  char *all = bf_log_warnings(path), *named = all ? with_names(w, all) : NULL, *rest = named;
  while (rest && *rest) bf_note("warning: %s", strsep(&rest, "\n"));
  free(named);
  free(all);
}

static void add_use(const bf_entry ***use, size_t *n, const bf_entry *entry) {
  for (size_t i = 0; i < *n; i++)
    if ((*use)[i] == entry) return;
  *use = bf_grow(*use, *n, sizeof **use);
  (*use)[(*n)++] = entry;
}

static bf_status artifact_uses(const bf_workshop *w, const char *path, const bf_entry ***use, size_t *n) {
  bf_artifact_info info;
  bf_status status = bf_artifact_info_read(path, &info);
  for (size_t u = 0; status == BF_OK && u < info.nuse; u++) {
    const bf_entry *entry;
    status = bf_registry_find_use(w->registry, info.use[u], &entry);
    if (status == BF_OK) add_use(use, n, entry);
  }
  bf_artifact_info_free(&info);
  return status;
}

/* The plugins that parameters and input artifacts name, each once; allocated. */
static bf_status gather_uses(const bf_workshop *w, const bf_task_spec *spec, const bf_entry ***use, size_t *n) {
  bf_status status = BF_OK;
  const bf_entry *const *given = NULL;
  size_t ngiven = spec->params ? bf_params_uses(spec->params, &given) : 0;
  *n = 0;
  *use = NULL;
  for (size_t i = 0; i < ngiven; i++) add_use(use, n, given[i]);
  for (size_t p = 0; p < spec->ninput; p++)
    for (size_t k = 0; k < spec->input[p].nitem && status == BF_OK; k++) status = artifact_uses(w, spec->input[p].item[k].path, use, n);
  return status;
}

bf_status bf_workshop_run(bf_workshop *w, bf_task_spec *spec, char **folder, bf_task_result *result) {
  bf_status status = BF_OK;
  const bf_entry **use = NULL;
  char *log = bf_format_text("%s/log.%zu", w->folder, w->tasks);
  *folder = bf_format_text("%s/%zu", w->folder, w->tasks++);
  *result = (bf_task_result){0};
  BF_TRY(bf_folder_make(*folder));
  BF_TRY(gather_uses(w, spec, &use, &spec->nuse));
  spec->use = use;
  spec->threads = w->threads;
  spec->limits = w->limits;
  spec->folder = *folder;
  spec->log = log;
  status = bf_task_run(spec, result);
  if (w->verbose || (status != BF_OK && status != BF_DECLINED)) {
    char *why = with_names(w, bf_error());
    show_log(log);
    if (status != BF_OK) bf_fail(status, "%s", why);
    free(why);
  } else {
    show_warnings(w, log);
  }
out:
  spec->nuse = 0;
  spec->use = NULL;
  free(use);
  free(log);
  return status;
}

bf_file_spec bf_file_spec_of(const char *text) {
  size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  const char *end = text + n;
  if (n && *end == '(') {
    end = strchr(end, ')');
    while (end && end[1] != ':') end = strchr(end + 1, ')'); /* a quoted value may hold ')' */
    if (end) end++;
  }
  if (!n || !end || *end != ':') return (bf_file_spec){NULL, text};
  return (bf_file_spec){bf_strndup(text, (size_t)(end - text)), end + 1};
}

bool bf_may_be_artifact(const bf_registry *registry, const char *file) {
  const bf_entry *format;
  return bf_registry_format_for(registry, file, (bf_type)0, true, &format) != BF_OK &&
         bf_registry_format_for(registry, file, (bf_type)0, false, &format) != BF_OK;
}

void bf_note_ending(const char *file) {
  const char *base = bf_path_base(file), *dot = strrchr(base, '.');
  if (!dot || dot == base || !dot[1] || !dot[1 + strspn(dot + 1, "0123456789")] || strchr(dot, '}')) return;
  if (strcasecmp(dot, ".bf") && strcasecmp(dot, ".artifact")) bf_note("%s: no format has the ending %s, so this is an artifact, as .bf would say", file, dot);
}

bf_status bf_put_file(const char *from, const char *to) {
  char *parent = bf_path_parent(to);
  bf_status status = bf_folder_make(parent);
  free(parent);
  if (status == BF_OK) status = bf_file_copy(from, to);
  return status == BF_BAD_INPUT ? BF_STORE : status;
}

bool bf_is_artifact(const char *path) {
  /* After the frame's 12 bytes: field 1 of a Header, a text of 9 bytes. */
  static const char magic[] = "\x0a\x09"
                              "bettiflow";
  char head[12 + sizeof magic - 1];
  FILE *f = fopen(path, "rbe");
  bool is = f && fread(head, 1, sizeof head, f) == sizeof head && !memcmp(head + 12, magic, sizeof magic - 1);
  if (f) fclose(f);
  return is;
}

/* A file without a format: the lookup's message, and how to name one. */
static bf_status no_extension(const bf_workshop *w, const char *file, uint32_t types, bool writes) {
  const bf_entry *format;
  bf_status status = bf_registry_format_for(w->registry, file, bf_type_of(types), writes, &format);
  if (status == BF_OK) return bf_fail(BF_USAGE, "%s: %s makes none of the artifacts that are wanted here", file, format->id);
  if (status != BF_INVALID) return status;
  char *why = bf_strdup(bf_error());
  status = bf_fail(BF_USAGE, "%s; name one by %s", why, w->naming ? w->naming : "FORMAT:FILE");
  free(why);
  return status;
}

/* The format to use and the type to read or write, the first of `types` that it can. */
static bf_status choose(const bf_workshop *w, const bf_file_spec *s, uint32_t types, bool writes, const bf_entry **format, bf_params **params, bf_type *type) {
  const bf_param_env env = {.registry = w->registry};
  bf_status status = BF_OK;
  *params = NULL;
  *type = (bf_type)0;
  if (s->format) {
    bf_origin *origin = bf_origin_new("command line", ".", s->format);
    bf_node *at = bf_node_scalar(s->format, origin, 1, 1);
    status = bf_object_parse(s->format, BF_KIND_FORMAT, at, &env, format, params);
    bf_node_free(at);
    bf_origin_release(origin);
    if (status != BF_OK) return status;
  }
  for (uint32_t t = BF_POINT_CLOUD; t <= BF_TYPE_LAST && !*type; t++) {
    if (!(types & BF_BIT(t))) continue;
    if (s->format ? (writes ? (*format)->format->writes : (*format)->format->reads) & BF_BIT(t)
                  : (status = bf_registry_format_for(w->registry, s->file, (bf_type)t, writes, format)) == BF_OK)
      *type = (bf_type)t;
    if (status == BF_PLUGIN) return status;
  }
  if (*type && !s->format) return bf_params_parse((*format)->params, NULL, (*format)->id, &env, params);
  if (*type) return BF_OK;
  if (!s->format) return no_extension(w, s->file, types, writes);
  char *names = bf_types_text(types);
  status = bf_fail(BF_INVALID, "%s can't %s %s", (*format)->id, writes ? "write" : "read", names);
  bf_params_free(*params);
  *params = NULL;
  free(names);
  return status;
}

/* Runs a format's task, which gives one file at its only port; *path (allocated) names it. */
static bf_status run_format(bf_workshop *w, bf_task_spec *spec, const char *port, char **path) {
  bf_status status = BF_OK;
  bf_task_result result = {0};
  char *folder = NULL;
  BF_TRY(bf_workshop_run(w, spec, &folder, &result));
  if (result.noutput == 1 && result.output[0].nitem == 1 && !strcmp(result.output[0].port, port))
    *path = bf_format_text("%s/%s.0", folder, port);
  else
    status = bf_fail(BF_FAILED, "%s reported other outputs than it has", spec->entry->id);
out:
  bf_task_result_free(&result);
  free(folder);
  return status;
}

static bf_status read_foreign(bf_workshop *w, const bf_file_spec *from, uint32_t types, char **path) {
  const bf_entry *format;
  bf_params *params;
  bf_type type;
  bf_status status = choose(w, from, types, false, &format, &params, &type);
  if (status != BF_OK) return status;
  bf_task_spec spec = {.kind = BF_TASK_READ, .entry = format, .params = params, .type = type, .foreign = from->file};
  status = run_format(w, &spec, "artifact", path);
  w->read_as = from->format ? NULL : strchr(format->id, '.') + 1;
  if (status == BF_OK) bf_workshop_call(w, *path, from->file);
  if (status == BF_BAD_INPUT && w->read_as) {
    char *why = bf_strdup(bf_error());
    bf_fail(status, "%s (read as %s; another format is named by %s)", why, w->read_as, w->naming ? w->naming : "FORMAT:FILE");
    free(why);
  }
  bf_params_free(params);
  return status;
}

/* No format is known for the file (the recorded error says so): when it begins as no text does, it is most likely a damaged artifact. */
static bf_status perhaps_damaged(const char *path) {
  unsigned char head[32];
  bf_artifact_info info;
  FILE *f = fopen(path, "rbe");
  size_t n = f ? fread(head, 1, sizeof head, f) : 0, odd = 0;
  if (f) fclose(f);
  for (size_t i = 0; i < n; i++) odd += head[i] < 0x20 && (head[i] < '\t' || head[i] > '\r');
  if (!odd) return BF_USAGE;
  char *usage = bf_strdup(bf_error());
  bf_status status = bf_artifact_info_read(path, &info);
  if (status == BF_OK) bf_artifact_info_free(&info);
  status = bf_fail(BF_BAD_INPUT, "%s; if it is no artifact: %s", bf_error(), usage);
  free(usage);
  return status;
}

bf_status bf_import(bf_workshop *w, const bf_file_spec *from, uint32_t types, char **path, bf_artifact_info *info) {
  bf_status status = BF_OK;
  struct stat st;
  *path = NULL;
  *info = (bf_artifact_info){0};
  if (stat(from->file, &st)) return bf_fail(BF_BAD_INPUT, "%s: %s", from->file, strerror(errno));
  if (!S_ISREG(st.st_mode)) return bf_fail(BF_BAD_INPUT, "%s: not a regular file", from->file);
  if (!st.st_size) return bf_fail(BF_BAD_INPUT, "%s: an empty file", from->file);
  if (!from->format && bf_is_artifact(from->file)) {
    *path = bf_strdup(from->file);
    BF_TRY(bf_artifact_check(*path, 0, info));
  } else {
    status = read_foreign(w, from, types, path);
    if (status == BF_USAGE && !from->format) status = perhaps_damaged(from->file);
    if (status != BF_OK) goto out;
    BF_TRY(bf_artifact_info_read(*path, info));
  }
  if (BF_BIT(info->type) & types) return BF_OK;
  char *names = bf_types_text(types);
  status = bf_fail(BF_BAD_INPUT, "%s: a %s, where %s is needed", from->file, bf_type_name(info->type), names);
  free(names);
out:
  bf_artifact_info_free(info);
  free(*path);
  *path = NULL;
  return status;
}

bf_status bf_export(bf_workshop *w, const char *artifact, bf_type type, const bf_file_spec *to, bool must, char **path) {
  const bf_entry *format;
  bf_params *params;
  bf_type chosen;
  bf_status status = choose(w, to, BF_BIT(type), true, &format, &params, &chosen);
  if (status == BF_USAGE && !to->format && !must && bf_may_be_artifact(w->registry, to->file)) {
    *path = bf_strdup(artifact);
    return BF_OK;
  }
  if (status != BF_OK) return status;
  const bf_input item = {.path = artifact};
  const bf_task_input input = {.nitem = 1, .item = (bf_input *)&item};
  bf_task_spec spec = {.kind = BF_TASK_WRITE, .entry = format, .params = params, .type = type, .ninput = 1, .input = &input};
  status = run_format(w, &spec, "file", path);
  bf_params_free(params);
  return status;
}
