/* Stores, records and runs for tests. */
#include "store_samples.h"
#include <sys/stat.h>
#include <unistd.h>

void assert_ok(bf_status status, const char *what, const char *file, int line) {
  if (status == BF_OK) return;
  print_error("%s gives %d: %s\n", what, (int)status, bf_error());
  _assert_true(0, what, file, line);
}

bf_store *open_store(const char *path, bf_store_mode mode) {
  bf_store *s;
  OK(bf_store_open(path, mode, &s));
  return s;
}

void write_bytes(const char *path, const void *data, size_t n) {
  unlink(path);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
}

char *read_bytes(const char *path, size_t *n) {
  char *data;
  OK(bf_file_read(path, SIZE_MAX >> 1, &data, n));
  return data;
}

bool exists(const char *path) { return !access(path, F_OK); }

bf_digest put_object(bf_store *s, const char *content) {
  char *folder;
  bf_digest d = bf_digest_of(content, strlen(content));
  OK(bf_store_tmp(s, &folder));
  char *file = bf_path_join(folder, "out.0");
  write_bytes(file, content, strlen(content));
  OK(bf_store_publish(s, file, &d));
  assert_false(exists(file));
  free(file);
  free(folder);
  return d;
}

void move_artifact(bf_store *s, const char *file, bf_digest *digest, uint64_t *size) {
  OK(bf_digest_of_file(file, digest, size));
  OK(bf_store_add_file(s, file, digest));
}

bf_digest key_of(const char *parts) { return bf_digest_of(parts, strlen(parts)); }

bf_record *make_record(bf_store *s, const char *stage, const char *parts, const char *const *content, size_t n) {
  bf_record *r = bf_alloc(1, sizeof *r);
  *r = (bf_record){.key = key_of(parts),
                   .parts = bf_strdup(parts),
                   .stage = bf_strdup(stage),
                   .reason = bf_strdup(""),
                   .noutput = 1,
                   .output = bf_alloc(1, sizeof(bf_output)),
                   .usage = {0.01, 0.02, 4096},
                   .finished_unix = 1700000000,
                   .version = bf_strdup("0.1.0")};
  r->output[0] = (bf_output){bf_strdup("out"), n, bf_alloc(n, sizeof(bf_item))};
  for (size_t i = 0; i < n; i++) {
    bf_item *item = &r->output[0].item[i];
    *item = (bf_item){.nlabel = 1, .label = bf_alloc(1, sizeof(bf_label)), .digest = put_object(s, content[i]), .size = strlen(content[i]), .nuse = 1};
    item->label[0] = (bf_label){bf_strdup("layer"), bf_format_text("%zu", i)};
    item->use = bf_alloc(1, sizeof(char *));
    item->use[0] = bf_strdup("activation.relu");
  }
  return r;
}

void commit(bf_store *s, const char *stage, const char *parts, const char *content) {
  bf_record *r = make_record(s, stage, parts, &content, 1);
  OK(bf_store_commit(s, r));
  bf_record_free(r);
}

bf_task_entry entry_of(uint32_t task, const char *stage, bf_outcome outcome, const bf_record *r) {
  bf_task_entry e = {.task = task, .stage = (char *)(uintptr_t)stage, .outcome = outcome};
  if (!r) return e;
  e.use = r->stage;
  e.key = (char *)(uintptr_t)r->key.hex;
  e.parts = r->parts;
  e.usage = r->usage;
  e.noutput = r->noutput;
  e.output = r->output;
  return e;
}

bf_run *begin_run(bf_store *s, const char *name) {
  static char *var[] = {"activation"}, *first[] = {"relu"}, *second[] = {"tanh"}, **value[] = {first, second};
  bf_run_info info = {.pipeline_name = (char *)(uintptr_t)name,
                      .pipeline_file = "a.yaml",
                      .pipeline_text = "bettiflow: 1\n",
                      .version = "0.1.0",
                      .host = "here",
                      .nvar = 1,
                      .var = var,
                      .npoint = 2,
                      .value = value};
  bf_run *run;
  OK(bf_run_begin(s, &info, &run));
  return run;
}

char *add_one_run(bf_store *s, const char *parts, const char *content) {
  bf_record *r = make_record(s, "test.one", parts, &content, 1);
  OK(bf_store_commit(s, r));
  bf_run *run = begin_run(s, "a");
  char *id = bf_strdup(bf_run_id(run));
  bf_task_entry e = entry_of(0, "one", BF_RAN, r);
  OK(bf_run_task(run, &e));
  OK(bf_run_end(run, 0, NULL, 0));
  bf_record_free(r);
  return id;
}

bool is_hit(const bf_store *s, const char *parts) {
  bf_digest key = key_of(parts);
  bf_record *r;
  OK(bf_store_lookup(s, &key, &r));
  bool hit = r;
  bf_record_free(r);
  return hit;
}

bool has(const bf_store *s, const char *content) { return bf_store_has(s, key_of(content).hex, strlen(content)); }

typedef struct told {
  bf_text all;
  size_t n;
} told;

static void tell(void *context, const char *problem) {
  told *t = context;
  t->n++;
  bf_text_addf(&t->all, "%s\n", problem);
}

void assert_problems(const char *path, size_t n, const char *word) {
  told t = {0};
  bf_verify_report report;
  bf_store *s = open_store(path, BF_STORE_READ);
  OK(bf_store_verify(s, tell, &t, &report));
  if (t.n != n || (word && !strstr(t.all.at, word))) fail_msg("%zu problems, not %zu about '%s':\n%s", t.n, n, word ? word : "", t.all.at ? t.all.at : "");
  assert_int_equal(report.bad, n);
  bf_text_free(&t.all);
  bf_store_close(s);
}
