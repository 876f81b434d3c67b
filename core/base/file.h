/* Files and folders: whole reads with a cap, replacing by rename, making and removing folders. */
#ifndef BF_BASE_FILE_H
#define BF_BASE_FILE_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bf_status bf_file_read(const char *path, size_t max, char **data, size_t *n); /* zero-ended; BF_BAD_INPUT names the file */
bf_status bf_file_replace(const char *path, const void *data, size_t n);      /* temporary file beside it, fsync, rename; BF_STORE */
/* The same, with what `write` puts into the file; its failure leaves the old one. */
bf_status bf_file_make(const char *path, bf_status (*write)(void *context, int fd), void *context);
bf_status bf_file_copy(const char *from, const char *to); /* replaces `to` by rename; BF_BAD_INPUT or BF_STORE */
bool bf_file_same(const char *a, const char *b);          /* both are there and are one file */
bf_status bf_file_check(const char *path);                /* BF_BAD_INPUT unless it can be read: a regular file, or a folder */
bf_status bf_file_sync(const char *path);                 /* fsync of a file or folder */
bf_status bf_folder_make(const char *path);               /* with parents; fine if it is there */
bf_status bf_folder_remove(const char *path);             /* with all in it; follows no links; fine if it is not there */
char *bf_path_join(const char *folder, const char *name); /* allocated; an absolute name stays itself */
char *bf_path_parent(const char *path);                   /* allocated; "." when there is none */
char *bf_path_absolute(const char *path);                 /* allocated; resolves links; NULL when it is not there */
const char *bf_path_base(const char *path);               /* what follows the last slash */
char *bf_program_folder(void);                            /* allocated: where the running executable lies, links resolved */

#endif
