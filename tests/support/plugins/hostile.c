/* Plugins that can't or must not be used, one for each value of HOSTILE_<what>. */
#include <bettiflow/artifact.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((unused)) static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  (void)host, (void)task, (void)cfg;
  return bf_fail(BF_FAILED, "a hostile plugin ran");
}

typedef struct config {
  int64_t k;
  const char *text;
} config;

#ifndef ID
#define ID "hostile.stage"
#endif
#ifndef DOC
#define DOC "a stage"
#endif
#ifndef PARAMS
#define PARAMS BF_PARAM(config, k, .def = "1", .doc = "a number")
#endif
#ifndef OUTPUTS
#define OUTPUTS                                                                                                                                                \
  { "points", BF_BIT(BF_POINT_CLOUD), 0, NULL, "points" }
#endif
#ifndef RUN
#define RUN run
#endif

__attribute__((unused)) static const bf_stage stage = {
    .id = ID,
    .doc = DOC,
    .revision = 1,
    .outputs = (const bf_port[]){OUTPUTS, {0}},
    .cfg_size = sizeof(config),
    .params = (const bf_param[]){PARAMS, {0}},
    .run = RUN,
};

#ifdef CONSTRUCTOR
enum { CRASH, LEAVE, PRINT, HANG };
static volatile int what = CONSTRUCTOR;
__attribute__((constructor)) static void construct(void) {
  if (what == CRASH) raise(SIGSEGV);
  if (what == LEAVE) exit(0);
  while (what == HANG) continue;
  for (int i = 0; i < 1000; i++) fprintf(i & 1 ? stderr : stdout, "{\"file\": 0, \"plugin\": {}}\n");
  fflush(stdout);
}
#endif

#ifndef ABI
#define ABI BF_ABI
#endif
#ifndef SIZE
#define SIZE sizeof(bf_plugin)
#endif
#ifndef STAGES
#define STAGES ((const bf_stage *const[]){&stage, NULL})
#endif

#ifndef NO_SYMBOL
extern const bf_plugin bettiflow_plugin;
__attribute__((visibility("default"), used))
const bf_plugin bettiflow_plugin = {.abi = ABI, .size = SIZE, .name = "hostile", .version = "1", .licence = "MIT", .stages = STAGES, .error = bf_error};
#else
__attribute__((visibility("default"))) int something_else(void);
int something_else(void) { return run(NULL, NULL, NULL); }
#endif
