/* Takes the place of the library's reduction with keys of 64 bits. */
#define FLAG_KEYS_64
#include "homology_meet.h"
#define FLAG_MEET(where) flag_meet(where)
#include "flag/reduce.c" /* NOLINT(bugprone-suspicious-include) */
