/* What complex.witness and complex.strong_witness have in common. */
#include "stage.h"
#include <math.h>

const bf_param witness_params[] = {
    BF_PARAM(witness_config, limit_dimension, .def = "2", .range = "[0, 64]",
             .doc = "highest dimension of simplices, itself included; homology in dimension d needs simplices up to d + 1"),
    BF_PARAM(witness_config, alpha_square, .def = "none", .range = "[0, inf]",
             .doc = "the filtration's end, a squared distance; none: the squared cover radius of the landmarks, which bounds the filtration and is no answer"),
    {0}};

const bf_port witness_inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the witnesses, landmarks included; classes are ignored"},
                                  {.name = "landmarks",
                                   .types = BF_BIT(BF_POINT_CLOUD),
                                   .doc = "the vertices, each with an id of its own: those of complex.landmarks, or others of the same space"},
                                  {0}};

const bf_port witness_outputs[] = {{.name = "filtration",
                                    .types = BF_BIT(BF_FILTRATION),
                                    .doc = "simplices by value, then dimension, then vertices, which are the landmarks' ids; values are squared distances"},
                                   {0}};

bf_witness_options witness_options_of(bf_stage_step *step, uint64_t taken) {
  return (bf_witness_options){
      .alpha_square = NAN, .threads = step->host->threads(step->task), .memory = bf_stage_memory(step, taken), .step = bf_stage_tell, .context = step};
}

static void log_counts(const bf_host *host, bf_task *task, const bf_filtration *f) {
  uint64_t count[65] = {0};
  uint32_t top = 0;
  for (uint64_t s = 0; s < f->n; s++) {
    const uint32_t dim = (uint32_t)(f->first[s + 1] - f->first[s] - 1);
    count[dim]++;
    top = dim > top ? dim : top;
  }
  for (uint32_t dim = 0; dim <= top && f->n; dim++) host->log(task, BF_LOG_INFO, "dimension %u: %llu simplices", dim, (unsigned long long)count[dim]);
}

/* Where all points are landmarks, r² is 0. */
static void warn_if_empty(const bf_host *host, bf_task *task, const bf_filtration *f, const bf_points *points, const bf_points *landmarks) {
  if (f->n > 0 || points->n == 0 || landmarks->n == 0) return;
  host->log(task, BF_LOG_WARNING, "no simplices: α² is %.6g and the comparison is strict; give alpha_square", f->threshold);
}

bf_status witness_stage_run(const bf_host *host, bf_task *task, const witness_config *config, bf_witness_kind kind) {
  bf_status status = BF_OK;
  bf_points points = {0}, landmarks = {0};
  bf_filtration filtration = {0};
  size_t n;
  const bf_input *in = host->inputs(task, "points", &n), *of = host->inputs(task, "landmarks", &n);
  const bf_out *out = host->output(task, "filtration", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_points_read(in->path, host->memory(task), &points));
  BF_TRY(bf_points_read(of->path, host->memory(task), &landmarks));
  bf_stage_step step = {host, task};
  bf_witness_options options = witness_options_of(&step, witness_points_bytes(&points) + witness_points_bytes(&landmarks));
  options.kind = kind;
  options.limit_dimension = (uint32_t)config->limit_dimension;
  options.alpha_square = config->alpha_square;
  BF_TRY(bf_witness_complex(&points, &landmarks, &options, &filtration));
  host->log(task, BF_LOG_INFO, "%llu witnesses, %llu landmarks, alpha_square %.6g%s: %llu simplices", (unsigned long long)points.n,
            (unsigned long long)landmarks.n, filtration.threshold, isnan(config->alpha_square) ? ", the squared cover radius" : "",
            (unsigned long long)filtration.n);
  log_counts(host, task, &filtration);
  warn_if_empty(host, task, &filtration, &points, &landmarks);
  status = bf_filtration_write(out, &filtration);
out:
  bf_points_free(&points);
  bf_points_free(&landmarks);
  bf_filtration_free(&filtration);
  return status;
}
