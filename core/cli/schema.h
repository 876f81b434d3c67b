/* JSON schemas of parameter tables, for `bettiflow schema`. */
#ifndef BF_CLI_SCHEMA_H
#define BF_CLI_SCHEMA_H

#include "plugin/registry.h"

/* An object with the table's parameters: types, ranges, choices, defaults and docs. Each also takes text with a $variable. */
json_t *bf_schema_params(const bf_registry *r, const bf_param *table);

#endif
