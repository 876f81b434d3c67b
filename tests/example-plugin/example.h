/* What this plugin offers, one file for each. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <bettiflow/artifact.h>

extern const bf_stage example_spiral;
extern const bf_activation example_swish;
extern const bf_format example_xyz;

#endif
