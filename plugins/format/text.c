/* format.text: tables to be read by people, as `print: true` writes them. */
#include "betti_text.h"
#include "table_text.h"

#include "../table/view.h"

typedef struct config {
  const char *over;
  int64_t width;
} config;

static const bf_param params[] = {
    BF_PARAM(config, over, .def = "seed, trial", .doc = "the axis of a Betti table to average over: the first of these that it has; \"\" for none"),
    BF_PARAM(config, width, .def = "120", .range = "[40, 10000]", .doc = "characters in a line; more columns of a Betti table go into a block below"),
    {0},
};

static bf_status write_betti(text_out *out, const config *cfg, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_betti_table t = {0};
  BF_TRY(bf_betti_table_read(path, budget, &t));
  bool layers = view_axis(&t, "layer") < t.naxis;
  if (t.n == 0)
    fputs("no Betti numbers: the table has no rows\n", out->f);
  else if (layers)
    BF_TRY(betti_text_layers(out, &t, cfg->over, (uint32_t)cfg->width));
  else
    BF_TRY(betti_text_rows(out, &t));
  betti_text_declined(out, &t, (uint32_t)cfg->width);
out:
  bf_betti_table_free(&t);
  return status;
}

static bf_status write_cells(text_out *out, const config *cfg, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_table t = {0};
  BF_TRY(bf_table_read(path, budget, &t));
  BF_TRY(table_text(out, &t, (uint32_t)cfg->width));
out:
  bf_table_free(&t);
  return status;
}

static bf_status write_text(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  const uint64_t budget = host->memory(task);
  if (type != BF_BETTI_TABLE && type != BF_TABLE) return bf_fail(BF_INVALID, "format.text writes tables only");
  BF_TRY(text_open(&out, out_path));
  status = type == BF_TABLE ? write_cells(&out, cfg, path, budget) : write_betti(&out, cfg, path, budget);
out:
  return text_close(&out, status);
}

static const bf_format text = {
    .id = "format.text",
    .doc = "tables to be read by people; of Betti tables, layers as lines and dimensions as columns",
    .revision = 3,
    .extensions = ".txt",
    .writes = BF_BIT(BF_BETTI_TABLE) | BF_BIT(BF_TABLE),
    .cfg_size = sizeof(config),
    .params = params,
    .write = write_text,
};

BF_PLUGIN(.name = "text", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&text, NULL});
