/* Max-min (farthest point) choice. */
#include "max_min.h"
#include "spread.h"

bf_status bf_max_min(const bf_host *host, bf_task *task, const bf_points *points, const uint32_t *row, uint32_t n, uint32_t first, uint32_t count,
                     uint32_t *chosen, double *cover) {
  bf_status status = BF_OK;
  bf_spread s;
  BF_TRY(bf_spread_new(points, row, n, &s));
  for (uint32_t l = 0; l < count; l++) {
    chosen[l] = l ? bf_spread_farthest(&s) : first;
    BF_TRY(bf_spread_choose(host, task, &s, chosen[l], l, count));
  }
  const double least = s.least[bf_spread_farthest(&s)];
  if (cover) *cover = least > 0 ? least : 0;
out:
  bf_spread_free(&s);
  return status;
}
