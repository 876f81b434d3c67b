/* What a bundle's records and journals say, once every byte of them has its digest. */
#include "base/file.h"
#include "base/stop.h"
#include "store/bundle_internal.h"
#include "store/internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* bf_error() without the name of the unpacked file, which means nothing to the user. */
static const char *why(const char *path) {
  const char *text = bf_error();
  const size_t n = strlen(path);
  return !strncmp(text, path, n) && !strncmp(text + n, ": ", 2) ? text + n + 2 : text;
}

static void check_object(bf_reading *r, const bf_manifest_entry *e, const bf_record *record, const char *port, const bf_item *item) {
  char *name = bf_format_text("objects/%.2s/%s", item->digest.hex, item->digest.hex);
  const bf_manifest_entry *object = bf_manifest_find(&r->manifest, name);
  if (object && object->size != item->size)
    bf_bundle_problem(r, "%s: output %s of %s should have %llu bytes, but %s has %llu; the bundle is forged", e->name, port, record->stage,
                      (unsigned long long)item->size, name, (unsigned long long)object->size);
  else if (!object && !(r->store && bf_store_has(r->store, item->digest.hex, item->size)))
    bf_bundle_problem(r, "%s: output %s of %s, %s, is not in the bundle; pack the run again", e->name, port, record->stage, name);
  free(name);
}

static void check_record(bf_reading *r, const bf_manifest_entry *e) {
  bf_record *record = NULL;
  char *path = bf_unpacked(r, e);
  if (bf_record_read_file(path, e->name + 11, &record) != BF_RECORD_GOOD) bf_bundle_problem(r, "%s: %s; the bundle is forged", e->name, why(path));
  for (size_t i = 0; record && i < record->noutput; i++)
    for (size_t j = 0; j < record->output[i].nitem; j++) check_object(r, e, record, record->output[i].port, &record->output[i].item[j]);
  bf_record_free(record);
  free(path);
}

/* Texts of a journal are printed: a terminal shall not take orders from a bundle. */
static bool is_plain(const char *s) {
  for (size_t n; *s; s += n)
    if (!(n = bf_text_step(s)) && !(n = *s == '\n' || *s == '\t')) return false;
  return true;
}

static bool are_plain(const bf_label *label, size_t n) {
  bool plain = true;
  for (size_t i = 0; i < n; i++) plain = plain && is_plain(label[i].name) && is_plain(label[i].value);
  return plain;
}

/* A task's key is the digest of its text here too; what a task that never got so far has is empty. */
static bool check_task(bf_reading *r, const bf_manifest_entry *e, const bf_task_entry *t) {
  bool plain =
      is_plain(t->stage) && is_plain(t->use) && is_plain(t->message) && is_plain(t->parts) && are_plain(t->sweep, t->nsweep) && are_plain(t->item, t->nitem);
  for (size_t i = 0; i < t->noutput; i++) {
    plain = plain && is_plain(t->output[i].port);
    for (size_t j = 0; j < t->output[i].nitem; j++) plain = plain && are_plain(t->output[i].item[j].label, t->output[i].item[j].nlabel);
  }
  if (t->key[0] && t->parts[0] && strcmp(bf_digest_of(t->parts, strlen(t->parts)).hex, t->key))
    bf_bundle_problem(r, "%s: task %u has a key that is not that of its text; the bundle is forged", e->name, t->task);
  return plain;
}

static void check_run(bf_reading *r, const bf_manifest_entry *e, const bf_run_info *run) {
  bool plain = is_plain(run->pipeline_name) && is_plain(run->pipeline_file) && is_plain(run->pipeline_text) && is_plain(run->version) && is_plain(run->host);
  for (size_t v = 0; v < run->nvar; v++) plain = plain && is_plain(run->var[v]);
  for (size_t i = 0; i < run->npoint * run->nvar; i++) plain = plain && is_plain(run->value[i / run->nvar][i % run->nvar]);
  for (size_t i = 0; i < run->nsaved; i++) plain = plain && is_plain(run->saved[i].path);
  for (size_t i = 0; i < run->ntask; i++) plain = check_task(r, e, &run->task[i]) && plain;
  if (!plain) bf_bundle_problem(r, "%s: its texts hold control characters, or are not UTF-8; the bundle is forged", e->name);
}

static void check_journal(bf_reading *r, const bf_manifest_entry *e) {
  bf_run_info *run = NULL;
  bf_journal_end end;
  char *path = bf_unpacked(r, e), *id = bf_strndup(e->name + 5, BF_RUN_ID);
  if (bf_journal_read(path, id, &run, &end) != BF_OK)
    bf_bundle_problem(r, "%s: no journal of this run; the bundle is forged", e->name);
  else if (end != BF_JOURNAL_WHOLE)
    bf_bundle_problem(r, "%s: damaged after %zu tasks; the bundle is forged", e->name, run->ntask);
  else
    check_run(r, e, run);
  bf_run_info_free(run);
  free(id);
  free(path);
}

bf_status bf_bundle_check_meaning(bf_reading *r) {
  for (size_t i = 0; i < r->manifest.n; i++) {
    const bf_manifest_entry *e = &r->manifest.entry[i];
    if (e->kind == BF_ENTRY_RECORD) check_record(r, e);
    if (e->kind == BF_ENTRY_JOURNAL) check_journal(r, e);
  }
  if (r->bad > 1) return bf_fail(BF_BAD_INPUT, "%s (and %llu more)", r->first, (unsigned long long)r->bad - 1);
  return r->bad ? bf_fail(BF_BAD_INPUT, "%s", r->first) : BF_OK;
}

/* ---- without a store ---- */

static bool has_meaning(const bf_reading *r, const bf_manifest_entry *e) {
  (void)r;
  return e->kind == BF_ENTRY_RECORD || e->kind == BF_ENTRY_JOURNAL;
}

static char *scratch(void) {
  const char *place = getenv("TMPDIR");
  char *folder = bf_format_text("%s/bettiflow-XXXXXX", place && *place ? place : "/tmp");
  if (mkdtemp(folder)) return folder;
  bf_fail(BF_STORE, "%s: no folder can be made here for what is unpacked: %s; TMPDIR names another place", folder, strerror(errno));
  free(folder);
  return NULL;
}

bf_status bf_bundle_check(const char *path, const bf_bundle_limits *limits, void (*say)(void *context, const char *problem), void *context,
                          bf_bundle_info *info) {
  bf_status status = BF_OK;
  bf_reading r = {.path = path, .say = say, .context = context};
  sigset_t before;
  *info = (bf_bundle_info){0};
  bf_stop_hold(&before);
  if (!(r.folder = scratch())) {
    bf_stop_release(&before);
    return BF_STORE;
  }
  if ((status = bf_bundle_read(&r, limits, has_meaning)) != BF_OK) {
    if (say && status == BF_BAD_INPUT) say(context, bf_error());
    goto out;
  }
  BF_TRY(bf_bundle_check_meaning(&r));
  *info = r.manifest.info;
  r.manifest.info = (bf_bundle_info){0};
out:
  bf_reading_free(&r);
  bf_stop_release(&before);
  return status;
}
