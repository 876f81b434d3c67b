/* bettiflow stage ID --in PORT=FILE … --set k=v … --out PORT=FILE …: one stage on files, without a pipeline or a store. */
#include "cli/stage_files.h"
#include "base/file.h"
#include "base/pack.h"
#include "cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct options {
  const char *id;
  bf_texts in, out, set;
  bf_limits limits;
  uint32_t threads;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  char *end;
  unsigned long n;
  switch (key) {
  case 'i':
    bf_texts_add(&o->in, argument);
    return 0;
  case 'o':
    bf_texts_add(&o->out, argument);
    return 0;
  case 's':
    bf_texts_add(&o->set, argument);
    return 0;
  case 'T':
    if (!bf_parse_duration(argument, &o->limits.seconds)) argp_error(state, "--timeout takes a time such as 90s or 10min, not '%s'", argument);
    return 0;
  case 'M':
    if (!bf_parse_bytes(argument, &o->limits.bytes)) argp_error(state, "--memory takes a size such as 4GiB, not '%s'", argument);
    return 0;
  case 'j':
    n = strtoul(argument, &end, 10);
    if (*end || argument[0] < '0' || argument[0] > '9' || !n || n > 4096) argp_error(state, "-j takes a number of threads from 1, not '%s'", argument);
    o->threads = (uint32_t)n;
    return 0;
  case ARGP_KEY_ARG:
    if (o->id) argp_error(state, "one stage at a time; what is '%s'?", argument);
    o->id = argument;
    return 0;
  case ARGP_KEY_END:
    if (!o->id) argp_error(state, "which stage? `bettiflow plugins` lists them");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {
    {"in", 'i', "PORT=FILE", 0,
     "An input: an artifact, a foreign file as [FORMAT(key=value):]FILE, or a result of a run as last/layers/layer=3; again for more", 0},
    {"set", 's', "NAME=VALUE", 0, "A parameter's value, as in a pipeline", 0},
    {"out", 'o', "PORT=FILE", 0, "Where an output goes: [FORMAT(key=value):]FILE; with {axis} where there are several items", 0},
    {"jobs", 'j', "N", 0, "Threads that it may use (default 1)", 0},
    {"timeout", 'T', "TIME", 0, "Stop it after this time", 0},
    {"memory", 'M', "SIZE", 0, "The memory that it may use", 0},
    {0}};

/* The --set options as a map of nodes with places. */
static bf_status read_settings(const bf_texts *set, bf_node **map) {
  *map = bf_node_map(NULL, 1, 1);
  for (size_t i = 0; i < set->n; i++) {
    const char *text = set->at[i], *equals = strchr(text, '=');
    if (!equals || equals == text) return bf_fail(BF_USAGE, "--set '%.200s': it has the form name=value", text);
    bf_origin *origin = bf_origin_new("--set", ".", text);
    bf_node at = {.kind = BF_SCALAR, .origin = origin, .line = 1, .column = (int)(equals + 1 - text) + 1};
    char *name = bf_strndup(text, (size_t)(equals - text));
    bf_node *key = bf_node_scalar(name, origin, 1, 1), *value = bf_node_of_text(equals + 1, &at);
    bf_status status = value ? BF_OK : bf_fail_at(BF_INVALID, &at, "malformed value '%.200s'", equals + 1);
    if (value) bf_node_set(*map, name, key, value);
    bf_node_free(key);
    free(name);
    bf_origin_release(origin);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

/* bf_param_env.file: a folder becomes an archive of its name in the workshop; files are read where they are. */
static bf_status take_file(void *context, const char *path, bf_digest *digest, char **stored) {
  bf_workshop *w = context;
  bf_status status = bf_file_check(path);
  (void)digest; /* there is no key */
  if (status != BF_OK || !bf_is_folder(path)) return status;
  char *parent = bf_format_text("%s/folder.%zu", w->folder, w->tasks++), *real = bf_path_absolute(path);
  char *archive = bf_format_text("%s/%s", parent, bf_path_base(real ? real : path));
  status = bf_folder_make(parent);
  int fd = status == BF_OK ? open(archive, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
  if (status == BF_OK) status = fd < 0 ? bf_fail(BF_STORE, "%s: %s", archive, strerror(errno)) : bf_folder_pack(path, fd);
  if (fd >= 0) close(fd);
  if (status == BF_OK)
    *stored = archive;
  else
    free(archive);
  free(real);
  free(parent);
  return status;
}

static bf_status read_params(bf_workshop *w, const bf_entry *stage, const bf_texts *set, bf_params **params) {
  const bf_param_env env = {w->registry, take_file, w};
  bf_node *map = NULL;
  bf_status status = read_settings(set, &map);
  if (status == BF_OK) status = bf_params_parse(stage->params, map, stage->id, &env, params);
  bf_node_free(map);
  return status;
}

/* What the table can't say is the plugin's to check, in a child. */
static bf_status check(bf_workshop *w, const bf_entry *stage, const bf_params *params, uint32_t connected) {
  bf_task_spec spec = {.kind = BF_TASK_CHECK, .entry = stage, .params = params, .connected = connected};
  bf_task_result result;
  char *folder = NULL;
  if (!stage->stage->check) return BF_OK;
  bf_status status = bf_workshop_run(w, &spec, &folder, &result);
  bf_task_result_free(&result);
  free(folder);
  return status == BF_INVALID ? bf_fail_in(status, "%s", stage->id) : status;
}

static bf_status run_stage(const options *o, bf_workshop *w) {
  bf_status status = BF_OK;
  const bf_entry *stage;
  bf_params *params = NULL;
  bf_stage_inputs in = {0};
  bf_task_result result = {0};
  char *folder = NULL;
  BF_TRY(bf_registry_find(w->registry, BF_KIND_STAGE, o->id, &stage));
  BF_TRY(read_params(w, stage, &o->set, &params));
  BF_TRY(bf_stage_outputs_check(w->registry, stage, &o->out));
  BF_TRY(bf_stage_inputs_read(w, stage, &o->in, &in));
  BF_TRY(check(w, stage, params, in.connected));
  w->threads = o->threads ? o->threads : 1;
  w->limits = o->limits;
  bf_task_spec spec = {.kind = BF_TASK_STAGE, .entry = stage, .params = params, .ninput = in.n, .input = in.input, .nlabel = in.nlabel, .label = in.label};
  BF_TRY(bf_workshop_run(w, &spec, &folder, &result));
  w->limits = (bf_limits){0};
  BF_TRY(bf_stage_outputs_write(w, stage, &o->out, folder, &result, &in));
out:
  if (status == BF_DECLINED) {
    bf_note("declined: %s", bf_error());
    bf_stage_outputs_tell_kept(&o->out, &in);
  }
  bf_task_result_free(&result);
  bf_stage_inputs_free(&in);
  bf_params_free(params);
  free(folder);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {own,
                            parse,
                            "ID",
                            "Runs one stage on files, without a pipeline or a store. `bettiflow plugins show ID` tells its ports and parameters.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  options o = {0};
  bf_registry *r = NULL;
  bf_workshop w = {0};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  BF_TRY(bf_workshop_open(&w, r, g->verbosity > 0));
  status = run_stage(&o, &w);
out:
  if (status != BF_OK && status != BF_DECLINED) bf_complain();
  bf_workshop_close(&w);
  bf_registry_free(r);
  free(o.in.at);
  free(o.out.at);
  free(o.set.at);
  return bf_exit(status);
}

const bf_verb bf_verb_stage = {"stage", "Run one stage on files", run};
