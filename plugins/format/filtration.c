/* format.filtration: explicit filtrations as text, a simplex in each line: "value vertex vertex …". */
#include "filtration.h"
#include "text_out.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const bf_param params[] = {
    BF_PARAM(filtration_config, convention, .def = "value", .choices = "value|diameter|radius|squared_radius",
             .doc = "when reading: what the values are, if the header does not say it; value: nothing that is known"),
    BF_PARAM(filtration_config, threshold, .def = "inf",
             .doc = "when reading: simplices of larger values were left out, if the header does not say it; inf: none were"),
    BF_PARAM(filtration_config, limit_dimension, .def = "-1", .range = "[-1, 4294967294]",
             .doc = "when reading: simplices of higher dimensions were left out, if the header does not say it; -1: none were"),
    BF_PARAM(filtration_config, limit, .def = "4096", .range = "[1, 1048576]", .doc = "MiB of text to read at most, unpacked"),
    {0},
};

static void put_header(text_out *out, const bf_filtration *f) {
  fprintf(out->f, "# " FILTRATION_FORMAT "(convention=%s", bf_convention_name(f->convention));
  if (f->threshold < INFINITY) {
    fputs(", threshold=", out->f);
    text_double(out, f->threshold);
  }
  if (f->limit_dimension != BF_NOT_CUT) fprintf(out->f, ", limit_dimension=%" PRIu32, f->limit_dimension);
  fputs(")\n", out->f);
}

static void put_vertex(text_out *out, uint32_t vertex) {
  char text[12], *at = text + sizeof text;
  do *--at = (char)('0' + vertex % 10);
  while (vertex /= 10);
  *--at = ' ';
  fwrite(at, 1, (size_t)(text + sizeof text - at), out->f);
}

static bf_status write_filtration(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_filtration f = {0};
  (void)cfg;
  if (type != BF_FILTRATION) return bf_fail(BF_INVALID, "format.filtration writes filtrations only");
  BF_TRY(bf_filtration_read(path, host->memory(task), &f));
  BF_TRY(text_open(&out, out_path));
  put_header(&out, &f);
  for (uint64_t s = 0; s < f.n; s++) {
    text_double(&out, f.value[s]);
    for (uint64_t k = f.first[s]; k < f.first[s + 1]; k++) put_vertex(&out, f.vertex[k]);
    fputc('\n', out.f);
    if (s % 4096 == 0) BF_TRY(host->step(task, s, f.n));
  }
out:
  bf_filtration_free(&f);
  return text_close(&out, status);
}

static const bf_format filtration = {
    .id = "format.filtration",
    .doc = "explicit filtrations: value and vertices of a simplex in each line",
    .revision = 2,
    .extensions = ".filtration",
    .reads = BF_BIT(BF_FILTRATION),
    .writes = BF_BIT(BF_FILTRATION),
    .cfg_size = sizeof(filtration_config),
    .params = params,
    .read = filtration_read,
    .write = write_filtration,
};

BF_PLUGIN(.name = "filtration", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&filtration, NULL});
