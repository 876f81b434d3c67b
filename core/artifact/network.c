/* Network. */
#include "artifact/container.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 4096, NAME = 24, ID = 128 };

static bool all_finite(const float *x, uint64_t n) {
  for (uint64_t i = 0; i < n; i++)
    if (!isfinite(x[i])) return false;
  return true;
}

static bf_status check(const bf_network *net, bf_status bad) {
  char id[ID];
  if (!net->nlayer || net->nlayer > MAX_LAYERS) return bf_fail(bad, "%u layers, where 1 to %d are allowed", net->nlayer, MAX_LAYERS);
  for (uint32_t i = 0; i < net->nlayer; i++) {
    const bf_layer *l = &net->layer[i];
    if (!l->inputs || !l->outputs) return bf_fail(bad, "layer %u has no inputs or no outputs", i);
    if (i && l->inputs != l[-1].outputs) return bf_fail(bad, "layer %u has %u inputs, the layer before it %u outputs", i, l->inputs, l[-1].outputs);
    if (!all_finite(l->weight, (uint64_t)l->inputs * l->outputs) || !all_finite(l->bias, l->outputs))
      return bf_fail(bad, "layer %u has a number that is not finite", i);
    if (*l->activation && !bf_valid_activation(l->activation, id)) return bf_fail(bad, "layer %u: '%s' names no activation", i, l->activation);
  }
  return BF_OK;
}

/* What describes the arrays of a network of n layers. */
typedef struct layout {
  bf_array *array; /* 2n: w0, b0, w1, … */
  uint64_t *size;  /* n+1 widths: inputs of layer 0, then outputs */
  char (*name)[NAME];
} layout;

static bf_status make_layout(layout *l, uint32_t n) {
  l->array = calloc(2 * (size_t)n, sizeof *l->array);
  l->size = calloc((size_t)n + 1, sizeof *l->size);
  l->name = calloc(2 * (size_t)n, sizeof *l->name);
  if (!l->array || !l->size || !l->name) return bf_fail(BF_NO_MEMORY, "no memory for %u layers", n);
  for (size_t i = 0; i < n; i++) {
    snprintf(l->name[2 * i], NAME, "w%zu", i);
    snprintf(l->name[2 * i + 1], NAME, "b%zu", i);
    l->array[2 * i] = (bf_array){.name = l->name[2 * i], .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&l->size[i + 1], &l->size[i]}};
    l->array[2 * i + 1] = (bf_array){.name = l->name[2 * i + 1], .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&l->size[i + 1]}};
  }
  return BF_OK;
}

static void free_layout(layout *l) {
  free(l->array);
  free(l->size);
  free(l->name);
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The sorted ids of the activations, each once, into `use`; the texts go to `room`. */
static size_t list_uses(const bf_network *net, char (*room)[ID], char **use) {
  size_t n = 0, kept = 0;
  for (uint32_t i = 0; i < net->nlayer; i++)
    if (*net->layer[i].activation && bf_valid_activation(net->layer[i].activation, room[n])) use[n] = room[n], n++;
  qsort(use, n, sizeof *use, by_text);
  for (size_t i = 0; i < n; i++)
    if (!kept || strcmp(use[kept - 1], use[i])) use[kept++] = use[i];
  return kept;
}

static bf_status check_uses(const bf_network *net, const Bettiflow__Header *h) {
  char(*room)[ID] = calloc(net->nlayer, sizeof *room);
  char **use = calloc(net->nlayer, sizeof *use);
  bf_status status = BF_OK;
  if (!room || !use) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u layers", net->nlayer);
    goto out;
  }
  bool same = list_uses(net, room, use) == h->n_uses;
  for (size_t i = 0; same && i < h->n_uses; i++) same = !strcmp(use[i], h->uses[i]);
  if (!same) status = bf_fail(BF_BAD_INPUT, "record 0 at byte 0: `uses` does not list the layers' activations");
out:
  free(room);
  free(use);
  return status;
}

/* Moves the loaded arrays into layers. */
static bf_status take_layers(const Bettiflow__NetworkInfo *info, layout *l, bf_network *out) {
  uint32_t n = (uint32_t)info->n_activation;
  if (!(out->layer = calloc(n, sizeof *out->layer))) return bf_fail(BF_NO_MEMORY, "no memory for %u layers", n);
  out->nlayer = n;
  for (size_t i = 0; i < n; i++) {
    bf_layer *to = &out->layer[i];
    if (l->size[i] <= UINT32_MAX) to->inputs = (uint32_t)l->size[i]; /* else it stays 0, which no layer may have */
    if (l->size[i + 1] <= UINT32_MAX) to->outputs = (uint32_t)l->size[i + 1];
    to->weight = l->array[2 * i].data;
    to->bias = l->array[2 * i + 1].data;
    l->array[2 * i].data = l->array[2 * i + 1].data = NULL;
    if (!(to->activation = strdup(info->activation[i]))) return bf_fail(BF_NO_MEMORY, "no memory for %u layers", n);
  }
  return BF_OK;
}

bf_status bf_network_read(const char *path, uint64_t budget, bf_network *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  layout l = {0};
  size_t n = 0;
  *out = (bf_network){0};
  BF_TRY(bf_container_open(path, BF_NETWORK, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_NETWORK || !c.header->network->n_activation || c.header->network->n_activation > MAX_LAYERS) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header names no layers, or more than %d", path, MAX_LAYERS);
    goto out;
  }
  n = c.header->network->n_activation;
  BF_TRY(make_layout(&l, (uint32_t)n));
  for (size_t i = 0; i <= n; i++) l.size[i] = BF_ANY;
  BF_TRY(bf_container_load(&c, l.array, 2 * n));
  status = take_layers(c.header->network, &l, out);
  if (status == BF_OK) status = check(out, BF_BAD_INPUT);
  if (status == BF_OK) status = check_uses(out, c.header);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  for (size_t i = 0; l.array && i < 2 * n; i++) free(l.array[i].data);
  free_layout(&l);
  bf_container_close(&c);
  if (status != BF_OK) bf_network_free(out);
  return status;
}

bf_status bf_network_write(const bf_out *out, const bf_network *net) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__NetworkInfo info = BETTIFLOW__NETWORK_INFO__INIT;
  layout l = {0};
  char **activation = NULL, **use = NULL, (*room)[ID] = NULL;
  bf_status status = check(net, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a Network", out->path);
  BF_TRY(make_layout(&l, net->nlayer));
  activation = calloc(net->nlayer, sizeof *activation);
  use = calloc(net->nlayer, sizeof *use);
  room = calloc(net->nlayer, sizeof *room);
  if (!activation || !use || !room) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for its header", out->path);
    goto out;
  }
  l.size[0] = net->layer[0].inputs;
  for (size_t i = 0; i < net->nlayer; i++) {
    l.size[i + 1] = net->layer[i].outputs;
    l.array[2 * i].data = net->layer[i].weight;
    l.array[2 * i + 1].data = net->layer[i].bias;
    activation[i] = net->layer[i].activation;
  }
  info.activation = activation;
  info.n_activation = net->nlayer;
  header.uses = use;
  header.n_uses = list_uses(net, room, use);
  header.type = BETTIFLOW__ARTIFACT_TYPE__NETWORK;
  header.info_case = BETTIFLOW__HEADER__INFO_NETWORK;
  header.network = &info;
  status = bf_container_write(out, &header, l.array, 2 * (size_t)net->nlayer);
out:
  free(activation);
  free(use);
  free(room);
  free_layout(&l);
  return status;
}

void bf_network_free(bf_network *value) {
  for (uint32_t i = 0; i < value->nlayer; i++) {
    free(value->layer[i].weight);
    free(value->layer[i].bias);
    free(value->layer[i].activation);
  }
  free(value->layer);
  *value = (bf_network){0};
}
