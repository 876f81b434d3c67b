/* Writing text files with checked errors and shortest numbers. */
#include "text_out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bf_status text_open(text_out *t, const char *path) {
  t->path = path;
  t->f = fopen(path, "wxb");
  return t->f ? BF_OK : bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
}

bf_status text_close(text_out *t, bf_status status) {
  if (!t->f) return status;
  bool bad = ferror(t->f) != 0 || fflush(t->f) != 0;
  int error = errno;
  bad |= fclose(t->f) != 0;
  t->f = NULL;
  if (status == BF_OK && bad) status = bf_fail(BF_STORE, "%s: can't write: %s", t->path, strerror(error ? error : EIO));
  if (status != BF_OK) unlink(t->path);
  return status;
}

/* The digits tried first are those that every decimal of that length survives, so that zeros at the end drop out by themselves. */
const char *decimal_float(float x, char to[DECIMAL_ROOM]) {
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(to, DECIMAL_ROOM, "%.*g", digits, (double)x);
    if (!isfinite(x) || strtof(to, NULL) == x) break;
  }
  return isnan(x) ? "nan" : to;
}

const char *decimal_double(double x, char to[DECIMAL_ROOM]) {
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(to, DECIMAL_ROOM, "%.*g", digits, x);
    if (!isfinite(x) || strtod(to, NULL) == x) break;
  }
  return isnan(x) ? "nan" : to;
}

void text_float(text_out *t, float x) {
  char decimal[DECIMAL_ROOM];
  fputs(decimal_float(x, decimal), t->f);
}

void text_double(text_out *t, double x) {
  char decimal[DECIMAL_ROOM];
  fputs(decimal_double(x, decimal), t->f);
}

void text_field(text_out *t, const char *s, char separator) {
  const char special[] = {separator, '"', '\n', '\r', 0};
  size_t n = strlen(s);
  bool quote = n > 0 && (strpbrk(s, special) || s[0] == ' ' || s[n - 1] == ' ');
  if (!quote) {
    fputs(s, t->f);
    return;
  }
  fputc('"', t->f);
  for (; *s; s++) {
    if (*s == '"') fputc('"', t->f);
    fputc(*s, t->f);
  }
  fputc('"', t->f);
}
