/* Random questions for the builder of witness complexes: clouds in 1 to 5 dimensions, with ties and duplicates, landmarks among the points or beside them. */
#ifndef WITNESS_CASE_H
#define WITNESS_CASE_H

#include "witness/witness.h"

typedef struct witness_case {
  bf_points points, landmarks; /* the landmarks' ids are distinct and in no order */
  bf_witness_options options;
} witness_case;

/* Case i of a seed, with at most so many points and landmarks. */
witness_case witness_case_random(uint64_t seed, uint64_t i, uint32_t most_points, uint32_t most_landmarks);
void witness_case_free(witness_case *c);

/* The complex; fails the test on an error. */
bf_filtration witness_case_build(const witness_case *c);

/* Fails the test unless both are the same to the bit. */
void witness_case_same(const bf_filtration *a, const bf_filtration *b, const char *what);

#endif
