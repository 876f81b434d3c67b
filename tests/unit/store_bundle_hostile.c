/* Bundles that somebody made to do harm, and such that suffered some: all refused, with what is wrong, and nothing of them stays. */
#include "store/bundle.h"
#include "store/codec.h"
#include "store/internal.h"
#include "store_archives.h"
#include <bettiflow/frame.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = {"objects", "actions", "runs", "tmp"};

static void assert_empty(const char *store) {
  for (size_t k = 0; k < 4; k++) {
    char **name, *folder = bf_path_join(store, kinds[k]);
    size_t n;
    OK(bf_folder_list(folder, &name, &n));
    if (n) fail_msg("%s holds %s", folder, name[0]);
    bf_names_free(name, n);
    free(folder);
  }
}

static void count_problems(void *context, const char *problem) {
  ++*(size_t *)context;
  assert_int_equal(strncmp(problem, "bad.bundle: ", 12), 0);
}

/* bad.bundle is refused by both ways to read it, and the message says so; nothing of it is in the store or beside it. */
static void refused_within(const char *says, const bf_bundle_limits *limits) {
  bf_bundle_info info;
  bf_unpack_report report;
  size_t problems = 0;
  const bf_unpack_options o = {.trust = true, .folder = "folder", .limits = limits ? *limits : (bf_bundle_limits){0}};
  OK(bf_folder_remove("victim"));
  OK(bf_folder_remove("folder"));
  OK(bf_folder_make("folder"));
  bf_store *s = open_store("victim", BF_STORE_RUN);
  for (int i = 0; i < 2; i++) {
    const bf_status status = i ? bf_bundle_unpack(s, "bad.bundle", &o, &report) : bf_bundle_check("bad.bundle", limits, count_problems, &problems, &info);
    if (status != BF_BAD_INPUT || !strstr(bf_error(), says) || strncmp(bf_error(), "bad.bundle: ", 12))
      fail_msg("status %d, '%s' does not say '%s'", (int)status, status == BF_OK ? "" : bf_error(), says);
  }
  bf_unpack_report_free(&report);
  bf_bundle_info_free(&info);
  assert_true(problems >= 1);
  bf_store_close(s);
  assert_empty("victim");
  assert_int_equal(rmdir("folder"), 0);
  assert_false(exists("evil"));
  assert_false(exists("../evil"));
}

static void refused(const char *says) { refused_within(says, NULL); }

static void refused_parts(const part *p, size_t n, const char *says) {
  archive_write("bad.bundle", p, n);
  refused(says);
}

/* ---- names and kinds ---- */

static void wrong_names(void **state) {
  static const char *const names[] = {"/tmp/evil",
                                      "../evil",
                                      "objects/../../evil",
                                      "objects/ab/../../../evil",
                                      "evil",
                                      "",
                                      "objects",
                                      "objects/",
                                      "objects/ab/cd",
                                      "files/",
                                      "files/../evil",
                                      "files/.evil",
                                      "files/a/b",
                                      "files/x y",
                                      "runs/evil/journal",
                                      "runs/../journal",
                                      "runs/20261123-224712-3f9a/evil",
                                      "runs/20261123-224712-3f9a/log/x",
                                      "runs/20261123-224712-3f9a/log/01",
                                      "runs/20261123-224712-3f9a/log/4294967296",
                                      "runs/20261123-224712-3f9a/journal/",
                                      "./files/a",
                                      "files//a",
                                      "locks/store",
                                      "store",
                                      "index.sqlite",
                                      "actions/00/1111111111111111111111111111111111111111111111111111111111111111",
                                      "bundle",
                                      "files/\xff"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t n = strlen(names[i]);
    const part p = {.name = names[i], .data = "x", .n = 1}, hidden = {.name = n ? names[i] : "x", .data = "x", .n = 1, .unlisted = true};
    if (n) refused_parts(&p, 1, "is no name");
    refused_parts(&hidden, 1,
                  !n                              ? "is not in its manifest"
                  : names[i][n - 1] == '/'        ? "a folder"
                  : names[i][n - 1] == (char)0xff ? ""
                                                  : "is not in its manifest");
  }
}

static void wrong_kinds(void **state) {
  static const struct {
    unsigned type;
    const char *link, *says;
  } kind[] = {{AE_IFLNK, "/etc/passwd", "a link"}, {AE_IFLNK, "../../evil", "a link"}, {0, "files/b", "a link"},   {AE_IFCHR, NULL, "a device"},
              {AE_IFBLK, NULL, "a device"},        {AE_IFIFO, NULL, "a device"},       {AE_IFDIR, NULL, "files/a"}};
  (void)state;
  for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
    const part p = {.name = "files/a", .type = kind[i].type, .link = kind[i].link};
    refused_parts(&p, 1, kind[i].says);
  }
}

static void wrong_order(void **state) {
  char a[76], b[76];
  (void)state;
  part p[3] = {part_object("one", a), part_object("two", b)};
  if (strcmp(a, b) > 0) {
    const part swap = p[0];
    p[0] = p[1];
    p[1] = swap;
  }
  const part back[] = {p[1], p[0]}, twice[] = {p[0], p[0]};
  refused_parts(back, 2, "not in order");
  refused_parts(twice, 2, "twice there");
  part hidden = p[0];
  hidden.unlisted = true;
  const part repeated[] = {p[0], hidden};
  refused_parts(repeated, 2, "is not in its manifest");
  const part replaced[] = {hidden, p[1]};
  refused_parts(replaced, 2, "stands where its manifest has");
  archive_write_plain("bad.bundle", p, 2, 1);
  refused("not the manifest");
  archive_write_plain("bad.bundle", p, 0, 1);
  refused("no bundle");
  archive_write_plain("bad.bundle", p, 2, 0);
  refused("does not begin as a file of zstd does");
  char *text = archive_manifest(p, 2);
  const part all[] = {{.name = "bundle", .data = text, .n = strlen(text)}, p[0], p[1]};
  archive_write_plain("bad.bundle", all, 3, 2);
  refused("packed more than once");
  archive_write_plain("bad.bundle", all, 2, 1);
  refused("it ends before");
  const part log = {.name = "runs/20261123-224712-3f9a/log/1", .data = "x", .n = 1};
  refused_parts(&log, 1, "without a journal");
  free(text);
}

static void wrong_manifests(void **state) {
  static const struct {
    const char *text, *says;
  } bad[] = {
      {"", "cut off"},
      {"bettiflow bundle 1\n", "cut off"},
      {"bettiflow bundle 2\nversion 1\n", "newer bettiflow"},
      {"hello\n", "does not begin with"},
      {"bettiflow bundle 1\nversion \n", "line 2"},
      {"bettiflow bundle 1\nversion 1\nentry", "cut off"},
      {"bettiflow bundle 1\nversion 1\nentry -1 x y\n", "line 3"},
      {"bettiflow bundle 1\nversion 1\n\n", "line 3"},
      {"bettiflow bundle 1\nversion 1\nplugin a\n", "line 3"},
      {"bettiflow bundle 1\nversion 1\nplugin b 1\nplugin a 1\n", "line 4"},
      {"bettiflow bundle 1\nversion 1\nplugin a 1\nplugin a 1\n", "line 4"},
      {"bettiflow bundle 1\nversion 1\nplugin a \033[2J\n", "line 3"},
      {"bettiflow bundle 1\nversion 1\nentry 99999999999999999999 0000000000000000000000000000000000000000000000000000000000000000 files/a\n", "line 3"}};
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const part p = {.name = "bundle", .data = bad[i].text, .n = strlen(bad[i].text)};
    archive_write_plain("bad.bundle", &p, 1, 1);
    refused(bad[i].says);
  }
  const part zero = {.name = "bundle", .data = "bettiflow bundle 1\n\0", .n = 20};
  archive_write_plain("bad.bundle", &zero, 1, 1);
  refused("cut off");
  char *text = bf_alloc(70001, 1);
  memset(text, 'a', 70000);
  const part longer = {.name = "bundle", .data = text, .n = 70000};
  archive_write_plain("bad.bundle", &longer, 1, 1);
  refused("longer than");
  free(text);
}

/* ---- contents ---- */

static void wrong_bytes(void **state) {
  char a[76];
  (void)state;
  part p = part_object("content", a);
  p.data = "Content";
  p.claimed = a + 11;
  refused_parts(&p, 1, "its content has digest");
  p.claimed = "0000000000000000000000000000000000000000000000000000000000000000";
  refused_parts(&p, 1, "another digest than its name");
  p = part_object("content", a);
  p.size = 8;
  refused_parts(&p, 1, "and 8 in its manifest");
  p.size = 6;
  refused_parts(&p, 1, "and 6 in its manifest");
}

static part record_part(const bf_record *r, char name[76], char **bytes) {
  uint8_t *data;
  size_t n, size;
  OK(bf_encode_record(r, &data, &n));
  FILE *f = open_memstream(bytes, &size);
  OK(bf_frame_write(f, data, n));
  fclose(f);
  free(data);
  snprintf(name, 76, "actions/%.2s/%s", r->key.hex, r->key.hex);
  return (part){.name = name, .data = *bytes, .n = size};
}

static void forged_records(void **state) {
  char name[76], object[76], other[76], *bytes;
  (void)state;
  bf_item item = {.digest = key_of("content"), .size = 7};
  bf_output output = {(char *)(uintptr_t) "out", 1, &item};
  bf_record r = {.key = key_of("parts"), .parts = (char *)(uintptr_t) "parts", .stage = (char *)(uintptr_t) "test.one", .noutput = 1, .output = &output};
  part p[2] = {record_part(&r, name, &bytes), part_object("content", object)};
  bf_bundle_info info;
  archive_write("good.bundle", p, 2);
  OK(bf_bundle_check("good.bundle", NULL, NULL, NULL, &info)); /* so it is what follows that is refused */
  bf_bundle_info_free(&info);
  refused_parts(p, 1, "is not in the bundle");
  const bf_digest wrong = key_of("other");
  snprintf(other, sizeof other, "actions/%.2s/%s", wrong.hex, wrong.hex);
  p[0].name = other;
  refused_parts(p, 2, "the record is for another key");
  p[0].name = name;
  p[0].n--;
  refused_parts(p, 2, "cut off");
  p[0] = (part){.name = name, .data = "", .n = 0};
  refused_parts(p, 2, "an empty file");
  free(bytes);
  r.parts = (char *)(uintptr_t) "Parts"; /* the key is not that of its text */
  p[0] = record_part(&r, name, &bytes);
  refused_parts(p, 2, "the record is for another key");
  free(bytes);
  r.parts = (char *)(uintptr_t) "parts";
  item.size = 1 << 20;
  p[0] = record_part(&r, name, &bytes);
  refused_parts(p, 2, "should have 1048576 bytes");
  bytes[5] ^= 1;
  refused_parts(p, 2, "wrong checksum");
  free(bytes);
}

static void put_entry(FILE *f, bf_status encoded, uint8_t *data, size_t n) {
  OK(encoded);
  OK(bf_frame_write(f, data, n));
  free(data);
}

static part journal_part(const char *id, const char *text, const char *stage, const char *key, char **bytes) {
  size_t n, size;
  uint8_t *data;
  bf_run_info info = {.run = (char *)(uintptr_t)id, .pipeline_text = (char *)(uintptr_t)text};
  const bf_task_entry e = {
      .task = 1, .stage = (char *)(uintptr_t)stage, .outcome = BF_RAN, .key = (char *)(uintptr_t)key, .parts = (char *)(uintptr_t) "parts"};
  FILE *f = open_memstream(bytes, &size);
  bf_status status = bf_encode_header(&info, &data, &n);
  put_entry(f, status, data, n);
  status = bf_encode_task(&e, &data, &n);
  put_entry(f, status, data, n);
  fclose(f);
  return (part){.name = "runs/20261123-224712-3f9a/journal", .data = *bytes, .n = size};
}

static void forged_journals(void **state) {
  static const char id[] = "20261123-224712-3f9a";
  const bf_digest right = key_of("parts"), wrong = key_of("other");
  char *bytes;
  bf_bundle_info info;
  (void)state;
  part p = journal_part(id, "bettiflow: 1\n", "data", right.hex, &bytes);
  archive_write("good.bundle", &p, 1);
  OK(bf_bundle_check("good.bundle", NULL, NULL, NULL, &info));
  bf_bundle_info_free(&info);
  p.n--;
  refused_parts(&p, 1, "damaged after 0 tasks");
  p.n = 10;
  refused_parts(&p, 1, "no journal of this run");
  free(bytes);
  p = journal_part("20261123-224712-3f9b", "", "data", right.hex, &bytes);
  refused_parts(&p, 1, "no journal of this run");
  free(bytes);
  p = journal_part(id, "", "data", wrong.hex, &bytes);
  refused_parts(&p, 1, "not that of its text");
  free(bytes);
  p = journal_part(id, "", "da\033[2Jta", right.hex, &bytes);
  refused_parts(&p, 1, "control characters");
  free(bytes);
  p = journal_part(id, "text\twith\r\n", "data", right.hex, &bytes);
  refused_parts(&p, 1, "control characters");
  free(bytes);
}

static void tells_all(void **state) {
  char a[76], b[76];
  size_t problems = 0;
  bf_bundle_info info;
  (void)state;
  part p[2] = {part_object("one", a), part_object("two", b)};
  for (size_t i = 0; i < 2; i++) {
    p[i].claimed = p[i].name + 11;
    p[i].data = "bad";
  }
  const part sorted[] = {p[strcmp(a, b) > 0], p[strcmp(a, b) < 0]};
  archive_write("bad.bundle", sorted, 2);
  assert_int_equal(bf_bundle_check("bad.bundle", NULL, count_problems, &problems, &info), BF_BAD_INPUT);
  assert_int_equal(problems, 2);
  assert_non_null(strstr(bf_error(), "(and 1 more)"));
}

/* ---- sizes ---- */

static void bombs(void **state) {
  enum { GIGA = 1 << 30 };
  char a[76], *head;
  struct rusage before, after;
  (void)state;
  getrusage(RUSAGE_SELF, &before);
  /* Ten gigabytes of zeros with nothing before them. */
  write_bytes("bad.bundle", "", 0);
  archive_append_zeros("bad.bundle", 10ull * GIGA);
  refused("no bundle");
  /* Behind a good bundle. */
  const part p = part_object("content", a);
  archive_write("bad.bundle", &p, 1);
  archive_append_zeros("bad.bundle", 10ull * GIGA);
  refused("more than its manifest says");
  /* An object of such a size, which the manifest says. */
  part huge = p;
  huge.size = 10ull * GIGA;
  refused_parts(&huge, 1, "it unpacks to more than");
  /* The manifest lies about it, or is itself so long. */
  head = bf_alloc(1, 1 << 20);
  part lie = {.name = "files/a", .data = head, .n = 1 << 20, .size = 1};
  refused_parts(&lie, 1, "and 1 in its manifest");
  const part long_manifest = {.name = "bundle", .data = head, .n = 1 << 20};
  archive_write_plain("bad.bundle", &long_manifest, 1, 1);
  refused("longer than");
  free(head);
  huge.size = (1ull << 40);
  refused_parts(&huge, 1, "MiB, which is much for its size");
  archive_write("bad.bundle", &p, 1);
  refused_within("--max-size", &(bf_bundle_limits){.bytes = 6});
  getrusage(RUSAGE_SELF, &after);
  assert_true(after.ru_maxrss - before.ru_maxrss < 400 << 10); /* KiB; the test itself takes 64 MiB to make the zeros */
}

static void a_million_entries(void **state) {
  enum { MANY = 1000000 };
  bf_text t = {0};
  (void)state;
  bf_text_add(&t, "bettiflow bundle 1\nversion 0.1.0\n");
  for (int i = 0; i < MANY; i++) bf_text_addf(&t, "entry 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 files/%07d\n", i);
  const part p = {.name = "bundle", .data = t.at, .n = t.n};
  archive_write_plain("bad.bundle", &p, 1, 1);
  refused("more than 500000 entries");
  refused_within("too long for 3 entries", &(bf_bundle_limits){.entries = 3});
  refused_within("it ends before", &(bf_bundle_limits){.entries = UINT64_C(2) * MANY}); /* asked for: only then is the rest looked at */
  bf_text_free(&t);
  part *none = bf_alloc(20000, sizeof *none);
  for (size_t i = 0; i < 20000; i++) none[i] = (part){.name = "files/a", .data = "", .unlisted = true};
  refused_parts(none, 20000, "is not in its manifest");
  free(none);
}

/* ---- damage ---- */

static void cut_anywhere(void **state) {
  char name[76], object[76], *bytes;
  size_t n;
  bf_bundle_info info;
  (void)state;
  bf_item item = {.digest = key_of("content"), .size = 7};
  bf_output output = {(char *)(uintptr_t) "out", 1, &item};
  bf_record r = {.key = key_of("parts"), .parts = (char *)(uintptr_t) "parts", .stage = (char *)(uintptr_t) "test.one", .noutput = 1, .output = &output};
  const part p[2] = {record_part(&r, name, &bytes), part_object("content", object)};
  archive_write("good.bundle", p, 2);
  free(bytes);
  bytes = read_bytes("good.bundle", &n);
  for (size_t i = 0; i < n; i++) {
    write_bytes("bad.bundle", bytes, i);
    assert_int_equal(bf_bundle_check("bad.bundle", NULL, NULL, NULL, &info), BF_BAD_INPUT);
  }
  for (size_t i = 0; i < n; i++) { /* a damaged one is refused, or says the same as before: not every bit of a tar head means something */
    for (int bit = 1; bit < 256; bit <<= 3) {
      bytes[i] ^= (char)bit;
      write_bytes("bad.bundle", bytes, n);
      bytes[i] ^= (char)bit;
      const bf_status status = bf_bundle_check("bad.bundle", NULL, NULL, NULL, &info);
      assert_true(status == BF_BAD_INPUT || (status == BF_OK && info.count.records == 1 && info.count.objects == 1));
      bf_bundle_info_free(&info);
    }
  }
  char *longer = bf_alloc(n + 1, 1);
  memcpy(longer, bytes, n);
  write_bytes("bad.bundle", longer, n + 1);
  refused("");
  free(longer);
  free(bytes);
  const part tail = {.name = "files/z", .data = "x", .n = 1, .unlisted = true};
  archive_write("bad.bundle", p, 0);
  archive_write_plain("tail", &tail, 1, 1);
  char *more = read_bytes("tail", &n);
  FILE *f = fopen("bad.bundle", "abe");
  assert_int_equal(fwrite(more, 1, n, f), n);
  fclose(f);
  free(more);
  refused("something follows behind its last entry");
}

static void no_plain_files(void **state) {
  bf_bundle_info info;
  (void)state;
  assert_int_equal(bf_bundle_check("nowhere", NULL, NULL, NULL, &info), BF_BAD_INPUT);
  assert_int_equal(bf_bundle_check("/dev/null", NULL, NULL, NULL, &info), BF_BAD_INPUT);
  assert_int_equal(bf_bundle_check(".", NULL, NULL, NULL, &info), BF_BAD_INPUT);
  assert_int_equal(mkfifo("pipe", 0600), 0);
  assert_int_equal(bf_bundle_check("pipe", NULL, NULL, NULL, &info), BF_BAD_INPUT); /* and does not wait for a writer */
  assert_false(bf_is_bundle("pipe"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(wrong_names),       cmocka_unit_test(wrong_kinds),  cmocka_unit_test(wrong_order),
                                     cmocka_unit_test(wrong_manifests),   cmocka_unit_test(wrong_bytes),  cmocka_unit_test(forged_records),
                                     cmocka_unit_test(forged_journals),   cmocka_unit_test(tells_all),    cmocka_unit_test(bombs),
                                     cmocka_unit_test(a_million_entries), cmocka_unit_test(cut_anywhere), cmocka_unit_test(no_plain_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
