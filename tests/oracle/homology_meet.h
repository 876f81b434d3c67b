/* The reduction with pauses where threads can meet. */
#ifndef HOMOLOGY_MEET_H
#define HOMOLOGY_MEET_H

enum { BEFORE_REPLACE, BEFORE_CLAIM, BEFORE_LOAD, BEFORE_SCANS, PLACES };

void flag_meet(int where);

#endif
