/* Writes the container. */
#include "artifact/container.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bf_status check_out(const bf_out *out) {
  if (out->nlabel > 64) return bf_fail(BF_FAILED, "%s: more than 64 labels", out->path);
  for (size_t i = 0; i < out->nlabel; i++) {
    const bf_label *l = &out->label[i];
    if (!bf_valid_name(l->name)) return bf_fail(BF_FAILED, "%s: the label name '%s' is not [a-z][a-z0-9_]*", out->path, l->name);
    if (strlen(l->value) > 255 || !bf_valid_text(l->value, strlen(l->value)))
      return bf_fail(BF_FAILED, "%s: the value of label %s is not short text without control characters", out->path, l->name);
    for (size_t j = 0; j < i; j++)
      if (!strcmp(out->label[j].name, l->name)) return bf_fail(BF_FAILED, "%s: two labels have the name %s", out->path, l->name);
  }
  return BF_OK;
}

/* What the header points to; freed as a whole. */
typedef struct parts {
  Bettiflow__Label *label, **label_at;
  Bettiflow__Array *array, **array_at;
  uint64_t *shape; /* BF_MAX_RANK for each array */
} parts;

static void free_parts(parts *p) {
  free(p->label);
  free(p->label_at);
  free(p->array);
  free(p->array_at);
  free(p->shape);
}

static bf_status fill_header(const bf_out *out, Bettiflow__Header *h, const bf_array *array, size_t n, parts *p) {
  p->label = calloc(out->nlabel + 1, sizeof *p->label);
  p->label_at = calloc(out->nlabel + 1, sizeof *p->label_at);
  p->array = calloc(n + 1, sizeof *p->array);
  p->array_at = calloc(n + 1, sizeof *p->array_at);
  p->shape = calloc(n + 1, BF_MAX_RANK * sizeof *p->shape);
  if (!p->label || !p->label_at || !p->array || !p->array_at || !p->shape) return bf_fail(BF_NO_MEMORY, "%s: no memory for its header", out->path);
  h->magic = (char *)"bettiflow";
  h->version = 1;
  h->label = p->label_at;
  h->n_label = h->n_array = 0;
  for (size_t i = 0; i < out->nlabel; i++) {
    bettiflow__label__init(&p->label[i]);
    p->label[i].name = (char *)out->label[i].name; /* protobuf-c has no const; packing changes nothing */
    p->label[i].value = (char *)out->label[i].value;
    h->label[h->n_label++] = &p->label[i];
  }
  h->array = p->array_at;
  for (size_t i = 0; i < n; i++) {
    if (array[i].optional && !array[i].data) continue;
    Bettiflow__Array *a = &p->array[h->n_array];
    bettiflow__array__init(a);
    a->name = (char *)array[i].name;
    a->dtype = array[i].dtype;
    a->shape = p->shape + h->n_array * BF_MAX_RANK;
    while (a->n_shape < BF_MAX_RANK && array[i].shape[a->n_shape]) {
      a->shape[a->n_shape] = *array[i].shape[a->n_shape];
      a->n_shape++;
    }
    h->array[h->n_array++] = a;
  }
  return BF_OK;
}

static bf_status write_header(FILE *f, const Bettiflow__Header *h) {
  size_t n = bettiflow__header__get_packed_size(h);
  if (n > BF_HEADER_BYTES) return bf_fail(BF_FAILED, "its header would have %zu bytes, more than 4 MiB", n);
  uint8_t *buffer = malloc(n);
  if (!buffer) return bf_fail(BF_NO_MEMORY, "no memory for its header");
  bettiflow__header__pack(h, buffer);
  bf_status status = bf_frame_write(f, buffer, n);
  free(buffer);
  return status;
}

static bf_status write_array(FILE *f, uint32_t index, const uint8_t *data, uint64_t n, uint8_t *buffer) {
  bf_status status = BF_OK;
  for (uint64_t at = 0; at < n && status == BF_OK; at += BF_CHUNK_BYTES) {
    Bettiflow__Chunk chunk = BETTIFLOW__CHUNK__INIT;
    chunk.array = index;
    chunk.data.data = (uint8_t *)data + at;
    chunk.data.len = n - at < BF_CHUNK_BYTES ? n - at : BF_CHUNK_BYTES;
    status = bf_frame_write(f, buffer, bettiflow__chunk__pack(&chunk, buffer));
  }
  return status;
}

static bf_status write_arrays(FILE *f, const Bettiflow__Header *h, const bf_array *array, size_t n) {
  bf_status status = BF_OK;
  uint32_t index = 0;
  uint64_t largest = 0;
  uint8_t *buffer = NULL;
  for (int pass = 0; pass < 2 && status == BF_OK; pass++) {
    index = 0;
    for (size_t i = 0; i < n && status == BF_OK; i++) {
      if (array[i].optional && !array[i].data) continue;
      const Bettiflow__Array *a = h->array[index];
      uint64_t bytes = bf_dtype_size(a->dtype);
      for (size_t k = 0; k < a->n_shape; k++) bytes *= a->shape[k]; /* the arrays are in memory, so their sizes don't overflow */
      if (pass)
        status = write_array(f, index, array[i].data, bytes, buffer);
      else if (bytes > largest)
        largest = bytes;
      index++;
    }
    if (!pass && !(buffer = malloc((largest < BF_CHUNK_BYTES ? largest : BF_CHUNK_BYTES) + 64))) status = bf_fail(BF_NO_MEMORY, "no memory for a chunk");
  }
  free(buffer);
  return status;
}

bf_status bf_container_write(const bf_out *out, Bettiflow__Header *header, const bf_array *array, size_t n) {
  bf_status status = BF_OK;
  parts p = {0};
  struct stat st;
  FILE *f = NULL;
  BF_TRY(check_out(out));
  BF_TRY(fill_header(out, header, array, n, &p));
  if (!(f = fopen(out->path, "wbe"))) {
    status = bf_fail(BF_STORE, "%s: %s", out->path, strerror(errno));
    goto out;
  }
  bool regular = !fstat(fileno(f), &st) && S_ISREG(st.st_mode);
  status = write_header(f, header);
  if (status == BF_OK) status = write_arrays(f, header, array, n);
  if (status != BF_OK) bf_fail_in(status, "%s", out->path);
  if (fclose(f) && status == BF_OK) status = bf_fail(BF_STORE, "%s: can't write: %s", out->path, strerror(errno));
  if (status != BF_OK && regular) unlink(out->path); /* never a device */
out:
  free_parts(&p);
  return status;
}
