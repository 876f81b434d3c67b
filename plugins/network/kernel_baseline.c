/* The kernels for any machine. Without a fused multiply-add in hardware it is computed exactly, for the same bits at less speed. */
#include "../activation/fused.h"

#define KERNELS bf_kernels_baseline
#define KERNELS_NAME "baseline"
#define WIDTH 4
#define AFFINE_ROWS 4
#define AFFINE_SHAPES ROWS(1, 2) ROWS(2, 2) ROWS(3, 2) ROWS(4, 2)
#define GRADIENT_COLUMNS 2
#define GRADIENT_SUMS 4
#define FMA(a, b, c) bf_fused(a, b, c)
#define SPLAT(x) ((bf_four){(x), (x), (x), (x)})
#include "kernel_body.h"
