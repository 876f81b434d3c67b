/* The plugin's description: the one symbol that it exports. */
#include "example.h"

BF_PLUGIN(.name = "example", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&example_spiral, NULL},
          .activations = (const bf_activation *const[]){&example_swish, NULL}, .formats = (const bf_format *const[]){&example_xyz, NULL});
