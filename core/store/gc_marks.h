/* What gc keeps: digests, each with how long it stays. */
#ifndef BF_STORE_GC_MARKS_H
#define BF_STORE_GC_MARKS_H

#include "base/digest.h"
#include <stddef.h>
#include <stdint.h>

/* When a size goal asks for more room the lowest ranks go first: BF_RANK_YOUNG, then the runs from the oldest (1) to the newest. */
enum { BF_RANK_YOUNG = 0 };                       /* no run reaches it, but it is younger than the age given */
static const uint32_t BF_RANK_NEVER = UINT32_MAX; /* a pinned or running run reaches it */

typedef struct bf_mark {
  bf_digest digest;
  uint32_t rank; /* the highest of those that were given for it */
} bf_mark;

typedef struct bf_marks {
  bf_mark *at;
  size_t n, room;
  size_t tidy; /* the first `tidy` are sorted, each digest once */
} bf_marks;
void bf_marks_add(bf_marks *m, const char *hex, uint32_t rank);
void bf_marks_tidy(bf_marks *m);                                  /* all of them; bf_marks_add does it now and then */
const bf_mark *bf_marks_find(const bf_marks *m, const char *hex); /* among the tidy ones; NULL when it is not there */
void bf_marks_free(bf_marks *m);

#endif
