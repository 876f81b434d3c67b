/* Choosing rows of a point cloud. */
#include "pick.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bf_status bf_classes_parse(const char *text, int32_t **list, size_t *n) {
  *n = 0;
  *list = NULL;
  if (!strcmp(text, "all")) return BF_OK;
  int32_t *classes = calloc(strlen(text) + 1, sizeof *classes);
  if (!classes) return bf_fail(BF_NO_MEMORY, "class: no memory");
  const char *at = text;
  while (*at) {
    char *end;
    errno = 0;
    long value = strtol(at, &end, 10);
    if (*at < '0' || *at > '9' || errno || value > INT32_MAX) break;
    classes[(*n)++] = (int32_t)value;
    at = end + strspn(end, " ");
    if (*at == ',')
      at += 1 + strspn(at + 1, " ");
    else if (at == end)
      break;
  }
  if (*at || !*n) {
    free(classes);
    *n = 0;
    return bf_fail(BF_INVALID, "class: '%s' is neither `all` nor a list of class numbers such as `0` or `1,4`", text);
  }
  *list = classes;
  return BF_OK;
}

bool bf_class_in(int32_t class, const int32_t *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (list[i] == class) return true;
  return !n;
}

static int rising(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

int32_t *bf_classes_of(const bf_points *p, size_t *n) {
  int32_t *class = malloc(p->n * sizeof *class + 1);
  *n = 0;
  if (!class) return NULL;
  memcpy(class, p->label, p->n * sizeof *class);
  qsort(class, p->n, sizeof *class, rising);
  for (uint64_t i = 0; i < p->n; i++)
    if (!*n || class[*n - 1] != class[i]) class[(*n)++] = class[i];
  return class;
}

size_t bf_class_index(int32_t class, const int32_t *classes, size_t n) {
  return (size_t)((const int32_t *)bsearch(&class, classes, n, sizeof class, rising) - classes);
}

bf_status bf_keep_some(const bf_points *points, const uint32_t *order, bool per_class, uint64_t every, uint64_t most, bool *keep) {
  size_t classes = 1;
  int32_t *class = NULL;
  if ((every <= 1 && most == UINT64_MAX) || !points->n) return BF_OK;
  if (points->label && per_class && !(class = bf_classes_of(points, &classes))) return bf_fail(BF_NO_MEMORY, "no memory to count the points of each class");
  uint64_t *count = calloc(classes, sizeof *count);
  if (!count) {
    free(class);
    return bf_fail(BF_NO_MEMORY, "no memory to count the points of each class");
  }
  for (uint64_t k = 0; k < points->n; k++) {
    uint64_t i = order ? order[k] : k;
    if (!keep[i]) continue;
    size_t at = class ? bf_class_index(points->label[i], class, classes) : 0;
    uint64_t before = count[at]++;
    keep[i] = before % every == 0 && before / every < most;
  }
  free(class);
  free(count);
  return BF_OK;
}

bf_status bf_points_kept(const bf_points *points, const bool *keep, bf_points *out) {
  uint64_t n = 0;
  for (uint64_t i = 0; i < points->n; i++) n += keep[i];
  bf_status status = bf_points_new(out, n, points->dim, points->label != NULL);
  if (status != BF_OK) return status;
  n = 0;
  for (uint64_t i = 0; i < points->n; i++) {
    if (!keep[i]) continue;
    memcpy(out->x + n * points->dim, points->x + i * points->dim, points->dim * sizeof *out->x);
    if (out->label && points->label) out->label[n] = points->label[i];
    out->id[n++] = points->id[i];
  }
  return BF_OK;
}
