/* The paper's first data set, nine disks in a square, as PAPER's script makes it: for tests that need real training data. */
#ifndef BF_TEST_DISKS_H
#define BF_TEST_DISKS_H

#include <bettiflow/artifact.h>

void test_disks(bf_points *points); /* 10,050 labelled points in the plane; for bf_points_free */

#endif
