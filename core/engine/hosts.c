/* The hosts file: strict, because its words become arguments of ssh and lines of GNU Parallel's file. */
#include "engine/hosts.h"
#include "base/file.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20, MAX_HOSTS = 1000, MAX_NAME = 253, MAX_PATH = 4000, MAX_JOBS = 65536 };
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char *const keys[] = {"jobs", "bettiflow", "store"};

typedef struct place { /* in the file, for messages */
  const char *path;
  size_t line;
} place;

static bf_status bad(const place *at, const char *format, ...) BF_PRINTF(2, 3);
static bf_status bad(const place *at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) text = NULL;
  va_end(args);
  bf_fail(BF_BAD_INPUT, "%s:%zu: %s", at->path, at->line, text ? text : "out of memory");
  free(text);
  return BF_BAD_INPUT;
}

/* Is `s` made of letters, digits and the characters of `more` only? */
static bool made_of(const char *s, const char *more) {
  for (; *s; s++)
    if (!strchr(letters, *s) && !strchr(more, *s)) return false;
  return true;
}

static bool read_number(const char *s, uint32_t max, uint32_t *out) {
  uint32_t n = 0;
  if (!*s || *s == '0') return false;
  for (; *s; s++) {
    if (*s < '0' || *s > '9') return false;
    n = 10 * n + (uint32_t)(*s - '0');
    if (n > max) return false;
  }
  *out = n;
  return true;
}

/* ---- [user@]address[:port] ---- */

static bf_status check_user(const place *at, const char *user) {
  if (!*user) return bad(at, "nothing stands before the '@'; write user@host or host alone");
  if (*user == '-' || strlen(user) > MAX_NAME || !made_of(user, "._-"))
    return bad(at, "'%s' can't be a user's name here: letters, digits, '.', '_' and '-', and no '-' in front", user);
  return BF_OK;
}

static bf_status check_six(const place *at, const char *address) {
  struct in6_addr six;
  const size_t n = strcspn(address, "%");
  char *number = bf_strndup(address, n);
  const bool fine = inet_pton(AF_INET6, number, &six) == 1 && (!address[n] || (address[n + 1] && made_of(address + n + 1, "._-")));
  free(number);
  return fine ? BF_OK : bad(at, "'[%s]' is no IPv6 address", address);
}

static bf_status check_address(const place *at, const char *address) {
  if (!*address) return bad(at, "a host's name is missing; write [user@]host[:port]");
  if (*address == '-' || *address == '.' || strlen(address) > MAX_NAME || !made_of(address, "._-"))
    return bad(at, "'%s' can't be a host's name here: letters, digits, '.', '_' and '-', and no '-' or '.' in front", address);
  return BF_OK;
}

static bf_status read_port(const place *at, const char *text, uint32_t *port) {
  return read_number(text, 65535, port) ? BF_OK : bad(at, "'%s' is no port; after a host's ':' stands a number from 1 to 65535", text);
}

static bf_status read_name(const place *at, const char *name, bf_machine *h) {
  bf_status status = BF_OK;
  const char *rest = name, *sign = strchr(name, '@');
  h->name = bf_strdup(name);
  h->here = !strcmp(name, ":");
  if (h->here) return BF_OK;
  if (sign) {
    h->user = bf_strndup(name, (size_t)(sign - name));
    BF_TRY(check_user(at, h->user));
    rest = sign + 1;
  }
  if (*rest == '[') {
    const char *end = strchr(rest, ']');
    if (!end || (end[1] && end[1] != ':')) return bad(at, "'%s': an IPv6 address stands in brackets, as in [fd44::3] or [fd44::3]:22", name);
    h->address = bf_strndup(rest + 1, (size_t)(end - rest - 1));
    BF_TRY(check_six(at, h->address));
    return end[1] ? read_port(at, end + 2, &h->port) : BF_OK;
  }
  const char *colon = strchr(rest, ':');
  if (colon && strchr(colon + 1, ':')) return bad(at, "'%s': write an IPv6 address in brackets, as in [fd44::3]:22", name);
  h->address = bf_strndup(rest, colon ? (size_t)(colon - rest) : strlen(rest));
  BF_TRY(check_address(at, h->address));
  if (colon) BF_TRY(read_port(at, colon + 1, &h->port));
out:
  return status;
}

/* ---- key=value ---- */

static bf_status read_path(const place *at, const char *key, const char *value, char **out) {
  if (*out) return bad(at, "%s= stands here twice", key);
  if (*value != '/' && strncmp(value, "~/", 2)) return bad(at, "%s=%s: the path on that machine begins with / or ~/", key, value);
  if (strlen(value) > MAX_PATH) return bad(at, "%s= takes a path of at most %d bytes", key, MAX_PATH);
  *out = bf_strdup(value);
  return BF_OK;
}

static bf_status read_setting(const place *at, const char *word, bf_machine *h) {
  const char *sign = strchr(word, '=');
  if (!sign) return bad(at, "what is '%s'? One machine a line; after its name stand jobs=N, bettiflow=PATH, store=PATH", word);
  char *key = bf_strndup(word, (size_t)(sign - word));
  bf_status status = BF_OK;
  if (!strcmp(key, "jobs")) {
    if (h->jobs)
      status = bad(at, "jobs= stands here twice");
    else if (!read_number(sign + 1, MAX_JOBS, &h->jobs))
      status = bad(at, "'%s': jobs= takes a number from 1 to %d", word, MAX_JOBS);
  } else if (h->here && (!strcmp(key, "bettiflow") || !strcmp(key, "store"))) {
    status = bad(at, "%s= can't be said of ':', this machine: the running program and its store are used here", key);
  } else if (!strcmp(key, "bettiflow")) {
    status = read_path(at, key, sign + 1, &h->program);
  } else if (!strcmp(key, "store")) {
    status = read_path(at, key, sign + 1, &h->store);
  } else {
    const char *near = bf_nearest(key, keys, sizeof keys / sizeof *keys);
    status = bad(at, "there is no setting '%s='%s%s%s; there are jobs=N, bettiflow=PATH and store=PATH", key, near ? ", did you mean " : "", near ? near : "",
                 near ? "=" : "");
  }
  free(key);
  return status;
}

/* ---- lines ---- */

static bf_status check_bytes(const place *at, const char *line) {
  for (const char *s = line; *s; s += bf_text_step(s) ? bf_text_step(s) : 1) {
    if (*s == '\t' || bf_text_step(s)) continue;
    if (*s == '\r') return bad(at, "the line ends with a carriage return; save the file with Unix line ends");
    return bad(at, "byte 0x%02x can't stand in a hosts file: it is UTF-8 text without control characters", (unsigned char)*s);
  }
  return BF_OK;
}

static bf_status check_twice(const place *at, const bf_hosts *hosts, const bf_machine *h) {
  for (size_t i = 0; i < hosts->n; i++)
    if (!strcmp(hosts->at[i].name, h->name))
      return bad(at, "'%s' stands in line %zu already; a machine's jobs=N says how many jobs it gets", h->name, hosts->at[i].line);
  return BF_OK;
}

void bf_machine_forget(bf_machine *h) {
  bf_machine_answer *a = &h->told;
  char *const texts[] = {a->why, a->advice, a->note, a->program, a->version, a->build, a->store};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  *a = (bf_machine_answer){0};
}

static void free_host(bf_machine *h) {
  bf_machine_forget(h);
  free(h->name);
  free(h->user);
  free(h->address);
  free(h->program);
  free(h->store);
}

static bf_status read_line(const place *at, char *line, bf_hosts *out) {
  bf_machine h = {.line = at->line};
  char *rest = line, *word;
  bf_status status = check_bytes(at, line);
  if (status != BF_OK) return status;
  while ((word = strsep(&rest, " \t"))) {
    if (*word == '#') break;
    if (!*word) continue;
    BF_TRY(h.name ? read_setting(at, word, &h) : read_name(at, word, &h));
  }
  if (!h.name) return BF_OK;
  BF_TRY(check_twice(at, out, &h));
  if (out->n >= MAX_HOSTS) {
    status = bad(at, "more than %d machines", MAX_HOSTS);
    goto out;
  }
  out->at = bf_grow(out->at, out->n, sizeof *out->at);
  out->at[out->n++] = h;
  return BF_OK;
out:
  free_host(&h);
  return status;
}

bf_status bf_hosts_parse(const char *path, const char *text, size_t n, bf_hosts *out) {
  place at = {path, 0};
  bf_status status = BF_OK;
  *out = (bf_hosts){.path = bf_strdup(path)};
  for (const char *s = text, *end = text + n; s < end;) {
    const char *newline = memchr(s, '\n', (size_t)(end - s));
    const size_t length = (size_t)((newline ? newline : end) - s);
    char *line = bf_strndup(s, length);
    at.line++;
    status = strlen(line) < length ? bad(&at, "byte 0x00 can't stand in a hosts file: it is text") : read_line(&at, line, out);
    free(line);
    if (status != BF_OK) goto out;
    s += length + (newline != NULL);
  }
  if (!out->n) status = bf_fail(BF_BAD_INPUT, "%s: no machine in it; write one a line: [user@]host[:port] [jobs=N] [bettiflow=PATH] [store=PATH]", path);
out:
  if (status != BF_OK) bf_hosts_free(out);
  return status;
}

bf_status bf_hosts_read(const char *path, bf_hosts *out) {
  char *text = NULL;
  size_t n;
  *out = (bf_hosts){0};
  bf_status status = bf_file_read(path, MAX_FILE, &text, &n);
  if (status == BF_OK) status = bf_hosts_parse(path, text, n, out);
  free(text);
  return status;
}

void bf_hosts_free(bf_hosts *hosts) {
  for (size_t i = 0; i < hosts->n; i++) free_host(&hosts->at[i]);
  free(hosts->at);
  free(hosts->path);
  *hosts = (bf_hosts){0};
}

size_t bf_hosts_usable(const bf_hosts *hosts) {
  size_t n = 0;
  for (size_t i = 0; i < hosts->n; i++) n += hosts->at[i].told.state == BF_MACHINE_USABLE;
  return n;
}
