/* The command line: one bf_verb per file verb_NAME.c; main.c parses the options that stand everywhere and dispatches. */
#ifndef BF_CLI_H
#define BF_CLI_H

#include "base/text.h"
#include "plugin/registry.h"
#include "store/store.h"
#include <argp.h>
#include <stdbool.h>

typedef struct bf_global { /* options everywhere */
  const char *store;       /* --store or NULL */
  const char *plugin_path; /* --plugin-path or NULL */
  bool color;              /* settled from --color=auto|always|never, NO_COLOR and isatty(stderr) */
  int verbosity;           /* -1 quiet, 0, 1 verbose */
} bf_global;

typedef struct bf_verb {
  const char *name, *doc; /* doc: one line for `bettiflow --help`; NULL: it is not listed */
  /* argv[0] is "bettiflow NAME". Returns the exit code; a failing verb returns bf_exit(status) after bf_complain(). */
  int (*run)(const bf_global *g, int argc, char **argv);
} bf_verb;

extern bf_global bf_globals; /* what the child parser below filled */

const bf_verb *const *bf_verbs(size_t *n); /* the built-in ones; NULL entries are verbs that this build lacks */

/* Add to each verb's argp as a child: --store --plugin-path --color --quiet --verbose are understood after the verb too. */
extern const struct argp bf_global_argp;
#define BF_GLOBAL_CHILDREN ((const struct argp_child[]){{&bf_global_argp, 0, "Options everywhere:", 10}, {0}})

/* argp_parse with exit code 2 on errors and our --version; args_doc and doc as argp's. BF_OK or BF_USAGE (already reported). */
bf_status bf_parse(const struct argp *argp, int argc, char **argv, void *input);

extern const char *bf_completing; /* set by completion: bf_parse prints the options that begin so, and exits */

void bf_complain(void);                                /* "bettiflow: <bf_error()>" on stderr, in red where there is colour */
void bf_note(const char *format, ...) BF_PRINTF(1, 2); /* a line on stderr unless --quiet */
int bf_exit(bf_status status);                         /* exit code: 0 for declines, 1 for BF_NO_MEMORY, 130 for BF_CANCELLED */

/* Commands of plugins, each in the file <built-in plugins>/command/NAME.so (verb_command.c). */
char *bf_command_path(const char *name);                     /* allocated; NULL when there is none */
size_t bf_command_names(char ***names);                      /* sorted; the array and each name are allocated */
char *bf_command_doc(const char *name);                      /* allocated; loads the plugin */
int bf_command_run(const char *path, int argc, char **argv); /* argv[0] is the name; loads this one plugin, without scan or store; the exit code */

#endif
