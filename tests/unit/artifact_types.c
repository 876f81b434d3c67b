/* Artifacts: every type there and back, the same bytes always, and damaged files refused. */
#include "artifact_samples.h"
#include <bettiflow/frame.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

enum { FIRST = BF_POINT_CLOUD, LAST = BF_TYPE_LAST };
#define EACH_TYPE(t) for (bf_type t = (bf_type)FIRST; t <= (bf_type)LAST; t = (bf_type)(t + 1))

static void round_trip(void **state) {
  (void)state;
  EACH_TYPE(t) {
    bf_artifact_info info;
    write_sample(t, "a");
    check_sample(t, "a");
    assert_int_equal(bf_artifact_check("a", 0, &info), BF_OK);
    assert_int_equal(info.type, t);
    assert_int_equal(info.nlabel, 2);
    assert_string_equal(info.label[0].name, "layer");
    assert_string_equal(info.label[1].value, "α b");
    assert_int_equal(info.nuse, t == BF_NETWORK);
    if (t == BF_NETWORK) assert_string_equal(info.use[0], "activation.leaky_relu");
    bf_artifact_info_free(&info);
    assert_int_equal(bf_type_of_name(bf_type_name(t)), t);
  }
  assert_null(bf_type_name((bf_type)0));
  assert_null(bf_type_name((bf_type)99));
  assert_int_equal(bf_type_of_name("Points"), 0);
}

static void same_bytes(void **state) {
  (void)state;
  EACH_TYPE(t) {
    size_t n, m;
    write_sample(t, "a");
    write_sample(t, "b");
    unsigned char *a = slurp("a", &n), *b = slurp("b", &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
  }
}

static void wrong_type(void **state) {
  (void)state;
  EACH_TYPE(t) {
    write_sample(t, "a");
    EACH_TYPE(other) assert_int_equal(read_any(other, "a", 0), other == t ? BF_OK : BF_BAD_INPUT);
  }
}

/* A file in memory, so that writing it a hundred thousand times costs nothing; its path is in `path`. */
static int memory_file(char path[64], const void *data, size_t n) {
  int fd = memfd_create("artifact", MFD_CLOEXEC);
  assert_true(fd >= 0);
  assert_int_equal(pwrite(fd, data, n, 0), n);
  snprintf(path, 64, "/proc/self/fd/%d", fd);
  return fd;
}

/* The file cut at every byte, each bit of it turned, and a byte more. */
static void damaged(void **state) {
  (void)state;
  EACH_TYPE(t) {
    size_t n;
    char path[64];
    write_sample(t, "a");
    unsigned char *a = slurp("a", &n);
    int fd = memory_file(path, a, n);
    assert_int_equal(read_any(t, path, 0), BF_OK);
    for (size_t bit = 0; bit < 8 * n; bit++) {
      unsigned char turned = a[bit / 8] ^ (unsigned char)(1u << bit % 8);
      assert_int_equal(pwrite(fd, &turned, 1, (off_t)(bit / 8)), 1);
      assert_int_equal(read_any(t, path, 0), BF_BAD_INPUT);
      assert_non_null(strstr(bf_error(), "record "));
      assert_int_equal(pwrite(fd, &a[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    assert_int_equal(pwrite(fd, "", 1, (off_t)n), 1);
    assert_int_equal(read_any(t, path, 0), BF_BAD_INPUT);
    for (size_t cut = n; cut-- > 0;) {
      assert_int_equal(ftruncate(fd, (off_t)cut), 0);
      assert_int_equal(read_any(t, path, 0), BF_BAD_INPUT);
      assert_ptr_equal(strstr(bf_error(), path), bf_error());
    }
    close(fd);
    free(a);
  }
}

static void budget(void **state) {
  (void)state;
  EACH_TYPE(t) {
    uint64_t low = 0, high = 1 << 16; /* the least budget that is enough, by bisection */
    write_sample(t, "a");
    assert_int_equal(read_any(t, "a", high), BF_OK);
    while (high - low > 1) {
      bf_status status = read_any(t, "a", (low + high) / 2);
      assert_true(status == BF_OK || status == BF_NO_MEMORY);
      if (status == BF_OK)
        high = (low + high) / 2;
      else
        low = (low + high) / 2;
    }
    assert_true(high > 100);
  }
}

/* An array of more than one chunk. */
static void large(void **state) {
  bf_points p, q;
  (void)state;
  assert_int_equal(bf_points_new(&p, 1500000, 1, false), BF_OK);
  for (uint64_t i = 0; i < p.n; i++) p.x[i] = (float)i;
  assert_int_equal(bf_points_write(&(bf_out){"a", NULL, 0}, &p), BF_OK);
  assert_int_equal(bf_points_read("a", 0, &q), BF_OK);
  assert_null(q.label);
  assert_memory_equal(p.x, q.x, p.n * 4);
  assert_memory_equal(p.id, q.id, p.n * 4);
  bf_points_free(&p);
  bf_points_free(&q);
  assert_int_equal(bf_points_read("a", 11000000, &q), BF_NO_MEMORY);
}

static void disk(void **state) {
  bf_points p;
  (void)state;
  assert_int_equal(bf_points_new(&p, 100, 1, false), BF_OK);
  for (uint64_t i = 0; i < p.n; i++) p.x[i] = 0;
  assert_int_equal(bf_points_write(&(bf_out){"/dev/full", NULL, 0}, &p), BF_STORE);
  assert_int_equal(access("/dev/full", F_OK), 0);
  assert_int_equal(bf_points_write(&(bf_out){"no/such/folder", NULL, 0}, &p), BF_STORE);
  bf_points_free(&p);
  assert_int_equal(bf_points_read("missing", 0, &p) == BF_BAD_INPUT && !p.x, 1);
  assert_int_equal(bf_points_read(".", 0, &p), BF_BAD_INPUT);
}

static void freeing_nothing(void **state) {
  (void)state;
#define ZERO(T) bf_##T##_free(&(bf_##T){0})
  ZERO(points), ZERO(network), ZERO(training_log), ZERO(graph), ZERO(filtration), ZERO(diagram), ZERO(betti_table), ZERO(figure), ZERO(table),
      ZERO(training_state), ZERO(artifact_info);
  bf_frame_close(NULL);
}

static void conventions(void **state) {
  (void)state;
  static const char *const names[] = {NULL, "diameter", "radius", "squared_radius", "value", NULL};
  bf_convention found = 0;
  for (int c = BF_DIAMETER; c <= BF_VALUE; c++) {
    assert_string_equal(bf_convention_name((bf_convention)c), names[c]);
    assert_true(bf_convention_find(names[c], strlen(names[c]), &found));
    assert_int_equal(found, c);
  }
  assert_null(bf_convention_name((bf_convention)0));
  assert_null(bf_convention_name((bf_convention)5));
  assert_true(bf_convention_find("radius)", 6, &found) && found == BF_RADIUS);
  assert_false(bf_convention_find("radius)", 7, &found));
  assert_false(bf_convention_find("radius", 5, &found));
  assert_false(bf_convention_find("", 0, &found));
}

static void primes(void **state) {
  (void)state;
  static const uint32_t prime[] = {2, 3, 5, 11, 46337, 46349, 65521, 4294967291},
                        none[] = {0, 1, 4, 9, 2147117569 /* 46337^2 */, 4294836225 /* 65535^2 */, 4294967295};
  for (size_t i = 0; i < sizeof prime / sizeof *prime; i++) assert_true(bf_is_prime(prime[i]));
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_false(bf_is_prime(none[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip), cmocka_unit_test(same_bytes), cmocka_unit_test(wrong_type),      cmocka_unit_test(damaged),     cmocka_unit_test(budget),
      cmocka_unit_test(large),      cmocka_unit_test(disk),       cmocka_unit_test(freeing_nothing), cmocka_unit_test(conventions), cmocka_unit_test(primes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
