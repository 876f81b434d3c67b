/* What the files of the store share. */
#ifndef BF_STORE_INTERNAL_H
#define BF_STORE_INTERNAL_H

#include "store/store.h"
#include <stdatomic.h>
#include <sys/types.h>

struct bf_store {
  char *path; /* absolute */
  bf_store_mode mode;
  int lock;           /* locks/store, or -1 */
  int owner;          /* locks/owners with our byte locked, or -1 */
  char *tmp;          /* tmp/<owner>, NULL until something is made there */
  atomic_uint serial; /* names in tmp/<owner> */
};

/* ---- locks (lock.c): fcntl's open-file-description locks, which also work over network file systems and end with the process ---- */

typedef enum bf_lock_result { BF_LOCK_TAKEN, BF_LOCK_BUSY, BF_LOCK_NONE /* this file system has no locks, errno says why */ } bf_lock_result;
bf_lock_result bf_lock(int fd, off_t at, off_t length, bool exclusive, bool wait); /* length 0: to the end */

/* ---- open.c ---- */

char *bf_store_file(const bf_store *s, const char *name);                                      /* allocated path in the store */
bf_status bf_store_tmp_name(bf_store *s, char **path);                                         /* a fresh name in tmp/<owner>; allocated, nothing made */
bf_status bf_store_writable(const bf_store *s);                                                /* BF_STORE unless opened for RUN or GC */
bf_status bf_store_sweep(const bf_store *s, bool dry_run, uint64_t *removed, uint64_t *bytes); /* tmp/ folders whose owner is dead */

/* ---- objects.c ---- */

char *bf_store_sharded(const bf_store *s, const char *kind, const char *digest);                 /* <kind>/ab/<digest>; allocated */
bool bf_store_object_whole(const bf_store *s, const bf_digest *digest);                          /* reads all of it */
bf_status bf_store_move_in(bf_store *s, const char *file, const char *kind, const char *digest); /* rename to there, the folder made on demand */

/* ---- lookup.c ---- */

typedef enum bf_record_state { BF_RECORD_GOOD, BF_RECORD_NONE, BF_RECORD_BAD } bf_record_state;
/* Reads actions/ab/<key> and checks it (frame, key, parts); not its objects. On BAD bf_error() says what is wrong. */
bf_record_state bf_record_read(const bf_store *s, const char *key, bf_record **out);
bf_record_state bf_record_read_file(const char *path, const char *key, bf_record **out); /* the same of any file */

/* ---- walk.c ---- */

/* Calls `each` for every entry of the two-level folder `kind` ("objects", "actions"), sorted by name; stops on an error. */
bf_status bf_store_walk(const bf_store *s, const char *kind, bf_status (*each)(void *context, const char *name, const char *path), void *context);
/* Names in a folder, sorted, without "." and ".."; a folder that is not there has none. */
bf_status bf_folder_list(const char *path, char ***name, size_t *n);
void bf_names_free(char **name, size_t n);
uint64_t bf_folder_bytes(const char *path); /* of the regular files below */

/* ---- runs ---- */

bool bf_run_alive(const bf_store *s, const char *run); /* some process holds its journal */
bool bf_run_pinned(const bf_store *s, const char *run);
bf_status bf_folder_replace(bf_store *s, const char *folder, const char *place); /* run.c: moves it there, in the place of what an earlier try left */
bf_status bf_run_resolve(const bf_store *s, const char *run, char **id);         /* the id that `run` means; allocated. BF_BAD_INPUT when there is none */

typedef enum bf_journal_end {
  BF_JOURNAL_WHOLE,
  BF_JOURNAL_CUT,     /* a crash cut the last record off, or it is being written; all before it is read */
  BF_JOURNAL_NONE,    /* no file, or one without content: BF_BAD_INPUT */
  BF_JOURNAL_DAMAGED, /* something in it can't be read, as bf_error() says; *out is NULL where that is the header (BF_BAD_INPUT) */
} bf_journal_end;
bf_status bf_journal_read(const char *path, const char *id, bf_run_info **out, bf_journal_end *end); /* any file; running is false; end may be NULL */
bf_status bf_run_read_id(const bf_store *s, const char *id, bf_run_info **out, bf_journal_end *end);

#endif
