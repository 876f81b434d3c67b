/* What counts as text, a name and an id in artifacts, and lists of texts in one array of bytes. */
#include "artifact/container.h"
#include <stdlib.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at s, 0 if there is none (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
static size_t sequence(const uint8_t *s, size_t n) {
  uint32_t code;
  size_t length = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
  if (!length || length > n) return 0;
  code = length == 1 ? s[0] : s[0] & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xc0) != 0x80) return 0;
    code = code << 6 | (s[i] & 0x3fu);
  }
  if (length == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return 0;
  if (length == 4 && (code < 0x10000 || code > 0x10ffff)) return 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0; /* control characters */
  return length;
}

static bool valid(const char *s, size_t n, bool lines) {
  const uint8_t *at = (const uint8_t *)s;
  for (size_t i = 0, k; i < n; i += k) {
    k = lines && (at[i] == '\n' || at[i] == '\t') ? 1 : sequence(at + i, n - i);
    if (!k) return false;
  }
  return true;
}

bool bf_valid_text(const char *s, size_t n) { return valid(s, n, false); }

/* Length of the name at s, 0 if there is none. */
static size_t name_length(const char *s) {
  if (*s < 'a' || *s > 'z') return 0;
  return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

bool bf_valid_name(const char *s) {
  size_t n = name_length(s);
  return n && n < 64 && !s[n];
}

static size_t id_length(const char *s) {
  size_t kind = name_length(s);
  if (!kind || s[kind] != '.') return 0;
  size_t name = name_length(s + kind + 1);
  return name ? kind + 1 + name : 0;
}

bool bf_valid_id(const char *s) {
  size_t n = id_length(s);
  return n && n < 128 && !s[n];
}

bool bf_valid_activation(const char *s, char id[128]) {
  size_t n = id_length(s), length = strlen(s);
  if (strncmp(s, "activation.", 11) || !n || n >= 128 || !bf_valid_text(s, length)) return false;
  if (s[n] && (s[n] != '(' || s[length - 1] != ')')) return false;
  memcpy(id, s, n);
  id[n] = 0;
  return true;
}

bf_status bf_texts_split(bf_container *c, const char *array, bool lines, const uint8_t *bytes, uint64_t n, char ***text, uint64_t *ntext) {
  bf_status status = BF_OK;
  uint64_t count = 0;
  char **list = NULL;
  *text = NULL;
  *ntext = 0;
  if (n && bytes[n - 1]) return bf_fail(BF_BAD_INPUT, "%s: array %s: the last text has no end", c->path, array);
  for (uint64_t i = 0; i < n; i++) count += !bytes[i];
  BF_TRY(bf_container_take(c, n + count * (sizeof(char *) + 32))); /* 32: what malloc adds to a small block, generously */
  list = calloc(count ? count : 1, sizeof *list);
  for (uint64_t k = 0; list && k < count; k++) {
    size_t length = strlen((const char *)bytes);
    if (!valid((const char *)bytes, length, lines)) {
      status = bf_fail(BF_BAD_INPUT, "%s: array %s: text %llu is not UTF-8 without control characters", c->path, array, (unsigned long long)k);
      goto out;
    }
    if (!(list[k] = strdup((const char *)bytes))) break;
    bytes += length + 1;
  }
  if (!list || (count && !list[count - 1])) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for its texts", c->path);
    goto out;
  }
  *text = list;
  *ntext = count;
  list = NULL;
out:
  for (uint64_t k = 0; list && k < count; k++) free(list[k]);
  free(list);
  return status;
}

bf_status bf_texts_join(char *const *text, uint64_t ntext, bool lines, uint8_t **bytes, uint64_t *n) {
  uint64_t total = 0;
  for (uint64_t k = 0; k < ntext; k++) {
    size_t length = text[k] ? strlen(text[k]) : 0;
    if (length && !valid(text[k], length, lines)) return bf_fail(BF_FAILED, "text %llu is not UTF-8 without control characters", (unsigned long long)k);
    total += length + 1;
  }
  uint8_t *at = *bytes = malloc(total ? total : 1);
  if (!at) return bf_fail(BF_NO_MEMORY, "no memory for %llu bytes of text", (unsigned long long)total);
  for (uint64_t k = 0; k < ntext; k++) {
    size_t length = text[k] ? strlen(text[k]) : 0;
    if (length) memcpy(at, text[k], length);
    at[length] = 0;
    at += length + 1;
  }
  *n = total;
  return BF_OK;
}
