/* bettiflow import [--format F] IN -o OUT: a foreign file becomes an artifact. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/summary.h"
#include "cli/transfer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  const char *format, *in, *out, *type;
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
  case 't':
    if (!bf_type_of_name(argument)) argp_error(state, "no artifact type '%s'; types are PointCloud, Network, WeightedGraph, …", argument);
    o->type = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (o->in) argp_error(state, "one file at a time; what is '%s'?", argument);
    o->in = argument;
    return 0;
  case ARGP_KEY_END:
    if (!o->in || !o->out) argp_error(state, "write `bettiflow import IN -o OUT`");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"format", 'f', "F", 0, "The file's format, NAME or NAME(parameter=value, …); default: by its extension", 0},
                                         {"output", 'o', "OUT", 0, "Where the artifact goes", 0},
                                         {"type", 't', "TYPE", 0, "The artifact's type, where the format can make several", 0},
                                         {0}};

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {own, parse, "IN", "Makes an artifact of a foreign file.", BF_GLOBAL_CHILDREN, NULL, NULL};
  options o = {0};
  bf_registry *r = NULL;
  bf_workshop w = {0};
  bf_artifact_info info = {0};
  char *path = NULL, *facts = NULL;
  bf_file_spec from = {0};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  if (bf_file_same(o.in, o.out)) {
    status = bf_fail(BF_USAGE, "%s: the output would take the place of the input; name another file", o.out);
    goto out;
  }
  if (!bf_may_be_artifact(r, o.out)) {
    status = bf_fail(BF_USAGE, "%s: import makes an artifact: end its name in .bf or in nothing (`bettiflow export` makes other files)", o.out);
    goto out;
  }
  bf_note_ending(o.out);
  BF_TRY(bf_workshop_open(&w, r, g->verbosity > 0));
  w.naming = "--format NAME";
  from = o.format ? (bf_file_spec){bf_strdup(o.format), o.in} : bf_file_spec_of(o.in);
  BF_TRY(bf_import(&w, &from, o.type ? BF_BIT(bf_type_of_name(o.type)) : ~0u, &path, &info));
  if (bf_file_same(from.file, o.out)) {
    status = bf_fail(BF_USAGE, "%s: the output would take the place of the input; name another file", o.out);
    goto out;
  }
  BF_TRY(bf_put_file(path, o.out));
  facts = info.type == BF_POINT_CLOUD ? bf_points_line(o.out) : NULL;
  bf_note("%s: a %s%s%s%s%s", o.out, bf_type_name(info.type), facts ? ", " : "", facts ? facts : "", w.read_as ? "; read as " : "", w.read_as ? w.read_as : "");
out:
  if (status != BF_OK) bf_complain();
  bf_artifact_info_free(&info);
  bf_workshop_close(&w);
  bf_registry_free(r);
  free(from.format);
  free(path);
  free(facts);
  return bf_exit(status);
}

const bf_verb bf_verb_import = {"import", "Make an artifact of a foreign file", run};
