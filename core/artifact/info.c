/* Any artifact: what its header says, and whether all of it is sound. */
#include "artifact/container.h"
#include <stdlib.h>
#include <string.h>

_Static_assert((int)BF_POINT_CLOUD == BETTIFLOW__ARTIFACT_TYPE__POINT_CLOUD && (int)BF_TYPE_LAST == BETTIFLOW__ARTIFACT_TYPE__TRAINING_STATE,
               "types are stored by number");

static const char *const type_names[] = {[BF_POINT_CLOUD] = "PointCloud",       [BF_NETWORK] = "Network",       [BF_TRAINING_LOG] = "TrainingLog",
                                         [BF_WEIGHTED_GRAPH] = "WeightedGraph", [BF_FILTRATION] = "Filtration", [BF_PERSISTENCE_DIAGRAM] = "PersistenceDiagram",
                                         [BF_BETTI_TABLE] = "BettiTable",       [BF_FIGURE] = "Figure",         [BF_TABLE] = "Table",
                                         [BF_TRAINING_STATE] = "TrainingState"};
enum { TYPES = sizeof type_names / sizeof *type_names };
_Static_assert(TYPES == BF_TYPE_LAST + 1, "every type has a name");

const char *bf_type_name(bf_type type) { return (unsigned)type < TYPES ? type_names[type] : NULL; }

bf_type bf_type_of_name(const char *name) {
  for (unsigned i = 1; i < TYPES; i++)
    if (!strcmp(type_names[i], name)) return (bf_type)i;
  return (bf_type)0;
}

static const char *dtype_name(Bettiflow__DataType dtype) {
  static const char *const names[] = {"", "f32", "f64", "i32", "u32", "i64", "u64", "u8"};
  return names[dtype]; /* known: the container was checked */
}

/* Copies the header; false when memory runs out. */
static bool copy_info(const bf_container *c, bf_artifact_info *out) {
  const Bettiflow__Header *h = c->header;
  out->type = (bf_type)h->type;
  out->bytes = bf_frame_size(c->reader);
  out->label = calloc(h->n_label + 1, sizeof *out->label);
  out->use = calloc(h->n_uses + 1, sizeof *out->use);
  out->array = calloc(h->n_array + 1, sizeof *out->array);
  if (!out->label || !out->use || !out->array) return false;
  for (size_t i = 0; i < h->n_label; i++) {
    bf_label *l = &out->label[out->nlabel++];
    l->name = strdup(h->label[i]->name);
    l->value = strdup(h->label[i]->value);
    if (!l->name || !l->value) return false;
  }
  for (size_t i = 0; i < h->n_uses; i++)
    if (!(out->use[out->nuse++] = strdup(h->uses[i]))) return false;
  for (size_t i = 0; i < h->n_array; i++) {
    const Bettiflow__Array *from = h->array[i];
    struct bf_array_info *to = &out->array[out->narray++];
    to->name = strdup(from->name);
    to->dtype = dtype_name(from->dtype);
    to->rank = (uint32_t)from->n_shape;
    memcpy(to->shape, from->shape, from->n_shape * sizeof *from->shape);
    if (!to->name) return false;
  }
  return true;
}

bf_status bf_artifact_info_read(const char *path, bf_artifact_info *out) {
  bf_container c;
  *out = (bf_artifact_info){0};
  bf_status status = bf_container_open(path, (bf_type)0, 0, &c);
  if (status != BF_OK) return status;
  if (!copy_info(&c, out)) {
    bf_artifact_info_free(out);
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for its header", path);
  }
  bf_container_close(&c);
  return status;
}

void bf_artifact_info_free(bf_artifact_info *info) {
  for (size_t i = 0; i < info->nlabel; i++) {
    free((char *)info->label[i].name);
    free((char *)info->label[i].value);
  }
  for (size_t i = 0; i < info->nuse; i++) free(info->use[i]);
  for (size_t i = 0; i < info->narray; i++) free(info->array[i].name);
  free(info->label);
  free(info->use);
  free(info->array);
  *info = (bf_artifact_info){0};
}

#define CHECK(T)                                                                                                                                               \
  do {                                                                                                                                                         \
    bf_##T value;                                                                                                                                              \
    status = bf_##T##_read(path, budget, &value);                                                                                                              \
    if (status == BF_OK) bf_##T##_free(&value);                                                                                                                \
  } while (0)

bf_status bf_artifact_check(const char *path, uint64_t budget, bf_artifact_info *out) {
  bf_artifact_info info;
  bf_status status = bf_artifact_info_read(path, &info);
  if (out) *out = (bf_artifact_info){0};
  if (status != BF_OK) return status;
  switch (info.type) {
  case BF_POINT_CLOUD:
    CHECK(points);
    break;
  case BF_NETWORK:
    CHECK(network);
    break;
  case BF_TRAINING_LOG:
    CHECK(training_log);
    break;
  case BF_WEIGHTED_GRAPH:
    CHECK(graph);
    break;
  case BF_FILTRATION:
    CHECK(filtration);
    break;
  case BF_PERSISTENCE_DIAGRAM:
    CHECK(diagram);
    break;
  case BF_BETTI_TABLE:
    CHECK(betti_table);
    break;
  case BF_FIGURE:
    CHECK(figure);
    break;
  case BF_TABLE:
    CHECK(table);
    break;
  case BF_TRAINING_STATE:
    CHECK(training_state);
    break;
  }
  if (status == BF_OK && out)
    *out = info;
  else
    bf_artifact_info_free(&info);
  return status;
}
