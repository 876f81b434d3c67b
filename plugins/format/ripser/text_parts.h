/* A text cut into parts at line boundaries, for threads that scan them side by side. A large file is read part by part and is never in memory as a whole; any
 * other input (a small file, standard input, a pipe) is one text in memory. */
#ifndef RIPSER_TEXT_PARTS_H
#define RIPSER_TEXT_PARTS_H

#include "ripser/scan.h"

typedef struct text_parts {
  const char *name; /* of the file, for messages */
  size_t size;      /* in bytes */
  size_t part;      /* part i has the lines that begin at the bytes i·part … (i+1)·part - 1: none, if a line is longer than that */
  uint64_t n;       /* parts */
  int file;         /* -1: all of it is in memory */
  scan whole;       /* the text then */
} text_parts;

/* Memory for one part at a time, one for each thread; all 0 at first. Free `memory`. */
typedef struct text_piece {
  char *memory;
  size_t room;
} text_piece;

/* A file, or standard input (path NULL), in parts of so many bytes. Errors as of scan_open. Close it after errors too. */
bf_status text_parts_open(text_parts *t, const char *path, size_t part, uint64_t budget);
void text_parts_close(text_parts *t);

/* The lines of part i, to be scanned from its first line on, as long as the piece holds no other; the scan owns nothing, and its lines count from 1.
 * BF_BAD_INPUT, without a line, when the file can't be read or has become shorter. Any thread may call it. */
bf_status text_parts_take(const text_parts *t, uint64_t i, text_piece *piece, scan *lines);

#endif
