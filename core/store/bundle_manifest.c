/* The manifest of a bundle, a text:
 *
 *   bettiflow bundle 1
 *   version 0.1.0
 *   plugin homology.ripser 3f…              (sorted, each once)
 *   entry 1234 9a… actions/00/00…           (bytes, SHA-256, name; sorted by name, each once) */
#include "store/bundle_internal.h"
#include "store/codec.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char first_line[] = "bettiflow bundle 1";
static const char hex[] = "0123456789abcdef", digits[] = "0123456789";

/* ---- names ---- */

bool bf_file_name_valid(const char *name) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const size_t n = strlen(name);
  for (size_t i = 0; i < n; i++)
    if (!strchr(plain, name[i]) && (!i || !strchr("._-", name[i]))) return false;
  return n && n <= BF_NAME_MOST;
}

/* <shard>/<digest> */
static bool is_sharded(const char *s) { return strlen(s) == 67 && s[2] == '/' && bf_digest_valid(s + 3) && !strncmp(s, s + 3, 2); }

/* 20261123-224712-3f9a/ */
static bool is_run_folder(const char *s) {
  return strspn(s, digits) == 8 && s[8] == '-' && strspn(s + 9, digits) == 6 && s[15] == '-' && strspn(s + 16, hex) == 4 && s[BF_RUN_ID] == '/';
}

static bool is_task_number(const char *s) {
  const size_t n = strlen(s);
  return n && n <= 10 && strspn(s, digits) == n && (*s != '0' || n == 1) && strtoull(s, NULL, 10) <= UINT32_MAX;
}

bf_entry_kind bf_entry_kind_of(const char *name) {
  if (!strncmp(name, "actions/", 8)) return is_sharded(name + 8) ? BF_ENTRY_RECORD : BF_NO_ENTRY;
  if (!strncmp(name, "objects/", 8)) return is_sharded(name + 8) ? BF_ENTRY_OBJECT : BF_NO_ENTRY;
  if (!strncmp(name, "files/", 6)) return bf_file_name_valid(name + 6) ? BF_ENTRY_FILE : BF_NO_ENTRY;
  if (strncmp(name, "runs/", 5) || !is_run_folder(name + 5)) return BF_NO_ENTRY;
  name += 5 + BF_RUN_ID + 1;
  if (!strcmp(name, "journal")) return BF_ENTRY_JOURNAL;
  return !strncmp(name, "log/", 4) && is_task_number(name + 4) ? BF_ENTRY_LOG : BF_NO_ENTRY;
}

static uint64_t most_bytes(bf_entry_kind kind) {
  switch (kind) {
  case BF_ENTRY_RECORD:
    return BF_MAX_RECORD + 16; /* with its frame */
  case BF_ENTRY_FILE:
    return BF_BUNDLE_FILE;
  case BF_ENTRY_JOURNAL:
  case BF_ENTRY_LOG:
    return BF_BUNDLE_JOURNAL;
  default:
    return UINT64_MAX;
  }
}

/* ---- what it owns ---- */

void bf_bundle_info_free(bf_bundle_info *i) {
  for (size_t k = 0; k < i->nrun; k++) free(i->run[k]);
  for (size_t k = 0; k < i->nplugin; k++) {
    free(i->plugin[k].id);
    free(i->plugin[k].build);
  }
  free(i->run);
  free(i->plugin);
  free(i->version);
  *i = (bf_bundle_info){0};
}

void bf_manifest_free(bf_manifest *m) {
  for (size_t i = 0; i < m->n; i++) free(m->entry[i].name);
  free(m->entry);
  bf_bundle_info_free(&m->info);
  *m = (bf_manifest){0};
}

static int by_name(const void *name, const void *entry) { return strcmp(name, ((const bf_manifest_entry *)entry)->name); }

const bf_manifest_entry *bf_manifest_find(const bf_manifest *m, const char *name) {
  return m->n ? bsearch(name, m->entry, m->n, sizeof *m->entry, by_name) : NULL;
}

/* ---- writing ---- */

char *bf_manifest_text(const bf_manifest *m) {
  bf_text t = {0};
  bf_text_addf(&t, "%s\nversion %s\n", first_line, m->info.version);
  for (size_t i = 0; i < m->info.nplugin; i++) bf_text_addf(&t, "plugin %s %s\n", m->info.plugin[i].id, m->info.plugin[i].build);
  for (size_t i = 0; i < m->n; i++) bf_text_addf(&t, "entry %" PRIu64 " %s %s\n", m->entry[i].size, m->entry[i].digest.hex, m->entry[i].name);
  return bf_text_take(&t);
}

/* ---- reading ---- */

/* A word of printable ASCII, ended by `end`; *rest stands behind that. Allocated; NULL when it is none. */
static char *word(const char *s, char end, const char **rest) {
  size_t n = 0;
  while (s[n] > ' ' && s[n] <= '~') n++;
  if (!n || n > BF_PLUGIN_WORD || s[n] != end) return NULL;
  *rest = s + n + (end != 0);
  return bf_strndup(s, n);
}

static bf_status take_plugin(bf_manifest *m, const char *s) {
  bf_bundle_info *info = &m->info;
  bf_bundle_plugin p = {0};
  if (info->nplugin == BF_BUNDLE_PLUGINS) return bf_fail(BF_BAD_INPUT, "more than %d plugins", BF_BUNDLE_PLUGINS);
  p.id = word(s, ' ', &s);
  p.build = p.id ? word(s, 0, &s) : NULL;
  const bf_bundle_plugin *last = info->nplugin ? &info->plugin[info->nplugin - 1] : NULL;
  int order = !p.build ? 0 : !last ? 1 : strcmp(p.id, last->id);
  if (p.build && !order) order = strcmp(p.build, last->build);
  if (order <= 0 || m->n) {
    free(p.id);
    free(p.build);
    return bf_fail(BF_BAD_INPUT, order <= 0 ? "not a plugin with its build-id, or not in order" : "a plugin behind entries");
  }
  info->plugin = bf_grow(info->plugin, info->nplugin, sizeof *info->plugin);
  info->plugin[info->nplugin++] = p;
  return BF_OK;
}

static bf_status count_entry(bf_manifest *m, const bf_manifest_entry *e) {
  bf_bundle_count *c = &m->info.count;
  c->entries++;
  c->bytes += e->size;
  c->objects += e->kind == BF_ENTRY_OBJECT;
  c->records += e->kind == BF_ENTRY_RECORD;
  c->files += e->kind == BF_ENTRY_FILE;
  if (e->kind == BF_ENTRY_LOG && (!c->runs || strncmp(e->name + 5, m->info.run[m->info.nrun - 1], BF_RUN_ID)))
    return bf_fail(BF_BAD_INPUT, "%s: a log of a run without a journal", e->name);
  if (e->kind != BF_ENTRY_JOURNAL) return BF_OK;
  if (m->info.nrun == BF_BUNDLE_PLUGINS) return bf_fail(BF_BAD_INPUT, "more than %d runs", BF_BUNDLE_PLUGINS);
  c->runs++;
  m->info.run = bf_grow(m->info.run, m->info.nrun, sizeof *m->info.run);
  m->info.run[m->info.nrun++] = bf_strndup(e->name + 5, BF_RUN_ID);
  return BF_OK;
}

static bf_status too_many(const bf_bundle_limits *most) {
  return bf_fail(BF_BAD_INPUT, "more than %" PRIu64 " entries; if you trust it, allow more with --max-entries", most->entries);
}

static bf_status too_big(const bf_bundle_limits *most) {
  return bf_fail(BF_BAD_INPUT, "it unpacks to more than %" PRIu64 " MiB, which is much for its size; if you trust it, allow more with --max-size",
                 most->bytes >> 20);
}

/* "1234 <digest> <name>" */
static bf_status take_entry(bf_manifest *m, const char *s, const bf_bundle_limits *most) {
  bf_manifest_entry e = {0};
  char *end;
  const size_t n = strspn(s, digits);
  errno = 0;
  e.size = strtoull(s, &end, 10);
  if (!n || n > 19 || s[n] != ' ' || strspn(s + n + 1, hex) != 64 || s[n + 65] != ' ') return bf_fail(BF_BAD_INPUT, "not an entry's size, digest and name");
  memcpy(e.digest.hex, s + n + 1, 64);
  const char *name = s + n + 66;
  e.kind = bf_entry_kind_of(name);
  if (e.kind == BF_NO_ENTRY) return bf_fail(BF_BAD_INPUT, "'%s' is no name of an entry of a bundle", name);
  if (m->n && strcmp(name, m->entry[m->n - 1].name) <= 0) return bf_fail(BF_BAD_INPUT, "'%s' is not in order, or twice there", name);
  if (e.kind == BF_ENTRY_OBJECT && strcmp(name + 11, e.digest.hex)) return bf_fail(BF_BAD_INPUT, "'%s' has another digest than its name", name);
  if (e.size > most_bytes(e.kind)) return bf_fail(BF_BAD_INPUT, "'%s' has %" PRIu64 " bytes, more than such an entry may have", name, e.size);
  if (m->n == most->entries) return too_many(most);
  if (e.size > most->bytes || m->info.count.bytes > most->bytes - e.size) return too_big(most);
  e.name = bf_strdup(name);
  m->entry = bf_grow(m->entry, m->n, sizeof *m->entry);
  m->entry[m->n++] = e;
  return count_entry(m, &e);
}

bf_status bf_manifest_line(bf_manifest *m, const char *line, uint64_t number, const bf_bundle_limits *most) {
  const char *rest;
  if (number == 1) {
    if (!strcmp(line, first_line)) return BF_OK;
    if (!strncmp(line, first_line, sizeof first_line - 2)) return bf_fail(BF_BAD_INPUT, "this is '%s'; a newer bettiflow may read it", line);
    return bf_fail(BF_BAD_INPUT, "it does not begin with '%s'", first_line);
  }
  if (number == 2) {
    m->info.version = strncmp(line, "version ", 8) ? NULL : word(line + 8, 0, &rest);
    return m->info.version ? BF_OK : bf_fail(BF_BAD_INPUT, "not the version of bettiflow that made it");
  }
  if (!strncmp(line, "plugin ", 7)) return take_plugin(m, line + 7);
  return strncmp(line, "entry ", 6) ? bf_fail(BF_BAD_INPUT, "neither a plugin nor an entry") : take_entry(m, line + 6, most);
}
