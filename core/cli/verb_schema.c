/* bettiflow schema: a JSON schema (draft 2020-12) of pipeline files, with the ports and parameters of every stage, for editors. */
#include "cli/cli.h"
#include "cli/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char name_pattern[] = "^[a-z][a-z0-9_]*$", source_pattern[] = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)?$";

static json_t *text_type(const char *pattern) { return json_pack("{s:s, s:s*}", "type", "string", "pattern", pattern); }

static json_t *one_or_many(json_t *item) { return json_pack("{s:[O, {s:s, s:o}]}", "anyOf", item, "type", "array", "items", item); }

/* The ports that a key of a stage can name, each with a source: MANY ports under gather, the others under in and each. */
static json_t *ports_schema(const bf_port *ports, bool many) {
  json_t *properties = json_object();
  for (const bf_port *p = ports; p->name; p++) {
    if (!(p->flags & BF_MANY) != !many) continue;
    char *types = bf_types_text(p->types), *doc = bf_format_text("%s%s%s", types, p->doc ? ": " : "", p->doc ? p->doc : "");
    json_object_set_new(properties, p->name, json_pack("{s:s, s:s, s:s}", "type", "string", "pattern", source_pattern, "description", doc));
    free(types);
    free(doc);
  }
  return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
}

static json_t *save_schema(const bf_port *outputs) {
  json_t *files = one_or_many(text_type(NULL)), *properties = json_object();
  for (const bf_port *p = outputs; p->name; p++) json_object_set(properties, p->name, files);
  json_t *options = json_copy(json_object_get(files, "anyOf"));
  json_array_append_new(options, json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0));
  json_decref(files);
  return json_pack("{s:o}", "anyOf", options);
}

static json_t *stage_schema(const bf_registry *r, const bf_entry *e) {
  const bf_stage *s = e->stage;
  return json_pack("{s:s, s:{s:o, s:o, s:o, s:o, s:o}}", "description", e->doc, "properties", "in", ports_schema(s->inputs, false), "each",
                   ports_schema(s->inputs, false), "gather", ports_schema(s->inputs, true), "params", bf_schema_params(r, e->params), "save",
                   save_schema(s->outputs));
}

/* What every stage has, and by its `use` the schema of that stage. */
static json_t *any_stage_schema(const bf_registry *r) {
  json_t *uses = json_array(), *rules = json_array();
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind != BF_KIND_STAGE) continue;
    char *reference = bf_format_text("#/$defs/%s", e->id);
    json_array_append_new(uses, json_pack("{s:s, s:s}", "const", e->id, "description", e->doc));
    json_array_append_new(
        rules, json_pack("{s:{s:{s:{s:s}}, s:[s]}, s:{s:s}}", "if", "properties", "use", "const", e->id, "required", "use", "then", "$ref", reference));
    free(reference);
  }
  json_t *object = json_pack("{s:s}", "type", "object"), *properties = json_object();
  json_object_set_new(properties, "use", json_pack("{s:s, s:o}", "description", "the stage to run; `bettiflow plugins` lists them", "oneOf", uses));
  json_object_set(properties, "in", object);
  json_object_set(properties, "each", object);
  json_object_set_new(properties, "gather", object);
  json_object_set_new(properties, "across", one_or_many(text_type(name_pattern)));
  json_object_set_new(properties, "params", json_pack("{s:[s, s]}", "type", "object", "null"));
  json_object_set_new(properties, "save", json_object());
  json_object_set_new(properties, "print", json_pack("{s:[s, s]}", "type", "boolean", "string"));
  json_object_set_new(properties, "limits", json_pack("{s:s}", "$ref", "#/$defs/limits"));
  json_t *j = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
  json_object_set_new(j, "allOf", rules);
  return j;
}

static json_t *sweep_schema(void) {
  json_t *values = json_pack("{s:[{s:s}, {s:[s, s, s]}]}", "anyOf", "type", "array", "type", "string", "number", "boolean");
  json_t *map = json_pack("{s:s, s:{s:s}, s:o}", "type", "object", "propertyNames", "pattern", name_pattern, "additionalProperties", values);
  json_t *point = json_pack("{s:s, s:{s:s}}", "type", "object", "propertyNames", "pattern", name_pattern);
  return json_pack("{s:s, s:[o, {s:s, s:o}]}", "description", "a map: every combination; a list of maps: exactly these points", "anyOf", map, "type", "array",
                   "items", point);
}

static json_t *whole_schema(const bf_registry *r) {
  json_t *definitions = json_object(), *properties = json_object();
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind == BF_KIND_STAGE) json_object_set_new(definitions, e->id, stage_schema(r, e));
  }
  json_object_set_new(definitions, "stage", any_stage_schema(r));
  json_object_set_new(definitions, "limits",
                      json_pack("{s:s, s:b, s:{s:{s:[s, s], s:s}, s:{s:[s, s], s:s}}}", "type", "object", "additionalProperties", 0, "properties", "time",
                                "type", "string", "number", "description", "10min, 90s", "memory", "type", "string", "number", "description", "4GiB, 512MiB"));
  json_object_set_new(properties, "bettiflow", json_pack("{s:i, s:s}", "const", 1, "description", "version of the pipeline language"));
  json_object_set_new(properties, "name", text_type("^[a-z][a-z0-9_-]*$"));
  json_object_set_new(properties, "include", one_or_many(text_type(NULL)));
  json_object_set_new(properties, "vars", json_pack("{s:[s, s], s:{s:s}}", "type", "object", "null", "propertyNames", "pattern", name_pattern));
  json_object_set_new(properties, "sweep", sweep_schema());
  json_object_set_new(
      properties, "stages",
      json_pack("{s:s, s:{s:s}, s:{s:s}}", "type", "object", "propertyNames", "pattern", name_pattern, "additionalProperties", "$ref", "#/$defs/stage"));
  json_object_set_new(properties, "limits", json_pack("{s:s}", "$ref", "#/$defs/limits"));
  return json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title", "bettiflow pipeline", "type", "object",
                   "additionalProperties", 0, "properties", properties, "$defs", definitions);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  if (key == ARGP_KEY_ARG) argp_error(state, "what is '%s'? schema takes options only", argument);
  return ARGP_ERR_UNKNOWN;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {NULL,
                            parse,
                            NULL,
                            "Prints a JSON schema of pipeline files with all stages that the plugins offer, so that an editor completes and checks them.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  bf_registry *r = NULL;
  bf_status status = bf_parse(&argp, argc, argv, NULL);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  json_t *schema = whole_schema(r);
  json_dumpf(schema, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
  putchar('\n');
  json_decref(schema);
out:
  if (status != BF_OK) bf_complain();
  bf_registry_free(r);
  return bf_exit(status);
}

const bf_verb bf_verb_schema = {"schema", "JSON schema of pipeline files, for editors", run};
