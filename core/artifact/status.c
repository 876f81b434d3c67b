/* The message of the last failure, one per thread and per module. */
#include <bettiflow/status.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char message[8192];

/* Messages quote foreign files and go to terminals: control characters (C1's too, as UTF-8) that could steer one become '?'. */
static void defuse(char *s) {
  for (; *s; s++) {
    const unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];
    if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f) *s = '?';
    if (c == 0xc2 && next >= 0x80 && next < 0xa0) s[0] = s[1] = '?';
  }
}

bf_status bf_fail(bf_status status, const char *format, ...) {
  char text[sizeof message]; /* the arguments may hold the message itself */
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  defuse(text);
  memcpy(message, text, sizeof message);
  return status;
}

bf_status bf_fail_in(bf_status status, const char *format, ...) {
  char prefix[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(prefix, sizeof prefix, format, args);
  va_end(args);
  return bf_fail(status, "%s: %s", prefix, message);
}

const char *bf_error(void) { return message; }
