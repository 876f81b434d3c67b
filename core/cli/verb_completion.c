/* bettiflow completion bash: a script for the shell; it asks back with `bettiflow completion --for WORD…`, answered from the tables of verbs,
 * options and plugins. */
#include "cli/cli.h"
#include "plugin/param_value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char script[] = "# Completion of bettiflow for bash: source <(bettiflow completion bash)\n"
                             "_bettiflow() {\n"
                             "  local line=${COMP_LINE:0:COMP_POINT} current head\n"
                             "  local -a words\n"
                             "  read -ra words <<<\"$line\"\n"
                             "  [[ $line == *[[:space:]] ]] && words+=('')\n"
                             "  current=${words[-1]}\n"
                             "  head=${current%\"${current##*[=:]}\"} # bash completes what follows = and :\n"
                             "  mapfile -t COMPREPLY < <(\"${words[0]}\" completion --for \"${words[@]:1}\" 2>/dev/null)\n"
                             "  COMPREPLY=(\"${COMPREPLY[@]#\"$head\"}\")\n"
                             "  [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
                             "}\n"
                             "complete -o default -F _bettiflow bettiflow\n";

typedef struct request {
  const char *current, *previous, *verb;
  const char *object; /* the first word after the verb that is no option */
  const char *stage;  /* for --set: the stage's id */
} request;

static void offer(const request *q, const char *word) {
  if (!strncmp(word, q->current, strlen(q->current))) puts(word);
}

static void offer_all(const request *q, const char *words) {
  char *copy = bf_strdup(words), *rest = copy, *word;
  while ((word = strsep(&rest, " "))) offer(q, word);
  free(copy);
}

static bool takes_value(const char *word) {
  static const char *const options[] = {"--store",    "--plugin-path", "--color",     "-S",     "-P",      "-C",       "--set",
                                        "--in",       "--out",         "-i",          "-o",     "-s",      "--format", "-f",
                                        "-j",         "--timeout",     "--memory",    "--keep", "--type",  "--hosts",  "-H",
                                        "--max-size", "--max-entries", "--recompute", "--seed", "--where", "-w",       "--over",
                                        "--test",     "--of"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (!strcmp(word, options[i])) return true;
  return false;
}

static request understand(int n, char **words) {
  request q = {.current = n ? words[n - 1] : "", .previous = n > 1 ? words[n - 2] : ""};
  for (int i = 0; i + 1 < n; i++) {
    if (words[i][0] == '-') {
      if ((!strcmp(words[i], "-P") || !strcmp(words[i], "--plugin-path")) && i + 2 < n) bf_globals.plugin_path = words[i + 1];
      if (takes_value(words[i])) i++;
    } else if (!q.verb) {
      q.verb = words[i];
    } else if (!q.object) {
      q.object = words[i];
    }
  }
  return q;
}

static void offer_verbs(const request *q) {
  size_t n;
  char **command;
  const bf_verb *const *verbs = bf_verbs(&n);
  for (size_t i = 0; i < n; i++)
    if (verbs[i]->doc) offer(q, verbs[i]->name);
  n = bf_command_names(&command);
  for (size_t i = 0; i < n; i++) {
    offer(q, command[i]);
    free(command[i]);
  }
  free(command);
}

/* The options that stand everywhere, and those of the verb: bf_parse prints them in place of parsing. */
static int offer_options(const bf_global *g, const request *q) {
  size_t n;
  const bf_verb *const *verbs = bf_verbs(&n);
  char *argv[] = {(char *)"bettiflow", NULL};
  bf_completing = q->current;
  for (size_t i = 0; i < n; i++)
    if (!strcmp(verbs[i]->name, q->verb)) return verbs[i]->run(g, 1, argv);
  return 0;
}

static void offer_ids(const request *q, const bf_registry *r, int kind, bool with_kind) {
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (kind < 0 || e->kind == (bf_kind)kind) offer(q, with_kind ? e->id : strchr(e->id, '.') + 1);
  }
}

static void offer_ports(const request *q, const bf_port *ports) {
  for (const bf_port *p = ports; p->name; p++) {
    char *word = bf_format_text("%s=", p->name);
    offer(q, word);
    free(word);
  }
}

/* name=, and after it what the parameter can be. */
static void offer_params(const request *q, const bf_registry *r, const bf_param *table) {
  for (const bf_param *row = table; row->name; row++) {
    char *word = bf_format_text("%s=", row->name);
    const char *choice;
    size_t n;
    if (strncmp(q->current, word, strlen(word))) {
      offer(q, word);
    } else if (row->type == BF_PARAM_BOOL || (row->type == BF_PARAM_TEXT && row->choices)) {
      const char *choices = row->choices ? row->choices : "true|false";
      for (size_t i = 0; (choice = bf_choice_at(choices, i, &n)); i++) {
        char *whole = bf_format_text("%s%.*s", word, (int)n, choice);
        offer(q, whole);
        free(whole);
      }
    } else if (row->type == BF_PARAM_ACTIVATION || row->type == BF_PARAM_FORMAT) {
      for (size_t i = 0; i < bf_registry_size(r); i++) {
        const bf_entry *e = bf_registry_at(r, i);
        char *whole = bf_format_text("%s%s", word, strchr(e->id, '.') + 1);
        if (e->kind == (row->type == BF_PARAM_FORMAT ? BF_KIND_FORMAT : BF_KIND_ACTIVATION)) offer(q, whole);
        free(whole);
      }
    }
    free(word);
  }
}

static bool is(const char *word, const char *a, const char *b) { return !strcmp(word, a) || !strcmp(word, b); }

/* What is known from the plugins; other words are files, which the shell knows. */
static void offer_from_plugins(const request *q, const bf_registry *r) {
  const bf_entry *e = NULL;
  bool stage = !strcmp(q->verb, "stage");
  if (stage && q->object && bf_registry_find(r, BF_KIND_STAGE, q->object, &e) != BF_OK) e = NULL;
  if (e && is(q->previous, "--set", "-s"))
    offer_params(q, r, e->params);
  else if (e && is(q->previous, "--in", "-i"))
    offer_ports(q, e->stage->inputs);
  else if (e && is(q->previous, "--out", "-o"))
    offer_ports(q, e->stage->outputs);
  else if (is(q->previous, "--format", "-f"))
    offer_ids(q, r, BF_KIND_FORMAT, false);
  else if (stage && !q->object)
    offer_ids(q, r, BF_KIND_STAGE, true);
  else if (!strcmp(q->verb, "plugins") && q->object)
    offer_ids(q, r, -1, true);
}

static int answer(const bf_global *g, int n, char **words) {
  request q = understand(n, words);
  bf_registry *r;
  if (is(q.previous, "--color", "-C"))
    offer_all(&q, "auto always never");
  else if (!q.verb) {
    if (q.current[0] == '-')
      offer_all(&q, "--help --version --store --plugin-path --color --quiet --verbose");
    else
      offer_verbs(&q);
  } else if (q.current[0] == '-' && !takes_value(q.previous))
    return offer_options(g, &q);
  else if (!strcmp(q.verb, "plugins") && !q.object)
    offer(&q, "show");
  else if (!strcmp(q.verb, "new") && !q.object)
    offer_all(&q, "plugin pipeline");
  else if (!strcmp(q.verb, "completion") && !q.object)
    offer(&q, "bash");
  else if (bf_registry_open(g->plugin_path, &r) == BF_OK) {
    offer_from_plugins(&q, r);
    bf_registry_free(r);
  }
  return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  const char **shell = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (*shell || strcmp(argument, "bash")) argp_error(state, "there is a script for bash; write `bettiflow completion bash`");
    *shell = argument;
    return 0;
  case ARGP_KEY_END:
    if (!*shell) argp_error(state, "for which shell? Write `bettiflow completion bash`");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {NULL,
                            parse,
                            "bash",
                            "Prints a script that makes the shell complete verbs, options, stages, ports and parameters:\nsource <(bettiflow completion bash)",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  const char *shell = NULL;
  if (argc > 1 && !strcmp(argv[1], "--for")) return answer(g, argc - 2, argv + 2);
  bf_status status = bf_parse(&argp, argc, argv, &shell);
  if (status == BF_OK) fputs(script, stdout);
  return bf_exit(status);
}

const bf_verb bf_verb_completion = {"completion", "Completion script for bash", run};
