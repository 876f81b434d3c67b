/* The list of what is packed. */
#include "base/file.h"
#include "store/bundle_pack.h"
#include "store/internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bf_pack *bf_pack_new(const bf_store *s) {
  bf_pack *p = bf_alloc(1, sizeof *p);
  p->store = s;
  return p;
}

void bf_pack_free(bf_pack *p) {
  if (!p) return;
  for (size_t i = 0; i < p->n; i++) {
    free(p->item[i].name);
    free(p->item[i].path);
    free(p->item[i].data);
  }
  for (size_t i = 0; i < p->nplugin; i++) {
    free(p->plugin[i].id);
    free(p->plugin[i].build);
  }
  free(p->item);
  free(p->plugin);
  free(p);
}

void bf_pack_add(bf_pack *p, bf_pack_item item) {
  p->item = bf_grow(p->item, p->n, sizeof *p->item);
  p->item[p->n++] = item;
}

void bf_pack_object(bf_pack *p, const bf_digest *digest) {
  bf_pack_add(p, (bf_pack_item){.name = bf_format_text("objects/%.2s/%s", digest->hex, digest->hex), .path = bf_store_object(p->store, digest->hex)});
}

bf_status bf_pack_record(bf_pack *p, const bf_digest *key, bool bare) {
  bf_record *r = NULL;
  const bf_record_state state = bf_record_read(p->store, key->hex, &r);
  if (state == BF_RECORD_NONE)
    return bf_fail(BF_STORE, "%s: the store has no record for the key %s; run the pipeline again, then pack that run", p->store->path, key->hex);
  if (state == BF_RECORD_BAD) return bf_fail_in(BF_STORE, "a bad record can't be packed; run the pipeline again, then pack that run");
  for (size_t i = 0; i < r->noutput; i++)
    for (size_t j = 0; !bare && j < r->output[i].nitem; j++) bf_pack_object(p, &r->output[i].item[j].digest);
  bf_pack_plugins(p, r->parts);
  bf_pack_add(p, (bf_pack_item){.name = bf_format_text("actions/%.2s/%s", key->hex, key->hex), .path = bf_store_sharded(p->store, "actions", key->hex)});
  bf_record_free(r);
  return BF_OK;
}

bf_status bf_pack_file(bf_pack *p, const char *name, const void *data, size_t n) {
  if (!bf_file_name_valid(name))
    return bf_fail(BF_USAGE, "'%s' can't be the name of a bundle's file: letters, digits, '.', '_' and '-', at most %d", name, BF_NAME_MOST);
  if (n > BF_BUNDLE_FILE) return bf_fail(BF_USAGE, "%s: %zu bytes, more than the %d that a bundle's small file may have", name, n, BF_BUNDLE_FILE);
  for (size_t i = 0; i < p->n; i++)
    if (!strncmp(p->item[i].name, "files/", 6) && !strcmp(p->item[i].name + 6, name)) return bf_fail(BF_USAGE, "a bundle has one file '%s', not two", name);
  bf_pack_item item = {.name = bf_format_text("files/%s", name), .data = bf_alloc(n, 1), .size = n};
  if (n) memcpy(item.data, data, n);
  bf_pack_add(p, item);
  return BF_OK;
}

/* ---- plugins ---- */

static bool is_plain(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (s[i] <= ' ' || s[i] > '~') return false;
  return n > 0 && n <= BF_PLUGIN_WORD;
}

static void add_plugin(bf_pack *p, const char *id, size_t nid, const char *build, size_t nbuild) {
  if (!is_plain(id, nid) || !is_plain(build, nbuild)) return;
  for (size_t i = p->nplugin; i-- > 0;) {
    const bf_bundle_plugin *known = &p->plugin[i];
    if (!strncmp(known->id, id, nid) && !known->id[nid] && !strncmp(known->build, build, nbuild) && !known->build[nbuild]) return;
  }
  p->plugin = bf_grow(p->plugin, p->nplugin, sizeof *p->plugin);
  p->plugin[p->nplugin++] = (bf_bundle_plugin){bf_strndup(id, nid), bf_strndup(build, nbuild)};
}

typedef struct words { /* of a line */
  const char *at[6];
  size_t length[6];
  size_t n;
} words;

static words words_of(const char *line, size_t length) {
  words w = {.n = 0};
  for (size_t i = 0; i < length && w.n < 6;) {
    size_t n = 0;
    while (i + n < length && line[i + n] != ' ') n++;
    w.at[w.n] = line + i;
    w.length[w.n++] = n;
    i += n + 1;
  }
  return w;
}

static bool is(const words *w, size_t i, const char *text) { return i < w->n && w->length[i] == strlen(text) && !memcmp(w->at[i], text, w->length[i]); }

/* The lines of a key's text (engine/key.c, plugin/param_key.c): "stage ID REVISION" or "save ID REVISION" and behind it "build BUILD";
 * "plugin ID REVISION BUILD"; "uses ID revision REVISION build BUILD". */
void bf_pack_plugins(bf_pack *p, const char *parts) {
  words last = {.n = 0};
  while (*parts) {
    const size_t n = strcspn(parts, "\n");
    const words w = words_of(parts, n);
    if (is(&w, 0, "build") && w.n == 2 && last.n == 3 && (is(&last, 0, "stage") || is(&last, 0, "save")))
      add_plugin(p, last.at[1], last.length[1], w.at[1], w.length[1]);
    else if (is(&w, 0, "plugin") && w.n == 4)
      add_plugin(p, w.at[1], w.length[1], w.at[3], w.length[3]);
    else if (is(&w, 0, "uses") && w.n == 6)
      add_plugin(p, w.at[1], w.length[1], w.at[5], w.length[5]);
    last = w;
    parts += n + (parts[n] == '\n');
  }
}
