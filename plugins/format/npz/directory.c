/* What a zip file's end record says, before libarchive indexes the directory that it points to: so that a directory of millions of entries is refused at once.
 * Source: PKWARE, APPNOTE.TXT 6.3, 4.3.16. */
#include "directory.h"
#include "npz.h"
#include <bettiflow/artifact.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { END = 22, TAIL = 1 << 14 };    /* bytes of the record; libarchive looks for it in as many bytes at the end of the file */
enum { ENTRY = 46 + NPZ_NAME + 256 }; /* most bytes of an entry that are taken: what is fixed, a name, extra fields */

static uint32_t u16(const unsigned char *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32(const unsigned char *p) { return u16(p) | u16(p + 2) << 16; }

/* The last record that could be one; NULL: none. */
static const unsigned char *find_end(const unsigned char *tail, size_t n) {
  for (size_t i = n < END ? 0 : n - END + 1; i-- > 0;) {
    const unsigned char *p = tail + i;
    if (memcmp(p, "PK\5\6", 4) == 0 && u16(p + 4) == 0 && u16(p + 6) == 0 && u16(p + 8) == u16(p + 10)) return p;
  }
  return NULL;
}

static bf_status check_end(const char *path, const unsigned char *end, uint64_t at, uint32_t *members) {
  uint64_t begin = u32(end + 16);
  *members = u16(end + 10);
  if (*members > NPZ_MEMBERS) return bf_fail(BF_BAD_INPUT, "%s: more than %d members", path, NPZ_MEMBERS);
  if (begin == UINT32_MAX && at > UINT32_MAX) return BF_OK; /* a larger archive says it elsewhere */
  if (begin > at || at - begin > (uint64_t)(*members + 1) * ENTRY)
    return bf_fail(BF_BAD_INPUT, "%s: damaged: its directory of %u members can't take %llu bytes", path, *members, (unsigned long long)(at - begin));
  return BF_OK;
}

bf_status npz_directory_check(const char *path, uint32_t *members) {
  bf_status status = BF_OK;
  unsigned char *tail = malloc(TAIL);
  FILE *f = fopen(path, "rbe");
  *members = 0;
  if (!tail || !f) {
    status = f ? bf_fail(BF_NO_MEMORY, "%s: out of memory", path) : bf_fail(BF_BAD_INPUT, "%s: %m", path);
    goto out;
  }
  off_t size = fseeko(f, 0, SEEK_END) == 0 ? ftello(f) : -1, from = size > TAIL ? size - TAIL : 0;
  size_t n = size >= 0 && fseeko(f, from, SEEK_SET) == 0 ? fread(tail, 1, TAIL, f) : 0;
  const unsigned char *end = find_end(tail, n);
  if (!end)
    status = bf_fail(BF_BAD_INPUT, "%s: not a whole .npz archive (a zip file, with its directory at the end); truncated?", path);
  else
    status = check_end(path, end, (uint64_t)from + (uint64_t)(end - tail), members);
out:
  if (f) fclose(f);
  free(tail);
  return status;
}
