/* What a task told its user: the warnings in its log, and its inputs by name in its message. */
#include "engine/local.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARNINGS = 8, WARNING_BYTES = 1000 }; /* of one task; the rest stays in its log */

/* Is a line of `all` equal to the `n` bytes at `line`? */
static bool holds(const bf_text *all, const char *line, size_t n) {
  for (const char *at = all->at; at && *at; at = strchr(at, '\n') + 1)
    if (!strncmp(at, line, n) && at[n] == '\n') return true;
  return false;
}

char *bf_log_warnings(const char *path) {
  static const char mark[] = "warning: ";
  bf_text all = {0};
  char *line = NULL;
  size_t room = 0, found = 0;
  FILE *f = fopen(path, "rbe");
  while (f && found < WARNINGS && getline(&line, &room, f) > 0) {
    if (strncmp(line, mark, sizeof mark - 1)) continue;
    line[strcspn(line, "\n")] = 0;
    char *text = bf_text_utf8(line + sizeof mark - 1);
    size_t length = 0;
    for (size_t k; length < WARNING_BYTES && text[length]; length += k)
      if (!(k = bf_text_step(text + length))) text[length] = '?', k = 1;
    if (length && !holds(&all, text, length)) {
      bf_text_addf(&all, "%.*s\n", (int)length, text);
      found++;
    }
    free(text);
  }
  if (f) fclose(f);
  free(line);
  if (found) return bf_text_take(&all);
  return NULL;
}

char *bf_job_name_inputs(const bf_plan *plan, const bf_job *j, const char *text) {
  char *named = bf_strdup(text);
  bf_port_inputs *ports;
  if (j->kind != BF_JOB_STAGE) return named;
  size_t n = bf_job_inputs(plan, j, &ports);
  for (size_t p = 0; p < n; p++)
    for (size_t i = 0; i < ports[p].n; i++) {
      const bf_item *item = bf_source_item(plan, &ports[p].source[i]);
      if (!item || !strstr(named, item->digest.hex + 2)) continue;
      char *path = bf_store_object(plan->store, item->digest.hex), *from = bf_job_name(plan, ports[p].source[i].job), *at = strstr(named, path);
      if (at) {
        const char *port = bf_stage_of(plan, j->of)->use->stage->inputs[ports[p].port].name;
        char *longer = bf_format_text("%.*s%s (from %s)%s", (int)(at - named), named, port, from, at + strlen(path));
        free(named);
        named = longer;
      }
      free(path);
      free(from);
    }
  bf_job_inputs_free(ports, n);
  return named;
}
