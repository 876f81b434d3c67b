/* Reading a text file line by line, plain or gzipped, with bounds on what it may unpack to. */
#ifndef FORMAT_LINES_H
#define FORMAT_LINES_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lines lines;

/* Reads at most `limit` bytes of text after decompression. BF_BAD_INPUT names the file. */
bf_status lines_open(const char *path, uint64_t limit, lines **out);

/* The next line, zero-ended and without its line end (LF or CR LF), and the first one without a byte order mark; *line is NULL at the end. The text may be
 * changed and lives until the next call. BF_BAD_INPUT: file and line of a zero byte, a line over 16 MiB, too much text, or broken gzip data. */
bf_status lines_next(lines *l, char **line);

uint64_t lines_number(const lines *l); /* of the line read last, from 1 */
void lines_close(lines *l);

#endif
