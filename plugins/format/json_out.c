/* JSON, written as it comes. */
#include "json_out.h"
#include <bettiflow/status.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

void bf_json_separate(bf_json_out *w) {
  if (!w->first) fputc(',', w->t.f);
  w->first = false;
}

void bf_json_text(bf_json_out *w, const char *s) {
  json_t *text = json_string(s);
  char *dump = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;
  if (dump)
    fputs(dump, w->t.f);
  else if (w->status == BF_OK)
    w->status = bf_fail(BF_BAD_INPUT, "a text in the artifact is not UTF-8");
  free(dump);
  json_decref(text);
}

void bf_json_name(bf_json_out *w, const char *s, bool outermost) {
  bf_json_separate(w);
  if (outermost) fputs("\n ", w->t.f);
  bf_json_text(w, s);
  fputc(':', w->t.f);
}

void bf_json_open(bf_json_out *w, char bracket) {
  fputc(bracket, w->t.f);
  w->first = true;
}

void bf_json_close(bf_json_out *w, char bracket) {
  fputc(bracket, w->t.f);
  w->first = false;
}

void bf_json_real(bf_json_out *w, double x, bool narrow) {
  if (isnan(x))
    fputs("null", w->t.f);
  else if (isinf(x))
    fputs(x > 0 ? "\"inf\"" : "\"-inf\"", w->t.f);
  else if (narrow)
    text_float(&w->t, (float)x);
  else
    text_double(&w->t, x);
}

void bf_json_whole(bf_json_out *w, uint64_t x) { fprintf(w->t.f, "%" PRIu64, x); }

void bf_json_member_text(bf_json_out *w, const char *key, const char *s) {
  bf_json_name(w, key, true);
  bf_json_text(w, s);
}

void bf_json_member_whole(bf_json_out *w, const char *key, uint64_t x) {
  bf_json_name(w, key, true);
  bf_json_whole(w, x);
}

void bf_json_member_real(bf_json_out *w, const char *key, double x) {
  bf_json_name(w, key, true);
  bf_json_real(w, x, false);
}

void bf_json_member_bool(bf_json_out *w, const char *key, bool x) {
  bf_json_name(w, key, true);
  fputs(x ? "true" : "false", w->t.f);
}

/* ---- lists ---- */

void bf_json_floats(bf_json_out *w, const float *x, uint64_t n) {
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    bf_json_separate(w);
    bf_json_real(w, (double)x[i], true);
  }
  bf_json_close(w, ']');
}

void bf_json_matrix(bf_json_out *w, const float *x, uint64_t rows, uint64_t columns) {
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < rows; i++) {
    bf_json_separate(w);
    bf_json_floats(w, x + i * columns, columns);
  }
  bf_json_close(w, ']');
}

void bf_json_wholes(bf_json_out *w, const uint32_t *x, uint64_t n) {
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    bf_json_separate(w);
    bf_json_whole(w, x[i]);
  }
  bf_json_close(w, ']');
}

void bf_json_member_wholes(bf_json_out *w, const char *key, const uint32_t *x, uint64_t n) {
  bf_json_name(w, key, true);
  bf_json_wholes(w, x, n);
}

void bf_json_member_floats(bf_json_out *w, const char *key, const float *x, uint64_t n) {
  bf_json_name(w, key, true);
  bf_json_floats(w, x, n);
}

void bf_json_member_ragged(bf_json_out *w, const char *key, const uint64_t *first, const uint32_t *x, uint64_t n) {
  bf_json_name(w, key, true);
  bf_json_open(w, '[');
  for (uint64_t i = 0; i < n; i++) {
    bf_json_separate(w);
    bf_json_wholes(w, x + first[i], first[i + 1] - first[i]);
  }
  bf_json_close(w, ']');
}
