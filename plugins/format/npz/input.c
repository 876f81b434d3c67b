/* Plain and gzipped files through zlib, which checks each gzip member's CRC-32 and length. */
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct input {
  source source;
  gzFile file;
  char *path;
};

static bf_status read_gz(const source *s, void *to, size_t n, size_t *got) {
  input *in = s->from;
  int error = Z_OK;
  if (n > 1 << 30) n = 1 << 30;
  int have = gzread(in->file, to, (unsigned)n);
  *got = have > 0 ? (size_t)have : 0;
  if (have == (int)n) return BF_OK;
  const char *why = gzerror(in->file, &error); /* a stream that is cut off shows only here */
  if (error == Z_OK || error == Z_STREAM_END) return BF_OK;
  if (error == Z_ERRNO) return bf_fail(BF_BAD_INPUT, "%s: can't read: %s", in->path, strerror(errno));
  if (error == Z_BUF_ERROR) return bf_fail(BF_BAD_INPUT, "%s: can't read: the gzip data ends early; truncated?", in->path);
  return bf_fail(error == Z_MEM_ERROR ? BF_NO_MEMORY : BF_BAD_INPUT, "%s: can't read: damaged gzip data (%s)", in->path, why);
}

bf_status input_open(const char *path, input **out) {
  input *in = *out = calloc(1, sizeof *in);
  if (!in || !(in->path = strdup(path))) {
    input_close(in);
    *out = NULL;
    return bf_fail(BF_NO_MEMORY, "%s: out of memory", path);
  }
  errno = 0;
  in->file = gzopen(path, "rbe");
  if (!in->file) {
    input_close(in);
    *out = NULL;
    return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno ? errno : ENOMEM));
  }
  gzbuffer(in->file, 1 << 16);
  in->source = (source){.where = in->path, .from = in, .read = read_gz};
  return BF_OK;
}

const source *input_source(const input *in) { return &in->source; }

void input_close(input *in) {
  if (!in) return;
  if (in->file) gzclose(in->file);
  free(in->path);
  free(in);
}
