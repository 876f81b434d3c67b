/* What the parent hears: progress, and one final line with every output checked and hashed. */
#include "task/task.h"
#include "base/file.h"
#include <bettiflow/artifact.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void send(const char *data, size_t n) {
  while (n) {
    ssize_t k = write(BF_TASK_RESULT_FD, data, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) _exit(BF_FAILED); /* nobody listens */
    data += k;
    n -= (size_t)k;
  }
}

void bf_task_tell(uint64_t done, uint64_t total) {
  char line[80];
  int n = snprintf(line, sizeof line, "{\"step\":[%llu,%llu]}\n", (unsigned long long)(done & INT64_MAX), (unsigned long long)(total & INT64_MAX));
  send(line, (size_t)n);
}

/* The largest resident size so far; getrusage() would count the parent's before exec. */
static json_int_t peak_bytes(void) {
  char line[256];
  long long kib = 0;
  FILE *f = fopen("/proc/self/status", "re");
  if (!f) return 0;
  while (fgets(line, sizeof line, f))
    if (sscanf(line, "VmHWM: %lld", &kib) == 1) break;
  fclose(f);
  return kib * 1024;
}

void bf_task_report(bf_status status, const char *message, json_t *outputs) {
  json_t *line = json_object();
  char *text = bf_text_utf8(message);
  json_object_set_new(line, "status", json_integer(status));
  json_object_set_new(line, "message", json_string(text));
  free(text);
  json_object_set_new(line, "peak", json_integer(peak_bytes()));
  if (outputs) json_object_set_new(line, "outputs", outputs);
  char *dump = json_dumps(line, JSON_COMPACT);
  json_decref(line);
  if (!dump) return;
  size_t n = strlen(dump);
  dump[n] = '\n'; /* in place of the final zero */
  send(dump, n + 1);
  free(dump);
}

static bf_status check_header(const bf_task *t, const task_port *port, const bf_out *out, const bf_artifact_info *info) {
  if (info->type != port->type)
    return bf_fail(BF_FAILED, "%s wrote a %s to its output '%s', which is a %s", t->id, bf_type_name(info->type), port->name, bf_type_name(port->type));
  bool same = info->nlabel == out->nlabel;
  for (size_t i = 0; same && i < out->nlabel; i++)
    same = !strcmp(info->label[i].name, out->label[i].name) && !strcmp(info->label[i].value, out->label[i].value);
  return same ? BF_OK : bf_fail(BF_FAILED, "%s wrote output '%s' with another label than the host gave it", t->id, port->name);
}

static bf_status check_file(const bf_task *t, const task_port *port, const bf_out *out) {
  struct stat st;
  if (lstat(out->path, &st)) {
    if (errno != ENOENT) return bf_fail(BF_STORE, "%s: %s", out->path, strerror(errno));
    return bf_fail(BF_FAILED, "%s reported success but did not write its output '%s' (%s)", t->id, port->name, bf_path_base(out->path));
  }
  return S_ISREG(st.st_mode) ? BF_OK : bf_fail(BF_FAILED, "%s: output '%s' is not a regular file", t->id, port->name);
}

static json_t *labels_json(const bf_out *out) {
  json_t *list = json_array();
  for (size_t i = 0; i < out->nlabel; i++) json_array_append_new(list, json_pack("[ss]", out->label[i].name, out->label[i].value));
  return list;
}

static bf_status check_output(const bf_task *t, const task_port *port, const bf_out *out, json_t *items) {
  bf_status status = BF_OK;
  bf_artifact_info info = {0};
  bf_digest digest;
  uint64_t size;
  json_t *uses = json_array();
  BF_TRY(check_file(t, port, out));
  if (port->type) {
    status = bf_artifact_check(out->path, 0, &info);
    if (status != BF_OK) {
      status = status == BF_NO_MEMORY ? bf_fail_in(status, "%s: checking its output '%s'", t->id, port->name)
                                      : bf_fail_in(BF_FAILED, "%s wrote a bad artifact to its output '%s'", t->id, port->name);
      goto out;
    }
    BF_TRY(check_header(t, port, out, &info));
  }
  BF_TRY(bf_digest_of_file(out->path, &digest, &size));
  for (size_t i = 0; i < info.nuse; i++) json_array_append_new(uses, json_string(info.use[i]));
  json_array_append_new(items, json_pack("{sosssIsO}", "label", labels_json(out), "digest", digest.hex, "size", (json_int_t)size, "uses", uses));
out:
  json_decref(uses);
  bf_artifact_info_free(&info);
  return status;
}

/* No file may lie in the folder that is not an output: whoever writes one has misunderstood where to write. */
static bf_status check_extra(const bf_task *t) {
  bf_status status = BF_OK;
  size_t expected = 0, found = 0;
  char name[256] = "";
  DIR *d = opendir(t->folder);
  if (!d) return bf_fail(BF_STORE, "%s: %s", t->folder, strerror(errno));
  for (const struct dirent *e; (e = readdir(d));) {
    const char *dot = strrchr(e->d_name, '.');
    bool known = false;
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
    for (size_t i = 0; dot && i < t->nout && !known; i++)
      known = strlen(t->out[i].name) == (size_t)(dot - e->d_name) && !strncmp(t->out[i].name, e->d_name, (size_t)(dot - e->d_name));
    found++;
    if (!known) snprintf(name, sizeof name, "%s", e->d_name);
  }
  closedir(d);
  for (size_t i = 0; i < t->nout; i++) expected += t->out[i].n;
  if (found != expected || *name)
    status = bf_fail(BF_FAILED, "%s wrote %zu files for %zu outputs%s%s", t->id, found, expected, *name ? "; not an output: " : "", name);
  return status;
}

bf_status bf_task_outputs(bf_task *t, json_t **outputs) {
  bf_status status = BF_OK;
  json_t *list = json_array();
  for (size_t i = 0; i < t->nout; i++) {
    const task_port *port = &t->out[i];
    json_t *items = json_array();
    json_array_append_new(list, json_pack("{ssso}", "port", port->name, "items", items));
    if (!port->many && !port->n) {
      status = bf_fail(BF_FAILED, "%s reported success but never asked for its output '%s'", t->id, port->name);
      goto out;
    }
    for (size_t k = 0; k < port->n; k++) BF_TRY(check_output(t, port, &port->output[k]->out, items));
  }
  BF_TRY(check_extra(t));
  *outputs = list;
  list = NULL;
out:
  json_decref(list);
  return status;
}
