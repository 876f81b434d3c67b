/* Large pages for large arrays that are about to be filled: the kernel clears and maps 2 MiB at a time instead of 4 KiB, which otherwise is a good part of the
 * time of filling them. Only a hint. */
#ifndef BF_HUGE_H
#define BF_HUGE_H

#include <stdint.h>
#include <sys/mman.h>

enum { BF_HUGE_PAGE = 1 << 21 };

static inline void bf_huge(void *array, size_t bytes) {
  const uintptr_t begin = ((uintptr_t)array + BF_HUGE_PAGE - 1) & ~(uintptr_t)(BF_HUGE_PAGE - 1),
                  end = ((uintptr_t)array + bytes) & ~(uintptr_t)(BF_HUGE_PAGE - 1);
  if (begin < end) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

#endif
