/* filtration.file: an explicit filtration from a file, through the format that its name or the user says. */
#include "../source_file.h"

static const bf_port outputs[] = {{.name = "filtration", .types = BF_BIT(BF_FILTRATION), .doc = "the simplices, in the file's order"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  (void)connected;
  return source_check(cfg, BF_FILTRATION);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) { return source_run(host, task, cfg, BF_FILTRATION, "filtration"); }

static const bf_stage stage = {.id = "filtration.file",
                               .doc = "an explicit filtration from a file",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(source_config),
                               .params = source_params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "filtration_file", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
