/* bettiflow results: which run is meant, and which of its variables tell repeats apart. */
#include "base/file.h"
#include "base/text.h"
#include "cli/results.h"
#include "pipeline/pipeline.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The newest run of the pipeline called `name`, but for those that were only prepared; BF_OK with *run NULL when there is none. */
static bf_status newest_of(const bf_store *s, const char *name, bf_run_info **run) {
  char **id = NULL;
  size_t n = 0;
  *run = NULL;
  bf_status status = bf_runs_list(s, &id, &n);
  for (size_t i = n; i-- > 0 && status == BF_OK && !*run;) {
    bf_run_info *info = NULL;
    if (bf_run_read(s, id[i], &info) != BF_OK) continue; /* a journal without a header */
    if (!info->prepared && !strcmp(info->pipeline_name, name)) {
      *run = info;
      info = NULL;
    }
    bf_run_info_free(info);
  }
  for (size_t i = 0; i < n; i++) free(id[i]);
  free(id);
  return status;
}

static bf_status of_file(const bf_store *s, const char *file, bf_run_info **run) {
  char *name = NULL;
  bf_status status = BF_OK;
  BF_TRY(bf_pipeline_name(file, &name));
  BF_TRY(newest_of(s, name, run));
  if (!*run)
    status = bf_fail(BF_BAD_INPUT, "%s: the pipeline '%s' never ran in the store %s; `bettiflow run %s` does it, `bettiflow runs` lists what ran", file, name,
                     bf_store_path(s), file);
out:
  free(name);
  return status;
}

bf_status bf_results_run(const bf_store *s, const char *what, bf_run_info **run) {
  struct stat st;
  *run = NULL;
  const bool exists = !stat(what, &st);
  if (exists && S_ISDIR(st.st_mode)) return bf_fail(BF_BAD_INPUT, "%s: a folder; results takes a pipeline file or a run", what);
  if (exists) return of_file(s, what, run);
  if (strchr(what, '/') || strchr(what, '.')) return bf_fail(BF_BAD_INPUT, "%s: there is no such file", what);
  bf_status status = bf_run_read(s, what, run);
  if (status != BF_BAD_INPUT) return status;
  char *why = bf_strdup(bf_error());
  status = newest_of(s, what, run);
  if (status == BF_OK && !*run) status = bf_fail(BF_BAD_INPUT, "%s; nor is '%s' the file or the name of a pipeline that ran", why, what);
  free(why);
  return status;
}

/* ---- repeats ---- */

/* Counts $name in a value. */
static size_t uses(const bf_node *n, const char *name) {
  size_t count = 0, length = strlen(name);
  for (size_t i = 0; n->kind != BF_SCALAR && i < n->n; i++) count += uses(n->item[i], name);
  for (const char *c = n->kind == BF_SCALAR ? n->text : ""; *c; c++) {
    if (*c != '$') continue;
    const size_t word = strspn(++c, "abcdefghijklmnopqrstuvwxyz0123456789_");
    count += word == length && !strncmp(c, name, length);
    if (*c == '$') continue; /* $$ is a dollar */
    c--;
  }
  return count;
}

/* Do the stages use it as a parameter called seed, and nowhere else? */
static bool only_seeds(const bf_node *stages, const char *name) {
  size_t seeds = 0, all = 0;
  for (size_t i = 0; stages && stages->kind == BF_MAP && i < stages->n; i++) {
    const bf_node *params = stages->item[i]->kind == BF_MAP ? bf_node_get(stages->item[i], "params") : NULL;
    if (!params || params->kind != BF_MAP) continue;
    const bf_node *seed = bf_node_get(params, "seed");
    all += uses(params, name);
    seeds += seed && seed->kind == BF_SCALAR ? uses(seed, name) : 0;
  }
  return seeds && seeds == all;
}

bool *bf_results_repeats(const bf_run_info *run) {
  bool *repeat = bf_alloc(run->nvar + 1, sizeof *repeat);
  bf_node *root = NULL;
  const char *text = run->pipeline_text ? run->pipeline_text : "";
  if (bf_yaml_read("the run's pipeline", ".", text, strlen(text), &root) != BF_OK) root = NULL; /* then names have to do */
  for (size_t v = 0; v < run->nvar; v++)
    repeat[v] = !strcmp(run->var[v], "seed") || !strcmp(run->var[v], "trial") || (root && only_seeds(bf_node_get(root, "stages"), run->var[v]));
  bf_node_free(root);
  return repeat;
}
