/* format.pers: GUDHI's text for persistence, "dimension birth death" in each line. */
#include "formats.h"
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>

static bf_status write_pers(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_diagram d = {0};
  (void)cfg;
  if (type != BF_PERSISTENCE_DIAGRAM) return bf_fail(BF_INVALID, "format.pers writes persistence diagrams only");
  BF_TRY(bf_diagram_read(path, host->memory(task), &d));
  BF_TRY(text_open(&out, out_path));
  for (uint64_t i = 0; i < d.n; i++) {
    fprintf(out.f, "%" PRIu32 " ", d.dim[i]);
    text_double(&out, d.birth[i]);
    fputc(' ', out.f);
    text_double(&out, d.death[i]);
    fputc('\n', out.f);
  }
out:
  bf_diagram_free(&d);
  return text_close(&out, status);
}

const bf_format format_pers = {
    .id = "format.pers",
    .doc = "GUDHI's text for persistence diagrams: dimension, birth and death in each line",
    .revision = 1,
    .extensions = ".pers",
    .writes = BF_BIT(BF_PERSISTENCE_DIAGRAM),
    .write = write_pers,
};
