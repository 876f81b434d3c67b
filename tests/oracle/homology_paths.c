/* The engine on random graphs and clouds: all its paths against each other, GUDHI (homology_gudhi.py) and the Euler characteristic.
 *
 *   test_homology_paths [COUNT [SEED [FIRST]]]    10,000 cases of seed 1 from number 0 on; a failure is cut down to a small case and printed
 *
 * GUDHI runs as one child behind a socket. A batch is sent as: count, bytes that follow (uint32), and per case n, max_dim, modulus (uint32) and n × n float32,
 * infinite where there is no edge. It answers, per case, a count (uint32) and as many (dim, birth, death) as float32.
 */
#include "flag_ways.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { BATCH = 64, WHY = 400, SCALES = 7 };

static uint64_t ncase = 10000, seed = 1, first;

typedef struct intervals {
  size_t n;
  bf_interval *at;
} intervals;

/* The same question without the edges over the threshold: for peers that understand thresholds otherwise. */
static flag_case cut(const flag_case *c) {
  flag_case less = flag_case_without(c, c->n);
  for (size_t i = 0; i < (size_t)c->n * c->n; i++)
    if (less.w[i] > c->threshold) less.w[i] = INFINITY;
  less.threshold = INFINITY;
  return less;
}

/* ---- GUDHI ---- */

static FILE *to_gudhi, *from_gudhi; /* NULL: not installed */
static pid_t gudhi;

static void start_gudhi(void) {
  int end[2];
  char script[1024];
  snprintf(script, sizeof script, "%s/tests/oracle/homology_gudhi.py", getenv("BF_SOURCE"));
  if (system("/usr/bin/python3 -c 'import gudhi, numpy' 2> /dev/null") != 0) return;
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end), 0);
  signal(SIGPIPE, SIG_IGN);
  gudhi = fork();
  assert_true(gudhi >= 0);
  if (gudhi == 0) {
    dup2(end[1], 0);
    dup2(end[1], 1);
    execl("/usr/bin/python3", "python3", script, (char *)NULL);
    _exit(127);
  }
  close(end[1]);
  from_gudhi = fdopen(end[0], "rb");
  to_gudhi = fdopen(dup(end[0]), "wb"); /* one stream a direction */
}

static void stop_gudhi(void) {
  if (!to_gudhi) return;
  fclose(to_gudhi);
  fclose(from_gudhi);
  waitpid(gudhi, NULL, 0); /* so that its time counts */
}

static void ask_gudhi(const flag_case *c, uint32_t n) {
  uint32_t head[3] = {n, 0, 0};
  for (uint32_t i = 0; i < n; i++) head[1] += (3 + c[i].n * c[i].n) * 4;
  fwrite(head, 4, 2, to_gudhi);
  for (uint32_t i = 0; i < n; i++) {
    flag_case less = cut(&c[i]);
    memcpy(head, (uint32_t[]){less.n, less.max_dim, less.modulus}, sizeof head);
    fwrite(head, 4, 3, to_gudhi);
    fwrite(less.w, 4, (size_t)less.n * less.n, to_gudhi);
    flag_case_free(&less);
  }
  if (fflush(to_gudhi) != 0) fail_msg("GUDHI's process has ended");
}

static intervals gudhi_says(void) {
  uint32_t n;
  if (fread(&n, 4, 1, from_gudhi) != 1) fail_msg("GUDHI's process has ended");
  intervals list = {n, calloc(n + (size_t)1, sizeof *list.at)};
  for (uint32_t i = 0; i < n; i++) {
    float row[3];
    if (fread(row, 4, 3, from_gudhi) != 3) fail_msg("GUDHI's process has ended");
    list.at[i] = (bf_interval){.dim = (uint32_t)row[0], .birth = row[1], .death = row[2]};
  }
  flag_sort(list.at, n);
  return list;
}

/* ---- what has to hold for a case ---- */

/* Scales at and between the weights, below and beyond all; in no order. */
static void pick_scales(const flag_case *c, float scale[SCALES]) {
  uint64_t draw = 0;
  for (int i = 0; i < SCALES; i++) {
    float w[2] = {0, 0};
    for (int k = 0; k < 2 && c->n > 1; k++) {
      uint32_t u = (uint32_t)bf_random_below(seed + 1, draw++, c->n), v = (uint32_t)bf_random_below(seed + 1, draw++, c->n);
      w[k] = flag_case_weight(c, u, v);
    }
    scale[i] = i == 1 ? 0 : i < 4 ? w[0] + 0.0f : i < 6 ? (w[0] + w[1]) / 2 : w[0] < INFINITY ? nextafterf(w[0] + 0.0f, 0) : w[0];
    if (!(scale[i] <= c->threshold)) scale[i] = c->threshold;
  }
}

static bool scales_agree(const flag_case *c, flag_ways ways, const bf_barcode *b, char *why) {
  float scale[SCALES];
  uint64_t betti[SCALES * 40];
  pick_scales(c, scale);
  for (int i = 0; i < SCALES; i++)
    for (uint32_t dim = 0; dim <= c->max_dim; dim++) betti[(uint32_t)i * (c->max_dim + 1) + dim] = bf_barcode_betti(b, dim, scale[i]);
  return flag_ways_betti(c, ways, scale, SCALES, betti, why, WHY);
}

static int64_t alternating(const uint64_t *count, uint32_t max_dim) {
  int64_t sum = 0;
  for (uint32_t dim = 0; dim <= max_dim; dim++) sum += dim % 2 ? -(int64_t)count[dim] : (int64_t)count[dim];
  return sum;
}

/* All dimensions of the same graph, if it has not too many simplices: alternating sums of Betti numbers and of simplices, at scales. */
static bool euler_agrees(const flag_case *asked, uint64_t *checked, char *why) {
  enum { MOST = 3000, DIMS = 40 };
  uint64_t count[DIMS] = {0};
  flag_case c = *asked;
  if (!flag_case_count(&c, INFINITY, DIMS - 1, MOST, count)) return true;
  c.max_dim = 0;
  while (count[c.max_dim + 1]) c.max_dim++;
  c.threshold = INFINITY;
  float scale[SCALES];
  bf_barcode b;
  bf_graph g;
  pick_scales(&c, scale);
  flag_case_graph(&c, *checked % 2, &g);
  bf_status status = bf_flag_barcode(&g, &(bf_flag_options){.max_dim = c.max_dim, .threshold = INFINITY, .modulus = c.modulus}, &b);
  bf_graph_free(&g);
  bool same = status == BF_OK;
  if (!same) snprintf(why, WHY, "all dimensions: %s", bf_error());
  for (int i = 0; i < SCALES && same; i++) {
    uint64_t betti[DIMS], simplices[DIMS] = {0};
    for (uint32_t dim = 0; dim <= c.max_dim; dim++) betti[dim] = bf_barcode_betti(&b, dim, scale[i]);
    flag_case_count(&c, scale[i], c.max_dim, MOST, simplices);
    int64_t x = alternating(betti, c.max_dim), y = alternating(simplices, c.max_dim);
    same = x == y && flag_ways_betti(&c, FLAG_WAYS_FEW, &scale[i], 1, betti, why, WHY);
    if (x != y)
      snprintf(why, WHY, "all dimensions (--dim %u), at %.9g: Euler characteristic %lld, of the simplices %lld", c.max_dim, (double)scale[i], (long long)x,
               (long long)y);
  }
  ++*checked;
  bf_barcode_free(&b);
  return same;
}

static bool agrees(const flag_case *c, flag_ways ways, bf_barcode *b, uint64_t *euler, char *why) {
  return flag_ways_barcode(c, ways, b, why, WHY) && scales_agree(c, ways, b, why) && euler_agrees(c, euler, why);
}

static bool agrees_with_gudhi(const bf_barcode *b, char *why) {
  intervals peer = gudhi_says();
  char difference[WHY - 20] = "";
  bool same = flag_same(b->at, b->n, peer.at, peer.n, difference, sizeof difference);
  if (!same) snprintf(why, WHY, "GUDHI: %s", difference);
  free(peer.at);
  return same;
}

/* ---- a failure, made small ---- */

static bool still_wrong(const flag_case *c, char *why) {
  bf_barcode b;
  uint64_t euler = 0;
  bool right = agrees(c, FLAG_WAYS_ALL, &b, &euler, why);
  if (right && to_gudhi) {
    ask_gudhi(c, 1);
    right = agrees_with_gudhi(&b, why);
  }
  bf_barcode_free(&b);
  return !right;
}

/* Takes over what is still wrong. */
static bool replace(flag_case *c, flag_case less, char *why) {
  char text[WHY] = "";
  if (!still_wrong(&less, text)) {
    flag_case_free(&less);
    return false;
  }
  memcpy(why, text, WHY);
  flag_case_free(c);
  *c = less;
  return true;
}

static bool cut_down(flag_case *c, char *why) {
  bool smaller = false;
  for (uint32_t v = c->n; v-- > 0;) smaller |= replace(c, flag_case_without(c, v), why);
  for (uint32_t i = 0; i < c->n; i++) {
    for (uint32_t j = 0; j < i; j++) {
      flag_case less = flag_case_without(c, c->n);
      if (flag_case_weight(c, i, j) < INFINITY)
        flag_case_join(&less, i, j, INFINITY), smaller |= replace(c, less, why);
      else
        flag_case_free(&less);
    }
  }
  for (int what = 0; what < 3; what++) {
    flag_case less = flag_case_without(c, c->n);
    if (what == 0 && c->max_dim)
      less.max_dim--;
    else if (what == 1 && c->modulus != 2)
      less.modulus = 2;
    else if (what == 2 && c->threshold < INFINITY)
      less.threshold = INFINITY;
    else {
      flag_case_free(&less);
      continue;
    }
    smaller |= replace(c, less, why);
  }
  return smaller;
}

static void report(uint64_t i, flag_case *c, char why[WHY]) {
  fprintf(stderr, "case %llu of seed %llu (%s): %s\n", (unsigned long long)i, (unsigned long long)seed, c->kind, why);
  while (cut_down(c, why)) {
  }
  fprintf(stderr, "cut down: %s\n", why);
  flag_case_print(c, stderr);
  fail_msg("case %llu of seed %llu: %s", (unsigned long long)i, (unsigned long long)seed, why);
}

/* ---- tests ---- */

static void random_cases(void **state) {
  uint64_t euler = 0, dims[5] = {0}, with_classes[5] = {0};
  (void)state;
  for (uint64_t done = 0; done < ncase; done += BATCH) {
    uint32_t n = ncase - done < BATCH ? (uint32_t)(ncase - done) : BATCH;
    flag_case c[BATCH];
    bf_barcode b[BATCH];
    char why[BATCH][WHY];
    bool right[BATCH];
    for (uint32_t i = 0; i < n; i++) c[i] = flag_case_random(seed, first + done + i);
    if (to_gudhi) ask_gudhi(c, n);
    for (uint32_t i = 0; i < n; i++) right[i] = agrees(&c[i], (done + i) % 16 ? FLAG_WAYS_FEW : FLAG_WAYS_ALL, &b[i], &euler, why[i]);
    for (uint32_t i = 0; i < n && to_gudhi; i++) {
      bool same = agrees_with_gudhi(&b[i], right[i] ? why[i] : (char[WHY]){0});
      right[i] = right[i] && same;
    }
    for (uint32_t i = 0; i < n; i++) {
      if (!right[i]) report(first + done + i, &c[i], why[i]);
      dims[c[i].max_dim]++;
      with_classes[c[i].max_dim] += b[i].n && b[i].at[b[i].n - 1].dim == c[i].max_dim;
      bf_barcode_free(&b[i]);
      flag_case_free(&c[i]);
    }
  }
  for (uint32_t d = 0; d < 5; d++)
    printf("dimension %u: %llu cases, %llu with intervals there\n", d, (unsigned long long)dims[d], (unsigned long long)with_classes[d]);
  printf("Euler characteristics of %llu cases\n", (unsigned long long)euler);
  if (ncase >= 1000) { /* the cases are not trivial */
    assert_true(euler > ncase / 4);
    for (uint32_t d = 0; d < 5; d++) assert_true(with_classes[d] > ncase / 200);
  }
}

int main(int argc, char **argv) {
  const char *asan = getenv("BF_ASAN");
  if (asan && !strcmp(asan, "1")) ncase = 600;
  if (argc > 1) ncase = strtoull(argv[1], NULL, 10);
  if (argc > 2) seed = strtoull(argv[2], NULL, 10);
  if (argc > 3) first = strtoull(argv[3], NULL, 10);
  start_gudhi();
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_cases)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (!to_gudhi) puts("Debian's package python3-gudhi is not installed: not compared with it");
  bool alone = !to_gudhi;
  stop_gudhi();
  return failed ? 1 : alone ? 77 : 0;
}
