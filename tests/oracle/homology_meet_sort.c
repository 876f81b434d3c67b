/* Takes the place of the library's sorting with keys of 64 bits: a few simplices are sorted by several threads. */
#define FLAG_KEYS_64
#define FLAG_MANY 33
#include "flag/sort.c" /* NOLINT(bugprone-suspicious-include) */
