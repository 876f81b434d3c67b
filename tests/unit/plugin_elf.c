/* The ELF reader: facts of real plugins against readelf's format rules, and thousands of damaged files that must never hurt. */
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "plugin/registry.h"
#include <bettiflow/random.h>
#include <elf.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char *plugin; /* a small good plugin's bytes */
static size_t size;

static int read_plugin(void **state) {
  (void)state;
  return bf_file_read(PLUGINS "/good/misbehave.so", 1 << 26, &plugin, &size);
}

static int free_plugin(void **state) {
  (void)state;
  free(plugin);
  return 0;
}

static void put(const char *path, const void *data, size_t n) {
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, n, f), n);
  fclose(f);
}

static void test_facts(void **state) {
  (void)state;
  bf_elf elf;
  char id[129];
  assert_int_equal(bf_elf_read(PLUGINS "/other/stages.so", &elf), BF_OK);
  assert_int_equal(elf.abi, BF_ABI);
  assert_int_equal(elf.size, sizeof(bf_plugin));
  assert_string_equal(elf.build_id, "0123456789abcdef0123456789abcdef01234567"); /* as its link line says */
  assert_int_equal(bf_build_id(PLUGINS "/other/stages.so", id), BF_OK);
  assert_string_equal(id, elf.build_id);
  assert_int_equal(bf_elf_read(PLUGINS "/good/stages.so", &elf), BF_OK);
  assert_int_equal(strlen(elf.build_id), 40);
}

static void refuse(const char *path, const char *phrase) {
  bf_elf elf;
  if (bf_elf_read(path, &elf) != BF_PLUGIN) fail_msg("%s: not refused", path);
  if (!strstr(bf_error(), phrase) || !strstr(bf_error(), path)) fail_msg("%s: no '%s' in '%s'", path, phrase, bf_error());
}

static void test_refused(void **state) {
  (void)state;
  Elf64_Ehdr head;
  refuse(PLUGINS "/bad/wrong_abi.so", "ABI 0x62660002, this bettiflow needs 0x62660001");
  refuse(PLUGINS "/bad/wrong_size.so", "16 bytes");
  refuse(PLUGINS "/bad/no_symbol.so", "no symbol bettiflow_plugin");
  refuse("/proc/self/exe", "symbol bettiflow_plugin");
  refuse("not-there.so", "No such file");
  refuse(".", "not a regular file");
  put("empty.so", "", 0);
  refuse("empty.so", "an empty file");
  put("text.so", "#!/bin/sh\necho this is not a shared object but long enough for a header\n", 73);
  refuse("text.so", "no ELF file");
  memcpy(&head, plugin, sizeof head);
  head.e_machine = EM_68K;
  put("machine.so", &head, sizeof head);
  refuse("machine.so", "another machine");
  memcpy(&head, plugin, sizeof head);
  head.e_ident[EI_CLASS] = ELFCLASS32;
  put("class.so", &head, sizeof head);
  refuse("class.so", "another machine");
  memcpy(&head, plugin, sizeof head);
  head.e_type = ET_EXEC;
  put("type.so", &head, sizeof head);
  refuse("type.so", "another type");
  put("head.so", plugin, sizeof head);
  refuse("head.so", "cut off");
}

/* Without a build-id, the SHA-256 of the file stands for it. */
static void test_no_build_id(void **state) {
  (void)state;
  char id[129], *copy = malloc(size);
  bf_digest digest;
  memcpy(copy, plugin, size);
  Elf64_Ehdr head;
  memcpy(&head, copy, sizeof head);
  for (size_t i = 0; i < head.e_phnum; i++) {
    Elf64_Phdr p;
    memcpy(&p, copy + head.e_phoff + i * sizeof p, sizeof p);
    if (p.p_type == PT_NOTE) p.p_type = PT_NULL;
    memcpy(copy + head.e_phoff + i * sizeof p, &p, sizeof p);
  }
  put("bare.so", copy, size);
  assert_int_equal(bf_build_id("bare.so", id), BF_OK);
  assert_int_equal(bf_digest_of_file("bare.so", &digest, NULL), BF_OK);
  assert_string_equal(id, digest.hex);
  free(copy);
  put("text.so", "text", 4);
  assert_int_equal(bf_build_id("text.so", id), BF_OK);
  assert_int_equal(strlen(id), 64);
  assert_int_equal(bf_build_id("not-there.so", id), BF_PLUGIN);
}

/* A plugin cut at every length: never accepted before its symbol table, never read out of bounds (the asan build sees that). */
static void test_truncated(void **state) {
  (void)state;
  bf_elf elf;
  char id[129];
  put("cut.so", plugin, size);
  size_t step = size / 400 + 1;
  for (size_t n = size - 1; n > 0; n = n > step ? n - step : n > 300 ? 300 : n - 1) {
    assert_int_equal(truncate("cut.so", (off_t)n), 0);
    (void)bf_elf_read("cut.so", &elf);
    if (n % 7 == 0) assert_int_equal(bf_build_id("cut.so", id), BF_OK);
  }
}

/* Headers, program headers, sections and symbols overwritten at random with extreme words. */
static void test_mutated(void **state) {
  (void)state;
  static const uint64_t extreme[] = {0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff, 0xfffffffffffffff0, 4096};
  Elf64_Ehdr head;
  memcpy(&head, plugin, sizeof head);
  put("mutant.so", plugin, size);
  FILE *f = fopen("mutant.so", "r+b");
  assert_non_null(f);
  for (uint64_t round = 0; round < 3000; round++) {
    uint64_t where, word = extreme[bf_random_below(1, 3 * round, 8)];
    size_t width = (size_t)1 << bf_random_below(2, round, 4);
    switch (round % 4) {
    case 0:
      where = bf_random_below(3, round, sizeof head);
      break;
    case 1:
      where = head.e_phoff + bf_random_below(4, round, head.e_phnum * sizeof(Elf64_Phdr));
      break;
    case 2:
      where = head.e_shoff + bf_random_below(5, round, head.e_shnum * sizeof(Elf64_Shdr));
      break;
    default:
      where = bf_random_below(6, round, size - 8);
      break;
    }
    if (where + width > size) continue;
    bf_elf elf;
    char id[129];
    fseek(f, (long)where, SEEK_SET);
    fwrite(&word, 1, width, f);
    fflush(f);
    (void)bf_elf_read("mutant.so", &elf);
    if (round % 16 == 0) (void)bf_build_id("mutant.so", id);
    fseek(f, (long)where, SEEK_SET); /* most rounds start from the good file, some pile up */
    if (round % 5) fwrite(plugin + where, 1, width, f);
    if (round % 100 == 99) rewind(f), fwrite(plugin, 1, size, f);
    fflush(f);
  }
  fclose(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts), cmocka_unit_test(test_refused), cmocka_unit_test(test_no_build_id),
                                     cmocka_unit_test(test_truncated), cmocka_unit_test(test_mutated)};
  return cmocka_run_group_tests(tests, read_plugin, free_plugin);
}
