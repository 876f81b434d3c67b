/* The program: options that stand everywhere, the table of verbs, dispatch. */
#include "cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bf_global bf_globals;
static const char version[] = "bettiflow " BF_VERSION;

/* clang-format off */
#define VERBS(V) \
  V(run) \
  V(plan) \
  V(job) \
  V(sweep_script) \
  V(plugins) \
  V(stage) \
  V(import) \
  V(export) \
  V(show) \
  V(diff) \
  V(runs) \
  V(log) \
  V(explain) \
  V(results) \
  V(gc) \
  V(verify) \
  V(bundle) \
  V(unbundle) \
  V(reindex) \
  V(doctor) \
  V(probe) \
  V(schema) \
  V(new) \
  V(completion)
/* clang-format on */
#define DECLARE(name) extern const bf_verb bf_verb_##name;
VERBS(DECLARE)
#define ENTRY(name) &bf_verb_##name,
static const bf_verb *const verbs[] = {VERBS(ENTRY)};

static bool chosen_color;

static error_t parse_global(int key, char *argument, struct argp_state *state) {
  switch (key) {
  case 'S':
    bf_globals.store = argument;
    return 0;
  case 'P':
    bf_globals.plugin_path = argument;
    return 0;
  case 'q':
    bf_globals.verbosity = -1;
    return 0;
  case 'v':
    bf_globals.verbosity = 1;
    return 0;
  case 'C':
    chosen_color = true;
    if (!strcmp(argument, "always"))
      bf_globals.color = true;
    else if (!strcmp(argument, "never"))
      bf_globals.color = false;
    else if (!strcmp(argument, "auto"))
      chosen_color = false;
    else
      argp_error(state, "--color is auto, always or never, not '%s'", argument);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option global_options[] = {{"store", 'S', "DIR", 0, "The store (default: BETTIFLOW_STORE, else the nearest .bettiflow upwards)", 0},
                                                    {"plugin-path", 'P', "DIR[:DIR]", 0, "More folders with plugins, before BETTIFLOW_PLUGIN_PATH", 0},
                                                    {"color", 'C', "WHEN", 0, "auto, always or never", 0},
                                                    {"quiet", 'q', NULL, 0, "No progress and no notes", 0},
                                                    {"verbose", 'v', NULL, 0, "Say more", 0},
                                                    {0}};
const struct argp bf_global_argp = {global_options, parse_global, NULL, NULL, NULL, NULL, NULL};

const char *bf_completing;

/* The long options of a verb that begin with the word that is being completed. */
static void print_options(const struct argp *argp) {
  const struct argp_option *const tables[] = {argp->options, global_options};
  size_t n = strlen(bf_completing);
  for (size_t t = 0; t < 2; t++)
    for (const struct argp_option *o = tables[t]; o && (o->name || o->key || o->doc); o++) {
      char *word = bf_format_text("--%s", o->name ? o->name : "");
      if (o->name && !(o->flags & OPTION_HIDDEN) && !strncmp(word, bf_completing, n)) puts(word);
      free(word);
    }
  if (!strncmp("--help", bf_completing, n)) puts("--help");
  if (!strncmp("--version", bf_completing, n)) puts("--version");
}

bf_status bf_parse(const struct argp *argp, int argc, char **argv, void *input) {
  if (bf_completing) {
    print_options(argp);
    exit(fflush(stdout) ? BF_FAILED : BF_OK);
  }
  argp_err_exit_status = BF_USAGE;
  argp_program_version = version; /* libc's variable; one of our own would be hidden from it */
  error_t e = argp_parse(argp, argc, argv, 0, NULL, input);
  const char *no_color = getenv("NO_COLOR");
  if (!chosen_color) bf_globals.color = isatty(STDERR_FILENO) && (!no_color || !*no_color);
  return e ? bf_fail(BF_USAGE, "%s", strerror(e)) : BF_OK;
}

void bf_complain(void) { fprintf(stderr, "%sbettiflow:%s %s\n", bf_globals.color ? "\033[31m" : "", bf_globals.color ? "\033[0m" : "", bf_error()); }

void bf_note(const char *format, ...) {
  if (bf_globals.verbosity < 0) return;
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
}

int bf_exit(bf_status status) {
  switch (status) {
  case BF_DECLINED:
    return 0;
  case BF_NO_MEMORY:
    return BF_FAILED;
  case BF_CANCELLED:
    return 130;
  default:
    return (int)status;
  }
}

const bf_verb *const *bf_verbs(size_t *n) {
  *n = sizeof verbs / sizeof *verbs;
  return verbs;
}

static int usage(FILE *f, int code) {
  fputs("Usage: bettiflow VERB [OPTION...]\nStages from plugins, chained by a pipeline file; results kept and never computed twice.\n\n", f);
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (verbs[i]->doc) fprintf(f, "  %-11s %s\n", verbs[i]->name, verbs[i]->doc);
  char **command;
  size_t n = bf_command_names(&command);
  for (size_t i = 0; i < n; i++) {
    char *doc = bf_command_doc(command[i]);
    fprintf(f, "  %-11s %s\n", command[i], doc);
    free(doc);
    free(command[i]);
  }
  free(command);
  fputs("\n`bettiflow VERB --help` says more; options everywhere: --store --plugin-path --color --quiet --verbose --version.\n", f);
  return code;
}

/* What was printed must have arrived: a full disk behind stdout is an error too. */
static int finish(int code) {
  errno = 0;
  if (fflush(stdout) || ferror(stdout)) {
    bf_fail(BF_STORE, "standard output can't be written%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
    bf_complain();
    return code ? code : BF_STORE;
  }
  return code;
}

/* Options before the verb are understood too: they are moved behind it. */
static int run_verb(const bf_verb *verb, int at, int argc, char **argv) {
  char **args = bf_alloc((size_t)argc + 1, sizeof *args);
  int n = 0;
  args[n++] = bf_format_text("bettiflow %s", verb->name);
  for (int i = 1; i < at; i++) args[n++] = argv[i];
  for (int i = at + 1; i < argc; i++) args[n++] = argv[i];
  int code = verb->run(&bf_globals, n, args);
  free(args[0]);
  free(args);
  return finish(code);
}

static const bf_verb *find_verb(const char *name) {
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (!strcmp(verbs[i]->name, name)) return verbs[i];
  return NULL;
}

static int no_verb(const char *name) {
  const char **names = NULL;
  char **command;
  size_t n = 0, k = bf_command_names(&command);
  names = bf_alloc(sizeof verbs / sizeof *verbs + k, sizeof *names);
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (verbs[i]->doc) names[n++] = verbs[i]->name;
  for (size_t i = 0; i < k; i++) names[n++] = command[i];
  const char *near = bf_nearest(name, names, n);
  fprintf(stderr, "bettiflow: no verb '%s'%s%s%s; `bettiflow --help` lists them\n", name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  for (size_t i = 0; i < k; i++) free(command[i]);
  free(command);
  free(names);
  return BF_USAGE;
}

/* Options before a plugin's command are ours alone. */
static int run_command(const char *path, int at, int argc, char **argv) {
  const struct argp ours = {NULL, NULL, NULL, NULL, BF_GLOBAL_CHILDREN, NULL, NULL};
  bf_status status = bf_parse(&ours, at, argv, NULL);
  return status == BF_OK ? finish(bf_command_run(path, argc - at, argv + at)) : bf_exit(status);
}

static int dispatch(int at, int argc, char **argv) {
  const bf_verb *verb = find_verb(argv[at]);
  if (verb) return run_verb(verb, at, argc, argv);
  char *command = bf_command_path(argv[at]);
  int code = command ? run_command(command, at, argc, argv) : no_verb(argv[at]);
  free(command);
  return code;
}

/* `bettiflow help VERB` is `bettiflow VERB --help`. */
static int help(int at, int argc, char **argv) {
  char option[] = "--help";
  char *asked[] = {argv[0], at + 1 < argc ? argv[at + 1] : NULL, option, NULL};
  if (!asked[1] || asked[1][0] == '-' || !strcmp(asked[1], "help")) return usage(stdout, 0);
  if (at + 2 == argc) return dispatch(1, 3, asked);
  fprintf(stderr, "bettiflow: help tells of one verb at a time; what is '%s'?\n", argv[at + 2]);
  return BF_USAGE;
}

/* A standard stream that came closed gets a descriptor on which its use fails; else the next file to be opened, a journal perhaps, would be it. */
static void hold_streams(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) _exit(BF_FAILED);
}

int main(int argc, char **argv) {
  static const char *const valued[] = {"--store", "--plugin-path", "--color", "-S", "-P", "-C"};
  int at = 1;
  hold_streams();
  signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is then an error of the write, as a full disk is */
  while (at < argc && argv[at][0] == '-') {
    bool takes_value = false;
    if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h") || !strcmp(argv[at], "-?")) return usage(stdout, 0);
    if (!strcmp(argv[at], "--version") || !strcmp(argv[at], "-V")) return puts(version), 0;
    for (size_t i = 0; i < sizeof valued / sizeof *valued; i++) takes_value = takes_value || !strcmp(argv[at], valued[i]);
    at += takes_value ? 2 : 1;
  }
  if (at >= argc) return usage(stderr, BF_USAGE);
  return strcmp(argv[at], "help") != 0 ? dispatch(at, argc, argv) : help(at, argc, argv);
}
