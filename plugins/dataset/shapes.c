/* The plugin `shapes`: point clouds on spaces whose Betti numbers are known, for experiments and for tests of homology. */
#include "shapes.h"

const bf_port bf_shape_outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points without classes, in random order"}, {0}};

BF_PLUGIN(.name = "shapes", .version = "1.0", .licence = "MIT",
          .stages = (const bf_stage *const[]){&bf_stage_sphere, &bf_stage_torus, &bf_stage_klein, &bf_stage_swiss_roll, &bf_stage_links, &bf_stage_figure_eight,
                                              &bf_stage_orthogonal, &bf_stage_cube, NULL});
