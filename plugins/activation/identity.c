/* activation.identity: f(x) = x, for networks that are linear maps. */
#include <bettiflow/plugin.h>
#include <string.h>

static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
  if (n) memmove(y, x, n * sizeof *x);
}

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)x, (void)y;
  for (size_t i = 0; i < n; i++) dx[i] = 1.0f;
}

static const bf_activation identity = {
    .id = "activation.identity", .doc = "x itself", .revision = 1, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "identity", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&identity, NULL});
