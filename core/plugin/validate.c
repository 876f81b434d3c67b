/* What a description must keep to: ids, names, ports, and parameter tables whose defaults pass their own checks. */
#include "plugin/describe.h"
#include "plugin/param_value.h"
#include <stdlib.h>
#include <string.h>

static const uint32_t known_types = (BF_BIT(BF_TYPE_LAST) << 1) - BF_BIT(BF_POINT_CLOUD);

bool bf_name_valid(const char *name) {
  return *name >= 'a' && *name <= 'z' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name) && strlen(name) < 64;
}

bool bf_one_line(const char *text) {
  for (const char *s = text; *s; s++)
    if ((unsigned char)*s < 0x20 || *s == 0x7f) return false;
  return *text;
}

static bf_status check_id(const bf_entry *e) {
  static const char *const kinds[] = {"", "activation", "format"};
  const char *dot = strchr(e->id, '.');
  char *kind = bf_strndup(e->id, dot ? (size_t)(dot - e->id) : 0);
  bool good = dot && bf_name_valid(kind) && bf_name_valid(dot + 1);
  bool reserved = !strcmp(kind, "activation") || !strcmp(kind, "format") || !strcmp(kind, "save") || !strcmp(kind, "print");
  bool fits = e->kind == BF_KIND_STAGE ? !reserved : !strcmp(kind, kinds[e->kind]);
  free(kind);
  if (!good) return bf_fail(BF_PLUGIN, "bad id '%.100s'; ids are kind.name, each [a-z][a-z0-9_]*", e->id);
  if (!fits)
    return bf_fail(BF_PLUGIN, "%s: the kind in this id is not one for %s", e->id,
                   e->kind == BF_KIND_STAGE        ? "a stage"
                   : e->kind == BF_KIND_ACTIVATION ? "an activation"
                                                   : "a format");
  if (!bf_one_line(e->doc)) return bf_fail(BF_PLUGIN, "%s: its doc is not one line of text", e->id);
  return BF_OK;
}

/* "layer,class": valid, distinct names. */
static bool axes_valid(const char *axes) {
  char *copy = bf_strdup(axes), *rest = copy, *name, *seen[16];
  size_t n = 0;
  bool good = true;
  while (good && (name = strsep(&rest, ","))) {
    good = bf_name_valid(name) && n < 16;
    for (size_t i = 0; good && i < n; i++) good = strcmp(seen[i], name);
    if (good) seen[n++] = name;
  }
  free(copy);
  return good;
}

static bf_status check_port(const bf_entry *e, const bf_port *port, bool output) {
  const char *way = output ? "output" : "input";
  if (!bf_name_valid(port->name)) return bf_fail(BF_PLUGIN, "%s: bad name '%.100s' of an %s port", e->id, port->name, way);
  bool one = port->types && !(port->types & (port->types - 1));
  if (!port->types || port->types & ~known_types || (output && !one))
    return bf_fail(BF_PLUGIN, "%s: the %s port '%s' has no type that is known", e->id, way, port->name);
  if (port->flags & ~(uint32_t)(BF_MANY | BF_OPTIONAL) || (output && port->flags & BF_OPTIONAL))
    return bf_fail(BF_PLUGIN, "%s: the %s port '%s' has unknown flags", e->id, way, port->name);
  bool needs_axes = output && port->flags & BF_MANY;
  if (needs_axes != (port->axes != NULL) || (port->axes && !axes_valid(port->axes)))
    return bf_fail(BF_PLUGIN, "%s: the %s port '%s' has %s", e->id, way, port->name,
                   needs_axes ? "no valid item axes" : "item axes, which only a MANY output has");
  if (port->doc && !bf_one_line(port->doc)) return bf_fail(BF_PLUGIN, "%s: the doc of port '%s' is not one line of text", e->id, port->name);
  return BF_OK;
}

static bf_status check_ports(const bf_entry *e, const bf_port *ports, bool output) {
  size_t n = 0;
  for (; ports[n].name; n++) {
    if (n == BF_MAX_PORTS) return bf_fail(BF_PLUGIN, "%s: more than %d %s ports", e->id, BF_MAX_PORTS, output ? "output" : "input");
    bf_status status = check_port(e, &ports[n], output);
    if (status != BF_OK) return status;
    for (size_t i = 0; i < n; i++)
      if (!strcmp(ports[i].name, ports[n].name)) return bf_fail(BF_PLUGIN, "%s: two %s ports '%s'", e->id, output ? "output" : "input", ports[n].name);
  }
  return n || !output ? BF_OK : bf_fail(BF_PLUGIN, "%s: no output port", e->id);
}

static bool choices_valid(const char *choices) {
  size_t n, i;
  for (i = 0; bf_choice_at(choices, i, &n); i++)
    if (!n) return false;
  return i;
}

static bf_status check_param(const bf_entry *e, const bf_param *row, size_t cfg_size) {
  bf_range range;
  size_t size = bf_param_type_size(row->type);
  bool numbers = row->type == BF_PARAM_INT || row->type == BF_PARAM_REAL || row->type == BF_PARAM_INTS || row->type == BF_PARAM_REALS;
  const char *why = !bf_name_valid(row->name)                                         ? "has a bad name; names are [a-z][a-z0-9_]*"
                    : !size                                                           ? "has an unknown type"
                    : row->offset > cfg_size || size > cfg_size - row->offset         ? "lies outside of its struct"
                    : row->offset % bf_param_type_align(row->type)                    ? "is not aligned in its struct"
                    : !row->doc || !bf_one_line(row->doc)                             ? "has no doc of one line"
                    : row->range && (!numbers || !bf_range_parse(row->range, &range)) ? "has a bad range; ranges of numbers are like \"[1, 10)\""
                    : row->choices && row->type == BF_PARAM_FILE && strcmp(row->choices, "file|folder") ? "is a file with choices other than \"file|folder\""
                    : row->choices && row->type != BF_PARAM_FILE && (row->type != BF_PARAM_TEXT || !choices_valid(row->choices))
                        ? "has bad choices; choices of text are like \"a|b\""
                    : row->type == BF_PARAM_FILE && row->def && *row->def    ? "is a file with a default other than \"\""
                    : e->kind != BF_KIND_STAGE && row->type >= BF_PARAM_FILE ? "is a file or plugin object, which only a stage's parameters can be"
                                                                             : NULL;
  return why ? bf_fail(BF_PLUGIN, "%s: parameter '%.100s' %s", e->id, row->name, why) : BF_OK;
}

/* Each default must pass the checks that a user's value does. */
static bf_status check_default(const bf_entry *e, const bf_param *row) {
  const bf_param one[] = {*row, {0}};
  const bf_param_env env = {0};
  bf_params *params = NULL;
  if (!row->def) return BF_OK;
  bf_status status = bf_params_parse(one, NULL, e->id, &env, &params);
  bf_params_free(params);
  if (status == BF_OK) return BF_OK;
  char *why = bf_strdup(bf_error());
  bf_fail(BF_PLUGIN, "%s (its own default)", why);
  free(why);
  return BF_PLUGIN;
}

static bf_status check_params(const bf_entry *e, size_t cfg_size) {
  if (cfg_size > BF_MAX_CONFIG) return bf_fail(BF_PLUGIN, "%s: its parameters' struct is larger than %d bytes", e->id, BF_MAX_CONFIG);
  for (size_t n = 0; e->params[n].name; n++) {
    bf_status status = check_param(e, &e->params[n], cfg_size);
    if (status == BF_OK) status = check_default(e, &e->params[n]);
    if (status != BF_OK) return status;
    for (size_t i = 0; i < n; i++)
      if (!strcmp(e->params[i].name, e->params[n].name)) return bf_fail(BF_PLUGIN, "%s: two parameters '%s'", e->id, e->params[n].name);
  }
  return BF_OK;
}

static bf_status check_format(const bf_entry *e) {
  const bf_format *f = e->format;
  if (!(f->reads | f->writes) || (f->reads | f->writes) & ~known_types) return bf_fail(BF_PLUGIN, "%s: it reads and writes no type that is known", e->id);
  char *copy = bf_strdup(f->extensions ? f->extensions : "?"), *rest = copy, *word;
  bool good = true;
  while (good && *copy && (word = strsep(&rest, " "))) good = (word[0] == '.' || word[0] == '-') && word[1] && bf_one_line(word) && !strchr(word, '/');
  free(copy);
  return good ? BF_OK : bf_fail(BF_PLUGIN, "%s: bad extensions '%.100s'; write \".csv .csv.gz\"", e->id, f->extensions ? f->extensions : "");
}

bf_status bf_entry_validate(const bf_entry *e) {
  bf_status status = BF_OK;
  size_t size = e->stage ? e->stage->cfg_size : e->activation ? e->activation->cfg_size : e->format->cfg_size;
  BF_TRY(check_id(e));
  BF_TRY(check_params(e, size));
  if (e->stage) {
    BF_TRY(check_ports(e, e->stage->inputs, false));
    BF_TRY(check_ports(e, e->stage->outputs, true));
  }
  if (e->activation && e->activation->derive_needs & ~(uint32_t)(BF_NEEDS_X | BF_NEEDS_Y))
    status = bf_fail(BF_PLUGIN, "%s: derive_needs has unknown bits", e->id);
  if (e->format) BF_TRY(check_format(e));
out:
  return status;
}
