/* The job runner of the plugins: each job once, the threads it may use, whose failure is told, and who is asked whether to go on. */
#include "../../plugins/jobs.h"
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { MOST = 1000 };

typedef struct run {
  bf_jobs_progress progress;
  atomic_uint ran[MOST], threads[BF_JOBS_MAX_THREADS];
  uint64_t fails[2]; /* jobs that fail, 0: none; of two, none before both have begun; while one is to fail, those behind it wait for that */
  atomic_uint begun;
  atomic_uint steps;
  uint32_t cancel_at; /* this step; the other threads wait for the first one */
} run;

static bf_status job(void *context, uint32_t thread, uint64_t i) {
  run *r = context;
  r->ran[i]++;
  r->threads[thread]++;
  while (r->cancel_at && thread > 0 && r->steps == 0) usleep(100);
  while (r->fails[0] && !r->fails[1] && i > r->fails[0] && !atomic_load(&r->progress.stopped)) usleep(100);
  for (int k = 0; k < 2; k++) {
    if (!r->fails[k] || r->fails[k] != i) continue;
    for (r->begun++; r->fails[1] && r->begun < 2;) usleep(100);
    return bf_fail(BF_BAD_INPUT, "job %d", (int)i);
  }
  return bf_jobs_tell(&r->progress, i, MOST);
}

static bf_status step(void *context, uint64_t done, uint64_t total) {
  run *r = context;
  assert_true(pthread_equal(pthread_self(), r->progress.owner));
  assert_true(done < total);
  return ++r->steps == r->cancel_at ? BF_CANCELLED : BF_OK;
}

static run new_run(void) { return (run){.progress = {.owner = pthread_self()}}; }

static bf_status begin(run *r, uint32_t threads, uint64_t n) {
  r->progress.step = step;
  r->progress.context = r;
  return bf_jobs_run(&r->progress, threads, n, job, r);
}

static void each_once(void **state) {
  static const uint32_t threads[] = {0, 1, 2, 7, 64, 65, UINT32_MAX};
  (void)state;
  for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
    for (uint64_t n = 0; n <= MOST; n += n < 3 ? 1 : MOST - 3) {
      run r = new_run();
      assert_int_equal(begin(&r, threads[t], n), BF_OK);
      for (uint64_t i = 0; i < MOST; i++) assert_int_equal(r.ran[i], i < n);
      for (uint32_t k = threads[t] ? threads[t] : 1; k < BF_JOBS_MAX_THREADS; k++) assert_int_equal(r.threads[k], 0);
      if (threads[t] < 2) assert_int_equal(r.steps, n);
    }
  }
}

/* The message is that of the failure with the smallest number, and what has not begun by then is left. */
static void failures(void **state) {
  (void)state;
  for (uint32_t threads = 1; threads <= 4; threads++) {
    run r = new_run();
    r.fails[0] = 17;
    assert_int_equal(begin(&r, threads, MOST), BF_BAD_INPUT);
    assert_string_equal(bf_error(), "job 17");
    assert_int_equal(r.ran[MOST - 1], 0);
  }
  for (int times = 0; times < 50; times++) {
    run r = new_run();
    r.fails[0] = 3;
    r.fails[1] = 4;
    assert_int_equal(begin(&r, 3, MOST), BF_BAD_INPUT);
    assert_string_equal(bf_error(), "job 3");
  }
}

/* After a cancellation nothing begins any more, in no run with this progress. */
static void cancelling(void **state) {
  (void)state;
  for (uint32_t threads = 1; threads <= 3; threads++) {
    run r = new_run();
    r.cancel_at = 1;
    assert_int_equal(begin(&r, threads, MOST), BF_CANCELLED);
    assert_int_equal(r.steps, 1);
    assert_int_equal(begin(&r, threads, MOST), BF_CANCELLED);
    assert_int_equal(r.steps, 1);
    assert_int_equal(bf_jobs_tell(&r.progress, 0, 1), BF_CANCELLED);
  }
}

typedef struct cores {
  cpu_set_t allowed, began[BF_JOBS_MAX_THREADS];
  atomic_uint waiting; /* until all threads have a job */
} cores;

static bf_status see_cores(void *context, uint32_t thread, uint64_t i) {
  cores *c = context;
  (void)i;
  if (sched_getaffinity(0, sizeof c->began[thread], &c->began[thread]) != 0) return bf_fail(BF_FAILED, "no affinity");
  for (c->waiting--; c->waiting > 0;) usleep(100);
  return BF_OK;
}

/* Wherever a thread began, it may go to any core that the caller may use; and these stay as they are. */
static void every_core(void **state) {
  cpu_set_t before, one;
  (void)state;
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  for (int alone = 0; alone < 2; alone++) {
    cores c = {.allowed = before, .waiting = 5};
    bf_jobs_progress progress = {.owner = pthread_self()};
    if (alone) {
      CPU_ZERO(&one);
      CPU_SET((size_t)sched_getcpu(), &one);
      c.allowed = one;
      assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    }
    assert_int_equal(bf_jobs_run(&progress, 5, 5, see_cores, &c), BF_OK);
    for (int t = 0; t < 5; t++) assert_true(CPU_EQUAL(&c.began[t], &c.allowed));
    assert_int_equal(sched_getaffinity(0, sizeof one, &one), 0);
    assert_true(CPU_EQUAL(&one, &c.allowed));
  }
  assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_once), cmocka_unit_test(failures), cmocka_unit_test(cancelling), cmocka_unit_test(every_core)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
