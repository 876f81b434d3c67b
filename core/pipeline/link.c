/* What each stage reads: sources, ports and their types; the order of the stages, and cycles. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

static const char *const kind_name[] = {[BF_LINK_IN] = "in", [BF_LINK_EACH] = "each", [BF_LINK_GATHER] = "gather"};

static bf_status find_stage(const bf_pipeline *p, const bf_node *at, const char *text, size_t n, size_t *out) {
  char hint[BF_HINT];
  for (*out = 0; *out < p->nstage; ++*out)
    if (strlen(p->stage[*out].name) == n && !memcmp(p->stage[*out].name, text, n)) return BF_OK;
  const char **names = bf_alloc(p->nstage, sizeof *names);
  char *name = bf_strndup(text, n);
  for (size_t i = 0; i < p->nstage; i++) names[i] = p->stage[i].name;
  bf_status status = bf_fail_at(BF_INVALID, at, "there is no stage '%.64s'%s", name, bf_hint(hint, name, names, p->nstage));
  free(name);
  free(names);
  return status;
}

/* "stage" or "stage.port". */
static bf_status read_source(const bf_pipeline *p, const char *port, bf_link *link) {
  const bf_node *at = link->at;
  if (at->kind == BF_LIST) return bf_fail_at(BF_INVALID, at, "port '%s' takes one source: 'stage' or 'stage.port'", port);
  bf_status status = bf_need_text(at, "a source");
  if (status == BF_OK) status = bf_need_plain(at, "a source");
  if (status != BF_OK) return status;
  size_t n = strcspn(at->text, ".");
  status = find_stage(p, at, at->text, n, &link->from);
  if (status != BF_OK || !at->text[n]) return status;
  const bf_pstage *from = &p->stage[link->from];
  link->from_port = bf_port_find(from->use->stage->outputs, at->text + n + 1, strlen(at->text + n + 1));
  if (link->from_port != SIZE_MAX) return BF_OK;
  char *names = bf_port_names(from->use->stage->outputs);
  const char *near = bf_port_nearest(from->use->stage->outputs, at->text + n + 1);
  status = bf_fail_at(BF_INVALID, at, "stage '%s' (%s) has no output port '%.64s'%s%s%s (its output ports: %s)", from->name, from->use->id, at->text + n + 1,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", names);
  free(names);
  return status;
}

/* "; graph.file reads one from a file": of the stages that make one of the types of a file and nothing else, the first; "" when there is none. Allocated. */
static char *file_stage(const bf_registry *registry, uint32_t types) {
  for (size_t i = 0; i < bf_registry_size(registry); i++) {
    const bf_entry *e = bf_registry_at(registry, i);
    bool file = false, format = false;
    if (e->kind != BF_KIND_STAGE || e->stage->inputs[0].name || !(e->stage->outputs[0].types & types)) continue;
    for (const bf_param *row = e->params; row->name; row++) {
      file |= row->type == BF_PARAM_FILE;
      format |= row->type == BF_PARAM_FORMAT;
    }
    if (file && format) return bf_format_text("; %s reads one from a file", e->id);
  }
  return bf_strdup("");
}

static bf_status check_type(const bf_pipeline *p, const bf_registry *registry, const bf_pstage *s, const bf_link *link) {
  const bf_port *port = &s->use->stage->inputs[link->port];
  const bf_pstage *from = &p->stage[link->from];
  const bf_port *source = &from->use->stage->outputs[link->from_port];
  if (port->types & source->types) return BF_OK;
  char *takes = bf_types_text(port->types), *gives = bf_types_text(source->types), *file = file_stage(registry, port->types);
  bf_status status = bf_fail_at(BF_INVALID, link->at, "port '%s' of %s takes %s, but '%s' of stage '%s' (%s) gives %s%s", port->name, s->use->id, takes,
                                source->name, from->name, from->use->id, gives, file);
  free(file);
  free(takes);
  free(gives);
  return status;
}

static bf_status find_input(const bf_pstage *s, const bf_node *at, const char *name, bf_link_kind kind, size_t *port) {
  const bf_port *inputs = s->use->stage->inputs;
  *port = bf_port_find(inputs, name, strlen(name));
  if (*port != SIZE_MAX) {
    bool many = inputs[*port].flags & BF_MANY;
    if (many && kind != BF_LINK_GATHER)
      return bf_fail_at(BF_INVALID, at, "port '%s' of %s takes many artifacts: put it under gather, not under %s", name, s->use->id, kind_name[kind]);
    if (!many && kind == BF_LINK_GATHER)
      return bf_fail_at(BF_INVALID, at, "port '%s' of %s takes one artifact: put it under in, or under each to run once per item, not under gather", name,
                        s->use->id);
    return BF_OK;
  }
  char *names = bf_port_names(inputs);
  const char *near = bf_port_nearest(inputs, name);
  bf_status status = bf_fail_at(BF_INVALID, at, "%s has no input port '%.64s'%s%s%s (its input ports: %s)", s->use->id, name, near ? "; did you mean '" : "",
                                near ? near : "", near ? "'?" : "", names);
  free(names);
  return status;
}

/* The links under one of in, each and gather. given: the port's links so far, by port; NULL where there is none. */
static bf_status read_kind(const bf_pipeline *p, const bf_registry *registry, const bf_pstage *s, const bf_node *map, bf_link_kind kind, bf_link *given) {
  const char *port = s->use->stage->inputs[0].name; /* NULL: it has none */
  if (port && map && map->kind == BF_SCALAR && !bf_node_empty(map))
    return bf_fail_at(BF_INVALID, map, "%s is a map from ports to what they read: %s: { %s: %.64s }", kind_name[kind], kind_name[kind], port, map->text);
  bf_status status = bf_need_map(map, kind_name[kind]);
  for (size_t i = 0; status == BF_OK && map && map->kind == BF_MAP && i < map->n; i++) {
    bf_link link = {.kind = kind, .at = map->item[i]};
    if ((status = find_input(s, map->key_at[i], map->key[i], kind, &link.port)) != BF_OK) return status;
    if (given[link.port].at)
      return bf_fail_at(BF_INVALID, map->key_at[i], "port '%s' is connected twice: under %s in line %d too", map->key[i], kind_name[given[link.port].kind],
                        given[link.port].at->line);
    if ((status = read_source(p, map->key[i], &link)) == BF_OK) status = check_type(p, registry, s, &link);
    given[link.port] = link;
  }
  return status;
}

static bf_status check_connected(const bf_pstage *s, const bf_link *given, size_t nport) {
  for (size_t i = 0; i < nport; i++) {
    const bf_port *port = &s->use->stage->inputs[i];
    if (given[i].at || port->flags & BF_OPTIONAL) continue;
    char *takes = bf_types_text(port->types);
    bf_status status = bf_fail_at(BF_INVALID, s->at, "stage '%s': input port '%s' (%s) of %s is not connected; name its source under %s", s->name, port->name,
                                  takes, s->use->id, port->flags & BF_MANY ? "gather" : "in or each");
    free(takes);
    return status;
  }
  return BF_OK;
}

static bf_status read_links(bf_pipeline *p, const bf_registry *registry, size_t stage) {
  bf_status status = BF_OK;
  bf_pstage *s = &p->stage[stage];
  const bf_node *node = bf_stage_node(p, stage);
  size_t nport = bf_port_count(s->use->stage->inputs);
  bf_link *given = bf_alloc(nport, sizeof *given);
  for (bf_link_kind kind = BF_LINK_IN; kind <= BF_LINK_GATHER; kind++) BF_TRY(read_kind(p, registry, s, bf_node_get(node, kind_name[kind]), kind, given));
  BF_TRY(check_connected(s, given, nport));
  s->link = bf_alloc(nport, sizeof *s->link);
  for (size_t i = 0; i < nport; i++)
    if (given[i].at) s->link[s->nlink++] = given[i];
out:
  free(given);
  return status;
}

/* Walks from `stage` to what it reads until a stage comes a second time: all stages that are left lie on or behind a cycle. */
static bf_status fail_cycle(const bf_pipeline *p, const bool *done) {
  size_t *path = bf_alloc(p->nstage + 1, sizeof *path), *seen = bf_alloc(p->nstage, sizeof *seen), n = 0, at = 0;
  const bf_node *place = NULL;
  while (done[at]) at++;
  while (!seen[at]) {
    path[n] = at;
    seen[at] = ++n;
    size_t l = 0;
    while (done[p->stage[at].link[l].from]) l++;
    place = p->stage[at].link[l].at;
    at = p->stage[at].link[l].from;
  }
  bf_text cycle = {0};
  bf_text_add(&cycle, p->stage[at].name); /* path runs against the flow: the last one feeds the one before */
  for (size_t i = n; i-- > seen[at] - 1;) bf_text_addf(&cycle, " -> %s", p->stage[path[i]].name);
  bf_status status = bf_fail_at(BF_INVALID, place, "stages feed each other in a circle: %s", cycle.at);
  bf_text_free(&cycle);
  free(path);
  free(seen);
  return status;
}

/* Puts sources before readers; where there is a choice, the stage that was written first. */
static bf_status sort(bf_pipeline *p) {
  bf_status status = BF_OK;
  bool *done = bf_alloc(p->nstage, sizeof *done);
  size_t *place = bf_alloc(p->nstage, sizeof *place);
  bf_pstage *sorted = bf_alloc(p->nstage, sizeof *sorted);
  for (size_t n = 0; n < p->nstage; n++) {
    size_t next = 0;
    for (; next < p->nstage; next++) {
      bool ready = !done[next];
      for (size_t l = 0; ready && l < p->stage[next].nlink; l++) ready = done[p->stage[next].link[l].from];
      if (ready) break;
    }
    if (next == p->nstage) {
      status = fail_cycle(p, done);
      goto out;
    }
    done[next] = true;
    place[next] = n;
    sorted[n] = p->stage[next];
  }
  for (size_t i = 0; i < p->nstage; i++)
    for (size_t l = 0; l < sorted[i].nlink; l++) sorted[i].link[l].from = place[sorted[i].link[l].from];
  memcpy(p->stage, sorted, p->nstage * sizeof *sorted);
out:
  free(done);
  free(place);
  free(sorted);
  return status;
}

bf_status bf_links_read(bf_pipeline *p, const bf_registry *registry) {
  for (size_t i = 0; i < p->nstage; i++) {
    bf_status status = read_links(p, registry, i);
    if (status != BF_OK) return status;
  }
  return sort(p);
}
