/* `bettiflow plan`: what a run would do. */
#include "cli/planned.h"

static error_t parse(int key, char *argument, struct argp_state *state) {
  bf_planned *p = state->input;
  switch (key) {
  case 's':
    bf_planned_set(p, argument);
    return 0;
  case 'J':
    p->json = true;
    return 0;
  case 'D':
    p->dot = true;
    return 0;
  case ARGP_KEY_ARG:
    if (p->file) argp_error(state, "one pipeline at a time: '%s' is too much", argument);
    p->file = argument;
    return 0;
  case ARGP_KEY_END:
    if (!p->file) argp_error(state, "which pipeline?");
    if (p->json && p->dot) argp_error(state, "--json or --dot, not both");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {{"set", 's', "KEY=VALUE", 0, "Set stage.param, sweep.name or vars.name", 0},
                                             {"json", 'J', NULL, 0, "As JSON", 0},
                                             {"dot", 'D', NULL, 0, "The stages and their links, for Graphviz", 0},
                                             {0}};

static int run(const bf_global *g, int argc, char **argv) {
  bf_planned p = {0};
  const struct argp argp = {options,
                            parse,
                            "PIPELINE",
                            "Say for each stage and point whether it is cached, will run, or will run unless its input comes out the same.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_status status = bf_parse(&argp, argc, argv, &p);
  if (status != BF_OK) return bf_exit(status);
  status = bf_planned_open(g, &p);
  if (status == BF_OK) status = bf_planned_print(g, &p);
  if (status != BF_OK) bf_complain();
  bf_planned_close(&p);
  return bf_exit(status);
}

const bf_verb bf_verb_plan = {"plan", "Say what a run would do", run};
