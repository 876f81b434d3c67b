/* Stages that read either persistence diagrams or Betti tables. */
#include "either.h"

bf_status table_either(uint32_t connected) {
  if (connected == EITHER_DIAGRAMS_BIT || connected == EITHER_TABLES_BIT) return BF_OK;
  if (connected) return bf_fail(BF_INVALID, "it takes either `diagrams` or `tables`, not both; use two stages");
  return bf_fail(BF_INVALID, "it needs an input: gather either `diagrams` or `tables`");
}
