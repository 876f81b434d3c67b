/* Is a file the one that is meant? */
#ifndef BF_DATASET_DIGEST_H
#define BF_DATASET_DIGEST_H

#include <bettiflow/plugin.h>

/* BF_INVALID, naming the parameter, unless `text` is empty or 64 hex digits of either case. */
bf_status bf_sha256_check_text(const char *parameter, const char *text);

/* BF_BAD_INPUT with both digests when the file's SHA-256 is not `want`; an empty `want` fits every file. BF_CANCELLED when the host says so. */
bf_status bf_sha256_check_file(const bf_host *host, bf_task *task, const char *parameter, const char *path, const char *want);

#endif
