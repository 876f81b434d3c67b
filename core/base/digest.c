/* SHA-256 by OpenSSL's libcrypto. Its plain functions, not EVP: they need no set-up, and linked statically they bring only themselves. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
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

void bf_digest_raw(const void *data, size_t n, uint8_t out[32]) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data, n);
  SHA256_Final(out, &context);
}

bf_digest bf_digest_of(const void *data, size_t n) {
  uint8_t raw[32];
  bf_digest_raw(data, n, raw);
  return hex_of(raw);
}

_Static_assert(sizeof(SHA256_CTX) <= sizeof(bf_digesting), "bf_digesting holds libcrypto's context");
_Static_assert(_Alignof(bf_digesting) % _Alignof(SHA256_CTX) == 0, "and aligned as it needs");

void bf_digest_begin(bf_digesting *d) { SHA256_Init((SHA256_CTX *)(void *)d); }
void bf_digest_add(bf_digesting *d, const void *data, size_t n) { SHA256_Update((SHA256_CTX *)(void *)d, data, n); }

bf_digest bf_digest_end(bf_digesting *d) {
  uint8_t raw[32];
  SHA256_Final(raw, (SHA256_CTX *)(void *)d);
  return hex_of(raw);
}

bf_status bf_digest_of_file(const char *path, bf_digest *out, uint64_t *size) {
  static _Thread_local uint8_t block[1 << 16];
  SHA256_CTX context;
  uint8_t raw[32];
  uint64_t total = 0;
  ssize_t n;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  SHA256_Init(&context);
  while ((n = read(fd, block, sizeof block)) > 0) {
    SHA256_Update(&context, block, (size_t)n);
    total += (uint64_t)n;
  }
  bf_status status = n < 0 ? bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno)) : BF_OK;
  close(fd);
  SHA256_Final(raw, &context);
  *out = hex_of(raw);
  if (size) *size = total;
  return status;
}

bool bf_digest_valid(const char *hex) { return strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64; }
