/* format.text: Betti tables to be read by people, as `print: true` writes them. */
#include "betti_text.h"

#include "../table/view.h"

typedef struct config {
  const char *over;
  int64_t width;
} config;

static const bf_param params[] = {
    BF_PARAM(config, over, .def = "seed", .doc = "the axis to average over; \"\" for none"),
    BF_PARAM(config, width, .def = "120", .range = "[40, 10000]", .doc = "characters in a line; more columns go into a block below"),
    {0},
};

static bf_status write_text(const bf_host *host, bf_task *task, const void *cfg_, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  const config *cfg = cfg_;
  text_out out = {0};
  bf_betti_table t = {0};
  if (type != BF_BETTI_TABLE) return bf_fail(BF_INVALID, "format.text writes Betti tables only");
  BF_TRY(bf_betti_table_read(path, host->memory(task), &t));
  BF_TRY(text_open(&out, out_path));
  bool layers = view_axis(&t, "layer") < t.naxis;
  if (t.n == 0)
    fputs("no Betti numbers: the table has no rows\n", out.f);
  else if (layers)
    BF_TRY(betti_text_layers(&out, &t, cfg->over, (uint32_t)cfg->width));
  else
    BF_TRY(betti_text_rows(&out, &t));
  betti_text_declined(&out, &t);
out:
  bf_betti_table_free(&t);
  return text_close(&out, status);
}

static const bf_format text = {
    .id = "format.text",
    .doc = "Betti tables to be read by people: layers as lines, dimensions as columns",
    .revision = 1,
    .extensions = ".txt",
    .writes = BF_BIT(BF_BETTI_TABLE),
    .cfg_size = sizeof(config),
    .params = params,
    .write = write_text,
};

BF_PLUGIN(.name = "text", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&text, NULL});
