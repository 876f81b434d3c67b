/* bettiflow bundle RUN -o FILE [--results]: pack a run into one file that travels. */
#include "cli/runs_text.h"
#include "store/bundle.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  char *run, *file;
  bool results, json;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'o':
    o->file = argument;
    return 0;
  case 'r':
    o->results = true;
    return 0;
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (o->run) argp_error(state, "'%s' is one argument too many", argument);
    o->run = argument;
    return 0;
  case ARGP_KEY_END:
    if (!o->run) argp_error(state, "which run? `bettiflow runs` lists them, `last` is the newest");
    if (!o->file) argp_error(state, "-o names the file to write");
    if (o->file && !strcmp(o->file, "-")) argp_error(state, "-o takes a file, not '-': a bundle gets its name when it is whole; ./- is a file of that name");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"output", 'o', "FILE", 0, "The bundle", 0},
                                         {"results", 'r', NULL, 0, "Only results: no objects that just lie between stages, and no input files", 0},
                                         {"json", 'J', NULL, 0, "Print a JSON object", 0},
                                         {0}};

static void print(const options *o, const char *run, const bf_bundle_count *c) {
  if (o->json) {
    bf_print_json(json_pack("{s:o, s:s, s:b, s:I, s:I, s:I, s:I}", "file", bf_text_json(o->file), "run", run, "results", o->results, "entries",
                            (json_int_t)c->entries, "records", (json_int_t)c->records, "objects", (json_int_t)c->objects, "bytes", (json_int_t)c->bytes));
    return;
  }
  char *bytes = bf_bytes_text(c->bytes);
  printf("%s: %srun %s, %llu records, %llu objects, %s unpacked\n", o->file, o->results ? "results of " : "", run, (unsigned long long)c->records,
         (unsigned long long)c->objects, bytes);
  free(bytes);
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {
      own,
      parse,
      "RUN -o FILE",
      "Pack a run into one file: its pipeline, journal and logs, the records and objects of its tasks, cached ones too, and the files that "
      "it was given. `bettiflow verify FILE` checks it, `bettiflow unbundle FILE` brings it into another store.",
      BF_GLOBAL_CHILDREN,
      NULL,
      NULL};
  bf_store *s = NULL;
  bf_run_info *info = NULL;
  bf_pack *pack = NULL;
  bf_bundle_count count;
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_open_to_read(&s));
  BF_TRY(bf_run_read(s, o.run, &info));
  pack = bf_pack_new(s);
  BF_TRY(bf_pack_run(pack, info, o.results));
  BF_TRY(bf_pack_write(pack, o.file, BF_VERSION, &count));
  print(&o, info->run, &count);
out:
  if (status != BF_OK) bf_complain();
  bf_pack_free(pack);
  bf_run_info_free(info);
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_bundle = {"bundle", "Pack a run into one file that travels", run};
