/* bettiflow verify [FILE...]: check the store, or artifact files and bundles. */
#include "cli/bundle_limits.h"
#include "cli/runs_text.h"
#include <bettiflow/artifact.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
  char **file;
  size_t n;
  bool json;
  bf_bundle_limits limits;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    o->file = bf_grow(o->file, o->n, sizeof *o->file);
    o->file[o->n++] = argument;
    return 0;
  default:
    return bf_parse_limit(key, argument, state, &o->limits);
  }
}

static const struct argp_option own[] = {BF_LIMIT_OPTIONS, {"json", 'J', NULL, 0, "Print a JSON object", 0}, {0}};

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

static bf_status check_artifact(const char *file, char **what) {
  bf_artifact_info info = {0};
  const bf_status status = bf_artifact_check(file, 0, &info);
  if (status == BF_OK) *what = bf_strdup(bf_type_name(info.type));
  if (status != BF_OK) bf_complain();
  bf_artifact_info_free(&info);
  return status;
}

/* All files are checked; the first bad one gives the status. */
static bf_status check_files(const options *o) {
  bf_status worst = BF_OK;
  json_t *list = json_array();
  for (size_t i = 0; i < o->n; i++) {
    char *what = NULL;
    const bool bundle = bf_is_bundle(o->file[i]);
    const bf_status status = bundle ? check_bundle(o, o->file[i], &what) : check_artifact(o->file[i], &what);
    if (status != BF_OK && worst == BF_OK) worst = status;
    if (o->json)
      json_array_append_new(list,
                            json_pack("{s:o, s:b, s:o, s:o}", "file", bf_text_json(o->file[i]), "good", status == BF_OK, "type",
                                      bf_text_json(what && bundle ? "bundle" : what), "problem", status == BF_OK ? json_null() : bf_text_json(bf_error())));
    else if (status == BF_OK)
      printf("%s: a good %s\n", o->file[i], what);
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
                            "and bundles instead; exit status 6 when one is bad.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status == BF_OK) status = o.n ? check_files(&o) : check_store(g, &o);
  free(o.file);
  return bf_exit(status);
}

const bf_verb bf_verb_verify = {"verify", "Check the store, or artifact files and bundles", run};
