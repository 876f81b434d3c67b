/* bettiflow gc [--keep N] [--older AGE] [--size SIZE] [--dry-run]: remove what the runs that are kept do not reach; --pin and --unpin say which
 * runs are always kept. */
#include "cli/runs_text.h"
#include "pipeline/pipeline.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pin {
  const char *run;
  bool on;
} pin;

typedef struct options {
  bf_gc_options gc;
  bool keep, json;
  pin *pin;
  size_t npin;
} options;

static void add_pin(options *o, const char *run, bool on) {
  o->pin = bf_grow(o->pin, o->npin, sizeof *o->pin);
  o->pin[o->npin++] = (pin){run, on};
}

/* What is kept when only some of the rules are given. */
static void settle(options *o, struct argp_state *state) {
  bf_gc_options *gc = &o->gc;
  if (o->npin && (o->keep || gc->older > 0 || gc->size || gc->dry_run)) argp_error(state, "--pin and --unpin stand alone: they remove nothing");
  if (!o->keep) gc->keep_runs = gc->older > 0 ? 0 : gc->size ? UINT32_MAX : 20;
}

/* 5 days and 5 seconds, 5 GiB and 5 bytes are too far apart to guess. */
static bool has_unit(const char *text) { return *text && strchr("0123456789. ", text[strlen(text) - 1]) == NULL; }

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  char *end;
  unsigned long n;
  switch (key) {
  case 'k':
    n = strtoul(argument, &end, 10);
    if (*end || argument[0] < '0' || argument[0] > '9' || n > UINT32_MAX) argp_error(state, "--keep takes a number of runs, not '%s'", argument);
    o->gc.keep_runs = (uint32_t)n;
    o->keep = true;
    return 0;
  case 'o':
    if (!has_unit(argument) || !bf_parse_duration(argument, &o->gc.older))
      argp_error(state, "--older takes a time with its unit, like 12h, 30d or 8w, not '%s'", argument);
    return 0;
  case 's':
    if (!has_unit(argument) || !bf_parse_bytes(argument, &o->gc.size))
      argp_error(state, "--size takes a size with its unit, like 500MiB or 20GiB, not '%s'", argument);
    return 0;
  case 'p':
    add_pin(o, argument, true);
    return 0;
  case 'u':
    add_pin(o, argument, false);
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
  case ARGP_KEY_END:
    settle(o, state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"keep", 'k', "N", 0, "Keep the N newest runs (default 20 without --older and --size)", 0},
                                         {"older", 'o', "AGE", 0, "Keep what is younger than AGE: 12h, 30d, 8w", 0},
                                         {"size", 's', "SIZE", 0, "Then remove the oldest runs until the objects have SIZE or less: 500MiB, 20GiB", 0},
                                         {"pin", 'p', "RUN", 0, "Keep this run and all it reaches whatever the rules say; removes nothing", 0},
                                         {"unpin", 'u', "RUN", 0, "Let the rules decide on this run again; removes nothing", 0},
                                         {"dry-run", 'n', NULL, 0, "Remove nothing, tell what would go (with --verbose each record and object)", 0},
                                         {"json", 'J', NULL, 0, "Print a JSON object", 0},
                                         {0}};

static const char doc[] =
    "Remove runs, and the records and objects that no other run reaches. Waits for runs to end, but for --dry-run.\v"
    "A run stays if it is pinned or running, or one of the N newest others (--keep), or ended less than AGE ago (--older). With both it goes only "
    "when neither keeps it; with --older alone all older ones go, with --size alone none goes by the rules. Records and objects younger than AGE "
    "stay too, though no run reaches them. --size comes last and takes more: what no run reaches first, then runs from the oldest on with what only they "
    "reach, "
    "also those that --keep and --older would keep, but never pinned and running ones. If that is not enough, gc says so and ends with exit code 1.";

/* ---- removing ---- */

typedef struct teller {
  const options *o;
  json_t *runs; /* those that go */
} teller;

static void tell(void *context, const char *kind, const char *name, const char *why, uint64_t bytes) {
  teller *t = context;
  bool run = kind[0] == 'r' && kind[1] == 'u', dry = t->o->gc.dry_run;
  if (run) json_array_append_new(t->runs, json_pack("{s:o, s:s}", "run", bf_text_json(name), "why", why));
  if (t->o->json || !((run && (dry || bf_globals.verbosity >= 0)) || bf_globals.verbosity > 0)) return;
  char *size = bf_bytes_text(bytes);
  printf("%s %s %s (%s), %s\n", dry ? "would remove" : "removing", kind, name, why, size);
  free(size);
}

static void print(const bf_gc_report *r, const teller *t) {
  const bf_gc_options *o = &t->o->gc;
  if (t->o->json) {
    bf_print_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:O, s:I, s:I, s:I, s:b}", "runs", (json_int_t)r->runs, "records", (json_int_t)r->records,
                            "objects", (json_int_t)r->objects, "unfinished", (json_int_t)r->tmp, "bytes", (json_int_t)r->bytes, "dry_run", o->dry_run, "gone",
                            t->runs, "left_bytes", (json_int_t)r->left, "pinned", (json_int_t)r->pinned, "running", (json_int_t)r->running, "goal_missed",
                            r->missed));
    return;
  }
  char *bytes = bf_bytes_text(r->bytes), *left = bf_bytes_text(r->left);
  printf("%s %llu runs, %llu records, %llu objects and %llu folders of unfinished work: %s; objects of %s stay\n", o->dry_run ? "would remove" : "removed",
         (unsigned long long)r->runs, (unsigned long long)r->records, (unsigned long long)r->objects, (unsigned long long)r->tmp, bytes, left);
  free(bytes);
  free(left);
}

/* Only what gc may never remove is left then. */
static bf_status fail_missed(const bf_gc_report *r, const bf_gc_options *o) {
  char *left = bf_bytes_text(r->left), *goal = bf_bytes_text(o->size);
  bf_status status =
      bf_fail(BF_FAILED,
              "the objects can't be brought within %s: %s belong to %llu pinned and %llu running runs, which stay; `bettiflow runs` shows which, "
              "`bettiflow gc --unpin RUN` lets one go",
              goal, left, (unsigned long long)r->pinned, (unsigned long long)r->running);
  free(left);
  free(goal);
  return status;
}

static bf_status collect(const bf_global *g, options *o) {
  bf_store *s = NULL;
  bf_gc_report report;
  bf_status status = BF_OK;
  teller t = {o, json_array()};
  o->gc.tell = tell;
  o->gc.context = &t;
  const bool dry = o->gc.dry_run;
  if (!dry && bf_store_in_use(g->store)) bf_note("waiting for what uses the store to end");
  BF_TRY(bf_store_open(g->store, dry ? BF_STORE_READ : BF_STORE_GC, &s));
  BF_TRY(bf_store_gc(s, &o->gc, &report));
  if (report.index_late) bf_note("warning: the index is not up to date (%s); the next run or `bettiflow reindex` mends that", bf_error());
  print(&report, &t);
  if (dry && report.running)
    bf_note("%llu runs go on meanwhile; what they have just made may be counted here, though gc itself waits for them", (unsigned long long)report.running);
  if (report.missed) status = fail_missed(&report, &o->gc);
out:
  o->gc.context = NULL;
  json_decref(t.runs);
  bf_store_close(s);
  return status;
}

/* ---- pins ---- */

static bf_status set_pins(const bf_global *g, const options *o) {
  bf_store *s = NULL;
  bf_status status = BF_OK;
  json_t *list = json_array();
  BF_TRY(bf_store_open(g->store, bf_store_exists(g->store) ? BF_STORE_RUN : BF_STORE_READ, &s)); /* makes none */
  for (size_t i = 0; i < o->npin; i++) {
    char *id;
    BF_TRY(bf_run_pin(s, o->pin[i].run, o->pin[i].on, &id));
    json_array_append_new(list, json_pack("{s:s, s:b}", "run", id, "pinned", o->pin[i].on));
    if (!o->json) printf("%s %s\n", o->pin[i].on ? "pinned" : "unpinned", id);
    free(id);
  }
  if (o->json) bf_print_json(json_incref(list));
out:
  json_decref(list);
  bf_store_close(s);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {own, parse, NULL, doc, BF_GLOBAL_CHILDREN, NULL, NULL};
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) {
    free(o.pin);
    return bf_exit(status);
  }
  status = o.npin ? set_pins(g, &o) : collect(g, &o);
  if (status != BF_OK) bf_complain();
  free(o.pin);
  return bf_exit(status);
}

const bf_verb bf_verb_gc = {"gc", "Remove what the kept runs do not reach; pin runs", run};
