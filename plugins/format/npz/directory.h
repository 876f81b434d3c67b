/* The end of a zip file, looked at before the archive is opened. */
#ifndef FORMAT_NPZ_DIRECTORY_H
#define FORMAT_NPZ_DIRECTORY_H

#include <bettiflow/status.h>
#include <stdint.h>

/* How many members the archive says that it has. BF_BAD_INPUT: no archive, more than NPZ_MEMBERS, or a directory larger than so many can have. */
bf_status npz_directory_check(const char *path, uint32_t *members);

#endif
