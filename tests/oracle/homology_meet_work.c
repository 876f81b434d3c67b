/* Takes the place of the library's columns in work with keys of 64 bits: scans are shared from a few terms on. */
#define FLAG_KEYS_64
#define FLAG_TERMS_OF_A_JOB 2
#include "homology_meet.h"
#define FLAG_MEET(where) flag_meet(where)
#include "flag/work.c" /* NOLINT(bugprone-suspicious-include) */
