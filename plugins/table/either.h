/* Stages that read either persistence diagrams or Betti tables, of many items. */
#ifndef TABLE_EITHER_H
#define TABLE_EITHER_H

#include <bettiflow/artifact.h>

enum { EITHER_DIAGRAMS, EITHER_TABLES, EITHER_DIAGRAMS_BIT = 1 << EITHER_DIAGRAMS, EITHER_TABLES_BIT = 1 << EITHER_TABLES };

/* The two input ports, in this order; what each of them is for. */
#define EITHER_INPUTS(diagrams, tables)                                                                                                                        \
  {"diagrams", BF_BIT(BF_PERSISTENCE_DIAGRAM), BF_MANY | BF_OPTIONAL, NULL, diagrams "; either these or tables"}, {                                            \
    "tables", BF_BIT(BF_BETTI_TABLE), BF_MANY | BF_OPTIONAL, NULL, tables "; either these or diagrams"                                                         \
  }

/* Is one of them connected, and the other not? */
bf_status table_either(uint32_t connected);

#endif
