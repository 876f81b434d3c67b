/* bettiflow new plugin NAME, bettiflow new pipeline NAME: a small, working starting point in new files; nothing is ever overwritten. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/starters.h"
#include "plugin/describe.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct options {
  const char *what, *name;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (!o->what) {
      if (strcmp(argument, "plugin") && strcmp(argument, "pipeline")) argp_error(state, "a new plugin or a new pipeline, not '%s'", argument);
      o->what = argument;
    } else if (!o->name) {
      o->name = argument;
    } else {
      argp_error(state, "what is '%s'?", argument);
    }
    return 0;
  case ARGP_KEY_END:
    if (!o->name) argp_error(state, "write `bettiflow new plugin NAME` or `bettiflow new pipeline NAME`");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* The text with @NAME@, @FILE@ and @PKGCONFIG@ filled in; allocated. */
static char *fill(const char *text, const char *name, const char *file) {
  bf_text t = {0};
  char *program = bf_program_folder(), *near = bf_format_text("%s/../lib/pkgconfig", program), *pkgconfig = bf_path_absolute(near);
  const struct { const char *mark, *value; } marks[] = {{"@NAME@", name}, {"@FILE@", file}, {"@PKGCONFIG@", pkgconfig ? pkgconfig : near}};
  while (*text) {
    size_t i = 0;
    while (i < 3 && strncmp(text, marks[i].mark, strlen(marks[i].mark))) i++;
    if (i < 3)
      bf_text_add(&t, marks[i].value);
    else
      bf_text_add_n(&t, text, 1);
    text += i < 3 ? strlen(marks[i].mark) : 1;
  }
  free(pkgconfig);
  free(near);
  free(program);
  return bf_text_take(&t);
}

static bf_status write_new(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return bf_fail(BF_STORE, "%s: %s%s", path, strerror(errno), errno == EEXIST ? "; nothing was written" : "");
  size_t n = strlen(text);
  bool written = write(fd, text, n) == (ssize_t)n;
  int e = errno;
  if (!close(fd) && written) return BF_OK;
  unlink(path);
  return bf_fail(BF_STORE, "%s: %s", path, strerror(e));
}

static bf_status write_starter(const char *folder, const char *file, const char *starter, const char *name) {
  char *path = bf_path_join(folder, file), *text = fill(starter, name, file);
  bf_status status = write_new(path, text);
  free(text);
  free(path);
  return status;
}

static bf_status new_pipeline(const char *name) {
  char *file = bf_format_text("%s.yaml", name);
  bf_status status = write_starter("", file, bf_starter_pipeline, name);
  if (status == BF_OK) bf_note("%s: try `bettiflow run %s`", file, file);
  free(file);
  return status;
}

static bf_status new_plugin(const char *name) {
  bf_status status = BF_OK;
  char *source = bf_format_text("%s.c", name);
  if (mkdir(name, 0777)) {
    status = bf_fail(BF_STORE, "%s: %s; nothing was written", name, strerror(errno));
    goto out;
  }
  BF_TRY(write_starter(name, source, bf_starter_plugin_c, name));
  BF_TRY(write_starter(name, "Makefile", bf_starter_makefile, name));
  BF_TRY(write_starter(name, "example.yaml", bf_starter_example, name));
  bf_note("%s/: try `cd %s && make && bettiflow run --plugin-path . example.yaml`", name, name);
out:
  free(source);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  (void)g;
  const struct argp argp = {NULL,
                            parse,
                            "plugin|pipeline NAME",
                            "Writes a small, working starting point: the folder NAME with a plugin, or the pipeline NAME.yaml.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  options o = {0};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  bool reserved = !strcmp(o.name, "activation") || !strcmp(o.name, "format") || !strcmp(o.name, "save") || !strcmp(o.name, "print");
  if (!bf_name_valid(o.name))
    status = bf_fail(BF_USAGE, "'%s' is no name; names are [a-z][a-z0-9_]*", o.name);
  else if (!strcmp(o.what, "pipeline"))
    status = new_pipeline(o.name);
  else if (reserved)
    status = bf_fail(BF_USAGE, "'%s' is a kind that bettiflow keeps for itself; choose another name", o.name);
  else
    status = new_plugin(o.name);
  if (status != BF_OK) bf_complain();
  return bf_exit(status);
}

const bf_verb bf_verb_new = {"new", "A starting point for a plugin or a pipeline", run};
