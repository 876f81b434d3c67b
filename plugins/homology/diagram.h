/* From the engine's barcode to a PersistenceDiagram. */
#ifndef HOMOLOGY_DIAGRAM_H
#define HOMOLOGY_DIAGRAM_H

#include "flag/flag.h"

/* Copies the intervals, the simplices if asked for, and the representatives of the kind that d->representatives says; vertices become point ids. d is zero but
 * for its header. Free d with bf_diagram_free, after errors too. */
bf_status fill_diagram(bf_diagram *d, const bf_graph *graph, const bf_barcode *barcode, bool simplices);

#endif
