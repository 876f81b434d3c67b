/* The labels of gathered items as columns of a table. */
#include "labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *label_value(const bf_input *in, const char *axis) {
  for (size_t i = 0; i < in->nlabel; i++)
    if (!strcmp(in->label[i].name, axis)) return in->label[i].value;
  return "";
}

static bool has_axis(const label_axes *a, const char *name) {
  for (uint32_t i = 0; i < a->n; i++)
    if (!strcmp(a->name[i], name)) return true;
  return false;
}

static bf_status add_axis(label_axes *a, const char *name) {
  if (has_axis(a, name)) return BF_OK;
  const char **more = realloc(a->name, (a->n + 1u) * sizeof *more);
  if (!more) return bf_fail(BF_NO_MEMORY, "out of memory for the columns of a table");
  a->name = more;
  more[a->n++] = name;
  return BF_OK;
}

bf_status label_axes_of(const bf_input *in, size_t n, label_axes *out) {
  bf_status status = BF_OK;
  *out = (label_axes){0};
  for (int items = 0; items < 2; items++) {
    for (size_t i = 0; i < n; i++)
      for (size_t k = items ? in[i].nsweep : 0; k < (items ? in[i].nlabel : in[i].nsweep); k++) BF_TRY(add_axis(out, in[i].label[k].name));
    if (!items) out->nsweep = out->n;
  }
out:
  return status;
}

void label_axes_free(label_axes *a) {
  free(a->name);
  *a = (label_axes){0};
}

bf_status label_columns(bf_table *t, const label_axes *a) {
  bf_status status = BF_OK;
  for (uint32_t i = 0; i < a->n; i++) BF_TRY(bf_table_column(t, a->name[i], BF_COLUMN_TEXT));
out:
  return status;
}

bf_status label_column(bf_table *t, const label_axes *a, const char *before, const char *name, bf_column_type type) {
  char unique[256]; /* enough: the name of an axis has at most 64 characters */
  for (size_t more = 0; more < 32; more++) {
    const size_t n = more * strlen(before);
    if (n + strlen(name) >= sizeof unique) break;
    for (size_t i = 0; i < n; i++) unique[i] = before[i % strlen(before)];
    snprintf(unique + n, sizeof unique - n, "%s", name);
    if (!has_axis(a, unique)) break;
  }
  return bf_table_column(t, unique, type);
}

char *label_text(const bf_input *in) {
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  if (!f) return NULL;
  for (size_t k = 0; k < in->nlabel; k++) fprintf(f, "%s%s=%s", k ? " " : "", in->label[k].name, in->label[k].value);
  if (!fclose(f)) return text;
  free(text);
  return NULL;
}
