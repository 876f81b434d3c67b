/* Durations and sizes as people write them: "1.5h", "4GiB". */
#include "pipeline/pipeline.h"
#include <stdlib.h>
#include <string.h>

typedef struct unit {
  const char *name;
  double factor;
} unit;

/* A plain decimal number and a unit; the first unit counts when there is none. */
static bool parse(const char *text, const unit *units, size_t n, double *out) {
  size_t digits = strspn(text, "0123456789"), all = digits;
  if (text[digits] == '.') all += 1 + strspn(text + digits + 1, "0123456789");
  if (!digits || all > 32 || text[all - 1] == '.') return false;
  char number[40];
  memcpy(number, text, all);
  number[all] = 0;
  const char *rest = text + all + strspn(text + all, " ");
  for (size_t i = 0; i < n; i++) {
    if (strcmp(rest, units[i].name) && (i || *rest)) continue;
    *out = strtod(number, NULL) * units[i].factor;
    return *out > 0;
  }
  return false;
}

bool bf_parse_duration(const char *text, double *seconds) {
  static const unit units[] = {{"s", 1}, {"ms", 1e-3}, {"sec", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};
  double value;
  if (!parse(text, units, sizeof units / sizeof *units, &value) || value > 1e9) return false;
  *seconds = value;
  return true;
}

bool bf_parse_bytes(const char *text, uint64_t *bytes) {
  static const unit units[] = {{"B", 1},        {"kB", 1e3},     {"KB", 1e3},     {"MB", 1e6},     {"GB", 1e9},    {"TB", 1e12},
                               {"KiB", 0x1p10}, {"kiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}};
  double value;
  if (!parse(text, units, sizeof units / sizeof *units, &value) || value < 1 || value >= 0x1p62) return false;
  *bytes = (uint64_t)value;
  return true;
}
