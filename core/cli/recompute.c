/* Repeating tasks of a bundle's runs in a store of its own, which is removed afterwards. */
#include "cli/recompute.h"
#include "base/file.h"
#include "base/stop.h"
#include "engine/engine.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell(void *context, const char *task, const char *problem) {
  (void)context;
  printf("  %s: %s\n", task, problem ? problem : "the same");
  fflush(stdout);
}

static bf_status scratch(char **folder) {
  const char *place = getenv("TMPDIR");
  *folder = bf_format_text("%s/bettiflow-XXXXXX", place && *place ? place : "/tmp");
  if (mkdtemp(*folder)) return BF_OK;
  bf_fail(BF_STORE, "%s: no folder can be made here for the repeated tasks: %s; TMPDIR names another place", *folder, strerror(errno));
  free(*folder);
  *folder = NULL;
  return BF_STORE;
}

static uint32_t cores(void) {
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (uint32_t)n : 1;
}

static bf_status repeat_run(bf_store *s, const bf_registry *registry, const char *file, const char *run, const bf_again_options *o) {
  bf_again_result r;
  if (o->told) printf("%s: repeats %" PRIu64 " tasks of run %s, drawn with --seed %" PRIu64 "\n", file, o->n, run, o->seed);
  bf_status status = bf_run_again(s, registry, run, o, &r);
  if (status != BF_OK) return status == BF_CANCELLED ? status : bf_fail_in(status, "%s", file);
  if (o->told) printf("  %" PRIu64 " of %" PRIu64 " tasks repeated, %" PRIu64 " differ\n", r.repeated, r.tasks, r.differ);
  if (!r.differ) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: %" PRIu64 " of %" PRIu64 " repeated tasks of run %s gave something else than its records say; do not trust it", file,
                 r.differ, r.repeated, run);
}

bf_status bf_recompute(const bf_global *g, const char *file, const bf_bundle_limits *limits, uint64_t n, uint64_t seed, bool quiet) {
  bf_status status = BF_OK;
  bf_store *s = NULL;
  bf_registry *registry = NULL;
  bf_unpack_report report = {0};
  char *folder = NULL;
  const bf_again_options o = {.n = n, .seed = seed, .threads = cores(), .told = quiet ? NULL : tell};
  sigset_t before;
  bf_stop_hold(&before); /* the folder goes before a signal takes effect */
  BF_TRY(scratch(&folder));
  BF_TRY(bf_store_open(folder, BF_STORE_RUN, &s));
  BF_TRY(bf_bundle_unpack(s, file, &(bf_unpack_options){.limits = *limits, .trust = true}, &report)); /* by this store alone */
  BF_TRY(bf_registry_open(g->plugin_path, &registry));
  for (size_t i = 0; i < report.info.nrun; i++) BF_TRY(repeat_run(s, registry, file, report.info.run[i], &o));
  if (!report.info.nrun) status = bf_fail(BF_BAD_INPUT, "%s: it holds no run, so nothing can be repeated", file);
out:
  bf_unpack_report_free(&report);
  bf_registry_free(registry);
  bf_store_close(s);
  if (folder) bf_folder_remove(folder);
  bf_stop_release(&before);
  free(folder);
  return status;
}
