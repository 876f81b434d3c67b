/* format.xyz: the number of points, a comment line, then a name and coordinates on each line, as programs for molecules write it. */
#include "example.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 4096, MAX_DIM = 16 };

typedef struct config {
  const char *name;
} config;

/* The coordinates on one line after the name; 0 when it is malformed. */
static uint32_t read_line(const char *line, float x[MAX_DIM]) {
  const char *s = line + strspn(line, " \t");
  uint32_t n = 0;
  s += strcspn(s, " \t\n");
  for (char *end; n < MAX_DIM; s = end) {
    x[n] = strtof(s, &end);
    if (end == s) break;
    n++;
  }
  return s[strspn(s, " \t\r\n")] ? 0 : n;
}

static bf_status read_points(FILE *f, const char *path, uint64_t budget, bf_points *points) {
  char line[MAX_LINE];
  float x[MAX_DIM];
  long long n;
  if (!fgets(line, sizeof line, f) || sscanf(line, "%lld", &n) != 1 || n < 1 || !fgets(line, sizeof line, f))
    return bf_fail(BF_BAD_INPUT, "%s: line 1: the number of points, from 1, was expected", path);
  for (long long i = 0; i < n; i++) {
    uint32_t dim = fgets(line, sizeof line, f) ? read_line(line, x) : 0;
    if (!dim || (i && dim != points->dim)) return bf_fail(BF_BAD_INPUT, "%s: line %lld: a name and %u numbers were expected", path, i + 3, i ? points->dim : 3);
    if (!(i & (i - 1))) { /* grows by doubling: no more than the file's lines call for */
      const size_t room = i ? 2 * (size_t)i : 1;
      if (budget && room * (dim + 1) * sizeof *x > budget) return bf_fail(BF_NO_MEMORY, "%s: too large for the memory that this task may use", path);
      float *more_x = realloc(points->x, room * dim * sizeof *x);
      if (more_x) points->x = more_x;
      uint32_t *more_id = realloc(points->id, room * sizeof *more_id);
      if (more_id) points->id = more_id;
      if (!more_x || !more_id) return bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
    }
    points->dim = dim;
    memcpy(points->x + (size_t)i * dim, x, dim * sizeof *x);
    points->id[i] = (uint32_t)i;
    points->n = (uint64_t)i + 1;
  }
  return BF_OK;
}

static bf_status read_xyz(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  (void)cfg, (void)type;
  bf_points points = {0};
  FILE *f = fopen(path, "r");
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: can't be opened", path);
  bf_status status = BF_OK;
  BF_TRY(read_points(f, path, host->memory(task), &points));
  BF_TRY(bf_points_write(out, &points));
out:
  bf_points_free(&points);
  fclose(f);
  return status;
}

static bf_status write_xyz(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  (void)type;
  const config *c = cfg;
  bf_points points;
  bf_status status = bf_points_read(path, host->memory(task), &points);
  if (status != BF_OK) return status;
  FILE *f = fopen(out, "w");
  if (f) fprintf(f, "%llu\npoints\n", (unsigned long long)points.n);
  for (uint64_t i = 0; f && i < points.n; i++) {
    fputs(c->name, f);
    for (uint32_t k = 0; k < points.dim; k++) fprintf(f, " %.9g", (double)points.x[i * points.dim + k]);
    fputc('\n', f);
  }
  if (!f || ferror(f) | fclose(f)) status = bf_fail(BF_STORE, "%s: can't be written", out);
  bf_points_free(&points);
  return status;
}

const bf_format example_xyz = {
    .id = "format.xyz",
    .doc = "points with a name before each, as programs for molecules write them",
    .revision = 1,
    .extensions = ".xyz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .writes = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(config),
    .params = (const bf_param[]){BF_PARAM(config, name, .def = "P", .doc = "written before each point"), {0}},
    .read = read_xyz,
    .write = write_xyz,
};
