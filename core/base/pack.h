/* A folder as one file. */
#ifndef BF_BASE_PACK_H
#define BF_BASE_PACK_H

#include <bettiflow/status.h>
#include <stdbool.h>

enum { BF_PACK_FILES = 4096 };

bool bf_is_folder(const char *path);

/* Writes the folder's files to the file behind `fd`, as an uncompressed zip archive whose bytes depend on their names and contents only: regular files, sorted
 * by name (bytes), no times, owners or modes. Names that begin with a dot are left out. BF_BAD_INPUT for anything else in the folder (a folder, a link, a
 * device), for none or more than BF_PACK_FILES files, and for more than 64 GiB; BF_STORE when it can't be written. Runs the program bettiflow-pack, so that
 * libarchive is not loaded by programs that rarely need it. */
bf_status bf_folder_pack(const char *folder, int fd);

#endif
