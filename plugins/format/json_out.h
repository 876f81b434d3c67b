/* JSON, written as it comes: the caller opens and closes brackets, commas come by themselves. */
#ifndef BF_FORMAT_JSON_OUT_H
#define BF_FORMAT_JSON_OUT_H

#include "text_out.h"
#include <stdbool.h>
#include <stdint.h>

/* Zero but for t, which the caller begins and ends. */
typedef struct bf_json_out {
  text_out t;
  bool first;       /* nothing stands yet in the innermost list or object */
  bf_status status; /* what failed first */
} bf_json_out;

void bf_json_separate(bf_json_out *w); /* the comma before a value, but for the first */
void bf_json_open(bf_json_out *w, char bracket);
void bf_json_close(bf_json_out *w, char bracket);
void bf_json_name(bf_json_out *w, const char *s, bool outermost); /* a member's name; on a line of its own for those of the outermost object */

void bf_json_text(bf_json_out *w, const char *s);         /* w->status tells when s is not UTF-8 */
void bf_json_real(bf_json_out *w, double x, bool narrow); /* shortest decimal that gives x back; narrow: as a float. NaN is null */
void bf_json_whole(bf_json_out *w, uint64_t x);
void bf_json_floats(bf_json_out *w, const float *x, uint64_t n);
void bf_json_matrix(bf_json_out *w, const float *x, uint64_t rows, uint64_t columns);
void bf_json_wholes(bf_json_out *w, const uint32_t *x, uint64_t n);

/* Members of the outermost object. */
void bf_json_member_text(bf_json_out *w, const char *key, const char *s);
void bf_json_member_whole(bf_json_out *w, const char *key, uint64_t x);
void bf_json_member_real(bf_json_out *w, const char *key, double x);
void bf_json_member_bool(bf_json_out *w, const char *key, bool x);
void bf_json_member_wholes(bf_json_out *w, const char *key, const uint32_t *x, uint64_t n);
void bf_json_member_floats(bf_json_out *w, const char *key, const float *x, uint64_t n);
/* n lists of different lengths, one behind the other in x: list i is x[first[i]] … x[first[i + 1] - 1]. */
void bf_json_member_ragged(bf_json_out *w, const char *key, const uint64_t *first, const uint32_t *x, uint64_t n);

#endif
