/* SHA-256 of a file, compared with the one that is wanted. By OpenSSL's plain functions: linked statically they bring only themselves. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "digest.h"
#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bf_status bf_sha256_check_text(const char *parameter, const char *text) {
  if (!*text || (strlen(text) == 64 && strspn(text, "0123456789abcdefABCDEF") == 64)) return BF_OK;
  return bf_fail(BF_INVALID, "%s: '%.80s' is no SHA-256, which has 64 hex digits; `sha256sum FILE` prints a file's, and \"\" asks for none", parameter, text);
}

static bf_status hash(const bf_host *host, bf_task *task, FILE *f, const char *path, char hex[65]) {
  unsigned char block[1 << 14], raw[32];
  SHA256_CTX context;
  SHA256_Init(&context);
  for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;) {
    SHA256_Update(&context, block, n);
    bf_status status = host->step(task, 0, 0);
    if (status != BF_OK) return status;
  }
  if (ferror(f)) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  SHA256_Final(raw, &context);
  for (size_t i = 0; i < sizeof raw; i++) snprintf(hex + 2 * i, 3, "%02x", raw[i]);
  return BF_OK;
}

bf_status bf_sha256_check_file(const bf_host *host, bf_task *task, const char *parameter, const char *path, const char *want) {
  char hex[65] = "";
  if (!*want) return BF_OK;
  FILE *f = fopen(path, "rb");
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  bf_status status = hash(host, task, f, path, hex);
  fclose(f);
  if (status != BF_OK || !strcasecmp(hex, want)) return status;
  return bf_fail(BF_BAD_INPUT, "%s: its SHA-256 is %s, not %s as `%s` asks; take the right file, or, if you trust this one, set `%s` to its SHA-256 or to \"\"",
                 path, hex, want, parameter, parameter);
}
