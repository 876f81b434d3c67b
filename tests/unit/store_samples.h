/* Stores, records and runs for tests. */
#ifndef STORE_SAMPLES_H
#define STORE_SAMPLES_H

#include "base/file.h"
#include "base/text.h"
#include "store/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define OK(expression) assert_ok((expression), #expression, __FILE__, __LINE__)
void assert_ok(bf_status status, const char *what, const char *file, int line);

bf_store *open_store(const char *path, bf_store_mode mode);
bf_digest put_object(bf_store *s, const char *content);                               /* published through tmp/ */
void move_artifact(bf_store *s, const char *file, bf_digest *digest, uint64_t *size); /* publishes a file that lies outside */

/* A record of `stage` with the key line `parts`, whose one output holds these contents as items layer=0, layer=1, … The objects are published. */
bf_record *make_record(bf_store *s, const char *stage, const char *parts, const char *const *content, size_t n);
void commit(bf_store *s, const char *stage, const char *parts, const char *content); /* a record with one item */
bf_digest key_of(const char *parts);

/* A task entry; its strings are borrowed from the record, which may be NULL. */
bf_task_entry entry_of(uint32_t task, const char *stage, bf_outcome outcome, const bf_record *r);
/* A run of a two-point sweep over `activation`, unfinished. */
bf_run *begin_run(bf_store *s, const char *name);

char *add_one_run(bf_store *s, const char *parts,
                  const char *content); /* a finished run with one task that made `content` under the key text `parts`; its id */
bool is_hit(const bf_store *s, const char *parts);
bool has(const bf_store *s, const char *content);
void assert_problems(const char *path, size_t n, const char *word); /* verify finds n problems, one of them with the word */

void write_bytes(const char *path, const void *data, size_t n);
char *read_bytes(const char *path, size_t *n);
bool exists(const char *path);

#endif
