/* YAML text to a tree of values, by libyaml's events. Of YAML a pipeline needs maps, lists and scalars; what else there is (anchors, aliases, tags,
 * directives, several documents) is refused, so that a file means what it seems to. */
#include "pipeline/read.h"
#include <string.h>
#include <yaml.h>

typedef struct reader {
  yaml_parser_t parser;
  bf_origin *origin;
} reader;

static bf_node place(const reader *r, yaml_mark_t mark) {
  return (bf_node){.kind = BF_SCALAR, .origin = r->origin, .line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

#define FAIL(r, mark, ...)                                                                                                                                     \
  ({                                                                                                                                                           \
    bf_node at_ = place(r, mark);                                                                                                                              \
    bf_fail_at(BF_INVALID, &at_, __VA_ARGS__);                                                                                                                 \
  })

/* The place of a byte, for errors that come before there are marks. */
static yaml_mark_t mark_of(const char *text, size_t offset) {
  yaml_mark_t m = {0};
  for (size_t i = 0; i < offset && text[i]; i++) {
    if (text[i] == '\n')
      m.line++, m.column = 0;
    else if (((unsigned char)text[i] & 0xC0) != 0x80)
      m.column++;
  }
  return m;
}

/* Whether this line, counted from 0, begins with blanks of which one is a tab. */
static bool tab_indents(const char *text, size_t line) {
  while (line-- && (text = strchr(text, '\n'))) text++;
  return text && text[strspn(text, " ")] == '\t';
}

static bf_status syntax_error(reader *r) {
  const yaml_parser_t *p = &r->parser;
  const char *problem = p->problem ? p->problem : "unknown";
  if (p->error == YAML_READER_ERROR) return FAIL(r, mark_of(r->origin->text, p->problem_offset), "not UTF-8 text that YAML allows: %s", problem);
  if (p->error == YAML_MEMORY_ERROR) return bf_fail(BF_NO_MEMORY, "%s: no memory for reading it", r->origin->name);
  if (!p->context) return FAIL(r, p->problem_mark, "not valid YAML: %s", problem);
  return FAIL(r, p->problem_mark, "not valid YAML: %s (%s, line %zu)%s", problem, p->context, p->context_mark.line + 1,
              tab_indents(r->origin->text, p->problem_mark.line) ? "; YAML is indented by spaces, not tabs" : "");
}

static bf_status next_event(reader *r, yaml_event_t *e) { return yaml_parser_parse(&r->parser, e) ? BF_OK : syntax_error(r); }

static bf_status refuse_extras(reader *r, const yaml_event_t *e) {
  const yaml_char_t *anchor = NULL, *tag = NULL;
  bool tagged = false;
  switch (e->type) {
  case YAML_ALIAS_EVENT:
    return FAIL(r, e->start_mark, "aliases (*%.40s) are not supported; use vars: and $name", (const char *)e->data.alias.anchor);
  case YAML_SCALAR_EVENT:
    anchor = e->data.scalar.anchor, tag = e->data.scalar.tag;
    tagged = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !e->data.scalar.plain_implicit;
    break;
  case YAML_SEQUENCE_START_EVENT:
    anchor = e->data.sequence_start.anchor, tag = e->data.sequence_start.tag;
    break;
  case YAML_MAPPING_START_EVENT:
    anchor = e->data.mapping_start.anchor, tag = e->data.mapping_start.tag;
    break;
  default:
    break;
  }
  if (anchor) return FAIL(r, e->start_mark, "anchors (&%.40s) are not supported; use vars: and $name", (const char *)anchor);
  if (tag || tagged)
    return FAIL(r, e->start_mark, "tags (%.40s) are not supported: a stage's parameter table gives its values their types", tag ? (const char *)tag : "!");
  return BF_OK;
}

static bf_status read_value(reader *r, const yaml_event_t *e, int depth, bf_node **out);

static bf_status read_items(reader *r, int depth, bf_node *list) {
  for (;;) {
    bf_status status = BF_OK;
    bf_node *item = NULL;
    yaml_event_t e;
    if ((status = next_event(r, &e)) != BF_OK) return status;
    bool end = e.type == YAML_SEQUENCE_END_EVENT;
    if (!end) status = read_value(r, &e, depth, &item);
    yaml_event_delete(&e);
    if (end || status != BF_OK) return status;
    bf_node_append(list, item);
  }
}

static bf_status check_key(reader *r, const yaml_event_t *e, const bf_node *map) {
  bf_status status = refuse_extras(r, e);
  if (status != BF_OK) return status;
  if (e->type != YAML_SCALAR_EVENT) return FAIL(r, e->start_mark, "a key is a single word, not a list or map");
  const char *key = (const char *)e->data.scalar.value;
  if (!strcmp(key, "<<")) return FAIL(r, e->start_mark, "merge keys (<<) are not supported; use include:");
  for (size_t i = 0; i < map->n; i++)
    if (!strcmp(map->key[i], key)) return FAIL(r, e->start_mark, "key '%.80s' is already there, in line %d", key, map->key_at[i]->line);
  if (map->n == BF_MAX_KEYS) return FAIL(r, e->start_mark, "more than %d keys in one map", BF_MAX_KEYS);
  return BF_OK;
}

static bf_status read_pairs(reader *r, int depth, bf_node *map) {
  for (;;) {
    bf_status status = BF_OK;
    bf_node *key = NULL, *item = NULL;
    yaml_event_t e;
    if ((status = next_event(r, &e)) != BF_OK) return status;
    bool end = e.type == YAML_MAPPING_END_EVENT;
    if (!end && (status = check_key(r, &e, map)) == BF_OK)
      key = bf_node_scalar((const char *)e.data.scalar.value, r->origin, (int)e.start_mark.line + 1, (int)e.start_mark.column + 1);
    yaml_event_delete(&e);
    if (end || status != BF_OK) return status;
    if ((status = next_event(r, &e)) == BF_OK) {
      status = read_value(r, &e, depth, &item);
      yaml_event_delete(&e);
    }
    if (status == BF_OK) bf_node_set(map, key->text, key, item);
    bf_node_free(key);
    if (status != BF_OK) return status;
  }
}

/* depth: how many lists and maps the value may still be nested. */
static bf_status read_value(reader *r, const yaml_event_t *e, int depth, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *node = NULL;
  int line = (int)e->start_mark.line + 1, column = (int)e->start_mark.column + 1;
  BF_TRY(refuse_extras(r, e));
  if (e->type == YAML_SCALAR_EVENT) {
    if (memchr(e->data.scalar.value, 0, e->data.scalar.length)) return FAIL(r, e->start_mark, "a zero byte in a value");
    node = bf_node_scalar((const char *)e->data.scalar.value, r->origin, line, column);
    node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  } else if (!depth) {
    return FAIL(r, e->start_mark, "nested deeper than %d lists and maps", BF_MAX_DEPTH);
  } else if (e->type == YAML_SEQUENCE_START_EVENT) {
    node = bf_node_list(r->origin, line, column);
    BF_TRY(read_items(r, depth - 1, node));
  } else {
    node = bf_node_map(r->origin, line, column);
    BF_TRY(read_pairs(r, depth - 1, node));
  }
  *out = node;
  node = NULL;
out:
  bf_node_free(node);
  return status;
}

/* The next event has to be of this type; it is dropped. */
static bf_status pass(reader *r, yaml_event_type_t type, const char *problem) {
  bf_status status;
  yaml_event_t e;
  if ((status = next_event(r, &e)) != BF_OK) return status;
  if (e.type != type)
    status = FAIL(r, e.start_mark, "%s", problem);
  else if (e.type == YAML_DOCUMENT_START_EVENT &&
           (e.data.document_start.version_directive || e.data.document_start.tag_directives.start != e.data.document_start.tag_directives.end))
    status = FAIL(r, e.start_mark, "directives (%%YAML, %%TAG) are not supported");
  yaml_event_delete(&e);
  return status;
}

bf_status bf_yaml_parse(bf_origin *origin, const char *text, size_t n, bf_node **out) {
  bf_status status = BF_OK;
  reader r = {.origin = origin};
  yaml_event_t e = {0};
  bf_node *node = NULL;
  const char *zero = memchr(text, 0, n);
  if (n > BF_MAX_TEXT) return bf_fail(BF_INVALID, "%s: %zu bytes; a pipeline may have at most %d (1 MiB)", origin->name, n, BF_MAX_TEXT);
  if (zero) return FAIL(&r, mark_of(text, (size_t)(zero - text)), "a zero byte: this is not a text file");
  if (!yaml_parser_initialize(&r.parser)) return bf_fail(BF_NO_MEMORY, "%s: no memory for reading it", origin->name);
  yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
  size_t mark = n >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0; /* a byte order mark, as some editors write it */
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)text + mark, n - mark);
  BF_TRY(pass(&r, YAML_STREAM_START_EVENT, "not YAML"));
  BF_TRY(pass(&r, YAML_DOCUMENT_START_EVENT, "nothing in it"));
  BF_TRY(next_event(&r, &e));
  status = read_value(&r, &e, BF_MAX_DEPTH, &node);
  yaml_event_delete(&e);
  if (status != BF_OK) goto out;
  BF_TRY(pass(&r, YAML_DOCUMENT_END_EVENT, "not YAML"));
  BF_TRY(pass(&r, YAML_STREAM_END_EVENT, "a second document; a pipeline file holds one"));
  *out = node;
  node = NULL;
out:
  bf_node_free(node);
  yaml_parser_delete(&r.parser);
  return status;
}

bf_status bf_yaml_read(const char *name, const char *folder, const char *text, size_t n, bf_node **out) {
  char *copy = bf_strndup(text, n); /* stops at a zero byte, which is refused anyway */
  bf_origin *origin = bf_origin_new(name, folder, copy);
  free(copy);
  bf_status status = bf_yaml_parse(origin, text, n, out);
  bf_origin_release(origin);
  return status;
}
