/* Class names as numbers. */
#include "csv_classes.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct class_name {
  char *text;
  int32_t appeared; /* its place among the names by first appearance */
};

/* Where the name is in the sorted list, or would be. */
static uint32_t place(const classes *c, const char *name, bool *found) {
  uint32_t low = 0, high = c->n;
  *found = false;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    int order = strcmp(name, c->sorted[middle].text);
    if (order == 0) {
      *found = true;
      return middle;
    }
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

const char *classes_add(classes *c, const char *name, int32_t *out) {
  bool found;
  uint32_t at = place(c, name, &found);
  if (found) {
    *out = c->sorted[at].appeared;
    return NULL;
  }
  size_t n = strlen(name);
  if (n > CLASS_NAME || !bf_valid_text(name, n)) return "is no name of a class: at most 255 bytes of UTF-8 are";
  if (c->n == CLASSES) return "is the 4097th name in the column of classes, and 4096 are the most; does the format's parameter `label` name the right one?";
  if (!c->sorted && !(c->sorted = calloc(CLASSES, sizeof *c->sorted))) return "";
  const struct class_name made = {strdup(name), (int32_t)c->n};
  if (!made.text) return "";
  memmove(c->sorted + at + 1, c->sorted + at, (c->n - at) * sizeof *c->sorted);
  c->sorted[at] = made;
  c->n++;
  *out = made.appeared;
  return NULL;
}

void classes_number(const classes *c, int32_t *label, uint64_t n, const bf_host *host, bf_task *task) {
  int32_t final[CLASSES] = {0};
  for (uint32_t i = 0; i < c->n; i++) {
    final[c->sorted[i].appeared] = (int32_t)i;
    host->log(task, BF_LOG_INFO, "class %" PRIu32 ": %s", i, c->sorted[i].text);
  }
  for (uint64_t i = 0; i < n; i++) label[i] = final[label[i]];
}

void classes_free(classes *c) {
  for (uint32_t i = 0; i < c->n; i++) free(c->sorted[i].text);
  free(c->sorted);
  *c = (classes){0};
}
