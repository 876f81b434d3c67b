/* Looking ids and file extensions up in the registry, with messages that help. */
#include "base/file.h"
#include "base/text.h"
#include "plugin/registry.h"
#include <bettiflow/artifact.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BROKEN_FILE = 64 << 20 };

static const char *const kind_names[] = {"stage", "activation", "format"};
static const char *const kind_prefixes[] = {"", "activation.", "format."};

static const char *name_of(const char *id) {
  const char *dot = strchr(id, '.');
  return dot ? dot + 1 : id;
}

/* The broken plugin that holds the id among its bytes, if there is one. */
static const bf_broken *broken_with(const bf_registry *r, const char *id) {
  const bf_broken *list, *found = NULL;
  size_t n = bf_registry_broken(r, &list);
  for (size_t i = 0; i < n && !found; i++) {
    char *bytes = NULL;
    size_t size;
    if (bf_file_read(list[i].path, MAX_BROKEN_FILE, &bytes, &size) == BF_OK && memmem(bytes, size, id, strlen(id) + 1)) found = &list[i];
    free(bytes);
  }
  return found;
}

static bf_status not_found(const bf_registry *r, bf_kind kind, const char *id) {
  const bf_broken *broken = broken_with(r, id);
  if (broken) return bf_fail(BF_PLUGIN, "%s '%s' is in a plugin that can't be used: %s: %s", kind_names[kind], id, broken->path, broken->why);
  size_t n = bf_registry_size(r), m = 0;
  const char **candidates = bf_alloc(2 * n, sizeof *candidates), *near = NULL;
  for (size_t i = 0; i < n; i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind != kind) continue;
    if (!strcmp(name_of(e->id), name_of(id))) near = e->id;
    candidates[m++] = kind == BF_KIND_STAGE ? e->id : name_of(e->id);
  }
  if (!near) near = bf_nearest(kind == BF_KIND_STAGE ? id : name_of(id), candidates, m);
  bf_text list = {0};
  const char *dot = strchr(id, '.'); /* of stages only those of the same sort: complex., homology. */
  for (size_t i = 0; i < m; i++) {
    if (kind == BF_KIND_STAGE && (!dot || strncmp(candidates[i], id, (size_t)(dot - id) + 1))) continue;
    bf_text_addf(&list, "%s%s", list.at ? ", " : "; there is ", candidates[i]);
  }
  const char *rest = near ? "'?" : list.at ? list.at : "; `bettiflow plugins` lists what there is";
  bf_status status =
      bf_fail(BF_INVALID, "no plugin offers the %s '%.200s'%s%s%s", kind_names[kind], id, near ? "; did you mean '" : "", near ? near : "", rest);
  bf_text_free(&list);
  free(candidates);
  return status;
}

bf_status bf_registry_find(const bf_registry *r, bf_kind kind, const char *id, const bf_entry **out) {
  const bf_entry *found = NULL;
  bf_status status = BF_OK;
  const char *prefix = kind_prefixes[kind];
  char *whole = strncmp(id, prefix, strlen(prefix)) ? bf_format_text("%s%s", prefix, id) : bf_strdup(id);
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind != kind || strcmp(e->id, whole)) continue;
    if (found) {
      status = bf_fail(BF_PLUGIN, "%s is defined by two different plugins, %s and %s; take one off the plugin path", whole, found->from->path, e->from->path);
      goto out;
    }
    found = e;
  }
  if (!found) status = not_found(r, kind, whole);
  *out = found;
out:
  free(whole);
  return status;
}

bf_status bf_registry_find_use(const bf_registry *r, const char *id, const bf_entry **out) {
  bf_kind kind = !strncmp(id, "format.", 7) ? BF_KIND_FORMAT : BF_KIND_ACTIVATION;
  return bf_registry_find(r, kind, id, out) == BF_OK ? BF_OK : bf_fail_in(BF_PLUGIN, "an input was made with %s", id);
}

bf_type bf_type_of(uint32_t types) { return types && !(types & (types - 1)) ? (bf_type)__builtin_ctz(types) : (bf_type)0; }

char *bf_types_text(uint32_t types) {
  bf_text t = {0};
  for (uint32_t k = BF_POINT_CLOUD; k <= BF_TYPE_LAST; k++)
    if (types & BF_BIT(k)) bf_text_addf(&t, "%s%s", t.n ? " or " : "", bf_type_name((bf_type)k));
  return bf_text_take(&t);
}

/* Length of the longest extension of the format that the name ends with; 0 if none does. */
static size_t match(const bf_format *f, const char *file) {
  size_t length = strlen(file), best = 0;
  for (const char *word = f->extensions; *word;) {
    size_t n = strcspn(word, " ");
    if (n > best && n < length && !strncasecmp(file + length - n, word, n)) best = n;
    word += n + (word[n] == ' ');
  }
  return best;
}

/* "csv (.csv .tsv), npy (.npy)": the formats that read or write the type (0: any). */
static char *formats_text(const bf_registry *r, bf_type type, bool writes) {
  bf_text list = {0};
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    uint32_t types = e->kind == BF_KIND_FORMAT ? (writes ? e->format->writes : e->format->reads) : 0;
    if (!(type ? types & BF_BIT(type) : types)) continue;
    bf_text_addf(&list, "%s%s", list.n ? ", " : "", name_of(e->id));
    if (*e->format->extensions) bf_text_addf(&list, " (%s)", e->format->extensions);
  }
  return bf_text_take(&list);
}

static bf_status no_format(const bf_registry *r, const char *file, bf_type type, bool writes) {
  const char *base = bf_path_base(file), *dot = strrchr(base, '.'), *what = type ? bf_type_name(type) : NULL;
  char *list = formats_text(r, type, writes);
  bf_status status = bf_fail(BF_INVALID, "%.300s: no format that %s %s %s%.40s%s%s", base, writes ? "writes" : "reads", what ? what : "data",
                             dot ? "has the extension " : "fits a name without an extension", dot ? dot : "", *list ? "; there is " : "", list);
  free(list);
  return status;
}

bf_status bf_registry_format_for(const bf_registry *r, const char *file, bf_type type, bool writes, const bf_entry **out) {
  const bf_entry *best = NULL, *rival = NULL;
  size_t longest = 0;
  const char *base = bf_path_base(file);
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    uint32_t types = e->kind == BF_KIND_FORMAT ? (writes ? e->format->writes : e->format->reads) : 0;
    if (!(type ? types & BF_BIT(type) : types)) continue;
    size_t n = match(e->format, base);
    if (n > longest) {
      longest = n;
      best = e;
      rival = NULL;
    } else if (n && n == longest) {
      rival = e;
    }
  }
  if (!best) return no_format(r, file, type, writes);
  if (rival && !strcmp(rival->id, best->id)) return bf_registry_find(r, BF_KIND_FORMAT, best->id, out);
  if (rival) return bf_fail(BF_INVALID, "%.300s: both %s and %s take this extension; name one of them", base, best->id, rival->id);
  *out = best;
  return BF_OK;
}
