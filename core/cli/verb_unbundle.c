/* bettiflow unbundle FILE [--trust]: bring a bundle into the store. */
#include "cli/bundle_limits.h"
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
  char *file;
  bf_unpack_options unpack;
  bool json;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 't':
    o->unpack.trust = true;
    return 0;
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (o->file) argp_error(state, "'%s' is one argument too many", argument);
    o->file = argument;
    return 0;
  case ARGP_KEY_END:
    if (!o->file) argp_error(state, "which bundle?");
    return 0;
  default:
    return bf_parse_limit(key, argument, state, &o->unpack.limits);
  }
}

static const struct argp_option own[] = {{"trust", 't', NULL, 0, "Take its records for this store's own: what it holds is not computed again", 0},
                                         BF_LIMIT_OPTIONS,
                                         {"json", 'J', NULL, 0, "Print a JSON object", 0},
                                         {0}};

static void print(const options *o, const bf_unpack_report *r, const bf_store *s) {
  if (o->json) {
    json_t *runs = json_array();
    for (size_t i = 0; i < r->info.nrun; i++) json_array_append_new(runs, bf_text_json(r->info.run[i]));
    bf_print_json(json_pack("{s:o, s:I, s:I, s:I, s:I, s:b, s:o, s:o}", "runs", runs, "new_runs", (json_int_t)r->runs, "records", (json_int_t)r->records,
                            "kept", (json_int_t)r->kept, "objects", (json_int_t)r->objects, "trusted", o->unpack.trust, "version",
                            bf_text_json(r->info.version), "store", bf_text_json(bf_store_path(s))));
    return;
  }
  for (size_t i = 0; i < r->info.nrun; i++) printf("run %s\n", r->info.run[i]);
  printf("%llu records and %llu objects are new in %s", (unsigned long long)r->records, (unsigned long long)r->objects, bf_store_path(s));
  if (r->kept) printf("; %llu records were there and stay", (unsigned long long)r->kept);
  putchar('\n');
  if (r->records && !o->unpack.trust) bf_note("its records serve show, results and log, but runs compute again; with --trust they count as this store's own");
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {
      own,
      parse,
      "FILE",
      "Check a bundle and bring it into the store: all of it, or nothing when anything is wrong (exit status 6). `runs`, `show`, `log` and "
      "`explain` tell of its runs as of those that ran here.",
      BF_GLOBAL_CHILDREN,
      NULL,
      NULL};
  bf_store *s = NULL;
  bf_unpack_report report = {0};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  if (!bf_is_bundle(o.file)) { /* before a store is made for it */
    bf_bundle_info info;
    status = bf_bundle_check(o.file, &o.unpack.limits, NULL, NULL, &info);
    bf_bundle_info_free(&info);
    if (status != BF_OK) goto out;
  }
  BF_TRY(bf_store_open(g->store, BF_STORE_RUN, &s));
  BF_TRY(bf_bundle_unpack(s, o.file, &o.unpack, &report));
  print(&o, &report, s);
out:
  if (status != BF_OK) bf_complain();
  bf_unpack_report_free(&report);
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_unbundle = {"unbundle", "Bring a bundle into the store", run};
