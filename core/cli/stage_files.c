/* --in PORT=FILE and --out PORT=FILE of `bettiflow stage`. */
#include "cli/stage_files.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/named.h"
#include "plugin/describe.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bf_texts_add(bf_texts *t, const char *text) {
  t->at = bf_grow(t->at, t->n, sizeof *t->at);
  t->at[t->n++] = text;
}

/* "PORT=REST": the port's index, and REST. */
static bf_status split(const bf_entry *stage, const bf_port *ports, const char *option, const char *text, size_t *port, const char **rest) {
  const char *names[BF_MAX_PORTS], *equals = strchr(text, '=');
  size_t n = 0;
  *port = 0;
  *rest = text;
  if (!equals || equals == text || !equals[1]) return bf_fail(BF_USAGE, "%s '%.200s': it has the form PORT=FILE", option, text);
  char *name = bf_strndup(text, (size_t)(equals - text));
  for (; n < BF_MAX_PORTS && ports[n].name; n++) names[n] = ports[n].name;
  for (; *port < n && strcmp(names[*port], name);) ++*port;
  *rest = equals + 1;
  bf_status status = BF_OK;
  if (*port == n) {
    const char *near = bf_nearest(name, names, n);
    bf_text list = {0};
    for (size_t i = 0; i < n; i++) bf_text_addf(&list, "%s%s", i ? ", " : "; it has ", names[i]);
    status = bf_fail(BF_INVALID, "%s has no port '%.100s' for %s%s%s%s", stage->id, name, option, near ? "; did you mean '" : "",
                     near      ? near
                     : list.at ? list.at
                               : "",
                     near ? "'?" : "");
    bf_text_free(&list);
  }
  free(name);
  return status;
}

/* ---- inputs ---- */

static bf_status join_labels(bf_stage_inputs *in, const bf_artifact_info *info, const char *file) {
  for (size_t i = 0; i < info->nlabel; i++) {
    size_t k = 0;
    while (k < in->nlabel && strcmp(in->label[k].name, info->label[i].name)) k++;
    if (k == in->nlabel) {
      in->label = bf_grow(in->label, in->nlabel, sizeof *in->label);
      in->label[in->nlabel++] = info->label[i];
    } else if (strcmp(in->label[k].value, info->label[i].value)) {
      return bf_fail(BF_BAD_INPUT, "%s: its label has %s = %s, another input has %s = %s", file, info->label[i].name, info->label[i].value, in->label[k].name,
                     in->label[k].value);
    }
  }
  return BF_OK;
}

static bf_status add_input(bf_workshop *w, const bf_entry *stage, const char *text, bf_stage_inputs *in) {
  size_t port;
  const char *rest;
  char *path = NULL;
  bf_status status = split(stage, stage->stage->inputs, "--in", text, &port, &rest);
  if (status != BF_OK) return status;
  const bf_port *p = &stage->stage->inputs[port];
  bf_task_input *at = &in->input[port];
  if (at->nitem && !(p->flags & BF_MANY)) return bf_fail(BF_INVALID, "%s: the port '%s' takes one file", stage->id, p->name);
  bf_artifact_info *info = &in->info[in->ninfo];
  status = bf_named_artifact(w, rest, p->types, &path, info);
  if (status != BF_OK) return status;
  in->ninfo++;
  at->item = bf_grow(at->item, at->nitem, sizeof *at->item);
  at->item[at->nitem++] = (bf_input){.path = path, .label = info->label, .nlabel = info->nlabel};
  in->connected |= 1u << port;
  return p->flags & BF_MANY ? BF_OK : join_labels(in, info, rest);
}

bf_status bf_stage_inputs_read(bf_workshop *w, const bf_entry *stage, const bf_texts *in, bf_stage_inputs *out) {
  const bf_port *ports = stage->stage->inputs;
  *out = (bf_stage_inputs){0};
  while (ports[out->n].name) out->n++;
  out->input = bf_alloc(out->n, sizeof *out->input);
  out->info = bf_alloc(in->n, sizeof *out->info);
  for (size_t i = 0; i < out->n; i++) out->input[i].port = i;
  for (size_t i = 0; i < in->n; i++) {
    bf_status status = add_input(w, stage, in->at[i], out);
    if (status != BF_OK) return status;
  }
  for (size_t i = 0; i < out->n; i++)
    if (!out->input[i].nitem && !(ports[i].flags & BF_OPTIONAL))
      return bf_fail(BF_INVALID, "%s needs an input '%s'%s%s; add --in %s=FILE", stage->id, ports[i].name, ports[i].doc ? ": " : "",
                     ports[i].doc ? ports[i].doc : "", ports[i].name);
  return BF_OK;
}

void bf_stage_inputs_free(bf_stage_inputs *in) {
  for (size_t i = 0; i < in->n; i++) {
    for (size_t k = 0; k < in->input[i].nitem; k++) free((void *)in->input[i].item[k].path);
    free(in->input[i].item);
  }
  for (size_t i = 0; i < in->ninfo; i++) bf_artifact_info_free(&in->info[i]);
  free(in->input);
  free(in->info);
  free(in->label);
  *in = (bf_stage_inputs){0};
}

/* ---- outputs ---- */

static bf_status check_axes(const bf_entry *stage, const bf_port *port, const char *text) {
  bf_status status = BF_OK;
  char *copy = bf_strdup(port->axes ? port->axes : ""), *rest = copy, *axis;
  while (*copy && status == BF_OK && (axis = strsep(&rest, ","))) {
    char *braced = bf_format_text("{%s}", axis);
    if (!strstr(text, braced))
      status = bf_fail(BF_INVALID, "--out %.200s: %s makes one for each %s; name each axis in the file's name: %s", text, stage->id, port->axes, braced);
    free(braced);
  }
  free(copy);
  return status;
}

/* An extension that no format which can write this artifact has is an error, but for the artifact's own. */
static bf_status check_format(const bf_registry *registry, const bf_port *port, const char *rest) {
  const bf_entry *format;
  bf_status status = BF_OK;
  bf_file_spec spec = bf_file_spec_of(rest);
  const bool foreign = !bf_may_be_artifact(registry, spec.file);
  if (!spec.format && foreign) status = bf_registry_format_for(registry, spec.file, bf_type_of(port->types), true, &format);
  if (!spec.format && !foreign) bf_note_ending(spec.file);
  free(spec.format);
  if (status != BF_INVALID) return status;
  char *why = bf_strdup(bf_error());
  status = bf_fail(BF_USAGE, "--out: %s; or .bf, the artifact itself", why);
  free(why);
  return status;
}

bf_status bf_stage_outputs_check(const bf_registry *registry, const bf_entry *stage, const bf_texts *out) {
  if (!out->n) return bf_fail(BF_USAGE, "%s: where does the result go? Add --out %s=FILE", stage->id, stage->stage->outputs[0].name);
  for (size_t i = 0; i < out->n; i++) {
    size_t port;
    const char *rest;
    bf_status status = split(stage, stage->stage->outputs, "--out", out->at[i], &port, &rest);
    if (status == BF_OK) status = check_axes(stage, &stage->stage->outputs[port], out->at[i]);
    if (status == BF_OK) status = check_format(registry, &stage->stage->outputs[port], rest);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

/* "bars/{layer}.csv" with each {name} replaced as a pipeline's `save` does it; allocated. NULL (and a message) when the label has no such name. */
static char *fill_name(const char *pattern, const bf_item *item, const bf_stage_inputs *in) {
  size_t n = item->nlabel + in->nlabel;
  bf_label *label = bf_alloc(n, sizeof *label);
  char *name = NULL;
  if (item->nlabel) memcpy(label, item->label, item->nlabel * sizeof *label);
  if (in->nlabel) memcpy(label + item->nlabel, in->label, in->nlabel * sizeof *label);
  for (const char *at = pattern; (at = strchr(at, '{')); at++) {
    size_t length = strcspn(at, "}") - 1, i;
    for (i = 0; i < n && (strlen(label[i].name) != length || memcmp(label[i].name, at + 1, length));) i++;
    if (i < n && at[length + 1]) continue;
    bf_fail(BF_INVALID, "--out: '%.100s': the output's label has no such name", at);
    goto out;
  }
  name = bf_save_name(pattern, label, n);
out:
  free(label);
  return name;
}

typedef struct placed { /* files that are ready, and where they go */
  size_t n;
  char **from, **to;
} placed;

static bf_status prepare(bf_workshop *w, bf_type type, const bf_file_spec *spec, const char *artifact, const bf_item *item, const bf_stage_inputs *in,
                         placed *p) {
  char *to = fill_name(spec->file, item, in), *from = NULL;
  if (!to) return BF_INVALID;
  const bf_file_spec named = {spec->format, to};
  bf_status status = bf_export(w, artifact, type, &named, false, &from);
  for (size_t i = 0; status == BF_OK && i < p->n; i++)
    if (!strcmp(p->to[i], to)) status = bf_fail(BF_INVALID, "--out: two outputs would go to %s", to);
  if (status != BF_OK) {
    free(to);
    free(from);
    return status;
  }
  p->from = bf_grow(p->from, p->n, sizeof *p->from);
  p->to = bf_grow(p->to, p->n, sizeof *p->to);
  p->from[p->n] = from;
  p->to[p->n++] = to;
  return BF_OK;
}

static bf_status prepare_port(bf_workshop *w, const bf_entry *stage, const char *text, const char *folder, const bf_task_result *result,
                              const bf_stage_inputs *in, placed *p) {
  size_t port, k = 0;
  const char *rest;
  bf_status status = split(stage, stage->stage->outputs, "--out", text, &port, &rest);
  if (status != BF_OK) return status;
  const bf_port *out = &stage->stage->outputs[port];
  while (k < result->noutput && strcmp(result->output[k].port, out->name)) k++;
  if (k == result->noutput) return bf_fail(BF_FAILED, "%s gave nothing at its port '%s'", stage->id, out->name);
  bf_file_spec spec = bf_file_spec_of(rest);
  for (size_t i = 0; status == BF_OK && i < result->output[k].nitem; i++) {
    char *artifact = bf_format_text("%s/%s.%zu", folder, out->name, i), *name = bf_format_text("the output '%s'", out->name);
    bf_workshop_call(w, artifact, name);
    status = prepare(w, bf_type_of(out->types), &spec, artifact, &result->output[k].item[i], in, p);
    free(artifact);
    free(name);
  }
  free(spec.format);
  return status;
}

static bf_status put_in_place(const placed *p) {
  for (size_t i = 0; i < p->n; i++) {
    bf_status status = bf_put_file(p->from[i], p->to[i]);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

void bf_stage_outputs_tell_kept(const bf_texts *out, const bf_stage_inputs *in) {
  const bf_item none = {0};
  for (size_t i = 0; i < out->n; i++) {
    bf_file_spec spec = bf_file_spec_of(strchr(out->at[i], '=') + 1);
    char *file = fill_name(spec.file, &none, in);
    if (file && !access(file, F_OK)) bf_note("%s was not written; what it holds is an earlier result", file);
    free(file);
    free(spec.format);
  }
}

bf_status bf_stage_outputs_write(bf_workshop *w, const bf_entry *stage, const bf_texts *out, const char *folder, const bf_task_result *result,
                                 const bf_stage_inputs *in) {
  bf_status status = BF_OK;
  placed p = {0};
  for (size_t i = 0; status == BF_OK && i < out->n; i++) status = prepare_port(w, stage, out->at[i], folder, result, in, &p);
  if (status == BF_OK) status = put_in_place(&p);
  for (size_t i = 0; i < p.n; i++) {
    free(p.from[i]);
    free(p.to[i]);
  }
  free(p.from);
  free(p.to);
  return status;
}
