/* The stages of the plugin `shapes`: point clouds on spaces whose Betti numbers are known. */
#ifndef BF_DATASET_SHAPES_H
#define BF_DATASET_SHAPES_H

#include "cloud.h"

extern const bf_stage bf_stage_sphere, bf_stage_torus, bf_stage_klein, bf_stage_swiss_roll; /* surfaces.c */
extern const bf_stage bf_stage_links, bf_stage_figure_eight;                                /* curves.c */
extern const bf_stage bf_stage_orthogonal;                                                  /* orthogonal.c */
extern const bf_stage bf_stage_cube;                                                        /* cube.c */

extern const bf_port bf_shape_outputs[]; /* points without classes */

#endif
