/* bettiflow verify [FILE...]: check the store, or artifact files and bundles. */
#include "cli/bundle_limits.h"
#include "cli/recompute.h"
#include "cli/runs_text.h"
#include <bettiflow/artifact.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

typedef struct options {
  char **file;
  size_t n;
  bool json;
  bf_bundle_limits limits;
  uint64_t recompute, seed;
  bool seeded;
} options;

static uint64_t number_of(const char *argument, const char *option, const struct argp_state *state) {
  char *end;
  errno = 0;
  const uint64_t n = strtoull(argument, &end, 10);
  if (*argument < '0' || *argument > '9' || *end || errno) argp_error(state, "%s takes a number, not '%s'", option, argument);
  return n;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case 'R':
    if (!(o->recompute = number_of(argument, "--recompute", state))) argp_error(state, "--recompute takes a number from 1");
    return 0;
  case 's':
    o->seed = number_of(argument, "--seed", state);
    o->seeded = true;
    return 0;
  case ARGP_KEY_END:
    if (o->recompute && !o->n) argp_error(state, "--recompute repeats tasks of a bundle; name one");
    return 0;
  case ARGP_KEY_ARG:
    o->file = bf_grow(o->file, o->n, sizeof *o->file);
    o->file[o->n++] = argument;
    return 0;
  default:
    return bf_parse_limit(key, argument, state, &o->limits);
  }
}

static const struct argp_option own[] = {{"recompute", 'R', "N", 0, "Repeat N tasks of each bundle, drawn at random, and compare", 0},
                                         {"seed", 's', "S", 0, "Draw the same tasks as another time (default: at random; it is printed)", 0},
                                         BF_LIMIT_OPTIONS,
                                         {"json", 'J', NULL, 0, "Print a JSON object", 0},
                                         {0}};

/* ---- files ---- */

static void complain(void *context, const char *problem) {
  (void)context;
  fprintf(stderr, "%sbettiflow:%s %s\n", bf_globals.color ? "\033[31m" : "", bf_globals.color ? "\033[0m" : "", problem);
}

/* `what` is allocated: what it is a good one of. */
static bf_status check_bundle(const options *o, const char *file, char **what) {
  bf_bundle_info info = {0};
  const bf_status status = bf_bundle_check(file, &o->limits, complain, NULL, &info);
  if (status == BF_OK) {
    char *bytes = bf_bytes_text(info.count.bytes);
    *what =
        bf_format_text("bundle: %llu run%s, %llu records, %llu objects, %s unpacked, by bettiflow %s", (unsigned long long)info.count.runs,
                       info.count.runs == 1 ? "" : "s", (unsigned long long)info.count.records, (unsigned long long)info.count.objects, bytes, info.version);
    free(bytes);
  } else if (status != BF_BAD_INPUT) {
    bf_complain();
  }
  bf_bundle_info_free(&info);
  return status;
}

static bf_status repeat_tasks(const bf_global *g, const options *o, const char *file) {
  const bf_status status = bf_recompute(g, file, &o->limits, o->recompute, o->seed, o->json);
  if (status != BF_OK) bf_complain();
  return status;
}

static bf_status check_artifact(const char *file, char **what) {
  bf_artifact_info info = {0};
  const bf_status status = bf_artifact_check(file, 0, &info);
  if (status == BF_OK) *what = bf_strdup(bf_type_name(info.type));
  if (status != BF_OK) bf_complain();
  bf_artifact_info_free(&info);
  return status;
}

/* All files are checked; the first bad one gives the status. */
static bf_status check_files(const bf_global *g, const options *o) {
  bf_status worst = BF_OK;
  json_t *list = json_array();
  for (size_t i = 0; i < o->n; i++) {
    char *what = NULL;
    const bool bundle = bf_is_bundle(o->file[i]);
    bf_status status = bundle ? check_bundle(o, o->file[i], &what) : check_artifact(o->file[i], &what);
    if (status == BF_OK && !o->json) printf("%s: a good %s\n", o->file[i], what);
    if (status == BF_OK && bundle && o->recompute) status = repeat_tasks(g, o, o->file[i]);
    if (status != BF_OK && worst == BF_OK) worst = status;
    if (o->json)
      json_array_append_new(list,
                            json_pack("{s:o, s:b, s:o, s:o}", "file", bf_text_json(o->file[i]), "good", status == BF_OK, "type",
                                      bf_text_json(what && bundle ? "bundle" : what), "problem", status == BF_OK ? json_null() : bf_text_json(bf_error())));
    free(what);
  }
  if (o->json) bf_print_json(json_pack("{s:O}", "files", list));
  json_decref(list);
  return worst;
}

/* ---- the store ---- */

static void tell(void *context, const char *problem) {
  json_t *list = context;
  if (list)
    json_array_append_new(list, bf_text_json(problem));
  else
    printf("%s\n", problem);
}

static bf_status check_store(const bf_global *g, const options *o) {
  bf_store *s = NULL;
  bf_verify_report r;
  json_t *list = o->json ? json_array() : NULL;
  bf_status status = BF_OK;
  BF_TRY(bf_store_open(g->store, BF_STORE_READ, &s));
  BF_TRY(bf_store_verify(s, tell, list, &r));
  char *bytes = bf_bytes_text(r.bytes);
  if (o->json)
    bf_print_json(json_pack("{s:I, s:I, s:I, s:I, s:O}", "objects", (json_int_t)r.objects, "records", (json_int_t)r.records, "runs", (json_int_t)r.runs,
                            "bytes", (json_int_t)r.bytes, "problems", list));
  else
    printf("%llu objects, %llu records, %llu runs, %s: %llu problem%s\n", (unsigned long long)r.objects, (unsigned long long)r.records,
           (unsigned long long)r.runs, bytes, (unsigned long long)r.bad, r.bad == 1 ? "" : "s");
  free(bytes);
  if (r.bad) status = bf_fail(BF_FAILED, "the store %s has %llu problem%s", bf_store_path(s), (unsigned long long)r.bad, r.bad == 1 ? "" : "s");
out:
  if (status != BF_OK) bf_complain();
  json_decref(list);
  bf_store_close(s);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {own,
                            parse,
                            "[FILE...]",
                            "Check every object, record and journal of the store; exit status 1 when something is wrong. With files, check these artifacts "
                            "and bundles instead; exit status 6 when one is bad. --recompute needs the plugins that made the bundle, and room in TMPDIR.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (!o.seeded && getrandom(&o.seed, 4, 0) != 4) o.seed = 1;
  if (status == BF_OK) status = o.n ? check_files(g, &o) : check_store(g, &o);
  free(o.file);
  return bf_exit(status);
}

const bf_verb bf_verb_verify = {"verify", "Check the store, or artifact files and bundles", run};
