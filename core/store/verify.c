/* Checking everything in the store: each object's digest, each record, each journal. */
#include "base/file.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct check {
  const bf_store *store;
  bf_verify_report *report;
  void (*say)(void *context, const char *problem);
  void *context;
} check;

static void problem(check *c, const char *format, ...) BF_PRINTF(2, 3);
static void problem(check *c, const char *format, ...) {
  char text[8192];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  c->report->bad++;
  if (c->say) c->say(c->context, text);
}

/* Is the file where its name says, and a plain file? */
static bool in_place(check *c, const char *kind, const char *name, const char *path) {
  struct stat st;
  bool placed = false;
  if (bf_digest_valid(name)) {
    char *expected = bf_store_sharded(c->store, kind, name);
    placed = !strcmp(expected, path);
    free(expected);
  }
  if (lstat(path, &st) || !S_ISREG(st.st_mode) || !placed) {
    problem(c, "%s: not a file of the store; move it away", path);
    return false;
  }
  c->report->bytes += (uint64_t)st.st_size;
  return true;
}

static bf_status check_object(void *context, const char *name, const char *path) {
  check *c = context;
  bf_digest found;
  if (!in_place(c, "objects", name, path)) return BF_OK;
  c->report->objects++;
  if (bf_digest_of_file(path, &found, NULL) != BF_OK)
    problem(c, "%s; it can't be read", bf_error());
  else if (strcmp(found.hex, name))
    problem(c, "%s: damaged, its content has digest %s; remove it and the next run makes it again", path, found.hex);
  return BF_OK;
}

static bf_status check_record(void *context, const char *name, const char *path) {
  check *c = context;
  bf_record *r;
  if (!in_place(c, "actions", name, path)) return BF_OK;
  c->report->records++;
  if (bf_record_read(c->store, name, &r) != BF_RECORD_GOOD) {
    problem(c, "%s; remove %s and its task runs again when it is needed", bf_error(), path);
    return BF_OK;
  }
  for (size_t i = 0; i < r->noutput; i++)
    for (size_t j = 0; j < r->output[i].nitem; j++) {
      const bf_item *item = &r->output[i].item[j];
      if (!bf_store_has(c->store, item->digest.hex, item->size))
        problem(c, "%s: output %s of %s is missing or has another size than %llu (objects/%.2s/%s); the task runs again when it is needed", path,
                r->output[i].port, r->stage, (unsigned long long)item->size, item->digest.hex, item->digest.hex);
    }
  bf_record_free(r);
  return BF_OK;
}

/* Jobs' journals, too, say what gc has to keep. */
static void check_jobs(check *c, const char *id) {
  char **name, *folder = bf_format_text("%s/runs/%s/job", c->store->path, id);
  size_t n;
  if (bf_folder_list(folder, &name, &n) != BF_OK) {
    problem(c, "%s", bf_error());
    n = 0;
  }
  for (size_t i = 0; i < n; i++) {
    bf_run_info *job = NULL;
    bf_journal_end end;
    char *journal = bf_format_text("%s/%s/journal", folder, name[i]);
    bf_journal_read(journal, id, &job, &end);
    if (end == BF_JOURNAL_DAMAGED) problem(c, "%s; gc does nothing before %s/%s is removed, which forgets what the job did", bf_error(), folder, name[i]);
    bf_run_info_free(job);
    free(journal);
  }
  if (n) bf_names_free(name, n);
  free(folder);
}

static void check_run(check *c, const char *id) {
  bf_run_info *run = NULL;
  bf_journal_end end = BF_JOURNAL_WHOLE;
  c->report->runs++;
  bf_run_read_id(c->store, id, &run, &end);
  if (end == BF_JOURNAL_NONE) problem(c, "%s; gc removes it", bf_error());
  if (end == BF_JOURNAL_DAMAGED)
    problem(c, "%s; what follows %zu tasks is not read, and gc does nothing before %s/runs/%s is removed, which forgets the run", bf_error(),
            run ? run->ntask : 0, c->store->path, id);
  bf_run_info_free(run);
  check_jobs(c, id);
}

bf_status bf_store_verify(const bf_store *s, void (*say)(void *context, const char *problem), void *context, bf_verify_report *report) {
  *report = (bf_verify_report){0};
  check c = {s, report, say, context};
  char **run = NULL, *folder = bf_store_file(s, "runs");
  size_t n = 0;
  bf_status status = BF_OK;
  BF_TRY(bf_store_walk(s, "objects", check_object, &c));
  BF_TRY(bf_store_walk(s, "actions", check_record, &c));
  BF_TRY(bf_folder_list(folder, &run, &n));
  for (size_t i = 0; i < n; i++) check_run(&c, run[i]);
out:
  bf_names_free(run, n);
  free(folder);
  return status;
}
