/* Bundles: what goes in comes out elsewhere, the same content gives the same bytes, and what is asked of whom brings one in. */
#include "store/bundle.h"
#include "store_samples.h"
#include <sys/stat.h>
#include <unistd.h>

static const char file_content[] = "what the user gave";

/* data -> graph -> homology -> table, and the save of the table; two sweep points share data. Returns the run's id. */
static char *make_run(bf_store *s) {
  bf_digest given;
  bf_record *r[6];
  write_bytes("given", file_content, strlen(file_content));
  OK(bf_store_add_file(s, "given", &given));
  char *parts = bf_format_text("bettiflow-key 1\nstage dataset.file 1\nbuild d1\nparam path file %s\n", given.hex);
  const char *points = "points", *graph[] = {"graph 0", "graph 1"}, *diagram = "diagram", *table = "table", *csv = "csv";
  r[0] = make_record(s, "dataset.file", parts, &points, 1);
  free(parts);
  parts = bf_format_text("stage complex.knn 1\nbuild c1\nplugin activation.relu 1 a1\ninput points [] %s\n", key_of(points).hex);
  r[1] = make_record(s, "complex.knn", parts, graph, 2);
  free(parts);
  parts = bf_format_text("stage homology.ripser 1\nbuild h1\ninput graph [layer=\"0\"] %s\n", key_of(graph[0]).hex);
  r[2] = make_record(s, "homology.ripser", parts, &diagram, 1);
  free(parts);
  parts = bf_format_text("stage homology.other 1\nbuild h2\ninput graph [layer=\"1\"] %s\n", key_of(graph[1]).hex);
  r[3] = make_record(s, "homology.other", parts, &diagram, 0);
  r[3]->declined = true;
  free(parts);
  parts = bf_format_text("stage table.betti 1\nbuild t1\ninput diagrams [activation=\"relu\";layer=\"0\"] %s\n", key_of(diagram).hex);
  r[4] = make_record(s, "table.betti", parts, &table, 1);
  free(parts);
  parts = bf_format_text("save format.csv 1\nbuild f1\ninput artifact [] %s\n", key_of(table).hex);
  r[5] = make_record(s, "save:format.csv", parts, &csv, 1);
  free(parts);
  static const char *const stage[] = {"data", "graph", "homology", "homology", "betti", "betti.save"};
  bf_run *run = begin_run(s, "small");
  for (uint32_t i = 0; i < 6; i++) {
    OK(bf_store_commit(s, r[i]));
    bf_task_entry e = entry_of(i + 1, stage[i], r[i]->declined ? BF_OUTCOME_DECLINED : i ? BF_RAN : BF_CACHED, r[i]);
    e.message = (char *)(uintptr_t)(r[i]->declined ? "too thin" : "");
    OK(bf_run_task(run, &e));
    bf_record_free(r[i]);
  }
  bf_task_entry failed = entry_of(7, "later", BF_OUTCOME_FAILED, NULL);
  failed.message = (char *)(uintptr_t) "it broke";
  OK(bf_run_task(run, &failed));
  char *log = bf_run_log_path(run, 3), *empty = bf_run_log_path(run, 4), *id = bf_strdup(bf_run_id(run));
  write_bytes(log, "said the task\n", 14);
  write_bytes(empty, "", 0);
  bf_saved saved = {(char *)(uintptr_t) "betti.csv", key_of(csv)};
  OK(bf_run_end(run, 0, &saved, 1));
  free(log);
  free(empty);
  return id;
}

static void pack(const bf_store *s, const char *id, bool results, const char *path, bf_bundle_count *count) {
  bf_run_info *run;
  bf_pack *p = bf_pack_new(s);
  OK(bf_run_read(s, id, &run));
  OK(bf_pack_run(p, run, results));
  OK(bf_pack_write(p, path, "0.1.0", count));
  bf_pack_free(p);
  bf_run_info_free(run);
}

static void assert_same_file(const char *a, const char *b) {
  size_t n, m;
  char *x = read_bytes(a, &n), *y = read_bytes(b, &m);
  assert_int_equal(n, m);
  assert_memory_equal(x, y, n);
  free(x);
  free(y);
}

static size_t records(const bf_store *s, bool hits);
static bool seen_all(void *context, const bf_record *r) {
  size_t *n = context;
  n[0]++;
  n[1] += r->foreign;
  return true;
}
static size_t records(const bf_store *s, bool foreign) {
  size_t n[2] = {0, 0};
  OK(bf_store_each_record(s, seen_all, n));
  return foreign ? n[1] : n[0];
}

static void assert_sound(const bf_store *s) {
  bf_verify_report v;
  OK(bf_store_verify(s, NULL, NULL, &v));
  assert_int_equal(v.bad, 0);
}

static void goes_round(void **state) {
  bf_bundle_count count;
  bf_bundle_info info;
  bf_unpack_report report;
  bf_run_info *there, *here;
  (void)state;
  bf_store *a = open_store("a", BF_STORE_RUN), *b = open_store("b", BF_STORE_RUN);
  put_object(a, "of another run");
  char *id = make_run(a);
  pack(a, id, false, "run.bundle", &count);
  assert_int_equal(count.records, 6);
  assert_int_equal(count.objects, 7); /* points, two graphs, diagram, table, csv, given */
  assert_int_equal(count.runs, 1);
  assert_int_equal(count.entries, 6 + 7 + 2); /* a journal, one log: the other one is empty */
  assert_true(bf_is_bundle("run.bundle"));
  assert_false(bf_is_bundle("given"));
  assert_false(bf_is_bundle("nowhere"));

  OK(bf_bundle_check("run.bundle", NULL, NULL, NULL, &info));
  assert_string_equal(info.version, "0.1.0");
  assert_memory_equal(&info.count, &count, sizeof count);
  assert_int_equal(info.nrun, 1);
  assert_string_equal(info.run[0], id);
  assert_int_equal(info.nplugin, 7);
  assert_string_equal(info.plugin[0].id, "activation.relu");
  assert_string_equal(info.plugin[0].build, "a1");
  assert_string_equal(info.plugin[3].id, "format.csv");
  bf_bundle_info_free(&info);

  OK(bf_bundle_unpack(b, "run.bundle", &(bf_unpack_options){.trust = false}, &report));
  assert_int_equal(report.objects, 7);
  assert_int_equal(report.records, 6);
  assert_int_equal(report.runs, 1);
  assert_int_equal(report.kept, 0);
  bf_unpack_report_free(&report);
  OK(bf_run_read(a, id, &here));
  OK(bf_run_read(b, "last", &there));
  assert_string_equal(there->run, id);
  assert_true(there->finished && !there->running);
  assert_int_equal(there->ntask, here->ntask);
  assert_string_equal(there->pipeline_text, here->pipeline_text);
  assert_string_equal(there->task[6].message, "it broke");
  char *from = bf_format_text("a/runs/%s/log/3", id), *to = bf_format_text("b/runs/%s/log/3", id);
  assert_same_file(from, to);
  assert_true(bf_store_has(b, key_of(file_content).hex, strlen(file_content)));
  assert_false(bf_store_has(b, key_of("of another run").hex, UINT64_MAX));
  assert_int_equal(records(b, true), 6); /* all foreign: no hits */
  assert_sound(b);
  bf_store_close(b);
  char **left;
  size_t n;
  bf_store_close(a);
  b = open_store("b", BF_STORE_RUN);
  OK(bf_runs_list(b, &left, &n));
  assert_int_equal(n, 1);
  while (n) free(left[--n]);
  free(left);
  pack(b, id, false, "again.bundle", &count); /* of the other store, with foreign records: differs in these alone */
  OK(bf_bundle_check("again.bundle", NULL, NULL, NULL, &info));
  assert_int_equal(info.count.entries, 15);
  bf_bundle_info_free(&info);
  bf_store_close(b);
  bf_run_info_free(here);
  bf_run_info_free(there);
  free(from);
  free(to);
  free(id);
}

static void is_deterministic(void **state) {
  bf_run_info *run;
  (void)state;
  bf_store *a = open_store("a", BF_STORE_RUN);
  OK(bf_run_read(a, "last", &run));
  pack(a, run->run, false, "one.bundle", NULL);
  assert_same_file("one.bundle", "run.bundle");
  bf_pack *p = bf_pack_new(a); /* the same in another order, and some of it twice */
  for (size_t i = run->ntask; i-- > 0;)
    for (size_t j = 0; j < run->task[i].noutput; j++)
      for (size_t k = 0; k < run->task[i].output[j].nitem; k++) bf_pack_object(p, &run->task[i].output[j].item[k].digest);
  OK(bf_pack_run(p, run, true));
  OK(bf_pack_run(p, run, false));
  OK(bf_pack_write(p, "two.bundle", "0.1.0", NULL));
  bf_pack_free(p);
  assert_same_file("two.bundle", "run.bundle");
  bf_run_info_free(run);
  bf_store_close(a);
}

static void trusts_when_told(void **state) {
  bf_unpack_report report;
  bf_record *r;
  (void)state;
  bf_store *s = open_store("trusting", BF_STORE_RUN), *a = open_store("a", BF_STORE_READ);
  bf_run_info *run;
  OK(bf_run_read(a, "last", &run));
  bf_digest key;
  memcpy(key.hex, run->task[0].key, sizeof key.hex);

  /* One of the records is the store's own: it stays, whatever the bundle says. */
  const char *points = "points";
  bf_record *own = make_record(s, "dataset.file", run->task[0].parts, &points, 1);
  own->usage.wall_seconds = 77;
  OK(bf_store_commit(s, own));
  OK(bf_bundle_unpack(s, "run.bundle", &(bf_unpack_options){.trust = false}, &report));
  assert_int_equal(report.records, 5);
  assert_int_equal(report.kept, 1);
  bf_unpack_report_free(&report);
  assert_int_equal(records(s, true), 5);
  OK(bf_bundle_unpack(s, "run.bundle", &(bf_unpack_options){.trust = false}, &report)); /* again: nothing is new */
  assert_int_equal(report.records + report.objects + report.runs, 0);
  assert_int_equal(report.kept, 6);
  bf_unpack_report_free(&report);
  OK(bf_bundle_unpack(s, "run.bundle", &(bf_unpack_options){.trust = true}, &report));
  assert_int_equal(report.records, 5);
  assert_int_equal(report.kept, 1);
  bf_unpack_report_free(&report);
  assert_int_equal(records(s, true), 0);
  for (size_t i = 0; i < 6; i++) {
    memcpy(key.hex, run->task[i].key, sizeof key.hex);
    OK(bf_store_lookup(s, &key, &r));
    assert_non_null(r);
    assert_int_equal(r->usage.wall_seconds == 77, i == 0);
    bf_record_free(r);
  }

  /* An own record that lost its object is no hit any more: the bundle's takes its place, and so does the object. */
  char *lost = bf_store_object(s, key_of("points").hex);
  assert_int_equal(unlink(lost), 0);
  OK(bf_bundle_unpack(s, "run.bundle", &(bf_unpack_options){.trust = true}, &report));
  assert_int_equal(report.objects, 1);
  assert_true(exists(lost));
  bf_unpack_report_free(&report);
  free(lost);
  assert_sound(s);
  bf_record_free(own);
  bf_run_info_free(run);
  bf_store_close(a);
  bf_store_close(s);
}

static void packs_results_alone(void **state) {
  bf_bundle_count count;
  bf_unpack_report report;
  bf_run_info *run;
  (void)state;
  bf_store *a = open_store("a", BF_STORE_READ), *s = open_store("results", BF_STORE_RUN);
  OK(bf_run_read(a, "last", &run));
  pack(a, run->run, true, "results.bundle", &count);
  OK(bf_bundle_unpack(s, "results.bundle", &(bf_unpack_options){.trust = false}, &report));
  bf_unpack_report_free(&report);
  assert_int_equal(count.records, 3); /* the decline, the table, its save */
  assert_int_equal(count.objects, 2);
  assert_true(bf_store_has(s, key_of("table").hex, UINT64_MAX));
  assert_true(bf_store_has(s, key_of("csv").hex, UINT64_MAX));
  assert_sound(s);
  OK(bf_bundle_unpack(s, "run.bundle", &(bf_unpack_options){.trust = false}, &report)); /* the rest comes later */
  assert_int_equal(report.records, 3);
  assert_int_equal(report.objects, 5);
  bf_unpack_report_free(&report);
  bf_run_info_free(run);
  bf_store_close(a);
  bf_store_close(s);
}

static void packs_lists(void **state) {
  bf_unpack_report report;
  const bf_digest key = key_of("listed");
  (void)state;
  bf_store *a = open_store("lists", BF_STORE_RUN), *b = open_store("lists.b", BF_STORE_RUN);
  commit(a, "test.one", "listed", "its object");
  bf_pack *p = bf_pack_new(a);
  OK(bf_pack_record(p, &key, true));
  OK(bf_pack_file(p, "orders.json", "{}", 2));
  assert_int_equal(bf_pack_file(p, "orders.json", "{}", 2), BF_USAGE);
  assert_int_equal(bf_pack_file(p, "../orders", "{}", 2), BF_USAGE);
  assert_int_equal(bf_pack_file(p, ".orders", "{}", 2), BF_USAGE);
  assert_int_equal(bf_pack_record(p, &(bf_digest){"0000000000000000000000000000000000000000000000000000000000000000"}, false), BF_STORE);
  OK(bf_pack_write(p, "bare.bundle", "0.1.0", NULL));
  bf_pack_free(p);
  OK(bf_folder_make("files"));
  const bf_unpack_options o = {.trust = true, .folder = "files"};
  assert_int_equal(bf_bundle_unpack(b, "bare.bundle", &o, &report), BF_BAD_INPUT); /* its object is nowhere */
  assert_non_null(strstr(bf_error(), "is not in the bundle"));
  assert_false(exists("files/orders.json"));
  put_object(b, "its object");
  OK(bf_bundle_unpack(b, "bare.bundle", &o, &report));
  assert_int_equal(report.info.count.files, 1);
  bf_unpack_report_free(&report);
  size_t n;
  char *orders = read_bytes("files/orders.json", &n);
  assert_int_equal(n, 2);
  free(orders);
  bf_store_close(a);
  bf_store_close(b);
}

static void does_not_pack_what_is_bad(void **state) {
  bf_run_info *run;
  (void)state;
  bf_store *a = open_store("bad", BF_STORE_RUN);
  free(make_run(a));
  OK(bf_run_read(a, "last", &run));
  char *object = bf_store_object(a, key_of("graph 1").hex);
  write_bytes(object, "Graph 1", 7);
  bf_pack *p = bf_pack_new(a);
  OK(bf_pack_run(p, run, false));
  write_bytes("old.bundle", "old", 3);
  assert_int_equal(bf_pack_write(p, "old.bundle", "0.1.0", NULL), BF_STORE);
  assert_non_null(strstr(bf_error(), "damaged"));
  size_t n;
  char *old = read_bytes("old.bundle", &n); /* stays as it was */
  assert_string_equal(old, "old");
  free(old);
  unlink(object);
  assert_int_equal(bf_pack_write(p, "old.bundle", "0.1.0", NULL), BF_STORE);
  bf_pack_free(p);
  free(object);
  object = bf_store_object(a, key_of(file_content).hex);
  unlink(object);
  p = bf_pack_new(a);
  assert_int_equal(bf_pack_run(p, run, false), BF_STORE);
  assert_non_null(strstr(bf_error(), "the file that it was given"));
  run->running = true;
  assert_int_equal(bf_pack_run(p, run, true), BF_USAGE);
  bf_pack_free(p);
  free(object);
  bf_run_info_free(run);
  bf_store_close(a);
}

/* A run that was broken off in the middle of a record: what is whole of it travels. */
static void cuts_off_a_torn_tail(void **state) {
  bf_run_info *run;
  bf_bundle_info info;
  bf_unpack_report report;
  (void)state;
  bf_store *a = open_store("torn", BF_STORE_RUN), *b = open_store("torn.b", BF_STORE_RUN);
  char *id = make_run(a), *journal = bf_format_text("torn/runs/%s/journal", id);
  struct stat st;
  assert_int_equal(stat(journal, &st), 0);
  assert_int_equal(truncate(journal, st.st_size - 5), 0);
  pack(a, id, false, "torn.bundle", NULL);
  OK(bf_bundle_check("torn.bundle", NULL, NULL, NULL, &info));
  bf_bundle_info_free(&info);
  OK(bf_bundle_unpack(b, "torn.bundle", &(bf_unpack_options){.trust = false}, &report));
  bf_unpack_report_free(&report);
  OK(bf_run_read(b, id, &run));
  assert_false(run->finished);
  assert_int_equal(run->ntask, 7);
  bf_run_info_free(run);
  OK(bf_bundle_unpack(a, "torn.bundle", &(bf_unpack_options){.trust = false}, &report)); /* its own run */
  assert_int_equal(report.runs, 0);
  bf_unpack_report_free(&report);

  /* Another run of that name. */
  size_t n;
  char *bytes = read_bytes(journal, &n), *other = bf_format_text("other/runs/%s", id);
  bf_store *c = open_store("other", BF_STORE_RUN);
  OK(bf_folder_make(other));
  free(journal);
  journal = bf_path_join(other, "journal");
  bytes[20] ^= 1;
  write_bytes(journal, bytes, n);
  assert_int_equal(bf_bundle_unpack(c, "torn.bundle", &(bf_unpack_options){.trust = false}, &report), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "another run"));
  assert_int_equal(records(c, false), 0);
  bf_unpack_report_free(&report);
  bf_store_close(a);
  bf_store_close(b);
  bf_store_close(c);
  free(bytes);
  free(other);
  free(journal);
  free(id);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(goes_round),          cmocka_unit_test(is_deterministic), cmocka_unit_test(trusts_when_told),
                                     cmocka_unit_test(packs_results_alone), cmocka_unit_test(packs_lists),      cmocka_unit_test(does_not_pack_what_is_bad),
                                     cmocka_unit_test(cuts_off_a_torn_tail)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
