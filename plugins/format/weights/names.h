/* Which layer an array belongs to, by its name. */
#ifndef FORMAT_WEIGHTS_NAMES_H
#define FORMAT_WEIGHTS_NAMES_H

#include "weights.h"

typedef enum weights_kind { WEIGHTS_OTHER, WEIGHTS_WEIGHT, WEIGHTS_BIAS } weights_kind;

/* What the array is, by the last word of its name that says so; the name without that word, which is the layer's, goes to *layer (allocated; NULL for
 * WEIGHTS_OTHER and when there is no memory). "fc1.weight": WEIGHTS_WEIGHT, "fc1."; "b0": WEIGHTS_BIAS, "0". */
weights_kind weights_split(const char *name, char **layer);

#endif
