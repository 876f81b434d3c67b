/* How much memory there is, and how much a process holds. */
#include "engine/child.h"
#include <stdio.h>
#include <unistd.h>

uint64_t bf_memory_default(void) {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  uint64_t all = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : (uint64_t)1 << 32;
  unsigned long long group;
  FILE *f = fopen("/sys/fs/cgroup/memory.max", "re");
  if (f && fscanf(f, "%llu", &group) == 1 && group && group < all) all = group;
  if (f) fclose(f);
  return all / 10 * 8;
}

static uint64_t number_in(const char *path, const char *format) {
  unsigned long long value = 0;
  char line[256];
  FILE *f = fopen(path, "re");
  while (f && fgets(line, sizeof line, f))
    if (sscanf(line, format, &value) == 1) break;
  if (f) fclose(f);
  return value;
}

uint64_t bf_memory_free(void) {
  const uint64_t available = number_in("/proc/meminfo", "MemAvailable: %llu") << 10;
  const uint64_t most = number_in("/sys/fs/cgroup/memory.max", "%llu"), all = number_in("/sys/fs/cgroup/memory.current", "%llu");
  const uint64_t cache = number_in("/sys/fs/cgroup/memory.stat", "inactive_file %llu"), used = all > cache ? all - cache : 0; /* the kernel gives cache back */
  if (!most) return available;
  return most <= used ? 0 : most - used < available ? most - used : available;
}

uint64_t bf_memory_of(int pid) {
  char path[64];
  unsigned long long all, resident = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", pid);
  FILE *f = fopen(path, "re");
  if (!f) return 0;
  if (fscanf(f, "%llu %llu", &all, &resident) != 2) resident = 0;
  fclose(f);
  return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
