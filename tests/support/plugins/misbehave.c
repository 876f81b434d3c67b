/* test.misbehave: a stage that does, by its parameter `mode`, what a stage must not. */
#include <bettiflow/artifact.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct config {
  const char *mode;
  double seconds;
  int64_t seed;
} config;

static volatile int zero;
static const char false_decline[] = "{\"status\":8,\"message\":\"no\",\"outputs\":[{\"port\":\"../../store\",\"items\":[]}]}\n";

static bf_status write_points(const bf_host *host, bf_task *task, const bf_out **out) {
  bf_points points;
  *out = host->output(task, "points", NULL, 0);
  if (!*out) return BF_FAILED;
  bf_status status = bf_points_new(&points, 4, 2, false);
  for (size_t i = 0; status == BF_OK && i < 8; i++) points.x[i] = (float)i;
  if (status == BF_OK) status = bf_points_write(*out, &points);
  bf_points_free(&points);
  return status;
}

static bf_status allocate(void) {
  for (int i = 0; i < 100; i++) {
    char *block = malloc((size_t)1 << 30);
    if (!block) return bf_fail(BF_NO_MEMORY, "malloc failed after %d GiB", i);
    for (size_t k = 0; k < (size_t)1 << 30; k += 4096) ((volatile char *)block)[k] = 1;
  }
  return BF_OK;
}

static bf_status print_much(void) {
  for (int i = 0; i < 300000; i++)
    fprintf(i & 1 ? stderr : stdout, "line %d of what a talkative library says about nothing at all, with some \033[31mcolour\n", i);
  return BF_OK;
}

static bf_status sleep_in_steps(const bf_host *host, bf_task *task, double seconds) {
  uint64_t n = (uint64_t)(seconds * 100);
  bf_status status = BF_OK;
  for (uint64_t i = 0; status == BF_OK && i < n; i++) {
    usleep(10000);
    status = host->step(task, i, n);
  }
  return status;
}

/* Damages the file that was written. */
static bf_status damage(const char *path, const char *mode) {
  FILE *f = fopen(path, !strcmp(mode, "garbage") ? "wb" : "r+b");
  if (!f) return bf_fail(BF_FAILED, "%s: can't be opened", path);
  if (!strcmp(mode, "garbage")) fputs("this is no artifact\n", f);
  fseek(f, 0, SEEK_END);
  if (!strcmp(mode, "longer")) fputs("and more", f);
  long size = ftell(f);
  fclose(f);
  if (!strcmp(mode, "truncated") && truncate(path, size / 2)) return bf_fail(BF_FAILED, "%s: can't be cut", path);
  return BF_OK;
}

static bf_status wrong_type(const bf_host *host, bf_task *task) {
  const bf_out *out = host->output(task, "points", NULL, 0);
  bf_training_log log = {.attempts = 1, .final_validation = NAN};
  return out ? bf_training_log_write(out, &log) : BF_FAILED;
}

/* Writes to the pipe that only the host may write to. */
static void tell(const char *text, size_t n, bool endless) {
  do {
    if (write(3, text, n) < 0) break;
  } while (endless);
  _exit(0);
}

static void flood(void) {
  static char lines[1 << 16];
  memset(lines, '\n', sizeof lines);
  tell(lines, sizeof lines, true);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  const char *mode = c->mode;
  const bf_out *out;
  bf_status status = BF_OK;
  if (!strcmp(mode, "segv")) raise(SIGSEGV);
  if (!strcmp(mode, "abort")) abort();
  if (!strcmp(mode, "divide")) raise(SIGFPE);
  if (!strcmp(mode, "exit")) exit(3);
  if (!strcmp(mode, "exit_0")) exit(0);
  if (!strcmp(mode, "loop"))
    while (!zero) continue;
  if (!strcmp(mode, "ignore_term")) {
    signal(SIGTERM, SIG_IGN);
    while (!zero) pause();
  }
  if (!strcmp(mode, "allocate")) status = allocate();
  if (!strcmp(mode, "print")) status = print_much();
  if (!strcmp(mode, "sleep")) status = sleep_in_steps(host, task, c->seconds);
  if (!strcmp(mode, "decline")) return bf_fail(BF_DECLINED, "reached 0.5, not 1");
  if (!strcmp(mode, "flood")) flood();
  if (!strcmp(mode, "false_decline")) tell(false_decline, strlen(false_decline), false);
  if (!strcmp(mode, "latin1")) return bf_fail(BF_FAILED, "caf\xe9.csv is not there");
  if (!strcmp(mode, "fail")) return bf_fail(BF_FAILED, "this stage fails when it is told to");
  if (!strcmp(mode, "silent_fail")) return BF_FAILED;
  if (!strcmp(mode, "strange_status")) return (bf_status)77;
  if (!strcmp(mode, "no_output")) return BF_OK;
  if (!strcmp(mode, "no_port")) return host->output(task, "elsewhere", NULL, 0) ? BF_OK : BF_FAILED;
  if (!strcmp(mode, "wrong_type")) return wrong_type(host, task);
  if (!strcmp(mode, "orphan") && !fork()) {
    pause();
    _exit(0);
  }
  if (status == BF_OK) status = write_points(host, task, &out);
  if (status == BF_OK && (!strcmp(mode, "garbage") || !strcmp(mode, "truncated") || !strcmp(mode, "longer"))) status = damage(out->path, mode);
  return status;
}

static const bf_stage misbehave = {
    .id = "test.misbehave",
    .doc = "does what a stage must not, by its mode",
    .revision = 1,
    .inputs = (const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), BF_OPTIONAL, NULL, "not read"}, {0}},
    .outputs = (const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), 0, NULL, "four points, if all goes well"}, {0}},
    .cfg_size = sizeof(config),
    .params =
        (const bf_param[]){BF_PARAM(config, mode, .def = "good", .doc = "what it does",
                                    .choices =
                                        "good|segv|abort|divide|exit|exit_0|loop|ignore_term|allocate|print|sleep|decline|fail|silent_fail|strange_status|"
                                        "no_output|no_port|wrong_type|orphan|garbage|truncated|longer|flood|false_decline|latin1"),
                           BF_PARAM(config, seconds, .def = "1", .range = "[0, 3600]", .doc = "how long mode sleep takes"),
                           BF_PARAM(config, seed, .def = "0", .doc = "makes tasks differ"),
                           {0}},
    .run = run,
};

BF_PLUGIN(.name = "test-misbehave", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&misbehave, NULL});
