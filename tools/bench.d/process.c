/* Runs one command on given processors and says what it took; for `tools/bench homology`. A parent as small as this one matters: the peak memory that the
 * kernel reports of a process begins with that of the process which it was forked from.
 *
 *     bench_process CPU[,CPU…] SECONDS MEBIBYTES OUTPUT PROGRAM [ARGUMENT…]
 *
 * SECONDS of processor time and MEBIBYTES of address space are limits, 0 for none. The command's stdout goes to the file OUTPUT. Prints wall, user and system
 * seconds, peak memory in KiB, and the exit code, or the signal that ended it as a negative number. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
  fprintf(stderr, "bench_process: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void pin(const char *list) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (char *end; *list; list = *end ? end + 1 : end) {
    long cpu = strtol(list, &end, 10);
    if (end == list || cpu < 0 || cpu >= CPU_SETSIZE) {
      errno = EINVAL;
      die(list);
    }
    CPU_SET((size_t)cpu, &set);
  }
  if (sched_setaffinity(0, sizeof set, &set) != 0) die("sched_setaffinity");
}

static void limit(__rlimit_resource_t what, const char *number, rlim_t unit) {
  rlim_t most = (rlim_t)strtoull(number, NULL, 10) * unit;
  if (most > 0 && setrlimit(what, &(struct rlimit){most, most + (what == RLIMIT_CPU)}) != 0) die("setrlimit");
}

static double seconds(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  int status;
  struct rusage used;
  if (argc < 6) {
    fprintf(stderr, "Usage: bench_process CPU[,CPU...] SECONDS MEBIBYTES OUTPUT PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  pin(argv[1]);
  int output = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (output < 0) die(argv[4]);
  const double start = now();
  const pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(output, STDOUT_FILENO) < 0) die("dup2");
    limit(RLIMIT_CPU, argv[2], 1);
    limit(RLIMIT_AS, argv[3], 1 << 20);
    execvp(argv[5], argv + 5);
    die(argv[5]);
  }
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR) die("wait4");
  printf("%.6f %.6f %.6f %ld %d\n", now() - start, seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss,
         WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
  return 0;
}
