/* format.safetensors: networks as Hugging Face's safetensors files: eight bytes with the length of a JSON header, the header, and the arrays' bytes. */
#include "text_out.h"
#include "weights/weights.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct config {
  weights_rules rules;
} config;

static const bf_param params[] = {WEIGHTS_PARAMS(config), {0}};

enum { HEADER = 16 << 20, DEPTH = 3, STRUCTURE = 1 << 18, BATCH = 4096 }; /* bytes; nesting; brackets and commas; numbers read at a time */

typedef struct entry { /* an array as the header describes it */
  const char *name;
  weights_dtype dtype;
  uint32_t rank;
  uint64_t shape[WEIGHTS_RANK], count, begin, end; /* bytes after the header */
} entry;

typedef struct reader {
  const char *path;
  FILE *f;
  uint64_t room, data; /* bytes of arrays, and where they begin in the file */
  json_t *header;
  size_t n;
  entry *at;
} reader;

/* ---- the header ---- */

/* jansson builds what it parses: depth and number of values are bounded before. */
static bf_status check_structure(const reader *r, const char *text, size_t n) {
  size_t depth = 0, marks = 0;
  bool quoted = false;
  for (size_t i = 0; i < n; i++) {
    const char c = text[i];
    if (quoted) {
      i += c == '\\';
      quoted = c != '"';
      continue;
    }
    quoted = c == '"';
    marks += c == '{' || c == '[' || c == ',';
    depth += c == '{' || c == '[';
    depth -= (c == '}' || c == ']') && depth;
    if (depth > DEPTH) return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the header nests more than %d deep", r->path, i + 8, DEPTH);
    if (marks > STRUCTURE) return bf_fail(BF_BAD_INPUT, "%s: byte %zu: the header has more values than that of a network", r->path, i + 8);
  }
  return BF_OK;
}

static bf_status read_header(reader *r) {
  bf_status status = BF_OK;
  struct stat st;
  unsigned char head[8];
  uint64_t n = 0;
  char *text = NULL;
  json_error_t wrong;
  if (fstat(fileno(r->f), &st) != 0 || !S_ISREG(st.st_mode)) return bf_fail(BF_BAD_INPUT, "%s: not a regular file", r->path);
  if (fread(head, 1, 8, r->f) != 8) return bf_fail(BF_BAD_INPUT, "%s: not a safetensors file (it has fewer than 8 bytes)", r->path);
  for (size_t i = 0; i < 8; i++) n |= (uint64_t)head[i] << (8 * i);
  if (n > HEADER || n > (uint64_t)st.st_size - 8)
    return bf_fail(BF_BAD_INPUT, "%s: byte 0: a header of %" PRIu64 " bytes, where %" PRIu64 " follow and at most %d are read; is it a safetensors file?",
                   r->path, n, (uint64_t)st.st_size - 8, HEADER);
  r->data = 8 + n;
  r->room = (uint64_t)st.st_size - r->data;
  if (!(text = malloc((size_t)n + 1))) return bf_fail(BF_NO_MEMORY, "%s: no memory for its header", r->path);
  if (fread(text, 1, (size_t)n, r->f) != n) {
    status = bf_fail(BF_BAD_INPUT, "%s: the file ends within its header", r->path);
    goto out;
  }
  BF_TRY(check_structure(r, text, (size_t)n));
  if (!(r->header = json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, &wrong)))
    status = bf_fail(BF_BAD_INPUT, "%s: byte %d: the header is not JSON: %.200s", r->path, wrong.position + 8, wrong.text);
  else if (!json_is_object(r->header))
    status = bf_fail(BF_BAD_INPUT, "%s: byte 8: the header is not a JSON object", r->path);
out:
  free(text);
  return status;
}

static bf_status bad(const reader *r, const entry *e, const char *what) { return bf_fail(BF_BAD_INPUT, "%s: array '%.200s': %s", r->path, e->name, what); }

static bf_status parse_dtype(const reader *r, const json_t *j, entry *e) {
  static const char *const names[] = {[WEIGHTS_F32] = "F32", [WEIGHTS_F64] = "F64", [WEIGHTS_F16] = "F16", [WEIGHTS_BF16] = "BF16"};
  const char *text = json_string_value(json_object_get(j, "dtype"));
  if (!text) return bad(r, e, "has no dtype");
  for (e->dtype = WEIGHTS_F32; e->dtype <= WEIGHTS_BF16; e->dtype++)
    if (strcmp(names[e->dtype], text) == 0) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: array '%.200s': numbers of type %.20s; F32, F64, F16 and BF16 are read", r->path, e->name, text);
}

static bool natural_number(const json_t *j, uint64_t *out) {
  if (!json_is_integer(j) || json_integer_value(j) < 0) return false;
  *out = (uint64_t)json_integer_value(j);
  return true;
}

static bf_status parse_entry(const reader *r, const json_t *j, entry *e) {
  bf_status status = BF_OK;
  const json_t *shape = json_object_get(j, "shape"), *offsets = json_object_get(j, "data_offsets");
  uint64_t bytes;
  if (!json_is_object(j) || json_object_size(j) != 3) return bad(r, e, "is not described by dtype, shape and data_offsets");
  BF_TRY(parse_dtype(r, j, e));
  if (!json_is_array(shape) || json_array_size(shape) > WEIGHTS_RANK) return bad(r, e, "the shape is not a list of at most 8 sizes");
  e->rank = (uint32_t)json_array_size(shape);
  e->count = 1;
  for (uint32_t i = 0; i < e->rank; i++) {
    if (!natural_number(json_array_get(shape, i), &e->shape[i])) return bad(r, e, "a size in the shape is not a whole number from 0");
    if (__builtin_mul_overflow(e->count, e->shape[i], &e->count)) return bad(r, e, "the shape has more numbers than can be");
  }
  if (!json_is_array(offsets) || json_array_size(offsets) != 2 || !natural_number(json_array_get(offsets, 0), &e->begin) ||
      !natural_number(json_array_get(offsets, 1), &e->end))
    return bad(r, e, "the data_offsets are not two whole numbers from 0");
  if (e->begin > e->end || e->end > r->room)
    return bf_fail(BF_BAD_INPUT, "%s: array '%.200s': its bytes %" PRIu64 " to %" PRIu64 " are not among the %" PRIu64 " after the header", r->path, e->name,
                   e->begin, e->end, r->room);
  if (__builtin_mul_overflow(e->count, weights_dtype_size[e->dtype], &bytes) || bytes != e->end - e->begin)
    return bf_fail(BF_BAD_INPUT, "%s: array '%.200s': %" PRIu64 " numbers of %zu bytes don't fill its bytes %" PRIu64 " to %" PRIu64, r->path, e->name,
                   e->count, weights_dtype_size[e->dtype], e->begin, e->end);
out:
  return status;
}

static int by_begin(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  if (x->end != y->end) return x->end < y->end ? -1 : 1;
  return strcmp(x->name, y->name);
}

/* The arrays in the order of their bytes, which lie one behind the other without gaps. */
static bf_status parse_entries(reader *r) {
  bf_status status = BF_OK;
  const char *name;
  json_t *j;
  const size_t most = json_object_size(r->header);
  if (most > WEIGHTS_MOST + 1) return bf_fail(BF_BAD_INPUT, "%s: %zu arrays; at most %d are read", r->path, most, WEIGHTS_MOST);
  if (!(r->at = calloc(most + 1, sizeof *r->at))) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", r->path, most);
  json_object_foreach(r->header, name, j) {
    if (strcmp(name, "__metadata__") == 0) continue;
    r->at[r->n].name = name;
    BF_TRY(parse_entry(r, j, &r->at[r->n]));
    r->n++;
  }
  qsort(r->at, r->n, sizeof *r->at, by_begin);
  uint64_t at = 0;
  for (size_t i = 0; i < r->n; at = r->at[i++].end) {
    if (r->at[i].begin == at) continue;
    if (r->at[i].begin < at)
      return bf_fail(BF_BAD_INPUT, "%s: the bytes of '%.200s' and '%.200s' overlap at byte %" PRIu64, r->path, r->at[i - 1].name, r->at[i].name,
                     r->at[i].begin);
    return bf_fail(BF_BAD_INPUT, "%s: bytes %" PRIu64 " to %" PRIu64 " after the header belong to no array", r->path, at, r->at[i].begin);
  }
  if (at != r->room) return bf_fail(BF_BAD_INPUT, "%s: the last %" PRIu64 " bytes belong to no array", r->path, r->room - at);
out:
  return status;
}

/* {"activation.0": "activation.tanh", …}, as write_safetensors puts it there; other keys are others'. */
static bf_status parse_metadata(const reader *r, weights *w) {
  const json_t *meta = json_object_get(r->header, "__metadata__");
  char key[32];
  size_t n = 0;
  if (!meta) return BF_OK;
  if (!json_is_object(meta)) return bf_fail(BF_BAD_INPUT, "%s: __metadata__ is not a JSON object", r->path);
  do snprintf(key, sizeof key, "activation.%zu", n);
  while (json_is_string(json_object_get(meta, key)) && ++n);
  if (!n) return BF_OK;
  if (!(w->activation = calloc(n, sizeof *w->activation))) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu activations", r->path, n);
  for (; w->nactivation < n; w->nactivation++) {
    snprintf(key, sizeof key, "activation.%zu", w->nactivation);
    if (!(w->activation[w->nactivation] = strdup(json_string_value(json_object_get(meta, key)))))
      return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu activations", r->path, n);
  }
  return BF_OK;
}

/* ---- numbers ---- */

static bf_status read_array(const bf_host *host, bf_task *task, const reader *r, const entry *e, weights_array *to) {
  bf_status status = BF_OK;
  unsigned char batch[BATCH * 8];
  const size_t size = weights_dtype_size[e->dtype];
  to->rank = e->rank;
  memcpy(to->shape, e->shape, sizeof to->shape);
  to->name = strdup(e->name);
  to->x = malloc(e->count * sizeof *to->x + 1);
  if (!to->name || !to->x) return bf_fail(BF_NO_MEMORY, "%s: no memory for '%.200s'", r->path, e->name);
  for (uint64_t i = 0; i < e->count;) {
    const size_t n = e->count - i < BATCH ? (size_t)(e->count - i) : BATCH;
    if (fread(batch, size, n, r->f) != n) return bf_fail(BF_BAD_INPUT, "%s: can't read: %s", r->path, ferror(r->f) ? strerror(errno) : "the file ends early");
    const size_t good = weights_convert(e->dtype, batch, n, to->x + i);
    if (good < n) return bf_fail(BF_BAD_INPUT, "%s: array '%.200s': number %" PRIu64 " is not finite as a 32-bit float", r->path, e->name, i + good);
    i += n;
    BF_TRY(host->step(task, r->data + e->begin + i * size, r->data + r->room));
  }
out:
  return status;
}

static bf_status read_arrays(const bf_host *host, bf_task *task, const reader *r, weights *w) {
  bf_status status = BF_OK;
  const uint64_t budget = host->memory(task);
  uint64_t bytes = 0;
  for (size_t i = 0; i < r->n; i++) bytes += 8 * r->at[i].count; /* once here, and once more where it is turned; no overflow, as 2 bytes of each are there */
  if (budget && bytes > budget) return bf_fail(BF_NO_MEMORY, "%s: its numbers need more than the memory limit of %" PRIu64 " MiB", r->path, budget >> 20);
  if (!(w->at = calloc(r->n + 1, sizeof *w->at))) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", r->path, r->n);
  for (size_t i = 0; i < r->n; i++) {
    w->n++;
    BF_TRY(read_array(host, task, r, &r->at[i], &w->at[i]));
  }
out:
  return status;
}

static bf_status read_safetensors(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  reader r = {.path = path};
  weights w = {0};
  bf_network net = {0};
  if (type != BF_NETWORK) return bf_fail(BF_INVALID, "format.safetensors reads networks only");
  if (!(r.f = fopen(path, "rb"))) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  BF_TRY(read_header(&r));
  BF_TRY(parse_entries(&r));
  BF_TRY(parse_metadata(&r, &w));
  BF_TRY(read_arrays(host, task, &r, &w));
  BF_TRY(weights_network(path, &w, &((const config *)cfg)->rules, &net));
  BF_TRY(bf_network_write(out, &net));
out:
  bf_network_free(&net);
  weights_free(&w);
  json_decref(r.header);
  free(r.at);
  fclose(r.f);
  return status;
}

/* ---- out ---- */

static bool describe(json_t *header, const char *name, const bf_layer *l, bool bias, uint64_t *at) {
  const uint64_t end = *at + 4 * (uint64_t)l->outputs * (bias ? 1 : l->inputs);
  json_t *shape = bias ? json_pack("[I]", (json_int_t)l->outputs) : json_pack("[I,I]", (json_int_t)l->outputs, (json_int_t)l->inputs);
  json_t *entry = json_pack("{s:s, s:o, s:[I,I]}", "dtype", "F32", "shape", shape, "data_offsets", (json_int_t)*at, (json_int_t)end);
  *at = end;
  return entry && json_object_set_new(header, name, entry) == 0;
}

static json_t *make_header(const bf_network *net) {
  json_t *header = json_object(), *meta = json_object();
  char name[WEIGHTS_NAME];
  uint64_t at = 0;
  bool good = json_object_set_new(header, "__metadata__", meta) == 0;
  for (uint32_t i = 0; good && i < net->nlayer; i++) {
    snprintf(name, sizeof name, "activation.%u", i);
    good = json_object_set_new(meta, name, json_string(net->layer[i].activation)) == 0;
    for (int bias = 0; good && bias < 2; bias++) {
      weights_name(name, i, bias);
      good = describe(header, name, &net->layer[i], bias, &at);
    }
  }
  if (good) return header;
  json_decref(header);
  return NULL;
}

static bf_status write_safetensors(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  bf_network net = {0};
  text_out out = {0};
  json_t *header = NULL;
  char *text = NULL;
  (void)cfg;
  if (type != BF_NETWORK) return bf_fail(BF_INVALID, "format.safetensors writes networks only");
  BF_TRY(bf_network_read(path, host->memory(task), &net));
  header = make_header(&net);
  text = header ? json_dumps(header, JSON_COMPACT) : NULL;
  if (!text) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the header of %u layers", net.nlayer);
    goto out;
  }
  BF_TRY(text_open(&out, out_path));
  const size_t n = (strlen(text) + 7) / 8 * 8; /* so that the numbers are aligned */
  unsigned char head[8];
  for (size_t i = 0; i < 8; i++) head[i] = (unsigned char)((uint64_t)n >> (8 * i));
  fwrite(head, 1, sizeof head, out.f);
  fprintf(out.f, "%-*s", (int)n, text);
  for (uint32_t i = 0; i < net.nlayer; i++) {
    fwrite(net.layer[i].weight, sizeof(float), (size_t)net.layer[i].outputs * net.layer[i].inputs, out.f);
    fwrite(net.layer[i].bias, sizeof(float), net.layer[i].outputs, out.f);
  }
out:
  bf_network_free(&net);
  json_decref(header);
  free(text);
  return out.f ? text_close(&out, status) : status;
}

static const bf_format safetensors = {
    .id = "format.safetensors",
    .doc = "networks as safetensors files: the weights and biases of fully connected layers",
    .revision = 1,
    .extensions = ".safetensors",
    .reads = BF_BIT(BF_NETWORK),
    .writes = BF_BIT(BF_NETWORK),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_safetensors,
    .write = write_safetensors,
};

BF_PLUGIN(.name = "safetensors", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&safetensors, NULL});
