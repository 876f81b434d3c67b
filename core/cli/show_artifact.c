/* Prints an artifact's summary: the same facts as text for people or as one JSON object. */
#include "cli/show_artifact.h"
#include "base/text.h"
#include "cli/summary.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *header_facts(const bf_artifact_info *info, const char *path) {
  json_t *o = json_object(), *label = json_object(), *uses = json_array(), *arrays = json_array();
  for (size_t i = 0; i < info->nlabel; i++) json_object_set_new(label, info->label[i].name, json_string(info->label[i].value));
  for (size_t i = 0; i < info->nuse; i++) json_array_append_new(uses, json_string(info->use[i]));
  for (size_t i = 0; i < info->narray; i++) {
    json_t *shape = json_array();
    for (uint32_t d = 0; d < info->array[i].rank; d++) json_array_append_new(shape, json_integer((json_int_t)info->array[i].shape[d]));
    json_array_append_new(arrays, json_pack("{s:s, s:s, s:o}", "array", info->array[i].name, "type", info->array[i].dtype, "shape", shape));
  }
  json_object_set_new(o, "type", json_string(bf_type_name(info->type)));
  json_t *file = json_string(path); /* NULL when the path is not UTF-8 */
  json_object_set_new(o, "file", file ? file : json_null());
  json_object_set_new(o, "bytes", json_integer((json_int_t)info->bytes));
  json_object_set_new(o, "label", label);
  json_object_set_new(o, "uses", uses);
  json_object_set_new(o, "arrays", arrays);
  return o;
}

/* ---- text: what is no list of objects is a line "key  value"; a list of objects is a table ---- */

static void add_value(bf_text *t, const json_t *v) {
  const char *key, *comma = "";
  size_t i;
  json_t *item;
  switch (json_typeof(v)) {
  case JSON_STRING:
    for (const char *s = json_string_value(v); *s; s++) bf_text_add_n(t, *s == '\n' || *s == '\t' ? " " : s, 1);
    break;
  case JSON_INTEGER:
    bf_text_addf(t, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    break;
  case JSON_REAL:
    bf_text_addf(t, "%.6g", json_real_value(v));
    break;
  case JSON_TRUE:
    bf_text_add(t, "yes");
    break;
  case JSON_FALSE:
    bf_text_add(t, "no");
    break;
  case JSON_NULL:
    break;
  case JSON_ARRAY:
    json_array_foreach(v, i, item) {
      bf_text_add(t, comma);
      comma = ", ";
      add_value(t, item);
    }
    break;
  case JSON_OBJECT:
    json_object_foreach((json_t *)v, key, item) {
      bf_text_addf(t, "%s%s = ", comma, key);
      comma = ", ";
      add_value(t, item);
    }
    break;
  }
}

static char *value_text(const json_t *v) {
  bf_text t = {0};
  add_value(&t, v);
  return bf_text_take(&t);
}

/* Characters of UTF-8 text. */
static int width_of(const char *s) {
  int n = 0;
  for (; *s; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
  return n;
}

static void print_padded(const char *s, int width, bool right) {
  int pad = width - width_of(s);
  if (!right) fputs(s, stdout);
  while (pad-- > 0) fputc(' ', stdout);
  if (right) fputs(s, stdout);
}

enum { MOST_COLUMNS = 300 };

/* A list of objects that all have the first one's keys. */
static void print_table(const json_t *rows) {
  const json_t *first = json_array_get(rows, 0);
  size_t columns = 0, i;
  const char *key;
  json_t *row, *cell;
  int width[MOST_COLUMNS];
  bool right[MOST_COLUMNS];
  json_object_foreach((json_t *)first, key, cell) {
    if (columns == MOST_COLUMNS) break;
    width[columns] = width_of(key);
    right[columns] = json_is_number(cell) || json_is_null(cell);
    json_array_foreach(rows, i, row) {
      char *s = value_text(json_object_get(row, key));
      if (width_of(s) > width[columns]) width[columns] = width_of(s);
      free(s);
    }
    columns++;
  }
  for (size_t r = 0; r <= json_array_size(rows); r++) {
    size_t column = 0;
    json_object_foreach((json_t *)first, key, cell) {
      if (column == columns) break;
      char *s = r ? value_text(json_object_get(json_array_get(rows, r - 1), key)) : bf_strdup(key);
      fputs("  ", stdout);
      print_padded(s, column + 1 == columns && !right[column] ? 0 : width[column], right[column]);
      free(s);
      column++;
    }
    fputc('\n', stdout);
  }
}

static void print_text(const json_t *facts) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)facts, key, value) {
    if ((json_is_array(value) && !json_array_size(value)) || (json_is_object(value) && !json_object_size(value))) continue;
    char *name = bf_strdup(key);
    for (char *c = name; *c; c++)
      if (*c == '_') *c = ' ';
    if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
      printf("%s:\n", name);
      print_table(value);
    } else {
      char *s = value_text(value);
      print_padded(name, 18, false);
      printf(" %s\n", s);
      free(s);
    }
    free(name);
  }
}

bf_status bf_artifact_facts(const char *path, json_t **out) {
  bf_artifact_info info;
  *out = NULL;
  bf_status status = bf_artifact_info_read(path, &info);
  if (status != BF_OK) return status;
  json_t *facts = header_facts(&info, path);
  status = bf_summarise(info.type, path, facts);
  if (status == BF_OK)
    *out = facts;
  else
    json_decref(facts);
  bf_artifact_info_free(&info);
  return status;
}

void bf_print_facts(const json_t *facts, bool json) {
  if (!json) {
    print_text(facts);
    return;
  }
  json_dumpf(facts, stdout, JSON_INDENT(2));
  fputc('\n', stdout);
}

bf_status bf_show_artifact(const char *path, bool json) {
  json_t *facts;
  bf_status status = bf_artifact_facts(path, &facts);
  if (status == BF_OK) bf_print_facts(facts, json);
  json_decref(facts);
  return status;
}
