/* Networks as archives of NumPy arrays. */
#include "npz_network.h"
#include "npz/npz.h"
#include "npz/npz_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 20 }; /* bytes of all activations' texts */

/* ---- in ---- */

static bf_status read_activations(const npy_array *a, weights *w) {
  const uint64_t n = a->header.count;
  if (a->header.rank != 1 || a->header.element.size != 1 || n > LONGEST)
    return bf_fail(BF_BAD_INPUT, "%s: the activations are a line of text for each layer, as an array of bytes", a->where);
  size_t lines = 0;
  for (uint64_t i = 0; i < n; i++) lines += a->data[i] == '\n';
  if (!(w->activation = calloc(lines + 1, sizeof *w->activation))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
  const char *at = (const char *)a->data;
  for (w->nactivation = 0; w->nactivation < lines; w->nactivation++) {
    const char *end = memchr(at, '\n', (size_t)n - (size_t)(at - (const char *)a->data));
    if (!end || !(w->activation[w->nactivation] = strndup(at, (size_t)(end - at)))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
    at = end + 1;
  }
  return BF_OK;
}

static bf_status take_array(npz_member *m, uint64_t *left, weights *w) {
  weights_array *to = &w->at[w->n++];
  const npy_header *h = &m->array.header;
  to->rank = h->rank;
  for (uint32_t i = 0; i < h->rank; i++) to->shape[i] = h->shape[i];
  if (!(to->name = strdup(m->name))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", m->array.where);
  return npy_array_floats(&m->array, left, &to->x);
}

bf_status npz_network_read(const bf_host *host, bf_task *task, const weights_rules *rules, const char *path, const bf_out *out) {
  bf_status status = BF_OK;
  uint64_t left = budget_left(host->memory(task)), bytes = 0;
  npz z = {0};
  weights w = {0};
  bf_network net = {0};
  BF_TRY(npz_read(path, &left, &z));
  if (!(w.at = calloc(z.n + 1, sizeof *w.at))) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", path, z.n);
    goto out;
  }
  const npz_member *activations = npz_find(&z, "activations");
  if (activations) BF_TRY(read_activations(&activations->array, &w));
  for (size_t i = 0; i < z.n; i++) {
    BF_TRY(host->step(task, i, z.n));
    if (strcmp(z.member[i].name, "activations") != 0) BF_TRY(take_array(&z.member[i], &left, &w));
    bytes += z.member[i].array.header.count * sizeof(float);
  }
  if (rules->transposed) BF_TRY(budget_take(&left, bytes, path)); /* for turned copies */
  BF_TRY(weights_network(path, &w, rules, &net));
  BF_TRY(bf_network_write(out, &net));
out:
  bf_network_free(&net);
  weights_free(&w);
  npz_free(&z);
  return status;
}

/* ---- out ---- */

static bf_status write_activations(npz_writer *w, const bf_network *net) {
  char *text = NULL;
  size_t n = 0;
  bf_status status;
  FILE *f = open_memstream(&text, &n);
  for (uint32_t i = 0; f && i < net->nlayer; i++) fprintf(f, "%s\n", net->layer[i].activation);
  if (!f || fclose(f) != 0)
    status = bf_fail(BF_NO_MEMORY, "no memory for %" PRIu32 " activations", net->nlayer);
  else
    status = npz_put(w, "activations", "|u1", 1, (uint64_t[]){n}, text, n);
  free(text);
  return status;
}

bf_status npz_network_write(const bf_host *host, bf_task *task, const char *path, const char *out_path) {
  bf_status status = BF_OK;
  bf_network net = {0};
  npz_writer w = {0};
  char name[WEIGHTS_NAME];
  BF_TRY(bf_network_read(path, host->memory(task), &net));
  BF_TRY(npz_create(&w, out_path));
  for (uint32_t i = 0; i < net.nlayer; i++) {
    const bf_layer *l = &net.layer[i];
    weights_name(name, i, false);
    BF_TRY(npz_put(&w, name, "<f4", 2, (uint64_t[]){l->outputs, l->inputs}, l->weight, sizeof(float) * l->outputs * l->inputs));
    weights_name(name, i, true);
    BF_TRY(npz_put(&w, name, "<f4", 1, (uint64_t[]){l->outputs}, l->bias, sizeof(float) * l->outputs));
  }
  BF_TRY(write_activations(&w, &net));
out:
  bf_network_free(&net);
  return npz_finish(&w, status);
}
