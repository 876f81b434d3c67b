/* Reads the container: every count, shape and size is checked against the file's bytes before anything is allocated. */
#include "artifact/container.h"
#include <stdlib.h>
#include <string.h>

/* protobuf-c has no limit of its own: this allocator refuses what goes over `limit` bytes in one parse. */
typedef struct arena {
  uint64_t limit, used;
  bool refused;
} arena;

static void *arena_alloc(void *data, size_t n) {
  arena *a = data;
  if (n > a->limit - a->used) {
    a->refused = true;
    return NULL;
  }
  a->used += n;
  return malloc(n);
}

static void arena_free(void *data, void *at) {
  (void)data;
  free(at);
}

static const uint64_t header_parse_limit = 64 << 20;

size_t bf_dtype_size(Bettiflow__DataType dtype) {
  switch (dtype) {
  case BETTIFLOW__DATA_TYPE__U8:
    return 1;
  case BETTIFLOW__DATA_TYPE__F32:
  case BETTIFLOW__DATA_TYPE__I32:
  case BETTIFLOW__DATA_TYPE__U32:
    return 4;
  case BETTIFLOW__DATA_TYPE__F64:
  case BETTIFLOW__DATA_TYPE__I64:
  case BETTIFLOW__DATA_TYPE__U64:
    return 8;
  default:
    return 0;
  }
}

static bf_status bad_header(const bf_container *c, const char *what) { return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: %s", c->path, what); }

bf_status bf_container_take(bf_container *c, uint64_t bytes) {
  if (bytes > c->budget - c->used)
    return bf_fail(BF_NO_MEMORY, "%s: needs more than the %llu bytes that reading it may take", c->path, (unsigned long long)c->budget);
  c->used += bytes;
  return BF_OK;
}

/* Bytes of an array, UINT64_MAX on overflow. */
static uint64_t array_bytes(const Bettiflow__Array *a) {
  uint64_t bytes = bf_dtype_size(a->dtype);
  for (size_t i = 0; i < a->n_shape; i++)
    if (!a->shape[i]) return 0;
  for (size_t i = 0; i < a->n_shape; i++)
    if (__builtin_mul_overflow(bytes, a->shape[i], &bytes)) return UINT64_MAX;
  return bytes;
}

static bf_status check_labels(const bf_container *c) {
  const Bettiflow__Header *h = c->header;
  for (size_t i = 0; i < h->n_label; i++) {
    const Bettiflow__Label *l = h->label[i];
    size_t n = strlen(l->value);
    if (!bf_valid_name(l->name)) return bad_header(c, "a label's name is not [a-z][a-z0-9_]*");
    if (n > 255 || !bf_valid_text(l->value, n)) return bad_header(c, "a label's value is not short text without control characters");
    if (l->base.n_unknown_fields) return bad_header(c, "unknown fields");
    for (size_t j = 0; j < i; j++)
      if (!strcmp(h->label[j]->name, l->name)) return bad_header(c, "two labels have one name");
    if (i >= 64) return bad_header(c, "more than 64 labels");
  }
  for (size_t i = 0; i < h->n_uses; i++) {
    if (!bf_valid_id(h->uses[i])) return bad_header(c, "`uses` holds something that is no id");
    if (i && strcmp(h->uses[i - 1], h->uses[i]) >= 0) return bad_header(c, "`uses` is not sorted, or names one id twice");
  }
  return BF_OK;
}

static int by_name(const void *a, const void *b) {
  const Bettiflow__Array *const *x = a, *const *y = b;
  return strcmp((*x)->name, (*y)->name);
}

static bf_status check_names_differ(const bf_container *c) {
  const Bettiflow__Header *h = c->header;
  bf_status status = BF_OK;
  Bettiflow__Array **sorted = malloc((h->n_array ? h->n_array : 1) * sizeof *sorted);
  if (!sorted) return bf_fail(BF_NO_MEMORY, "%s: no memory for its header", c->path);
  if (h->n_array) memcpy(sorted, h->array, h->n_array * sizeof *sorted);
  qsort(sorted, h->n_array, sizeof *sorted, by_name);
  for (size_t i = 1; i < h->n_array && status == BF_OK; i++)
    if (!strcmp(sorted[i - 1]->name, sorted[i]->name)) status = bad_header(c, "two arrays have one name");
  free(sorted);
  return status;
}

static bf_status check_arrays(const bf_container *c) {
  const Bettiflow__Header *h = c->header;
  uint64_t total = 0, left = bf_frame_size(c->reader) - bf_frame_offset(c->reader);
  for (size_t i = 0; i < h->n_array; i++) {
    const Bettiflow__Array *a = h->array[i];
    if (!bf_valid_name(a->name)) return bad_header(c, "an array's name is not [a-z][a-z0-9_]*");
    if (!bf_dtype_size(a->dtype)) return bad_header(c, "an array's type of number is not known");
    if (!a->n_shape || a->n_shape > BF_MAX_RANK) return bad_header(c, "an array's rank is not 1 to 4");
    uint64_t bytes = array_bytes(a);
    if (bytes > left - total) {
      return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: array %s and those before it are declared larger than the file, which has %llu more bytes", c->path,
                     a->name, (unsigned long long)left);
    }
    total += bytes;
  }
  return check_names_differ(c);
}

static bf_status parse_header(bf_container *c, const uint8_t *data, size_t n) {
  arena a = {.limit = c->budget < header_parse_limit ? c->budget : header_parse_limit};
  ProtobufCAllocator allocator = {arena_alloc, arena_free, &a};
  c->header = bettiflow__header__unpack(&allocator, n, data);
  if (!c->header && a.refused)
    return bf_fail(BF_NO_MEMORY, "%s: record 0 at byte 0: the header needs more than %llu bytes", c->path, (unsigned long long)a.limit);
  if (!c->header || strcmp(c->header->magic, "bettiflow")) return bad_header(c, "not an artifact of bettiflow");
  if (c->header->version != 1)
    return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: container version %u; this bettiflow reads version 1", c->path, c->header->version);
  /* Fields this version does not know, zero bytes inside text, and fields given twice all change the size. */
  if (c->header->base.n_unknown_fields || bettiflow__header__get_packed_size(c->header) != n) return bad_header(c, "the header is not in its plain encoding");
  return bf_container_take(c, a.used);
}

/* Whether the file may be a damaged artifact and not one of another kind: a frame's length has zero bytes, which text has not, and most of the
 * magic behind the frame's head (field 1, nine bytes) is there, as far as the file goes. */
static bool may_be_artifact(const char *path) {
  static const char begin[] = "\n\tbettiflow";
  char at[12 + sizeof begin - 1];
  FILE *f = fopen(path, "rbe");
  const size_t n = f ? fread(at, 1, sizeof at, f) : 0;
  size_t same = 0;
  if (f) fclose(f);
  for (size_t i = 12; i < n; i++) same += at[i] == begin[i - 12];
  return n < 8 || (memchr(at, 0, 8) && (n < sizeof at || same > sizeof begin / 2));
}

bf_status bf_container_open(const char *path, bf_type type, uint64_t budget, bf_container *out) {
  bf_status status = BF_OK;
  const uint8_t *data;
  size_t n;
  *out = (bf_container){.budget = budget ? budget : UINT64_MAX};
  if (!(out->path = strdup(path))) return bf_fail(BF_NO_MEMORY, "%s: no memory to read it", path);
  BF_TRY(bf_frame_open(path, BF_CHUNK_BYTES + 64, &out->reader));
  status = bf_frame_next(out->reader, &data, &n);
  if (status == BF_BAD_INPUT && !may_be_artifact(path))
    status = bf_fail(BF_BAD_INPUT, "%s: not an artifact of bettiflow; `bettiflow import` makes one of a file in another format", path);
  if (status != BF_OK) goto out;
  if (!data) {
    status = bf_fail(BF_BAD_INPUT, "%s: empty; an artifact of bettiflow begins with a header", path);
    goto out;
  }
  if (n > BF_HEADER_BYTES) {
    status = bad_header(out, "a header of more than 4 MiB");
    goto out;
  }
  BF_TRY(parse_header(out, data, n));
  BF_TRY(check_labels(out));
  BF_TRY(check_arrays(out));
  if (!bf_type_name((bf_type)out->header->type)) {
    status = bad_header(out, "the type of artifact is not known");
  } else if (type && (bf_type)out->header->type != type) {
    status = bf_fail(BF_BAD_INPUT, "%s: a %s where a %s is needed", path, bf_type_name((bf_type)out->header->type), bf_type_name(type));
  }
out:
  if (status != BF_OK) bf_container_close(out);
  return status;
}

void bf_container_close(bf_container *c) {
  ProtobufCAllocator allocator = {arena_alloc, arena_free, NULL};
  if (c->header) bettiflow__header__free_unpacked(c->header, &allocator);
  bf_frame_close(c->reader);
  free(c->path);
  *c = (bf_container){0};
}

/* One declared array against one expected: type, rank and sizes. */
static bf_status match_shape(const bf_container *c, const Bettiflow__Array *found, const bf_array *want) {
  size_t rank = 0;
  while (rank < BF_MAX_RANK && want->shape[rank]) rank++;
  if (found->dtype != want->dtype) return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: array %s has the wrong type of number", c->path, found->name);
  if (found->n_shape != rank)
    return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: array %s has rank %zu, not %zu", c->path, found->name, found->n_shape, rank);
  for (size_t i = 0; i < rank; i++) {
    if (*want->shape[i] == BF_ANY) *want->shape[i] = found->shape[i];
    if (*want->shape[i] != found->shape[i])
      return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: array %s has size %llu where %llu fits the other arrays", c->path, found->name,
                     (unsigned long long)found->shape[i], (unsigned long long)*want->shape[i]);
  }
  return BF_OK;
}

/* The next chunk's data into to[0 .. left-1]; *got is how much it was. */
static bf_status read_chunk(bf_container *c, uint32_t index, uint8_t *to, uint64_t left, uint64_t *got) {
  const uint8_t *data;
  size_t n;
  unsigned long long record = bf_frame_count(c->reader), at = bf_frame_offset(c->reader);
  bf_status status = bf_frame_next(c->reader, &data, &n);
  if (status != BF_OK) return status;
  const char *name = c->header->array[index]->name;
  if (!data) return bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: the file ends inside array %s; it was cut off", c->path, record, at, name);
  arena a = {.limit = n + 1024};
  ProtobufCAllocator allocator = {arena_alloc, arena_free, &a};
  Bettiflow__Chunk *chunk = bettiflow__chunk__unpack(&allocator, n, data);
  if (!chunk || chunk->base.n_unknown_fields || bettiflow__chunk__get_packed_size(chunk) != n) {
    status = bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: not a chunk of an array", c->path, record, at);
  } else if (chunk->array != index || !chunk->data.len || chunk->data.len > left || chunk->data.len > BF_CHUNK_BYTES) {
    status = bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: a chunk of array number %u with %zu bytes where at most %llu bytes of %s are missing",
                     c->path, record, at, chunk->array, chunk->data.len, (unsigned long long)left, name);
  } else {
    memcpy(to, chunk->data.data, chunk->data.len);
    *got = chunk->data.len;
  }
  if (chunk) bettiflow__chunk__free_unpacked(chunk, &allocator);
  return status;
}

static bf_status load_array(bf_container *c, uint32_t index, void **data) {
  bf_status status = BF_OK;
  uint64_t bytes = array_bytes(c->header->array[index]), got = 0;
  uint8_t *to = malloc(bytes ? bytes : 1);
  if (!to) return bf_fail(BF_NO_MEMORY, "%s: no memory for the %llu bytes of array %s", c->path, (unsigned long long)bytes, c->header->array[index]->name);
  *data = to;
  for (uint64_t at = 0; at < bytes; at += got) BF_TRY(read_chunk(c, index, to + at, bytes - at, &got));
out:
  return status;
}

/* Pairs what is expected with what is there; at[i] is the header's index of array i, or -1 for an optional one that is missing. */
static bf_status match(const bf_container *c, const bf_array *array, size_t n, int64_t *at) {
  const Bettiflow__Header *h = c->header;
  size_t next = 0;
  for (size_t i = 0; i < n; i++) {
    at[i] = -1;
    if (next < h->n_array && !strcmp(h->array[next]->name, array[i].name)) {
      at[i] = (int64_t)next;
      bf_status status = match_shape(c, h->array[next++], &array[i]);
      if (status != BF_OK) return status;
    } else if (!array[i].optional) {
      return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: array %s is not where it should be in the header", c->path, array[i].name);
    }
  }
  if (next < h->n_array)
    return bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: a %s has no array %s here", c->path, bf_type_name((bf_type)h->type), h->array[next]->name);
  return BF_OK;
}

bf_status bf_container_load(bf_container *c, bf_array *array, size_t n) {
  bf_status status = BF_OK;
  const uint8_t *data = NULL;
  size_t more;
  uint64_t total = 0;
  int64_t *at = calloc(n + 1, sizeof *at);
  for (size_t i = 0; i < n; i++) array[i].data = NULL;
  if (!at) return bf_fail(BF_NO_MEMORY, "%s: no memory for its header", c->path);
  BF_TRY(match(c, array, n, at));
  for (size_t i = 0; i < c->header->n_array; i++) total += array_bytes(c->header->array[i]); /* no overflow: checked to fit the file */
  BF_TRY(bf_container_take(c, total));
  for (size_t i = 0; i < n; i++)
    if (at[i] >= 0) BF_TRY(load_array(c, (uint32_t)at[i], &array[i].data));
  unsigned long long record = bf_frame_count(c->reader), offset = bf_frame_offset(c->reader);
  BF_TRY(bf_frame_next(c->reader, &data, &more));
  if (data) status = bf_fail(BF_BAD_INPUT, "%s: record %llu at byte %llu: the file goes on after its last array", c->path, record, offset);
out:
  for (size_t i = 0; i < n && status != BF_OK; i++) {
    free(array[i].data);
    array[i].data = NULL;
  }
  free(at);
  return status;
}
