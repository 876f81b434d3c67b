/* Landmarks that the user names, by their ids. */
#include "landmarks.h"
#include "by_id.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids with the place they come from: a number of the list, or a line of the file. */
typedef struct named {
  const char *path; /* NULL: the list */
  size_t n, room;
  uint32_t *id;
  uint64_t *where;
} named;

static bf_status bad(const named *l, uint64_t where, const char *id, const char *what) {
  if (l->path) return bf_fail(BF_BAD_INPUT, "%s:%llu: '%s' %s", l->path, (unsigned long long)where, id, what);
  return bf_fail(BF_BAD_INPUT, "ids: %s, number %llu of the list, %s", id, (unsigned long long)where + 1, what);
}

static bf_status add(named *l, uint32_t id, uint64_t where) {
  if (l->n == l->room) {
    const size_t room = l->room ? 2 * l->room : 256;
    uint32_t *ids = realloc(l->id, room * sizeof *ids);
    if (ids) l->id = ids;
    uint64_t *places = realloc(l->where, room * sizeof *places);
    if (places) l->where = places;
    if (!ids || !places) return bf_fail(BF_NO_MEMORY, "no memory for %zu landmarks", room);
    l->room = room;
  }
  l->id[l->n] = id;
  l->where[l->n++] = where;
  return BF_OK;
}

static bf_status read_line(named *l, char *text, uint64_t line) {
  bf_status status = BF_OK;
  static const char between[] = " \t\r\n,";
  char *rest, *end;
  for (const char *word = strtok_r(text, between, &rest); word; word = strtok_r(NULL, between, &rest)) {
    errno = 0;
    const unsigned long long id = strtoull(word, &end, 10);
    if (*end || *word < '0' || *word > '9' || errno || id > UINT32_MAX) return bad(l, line, word, "is no point id: a whole number below 2^32");
    BF_TRY(add(l, (uint32_t)id, line));
  }
out:
  return status;
}

static bf_status read_file(named *l) {
  bf_status status = BF_OK;
  char *text = NULL;
  size_t room = 0;
  ssize_t length;
  FILE *f = fopen(l->path, "r");
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: %s", l->path, strerror(errno));
  for (uint64_t line = 1; (length = getline(&text, &room, f)) >= 0; line++) {
    if (strlen(text) < (size_t)length) {
      status = bf_fail(BF_BAD_INPUT, "%s:%llu: there is a NUL byte; the file has to be text, with point ids", l->path, (unsigned long long)line);
      goto out;
    }
    BF_TRY(read_line(l, text, line));
  }
  if (ferror(f)) status = bf_fail(BF_BAD_INPUT, "%s: %s", l->path, strerror(errno));
out:
  free(text);
  fclose(f);
  return status;
}

/* Positions 0 … n-1 by the ids that stand there; allocated. */
static uint32_t *sorted(const uint32_t *id, size_t n) {
  uint32_t *order = malloc(n * sizeof *order + 1);
  if (order) bf_by_id(id, (uint32_t)n, order);
  return order;
}

/* Both sorted by id: a walk through the two. */
static bf_status find(const bf_points *p, const named *l, const uint32_t *point, const uint32_t *mine, uint32_t *row) {
  char text[16];
  uint64_t at = 0;
  for (size_t i = 0; i < l->n; i++) {
    const uint32_t id = l->id[mine[i]];
    const uint64_t where = l->where[mine[i]];
    snprintf(text, sizeof text, "%u", id);
    if (i && l->id[mine[i - 1]] == id) return bad(l, where, text, "stands there for the second time");
    while (at < p->n && p->id[point[at]] < id) at++;
    if (at == p->n || p->id[point[at]] != id) return bad(l, where, text, "is the id of no point");
    if (at + 1 < p->n && p->id[point[at + 1]] == id) return bad(l, where, text, "is the id of more than one point");
    row[mine[i]] = point[at];
  }
  return BF_OK;
}

bf_status bf_landmarks_given(const bf_points *points, const bf_ints *ids, const char *path, uint32_t **row, uint32_t *count) {
  bf_status status = BF_OK;
  named l = {.path = path};
  uint32_t *point = NULL, *mine = NULL;
  *row = NULL;
  *count = 0;
  if (!ids->n == !path) return bf_fail(BF_INVALID, "method: given takes either `ids` or `file`");
  for (size_t i = 0; i < ids->n; i++) BF_TRY(add(&l, (uint32_t)ids->at[i], i));
  if (path) BF_TRY(read_file(&l));
  point = sorted(points->id, points->n);
  mine = sorted(l.id, l.n);
  *row = malloc(l.n * sizeof **row + 1);
  if (!point || !mine || !*row) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %zu landmarks", l.n);
    goto out;
  }
  *count = (uint32_t)l.n;
  status = find(points, &l, point, mine, *row);
out:
  free(l.id);
  free(l.where);
  free(point);
  free(mine);
  return status;
}
