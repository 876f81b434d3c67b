/* bettiflow gc [--keep N] [--dry-run]: remove what the newest runs do not reach. */
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
  bf_gc_options gc;
  bool json;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  char *end;
  unsigned long n;
  switch (key) {
  case 'k':
    n = strtoul(argument, &end, 10);
    if (*end || argument[0] < '0' || argument[0] > '9' || n > UINT32_MAX) argp_error(state, "--keep takes a number of runs, not '%s'", argument);
    o->gc.keep_runs = (uint32_t)n;
    return 0;
  case 'n':
    o->gc.dry_run = true;
    return 0;
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "what is '%s'? gc takes options only", argument);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"keep", 'k', "N", 0, "Keep the N newest runs and all they reach (default 20)", 0},
                                         {"dry-run", 'n', NULL, 0, "Remove nothing, say what would go", 0},
                                         {"json", 'J', NULL, 0, "Print a JSON object", 0},
                                         {0}};

static void print(const bf_gc_report *r, const options *o) {
  if (o->json) {
    bf_print_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:b}", "runs", (json_int_t)r->runs, "records", (json_int_t)r->records, "objects", (json_int_t)r->objects,
                            "unfinished", (json_int_t)r->tmp, "bytes", (json_int_t)r->bytes, "dry_run", o->gc.dry_run));
    return;
  }
  char *bytes = bf_bytes_text(r->bytes);
  printf("%s %llu runs, %llu records, %llu objects and %llu folders of unfinished work: %s\n", o->gc.dry_run ? "would remove" : "removed",
         (unsigned long long)r->runs, (unsigned long long)r->records, (unsigned long long)r->objects, (unsigned long long)r->tmp, bytes);
  free(bytes);
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {.gc = {.keep_runs = 20}};
  const struct argp argp = {own,
                            parse,
                            NULL,
                            "Remove runs but the newest ones, and the records and objects that only the removed ones reach. Waits for runs to end.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_store *s = NULL;
  bf_gc_report report;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  if (bf_store_in_use(g->store)) bf_note("waiting for what uses the store to end");
  BF_TRY(bf_store_open(g->store, BF_STORE_GC, &s));
  BF_TRY(bf_store_gc(s, &o.gc, &report));
  print(&report, &o);
out:
  if (status != BF_OK) bf_complain();
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_gc = {"gc", "Remove what the newest runs do not reach", run};
