/* libarchive, loaded when a bundle is first written or read: loading it with the program would cost more than half of the program's start. */
#ifndef BF_STORE_BUNDLE_ARCHIVE_H
#define BF_STORE_BUNDLE_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>
#include <bettiflow/status.h>

#define BF_ARCHIVE_FUNCTIONS(F)                                                                                                                                \
  F(archive_error_string)                                                                                                                                      \
  F(archive_set_error)                                                                                                                                         \
  F(archive_filter_bytes)                                                                                                                                      \
  F(archive_filter_code)                                                                                                                                       \
  F(archive_filter_count)                                                                                                                                      \
  F(archive_entry_new)                                                                                                                                         \
  F(archive_entry_clear)                                                                                                                                       \
  F(archive_entry_free)                                                                                                                                        \
  F(archive_entry_pathname)                                                                                                                                    \
  F(archive_entry_filetype)                                                                                                                                    \
  F(archive_entry_hardlink)                                                                                                                                    \
  F(archive_entry_symlink)                                                                                                                                     \
  F(archive_entry_size)                                                                                                                                        \
  F(archive_entry_size_is_set)                                                                                                                                 \
  F(archive_entry_sparse_count)                                                                                                                                \
  F(archive_entry_copy_pathname)                                                                                                                               \
  F(archive_entry_set_filetype)                                                                                                                                \
  F(archive_entry_set_perm)                                                                                                                                    \
  F(archive_entry_set_size)                                                                                                                                    \
  F(archive_read_new)                                                                                                                                          \
  F(archive_read_support_filter_zstd)                                                                                                                          \
  F(archive_read_support_format_raw)                                                                                                                           \
  F(archive_read_support_format_tar)                                                                                                                           \
  F(archive_read_open_fd)                                                                                                                                      \
  F(archive_read_open)                                                                                                                                         \
  F(archive_read_next_header)                                                                                                                                  \
  F(archive_read_data_block)                                                                                                                                   \
  F(archive_read_free)                                                                                                                                         \
  F(archive_write_new)                                                                                                                                         \
  F(archive_write_set_format_pax_restricted)                                                                                                                   \
  F(archive_write_add_filter_zstd)                                                                                                                             \
  F(archive_write_set_bytes_in_last_block)                                                                                                                     \
  F(archive_write_open_fd)                                                                                                                                     \
  F(archive_write_header)                                                                                                                                      \
  F(archive_write_data)                                                                                                                                        \
  F(archive_write_close)                                                                                                                                       \
  F(archive_write_free)

typedef struct bf_archive_api {
#define BF_ARCHIVE_MEMBER(name) __typeof__(&(name)) name;
  BF_ARCHIVE_FUNCTIONS(BF_ARCHIVE_MEMBER)
#undef BF_ARCHIVE_MEMBER
} bf_archive_api;

bf_status bf_archive_load(bf_archive_api *api); /* BF_FAILED when the library is not there; it stays loaded */

#endif
