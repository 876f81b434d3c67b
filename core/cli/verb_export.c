/* bettiflow export [--format F] IN -o OUT: an artifact becomes a foreign file. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/named.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  const char *format, *in, *out;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'f':
    o->format = argument;
    return 0;
  case 'o':
    o->out = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (o->in) argp_error(state, "one file at a time; what is '%s'?", argument);
    o->in = argument;
    return 0;
  case ARGP_KEY_END:
    if (!o->in || !o->out) argp_error(state, "write `bettiflow export IN -o OUT`");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"format", 'f', "F", 0, "The format to write, NAME or NAME(parameter=value, …); default: by OUT's extension", 0},
                                         {"output", 'o', "OUT", 0, "The file to write", 0},
                                         {0}};

/* The artifact that is named, complete; *object (allocated) when it is in the store. */
static bf_status find(const char *name, char **object, bf_artifact_info *info) {
  bf_status status = bf_named_object(name, object);
  if (status == BF_OK) status = bf_artifact_check(*object ? *object : name, 0, info);
  return status == BF_BAD_INPUT && *object ? bf_fail_in(status, "%s", name) : status;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {
      own, parse, "IN", "Makes a foreign file of an artifact: a file, a result of a run as last/homology, or a digest.", BF_GLOBAL_CHILDREN, NULL, NULL};
  options o = {0};
  bf_registry *r = NULL;
  bf_workshop w = {0};
  bf_artifact_info info = {0};
  char *path = NULL, *object = NULL;
  bf_file_spec to = {0};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(find(o.in, &object, &info));
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  BF_TRY(bf_workshop_open(&w, r, g->verbosity > 0));
  w.naming = "--format NAME";
  if (object) bf_workshop_call(&w, object, o.in);
  to = o.format ? (bf_file_spec){bf_strdup(o.format), o.out} : bf_file_spec_of(o.out);
  BF_TRY(bf_export(&w, object ? object : o.in, info.type, &to, true, &path));
  if (bf_file_same(o.in, to.file)) {
    status = bf_fail(BF_USAGE, "%s: the output would take the place of the input; name another file", to.file);
    goto out;
  }
  BF_TRY(bf_put_file(path, to.file));
out:
  if (status != BF_OK) bf_complain();
  bf_artifact_info_free(&info);
  bf_workshop_close(&w);
  bf_registry_free(r);
  free(to.format);
  free(path);
  free(object);
  return bf_exit(status);
}

const bf_verb bf_verb_export = {"export", "Make a foreign file of an artifact", run};
