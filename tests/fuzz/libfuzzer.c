/* The entry points of a libFuzzer program for the target FUZZ_TARGET, whose plugin is linked in. The first byte of an input chooses the variant, the rest
 * is the payload. With BF_FUZZ_SEEDS=FOLDER it only writes good inputs into FOLDER, and the dictionary to FOLDER.dict. */
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef FUZZ_TARGET /* for linters, which see this file alone */
#define FUZZ_TARGET "artifact"
#endif
#ifdef FUZZ_PLUGIN
extern const bf_plugin bettiflow_plugin;
#define PLUGIN (&bettiflow_plugin)
#else
#define PLUGIN NULL
#endif

static const fuzz_target *target;
static size_t variants;

static void spill(const char *path, const void *data, size_t n) {
  FILE *f = fopen(path, "wbe");
  if (!f || fwrite(data, 1, n, f) != n || fclose(f)) {
    perror(path);
    exit(1);
  }
}

static void write_seeds(const char *folder) {
  static unsigned char input[1 + FUZZ_ROOM];
  char path[4096];
  for (size_t i = 0; i < variants; i++) {
    input[0] = (unsigned char)i;
    snprintf(path, sizeof path, "%s/good-%zu", folder, i);
    spill(path, input, 1 + fuzz_seed(target, i, input + 1, FUZZ_ROOM));
  }
  snprintf(path, sizeof path, "%s.dict", folder);
  spill(path, target->words ? target->words : "", target->words ? strlen(target->words) : 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *folder = getenv("BF_FUZZ_SEEDS");
  target = fuzz_target_find(FUZZ_TARGET);
  if (!target) abort();
  variants = fuzz_variants(target);
  if (folder) {
    write_seeds(folder);
    exit(0);
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n == 0) return 0;
  fuzz_run(target, PLUGIN, data[0] % variants, data + 1, n - 1);
  return 0;
}
