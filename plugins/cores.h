/* The core that a thread begins on. The kernel may leave a new or a woken thread where the one runs that it came from, to wait there for a tick or longer while
 * another core is idle; so whoever starts short work says where. */
#ifndef BF_CORES_H
#define BF_CORES_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The index-th (from 1) of the allowed cores after `core`; false when there are not so many others. */
static inline bool bf_core_beside(const cpu_set_t *allowed, int core, uint32_t index, cpu_set_t *one) {
  uint32_t found = 0;
  CPU_ZERO(one);
  for (size_t step = 1; core >= 0 && step < CPU_SETSIZE; step++) {
    const size_t other = ((size_t)core + step) % CPU_SETSIZE;
    if (!CPU_ISSET(other, allowed) || ++found != index) continue;
    CPU_SET(other, one);
    return true;
  }
  return false;
}

#endif
