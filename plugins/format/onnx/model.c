/* Reading an ONNX file: the bytes, the messages, the list of constants. All within a budget, as parsing has no limits of its own. */
#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_NODES = 1 << 16 };
static const uint64_t no_limit = 4ull << 30, longest = 1ull << 31;

static void *budget_alloc(void *model, size_t n) {
  onnx_model *m = model;
  m->refused = n > m->left;
  if (m->refused) return NULL;
  m->left -= n;
  return malloc(n);
}

static void budget_free(void *model, void *at) {
  (void)model;
  free(at);
}

static bf_status no_memory(const onnx_model *m) {
  return bf_fail(BF_NO_MEMORY, "%s: reading it needs more than the memory limit; %" PRIu64 " MiB are left", m->path, m->left >> 20);
}

static bf_status read_bytes(onnx_model *m, uint8_t **out, size_t *n) {
  bf_status status = BF_OK;
  struct stat st;
  *out = NULL;
  FILE *f = fopen(m->path, "rb");
  if (!f) return bf_fail(BF_BAD_INPUT, "%s: %s", m->path, strerror(errno));
  if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
    status = bf_fail(BF_BAD_INPUT, "%s: not a regular file", m->path);
    goto out;
  }
  if ((uint64_t)st.st_size >= longest) { /* the most that a protobuf message may have */
    status = bf_fail(BF_BAD_INPUT, "%s: %" PRIu64 " bytes; an ONNX file has fewer than 2 GiB", m->path, (uint64_t)st.st_size);
    goto out;
  }
  *n = (size_t)st.st_size;
  if (!(*out = budget_alloc(m, *n + 1)))
    status = no_memory(m);
  else if (fread(*out, 1, *n, f) != *n)
    status = bf_fail(BF_BAD_INPUT, "%s: can't read: %s", m->path, ferror(f) ? strerror(errno) : "the file ends early");
out:
  fclose(f);
  return status;
}

static int by_name(const void *a, const void *b) { return strcmp(((const onnx_constant *)a)->name, ((const onnx_constant *)b)->name); }

/* A Constant node's tensor, or NULL. */
static const Bfonnx__Tensor *constant_of(const Bfonnx__Node *node) {
  if (strcmp(node->op_type, "Constant") != 0 || node->n_output != 1) return NULL;
  for (size_t i = 0; i < node->n_attribute; i++)
    if (strcmp(node->attribute[i]->name, "value") == 0) return node->attribute[i]->t;
  return NULL;
}

/* Exporters give a constant that several nodes share more names by Identity nodes: the constant that such a node names, or NULL. */
static const Bfonnx__Tensor *alias_of(const onnx_model *m, const Bfonnx__Node *node) {
  const bool identity = strcmp(node->op_type, "Identity") == 0 && !*node->domain && node->n_input == 1 && node->n_output == 1;
  return identity ? onnx_find(m, node->input[0]) : NULL;
}

/* Adds them, and those of them again a few times over. */
static void take_aliases(onnx_model *m) {
  const Bfonnx__Graph *g = m->graph;
  size_t found = 1;
  for (int round = 0; found && round < 4; round++) {
    found = 0;
    for (size_t i = 0; i < g->n_node; i++) {
      const Bfonnx__Tensor *t = alias_of(m, g->node[i]);
      if (t && !onnx_find(m, g->node[i]->output[0])) m->constant[m->nconstant + found++] = (onnx_constant){g->node[i]->output[0], t};
    }
    m->nconstant += found;
    qsort(m->constant, m->nconstant, sizeof *m->constant, by_name);
  }
}

static bf_status list_constants(onnx_model *m) {
  const Bfonnx__Graph *g = m->graph;
  if (g->n_node > MOST_NODES) return bf_fail(BF_BAD_INPUT, "%s: %zu nodes; at most %d are read", m->path, g->n_node, MOST_NODES);
  if (g->n_sparse_initializer) return bf_fail(BF_BAD_INPUT, "%s: sparse weights are not read; export dense ones", m->path);
  m->constant = budget_alloc(m, (g->n_initializer + g->n_node + 1) * sizeof *m->constant);
  if (!m->constant) return no_memory(m);
  for (size_t i = 0; i < g->n_initializer; i++) m->constant[m->nconstant++] = (onnx_constant){g->initializer[i]->name, g->initializer[i]};
  for (size_t i = 0; i < g->n_node; i++) {
    const Bfonnx__Tensor *value = constant_of(g->node[i]);
    if (value) m->constant[m->nconstant++] = (onnx_constant){g->node[i]->output[0], value};
  }
  qsort(m->constant, m->nconstant, sizeof *m->constant, by_name);
  take_aliases(m);
  for (size_t i = 1; i < m->nconstant; i++)
    if (strcmp(m->constant[i].name, m->constant[i - 1].name) == 0)
      return bf_fail(BF_BAD_INPUT, "%s: two constants are called '%.200s'", m->path, m->constant[i].name);
  return BF_OK;
}

static bf_status list_nodes(onnx_model *m) {
  const Bfonnx__Graph *g = m->graph;
  m->node = budget_alloc(m, (g->n_node + 1) * sizeof(Bfonnx__Node *));
  if (!m->node) return no_memory(m);
  for (size_t i = 0; i < g->n_node; i++)
    if (!constant_of(g->node[i]) && !alias_of(m, g->node[i])) m->node[m->nnode++] = g->node[i];
  return BF_OK;
}

bf_status onnx_read(const char *path, uint64_t budget, onnx_model *out) {
  bf_status status = BF_OK;
  uint8_t *bytes = NULL;
  size_t n = 0;
  *out = (onnx_model){.path = path, .left = budget ? budget : no_limit};
  BF_TRY(read_bytes(out, &bytes, &n));
  ProtobufCAllocator allocator = {budget_alloc, budget_free, out};
  out->parsed = bfonnx__model__unpack(&allocator, n, bytes);
  if (!out->parsed) {
    status = out->refused ? no_memory(out) : bf_fail(BF_BAD_INPUT, "%s: not an ONNX file, or damaged: its %zu bytes are no such message", path, n);
    goto out;
  }
  if (!out->parsed->graph) {
    status = bf_fail(BF_BAD_INPUT, "%s: not an ONNX model: it has no graph", path);
    goto out;
  }
  out->graph = out->parsed->graph;
  BF_TRY(list_constants(out));
  BF_TRY(list_nodes(out));
out:
  free(bytes);
  return status;
}

void onnx_free(onnx_model *m) {
  ProtobufCAllocator allocator = {budget_alloc, budget_free, m};
  if (m->parsed) bfonnx__model__free_unpacked(m->parsed, &allocator);
  free(m->node);
  free(m->constant);
  *m = (onnx_model){0};
}

const Bfonnx__Tensor *onnx_find(const onnx_model *m, const char *name) {
  const onnx_constant wanted = {.name = name};
  const onnx_constant *found = m->nconstant ? bsearch(&wanted, m->constant, m->nconstant, sizeof wanted, by_name) : NULL;
  return found ? found->tensor : NULL;
}
