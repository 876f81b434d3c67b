/* bettiflow show FILE|RUN [--json]: an artifact and what made it, or a run. */
#include "base/digest.h"
#include "cli/named.h"
#include "cli/show_artifact.h"
#include "cli/show_run.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct options {
  const char *what;
  bool json;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (o->what) argp_error(state, "'%s' is one argument too many", argument);
    o->what = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "show what? Name a file, a run (an id or its beginning, or `last`), or its result as last/homology");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"json", 'J', NULL, 0, "Print a JSON object", 0}, {0}};

/* An empty list where there is no store. */
static json_t *makers(const bf_digest *digest) {
  bf_store *s;
  if (bf_open_to_read(&s) != BF_OK) return json_array();
  json_t *list = bf_makers_of(s, digest);
  bf_store_close(s);
  return list;
}

/* A file that is no artifact can still be one that a run saved. */
static bf_status show_file(const options *o, const char *path) {
  bf_status status;
  json_t *facts = NULL, *list = NULL;
  bf_digest digest;
  uint64_t size;
  BF_TRY(bf_digest_of_file(path, &digest, &size));
  list = makers(&digest);
  status = bf_artifact_facts(path, &facts);
  if (status == BF_BAD_INPUT && json_array_size(list)) {
    status = BF_OK;
    facts = json_pack("{s:s, s:o, s:I}", "type", "saved file", "file", bf_text_json(path), "bytes", (json_int_t)size);
  }
  if (status != BF_OK) goto out;
  json_object_set_new(facts, "digest", json_string(digest.hex));
  json_object_set(facts, "made_by", list);
  bf_print_facts(facts, o->json);
out:
  json_decref(facts);
  json_decref(list);
  return status;
}

static bf_status show_run(const options *o) {
  bf_store *s = NULL;
  bf_run_info *run = NULL;
  bf_status status = BF_OK;
  status = bf_open_to_read(&s);
  if (status != BF_OK && strcmp(o->what, "last")) status = bf_fail_in(BF_BAD_INPUT, "%s: neither a file nor the name of a run", o->what);
  if (status != BF_OK) goto out;
  status = bf_run_read(s, o->what, &run);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s: neither a file, nor the name of a run, nor of its result as last/homology", o->what);
  if (status != BF_OK) goto out;
  bf_show_run(run, o->json);
out:
  bf_run_info_free(run);
  bf_store_close(s);
  return status;
}

static bf_status show_result(const options *o) {
  char *object = NULL;
  bf_status status = bf_named_object(o->what, &object);
  if (status == BF_OK) status = show_file(o, object);
  free(object);
  return status;
}

/* A run's name may look like a digest's beginning, and then it is the run's. */
static bf_status show(const options *o) {
  struct stat st;
  if (!stat(o->what, &st))
    return S_ISDIR(st.st_mode) ? bf_fail(BF_BAD_INPUT, "%s: a folder; show takes a file, a run or its result", o->what) : show_file(o, o->what);
  if (strchr(o->what, '/') || strchr(o->what, '.')) return show_result(o);
  bf_status status = show_run(o);
  return status == BF_BAD_INPUT && bf_named_by_digest(o->what) ? show_result(o) : status;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {own,
                            parse,
                            "FILE|RUN|RESULT",
                            "Show an artifact and what made it, or a run: its tasks by stage, what failed, what was saved. A result is named "
                            "RUN/STAGE[.PORT][/axis=value,...] as last/homology, or by its digest's beginning.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  status = show(&o);
  if (status != BF_OK) bf_complain();
  return bf_exit(status);
}

const bf_verb bf_verb_show = {"show", "An artifact and what made it, or a run", run};
