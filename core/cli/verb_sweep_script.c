/* `bettiflow sweep-script`: a shell script that gives a pipeline's jobs to Slurm as arrays. */
#include "base/file.h"
#include "cli/planned.h"
#include "engine/engine.h"
#include "engine/hosts.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY = 1000 }; /* Slurm's own MaxArraySize is 1001 */

typedef struct arguments {
  bf_planned planned;
  bf_run_options options;
  const char *output, *time;
  unsigned cpus;
  size_t noption;
  const char **option; /* for sbatch */
} arguments;

static unsigned parse_cpus(const char *text, struct argp_state *state) {
  char *end;
  const long n = strtol(text, &end, 10);
  if (*end || end == text || n < 1 || n > 1024) argp_error(state, "-j takes a number of threads, 1 to 1024, not '%s'", text);
  return (unsigned)n;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  arguments *a = state->input;
  switch (key) {
  case 's':
    bf_planned_set(&a->planned, argument);
    return 0;
  case 'o':
    a->output = argument;
    return 0;
  case 'j':
    a->cpus = parse_cpus(argument, state);
    return 0;
  case 'b':
    a->option = bf_grow(a->option, a->noption, sizeof *a->option);
    a->option[a->noption++] = argument;
    return 0;
  case 'T':
  case 'M':
    bf_planned_limit(key, argument, state, &a->options.limits);
    return 0;
  case ARGP_KEY_ARG:
    if (a->planned.file) argp_error(state, "one pipeline at a time: '%s' is too much", argument);
    a->planned.file = argument;
    return 0;
  case ARGP_KEY_END:
    if (!a->planned.file) argp_error(state, "which pipeline?");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"set", 's', "KEY=VALUE", 0, "Set stage.param, sweep.name or vars.name", 0},
    {"output", 'o', "FILE", 0, "The script (default: stdout)", 0},
    {"jobs", 'j', "N", 0, "Threads of each job (default: 1)", 0},
    {"sbatch", 'b', "OPTION", 0, "An option for sbatch, such as --sbatch=--partition=long; may be given several times", 0},
    {"timeout", 'T', "TIME", 0, "Most time for each task: 90s, 10min", 0},
    {"memory", 'M', "SIZE", 0, "Most memory for each task, and for each job: 512MiB, 4GiB", 0},
    {0}};

/* As one word of a shell; in a here-document $, ` and \ would be read once before. */
static void add_word(bf_text *t, const char *word, bool here) {
  bf_text_add(t, "'");
  for (const char *c = word; *c; c++) {
    if (here && strchr("$`\\", *c)) bf_text_add(t, "\\");
    if (*c == '\'')
      bf_text_add(t, here ? "'\\\\''" : "'\\''");
    else
      bf_text_add_n(t, c, 1);
  }
  bf_text_add(t, "'");
}

static void add_setting(bf_text *t, const char *name, const char *value) {
  bf_text_addf(t, "export %s=", name);
  add_word(t, value, true);
  bf_text_add(t, "\n");
}

/* "0-9,12": the points from first to before end, less `base`. */
static void add_ranges(bf_text *t, const size_t *point, size_t n, size_t base) {
  for (size_t i = 0; i < n;) {
    size_t k = i;
    while (k + 1 < n && point[k + 1] == point[k] + 1) k++;
    bf_text_addf(t, "%s%zu", i ? "," : "", point[i] - base);
    if (k > i) bf_text_addf(t, "-%zu", point[k] - base);
    i = k + 1;
  }
}

/* One array for each thousand of points, so that the script also works where Slurm has its own limits. */
static void add_wave(bf_text *t, const bf_prepared *r, size_t w) {
  const bf_prepared_wave *wave = &r->wave[w];
  bf_text_addf(t, "\n# wave %zu: %zu jobs\nwave_%zu=\n", w, wave->npoint, w);
  if (!wave->npoint) return;
  bf_text_add(t, "after=");
  for (size_t i = 0; i < wave->nafter; i++) bf_text_addf(t, "${wave_%zu}", wave->after[i]);
  bf_text_add(t, "\n");
  for (size_t i = 0; i < wave->npoint;) {
    const size_t base = wave->point[i] / ARRAY * ARRAY;
    size_t n = 0;
    while (i + n < wave->npoint && wave->point[i + n] / ARRAY * ARRAY == base) n++;
    bf_text_addf(t, "submit %zu %zu ", w, base);
    add_ranges(t, wave->point + i, n, base);
    bf_text_addf(t, "\nwave_%zu=$wave_%zu:$id\n", w, w);
    i += n;
  }
}

/* What a job says beside its journal lies with the run. Slurm takes % for its own fields, and with \\ none of them. */
static void add_output(bf_text *t, const bf_store *store, const char *run) {
  bf_text path = {0};
  if (strchr(bf_store_path(store), '\\')) {
    bf_text_add(t, " --output=/dev/null");
    return;
  }
  for (const char *c = bf_store_path(store); *c; c++) bf_text_addf(&path, "%s%c", *c == '%' ? "%" : "", *c);
  bf_text_addf(&path, "/runs/%s/slurm-%%A_%%a.log", run);
  bf_text_add(t, " --output=");
  add_word(t, path.at, false);
  bf_text_free(&path);
}

/* The function that submits an array; its jobs' own script stands in a here-document. */
static void add_submit(bf_text *t, const arguments *a, const bf_global *g, const bf_store *store, const char *run) {
  char *folder = bf_program_folder(), *program = bf_path_join(folder, "bettiflow"), *plugins = bf_plugin_folders(g->plugin_path);
  bf_text_add(t, "\n# submit WAVE FIRST POINTS: an array; its id is left in $id. A job whose inputs failed says so and ends.\nsubmit() {\n  id=$(sbatch "
                 "--parsable --job-name=");
  add_word(t, a->planned.pipeline->name, false);
  bf_text_addf(t, " --cpus-per-task=%u", a->cpus);
  add_output(t, store, run);
  if (a->options.limits.bytes) bf_text_addf(t, " --mem=%" PRIu64 "M", a->options.limits.bytes / 800000 + 64); /* a task's, and some for the job */
  for (size_t i = 0; i < a->noption; i++) {
    bf_text_add(t, " ");
    add_word(t, a->option[i], false);
  }
  bf_text_add(t, " \\\n    ${after:+\"--dependency=afterany$after\"} --array=\"$3\" <<END\n#!/bin/sh\n");
  add_setting(t, "BETTIFLOW_STORE", bf_store_path(store));
  if (*plugins) add_setting(t, "BETTIFLOW_PLUGIN_PATH", plugins);
  bf_text_add(t, "exec ");
  add_word(t, program, true);
  bf_text_addf(t, " job --keep-going --jobs %u %s $1 \\$(($2 + SLURM_ARRAY_TASK_ID))\nEND\n  )\n  id=${id%%%%;*}\n}\n", a->cpus, run);
  free(plugins);
  free(folder);
  free(program);
}

static char *script(const arguments *a, const bf_global *g, const bf_store *store, const bf_prepared *r) {
  bf_text t = {0};
  bf_text_addf(&t,
               "#!/bin/sh\n# The jobs of run %s of %s for Slurm: sh THIS-FILE submits them. When they have ended,\n"
               "# `bettiflow run` with the same pipeline, settings and store does the rest and writes what is saved.\n"
               "# gc leaves the run alone until `bettiflow gc --unpin %s`.\nset -eu\n",
               r->run, a->planned.pipeline->name, r->run);
  add_submit(&t, a, g, store, r->run);
  for (size_t w = 0; w < r->nwave; w++) add_wave(&t, r, w);
  return bf_text_take(&t);
}

static bf_status write_script(const arguments *a, const bf_global *g, const bf_store *store, const bf_prepared *r) {
  bf_status status = BF_OK;
  char *text = r->run ? script(a, g, store, r) : bf_format_text("#!/bin/sh\n# No jobs: the store has all that they would do. `bettiflow run` collects.\n");
  if (a->output)
    status = bf_file_replace(a->output, text, strlen(text));
  else
    fputs(text, stdout);
  if (status == BF_OK && !r->run) bf_note("no jobs: all that they would do is in the store, `bettiflow run` only collects");
  if (status == BF_OK && r->run)
    bf_note("run %s is prepared: %zu jobs in %zu waves%s%s", r->run, r->njob, r->nwave, a->output ? "; submit them with: sh " : "", a->output ? a->output : "");
  free(text);
  return status;
}

/* A run that nobody was told of is gc's; the message of the failure stays. */
static void forget(bf_store *store, const char *run) {
  char *id = NULL, *why = bf_strdup(bf_error());
  bf_run_pin(store, run, false, &id);
  bf_fail(BF_STORE, "%s", why);
  free(id);
  free(why);
}

static int run(const bf_global *g, int argc, char **argv) {
  arguments a = {.cpus = 1};
  bf_store *store = NULL;
  bf_prepared prepared = {0};
  const struct argp argp = {
      options,
      parse,
      "PIPELINE",
      "Write a shell script that submits the jobs of a pipeline to Slurm: an array for each wave, one job for each point of it. The store has to be in a "
      "folder that all "
      "machines share, and bettiflow at the same path. When the jobs have ended, `bettiflow run` with the same pipeline and settings collects.",
      BF_GLOBAL_CHILDREN,
      NULL,
      NULL};
  bf_status status = bf_parse(&argp, argc, argv, &a);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_planned_open(g, &a.planned));
  BF_TRY(bf_store_open(g->store, BF_STORE_RUN, &store));
  BF_TRY(bf_run_prepare(store, a.planned.registry, a.planned.pipeline, &a.options, &prepared));
  status = write_script(&a, g, store, &prepared);
  if (status != BF_OK && prepared.run) forget(store, prepared.run);
out:
  if (status != BF_OK) bf_complain();
  bf_prepared_free(&prepared);
  bf_store_close(store);
  bf_planned_close(&a.planned);
  free(a.option);
  return bf_exit(status);
}

const bf_verb bf_verb_sweep_script = {"sweep-script", "Write a script of Slurm arrays", run};
