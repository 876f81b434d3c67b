/* SHA-256 by OpenSSL's libcrypto. */
#include "base/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

static bf_digest hex_of(const uint8_t raw[32]) {
  bf_digest d;
  for (size_t i = 0; i < 32; i++) {
    d.hex[2 * i] = "0123456789abcdef"[raw[i] >> 4];
    d.hex[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
  }
  d.hex[64] = 0;
  return d;
}

void bf_digest_raw(const void *data, size_t n, uint8_t out[32]) { EVP_Digest(data, n, out, NULL, EVP_sha256(), NULL); }

bf_digest bf_digest_of(const void *data, size_t n) {
  uint8_t raw[32];
  bf_digest_raw(data, n, raw);
  return hex_of(raw);
}

bf_status bf_digest_of_file(const char *path, bf_digest *out, uint64_t *size) {
  bf_status status = BF_OK;
  static _Thread_local uint8_t block[1 << 16];
  uint8_t raw[32];
  uint64_t total = 0;
  ssize_t n;
  EVP_MD_CTX *context = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  context = EVP_MD_CTX_new();
  if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
    status = bf_fail(BF_NO_MEMORY, "no memory for hashing %s", path);
    goto out;
  }
  while ((n = read(fd, block, sizeof block)) > 0) {
    EVP_DigestUpdate(context, block, (size_t)n);
    total += (uint64_t)n;
  }
  if (n < 0) {
    status = bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
    goto out;
  }
  EVP_DigestFinal_ex(context, raw, NULL);
  *out = hex_of(raw);
  if (size) *size = total;
out:
  EVP_MD_CTX_free(context);
  close(fd);
  return status;
}

bool bf_digest_valid(const char *hex) { return strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64; }
