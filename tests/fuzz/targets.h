/* The readers that are fuzzed: what each is called, how it is called, and good files to begin with. tests/fuzz/format_mutate.c damages the good files a
 * few hundred times in ctest; `tools/fuzz` lets libFuzzer search (tests/fuzz/libfuzzer.c). A new reader needs a row in targets.c and a line bf_fuzz() in
 * tests/fuzz/format.cmake. */
#ifndef TESTS_FUZZ_TARGETS_H
#define TESTS_FUZZ_TARGETS_H

#include <bettiflow/plugin.h>

/* One way to call a reader. */
typedef struct fuzz_variant {
  const char *format; /* "format.npz"; NULL: the artifact reader itself */
  bf_type type;
  const char *parameter[6]; /* name, value, … */
  /* Writes a good payload (see fuzz_wrap) into `to`; returns its bytes. */
  size_t (*seed)(const struct fuzz_variant *v, unsigned char *to, size_t room);
  const char *file; /* instead of `seed`: a good file under tests/ */
  const char *text; /* instead of both: a good file's text */
} fuzz_variant;

/* What the fuzzer changes: the file's bytes, or what stands behind the checksums, which it could not put right. */
typedef enum fuzz_wrap {
  FUZZ_PLAIN,
  FUZZ_RECORDS, /* 16-bit length and payload of each record: framed with their CRC-32C (frame.h) */
  FUZZ_MEMBERS  /* 16-bit length of each member, its name, a zero byte and its data: put into a zip archive */
} fuzz_wrap;

enum { FUZZ_VARIANTS = 16, FUZZ_ROOM = 1 << 20 }; /* FUZZ_ROOM: bytes of the longest file */

typedef struct fuzz_target {
  const char *name, *plugin; /* "npz", "format/npz"; plugin NULL: artifacts */
  fuzz_wrap wrap;
  const char *words; /* what libFuzzer should try: quoted words, one in each line, \x00 for bytes */
  fuzz_variant variant[FUZZ_VARIANTS];
} fuzz_target;

extern const fuzz_target fuzz_targets[]; /* the last one has no name */
const fuzz_target *fuzz_target_find(const char *name);
size_t fuzz_variants(const fuzz_target *t);

/* A good payload of a variant; aborts when there is none. */
size_t fuzz_seed(const fuzz_target *t, size_t variant, unsigned char *to, size_t room);

/* Makes the payload a file: the bytes that the reader gets. */
size_t fuzz_wrapped(const fuzz_target *t, const unsigned char *payload, size_t n, unsigned char *to, size_t room);

/* Lets the reader loose on a payload, with files in memory and a budget of 64 MiB. Aborts, with a message, unless it gives an artifact that
 * bf_artifact_check takes, or BF_BAD_INPUT or BF_NO_MEMORY with a message that begins with the file. */
bf_status fuzz_run(const fuzz_target *t, const bf_plugin *plugin, size_t variant, const unsigned char *payload, size_t n);

#endif
