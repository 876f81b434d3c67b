/* format.onnx: networks in ONNX files, as PyTorch and others export them: one chain of fully connected layers and activations. */
#include "onnx/model.h"

static bf_status read_onnx(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  onnx_model m = {0};
  bf_network net = {0};
  const char *dropped = NULL;
  (void)cfg;
  if (type != BF_NETWORK) return bf_fail(BF_INVALID, "format.onnx reads networks only");
  BF_TRY(onnx_read(path, host->memory(task), &m));
  BF_TRY(host->step(task, 0, 0));
  BF_TRY(onnx_network(&m, &net, &dropped));
  if (dropped) host->log(task, BF_LOG_INFO, "the final %s is left out: the last layer gives the logits", dropped);
  BF_TRY(bf_network_write(out, &net));
out:
  bf_network_free(&net);
  onnx_free(&m);
  return status;
}

static const bf_format onnx = {
    .id = "format.onnx",
    .doc = "networks in ONNX files: one chain of fully connected layers and activations",
    .revision = 1,
    .extensions = ".onnx",
    .reads = BF_BIT(BF_NETWORK),
    .read = read_onnx,
};

BF_PLUGIN(.name = "onnx", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&onnx, NULL});
