/* figure.profile: the paper's figure, Betti numbers against the layer. */
#include "profile.h"

#include <string.h>

static const bf_param params[] = {
    BF_PARAM(profile_config, by, .def = "activation", .doc = "the axis whose values get a line each; a table without it gets one line"),
    BF_PARAM(profile_config, panels, .def = "class", .doc = "the axis whose values get a row of panels each"),
    BF_PARAM(profile_config, x, .def = "layer", .doc = "the axis that runs from left to right; `scale` works too"),
    BF_PARAM(profile_config, show, .def = "betti", .choices = "betti|omega",
             .doc = "a panel for each Betti number, or their sum ω, the topological complexity"),
    BF_PARAM(profile_config, dims, .def = "[]", .range = "[0, 64]", .doc = "dimensions to show or to add up; empty: all in the table"),
    BF_PARAM(profile_config, band, .def = "sd", .choices = "sd|quartiles|range|none",
             .doc = "around the line: mean ± standard deviation, median with quartiles, mean with smallest and largest, or nothing"),
    BF_PARAM(profile_config, title, .def = "auto", .doc = "text above the figure; \"\" for none"),
    BF_PARAM(profile_config, width, .def = "720", .range = "[200, 10000]", .doc = "points (1/72 inch)"),
    BF_PARAM(profile_config, height, .def = "0", .range = "[0, 20000]", .doc = "points; 0: as high as the rows of panels need"),
    {0},
};

static const bf_port inputs[] = {
    {"table", BF_BIT(BF_BETTI_TABLE), 0, NULL, "Betti numbers by layer"},
    {0},
};

static const bf_port outputs[] = {
    {"figure", BF_BIT(BF_FIGURE), 0, NULL, "a drawing; save it as .svg, .pdf or .png"},
    {0},
};

static bf_status check(const void *cfg_, uint32_t connected) {
  const profile_config *cfg = cfg_;
  (void)connected;
  const char *axis[] = {cfg->x, cfg->by, cfg->panels}, *name[] = {"x", "by", "panels"};
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < i; j++) {
      if (axis[i][0] && strcmp(axis[i], axis[j]) == 0) return bf_fail(BF_INVALID, "%s and %s are the same axis, '%s'", name[j], name[i], axis[i]);
    }
  }
  for (size_t i = 0; i < cfg->dims.n; i++) {
    for (size_t j = 0; j < i; j++) {
      if (cfg->dims.at[i] == cfg->dims.at[j]) return bf_fail(BF_INVALID, "dims: %d stands there twice", (int)cfg->dims.at[i]);
    }
  }
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  size_t n;
  bf_betti_table t = {0};
  bf_figure f = {0};
  profile p = {0};
  const bf_input *in = host->inputs(task, "table", &n);
  BF_TRY(bf_betti_table_read(in->path, host->memory(task), &t));
  BF_TRY(profile_make(&p, &t, cfg));
  BF_TRY(profile_draw(&p, cfg, &f));
  const bf_out *out = host->output(task, "figure", NULL, 0);
  if (!out) {
    status = BF_FAILED;
    goto out;
  }
  BF_TRY(bf_figure_write(out, &f));
out:
  profile_free(&p);
  bf_figure_free(&f);
  bf_betti_table_free(&t);
  return status;
}

static const bf_stage stage = {
    .id = "figure.profile",
    .doc = "draws Betti numbers against the layer: single networks, their mean and a band",
    .revision = 4,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(profile_config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "profile", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
