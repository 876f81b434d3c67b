/* The working graph of the edge collapse: numbering the vertices anew, building it, and giving it back. */
#include "flag/collapse_graph.h"
#include <stdlib.h>

enum { CLUSTER = 64 };

typedef struct lists { /* of neighbours, by the new numbers; the values are the graph's */
  uint64_t *row;
  uint32_t *neighbour;
  size_t row_room, neighbour_room;
} lists;

static int nearer(const void *x, const void *y) {
  const flag_neighbour *a = x, *b = y;
  if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
  return a->vertex < b->vertex ? -1 : 1;
}

/* Numbers a vertex and the nearest of its neighbours that have no number yet. */
static uint32_t number_cluster(const flag_graph *from, working_graph *g, uint32_t seed, uint32_t numbered, flag_neighbour *near) {
  size_t count = 0;
  g->vertex[g->new_number[seed] = numbered++] = seed;
  for (uint64_t i = from->row[seed]; i < from->row[seed + 1]; i++)
    if (g->new_number[from->neighbour[i].vertex] == UINT32_MAX) near[count++] = from->neighbour[i];
  if (count > 1) qsort(near, count, sizeof *near, nearer);
  for (size_t i = 0; i < count && i + 1 < CLUSTER; i++) g->vertex[g->new_number[near[i].vertex] = numbered++] = near[i].vertex;
  return numbered;
}

/* Cluster by cluster, each beside the earlier ones. */
static bf_status number_vertices(const flag_graph *from, bf_memory *memory, working_graph *g) {
  bf_status status = BF_OK;
  flag_neighbour *near = NULL;
  size_t near_room = 0, n = g->n;
  BF_TRY(bf_memory_reserve(memory, (void **)&g->new_number, &g->number_room, n, sizeof *g->new_number));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->vertex, &g->vertex_room, n, sizeof *g->vertex));
  BF_TRY(bf_memory_reserve(memory, (void **)&near, &near_room, n, sizeof *near));
  memset(g->new_number, 0xff, n * sizeof *g->new_number);
  uint32_t numbered = 0, done = 0;
  for (uint32_t v = 0; v < n; v++) {
    if (g->new_number[v] == UINT32_MAX) numbered = number_cluster(from, g, v, numbered, near);
    for (; done < numbered; done++) {
      uint32_t x = g->vertex[done];
      for (uint64_t i = from->row[x]; i < from->row[x + 1]; i++)
        if (g->new_number[from->neighbour[i].vertex] == UINT32_MAX) numbered = number_cluster(from, g, from->neighbour[i].vertex, numbered, near);
    }
  }
out:
  bf_memory_release(memory, near, near_room, sizeof *near);
  return status;
}

/* The lists by the new numbers: each vertex, in their order, appends itself to the lists of its neighbours. */
static bf_status turn_lists(const flag_graph *from, bf_memory *memory, working_graph *g, lists *l) {
  bf_status status = BF_OK;
  size_t n = g->n;
  BF_TRY(bf_memory_reserve(memory, (void **)&l->row, &l->row_room, n + 2, sizeof *l->row));
  BF_TRY(bf_memory_reserve(memory, (void **)&l->neighbour, &l->neighbour_room, 2 * from->edges, sizeof *l->neighbour));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->value, &g->value_room, 2 * from->edges, sizeof *g->value));
  l->row[0] = l->row[1] = 0;
  for (size_t x = 0; x < n; x++) l->row[x + 2] = l->row[x + 1] + from->row[g->vertex[x] + 1] - from->row[g->vertex[x]];
  for (uint32_t x = 0; x < n; x++) {
    for (uint64_t i = from->row[g->vertex[x]]; i < from->row[g->vertex[x] + 1]; i++) {
      uint64_t at = l->row[g->new_number[from->neighbour[i].vertex] + 1]++;
      l->neighbour[at] = x;
      g->value[at] = value_of(from->neighbour[i].distance);
    }
  }
out:
  return status;
}

/* Adds a neighbour, not below the earlier ones, to the words of x. */
static neighbour_word *word_for(working_graph *g, uint32_t x, uint32_t neighbour, uint32_t *words, uint64_t value) {
  word_index *index = &g->index[(size_t)x * g->indices + neighbour / 4096];
  uint64_t bit = UINT64_C(1) << neighbour / 64 % 64;
  if (!(index->there & bit)) {
    if (!index->there) index->word = *words;
    index->there |= bit;
    g->word[(*words)++] = (neighbour_word){.value = (uint32_t)value};
  }
  return &g->word[*words - 1];
}

static void fill_words(working_graph *g, const lists *l) {
  uint32_t words = 0;
  for (uint32_t x = 0; x < g->n; x++) {
    bool self = false;
    for (uint64_t i = l->row[x];; i++) {
      if (!self && (i == l->row[x + 1] || l->neighbour[i] > x)) {
        word_for(g, x, x, &words, i)->now |= UINT64_C(1) << x % 64;
        self = true;
      }
      if (i == l->row[x + 1]) break;
      uint64_t bit = UINT64_C(1) << l->neighbour[i] % 64;
      neighbour_word *word = word_for(g, x, l->neighbour[i], &words, i);
      word->begun |= bit;
      word->all |= bit;
      word->now |= bit;
    }
  }
}

static uint64_t count_words(const working_graph *g, const lists *l, uint32_t *most) {
  uint64_t count = 0;
  *most = 0;
  for (uint32_t x = 0; x < g->n; x++) {
    uint32_t words = 1; /* its own, perhaps counted twice */
    for (uint64_t i = l->row[x]; i < l->row[x + 1]; i++) words += i == l->row[x] || l->neighbour[i] / 64 != l->neighbour[i - 1] / 64;
    count += words;
    if (words > *most) *most = words;
  }
  return count;
}

bf_status working_graph_build(const flag_graph *from, bf_memory *memory, working_graph *g) {
  bf_status status = BF_OK;
  size_t n = from->n, indices = (n + 4095) / 4096;
  lists l = {0};
  uint32_t most;
  *g = (working_graph){.n = from->n, .indices = (uint32_t)indices};
  BF_TRY(number_vertices(from, memory, g));
  BF_TRY(turn_lists(from, memory, g, &l));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->word, &g->word_room, count_words(g, &l, &most), sizeof *g->word));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->index, &g->index_room, n * indices, sizeof *g->index));
  memset(g->index, 0, n * indices * sizeof *g->index);
  fill_words(g, &l);
  BF_TRY(bf_memory_reserve(memory, (void **)&g->common, &g->common_room, (size_t)most + 1, sizeof *g->common));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->hint, &g->hint_room, n, sizeof *g->hint));
  BF_TRY(bf_memory_reserve(memory, (void **)&g->barred, &g->barred_room, n, sizeof *g->barred));
  memset(g->hint, 0, n * sizeof *g->hint);
out:
  bf_memory_release(memory, l.row, l.row_room, sizeof *l.row);
  bf_memory_release(memory, l.neighbour, l.neighbour_room, sizeof *l.neighbour);
  return status;
}

/* Puts v, which is x here, into the lists of its neighbours. */
static void place_ends(const working_graph *g, uint32_t x, flag_graph *out) {
  for (uint32_t i = 0; i < g->indices; i++) {
    const word_index *index = &g->index[(size_t)x * g->indices + i];
    const neighbour_word *word = &g->word[index->word];
    for (uint64_t there = index->there; there; there &= there - 1, word++) {
      const uint32_t *vertex = &g->vertex[i * 4096 + (uint32_t)__builtin_ctzll(there) * 64];
      const flag_value *value = &g->value[word->value];
      for (uint64_t begun = word->begun; begun; begun &= begun - 1, value++)
        if (*value != NEVER) out->neighbour[out->row[vertex[__builtin_ctzll(begun)] + 1]++] = (flag_neighbour){g->vertex[x], distance_of(*value)};
    }
  }
}

static uint64_t degree(const working_graph *g, uint32_t x) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < g->indices; i++) {
    const word_index *index = &g->index[(size_t)x * g->indices + i];
    for (int word = 0; word < __builtin_popcountll(index->there); word++) count += (uint64_t)__builtin_popcountll(g->word[index->word + (uint32_t)word].all);
  }
  return count;
}

/* As turn_lists, back to the old numbers. */
bf_status working_graph_give(const working_graph *g, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  uint64_t ends = 0;
  for (uint32_t x = 0; x < g->n; x++) ends += degree(g, x);
  BF_TRY(flag_graph_new(g->n, ends / 2, true, memory, out));
  out->row[0] = ends = 0;
  for (uint32_t u = 0; u < g->n; u++) { /* row[u + 1]: where the list of u starts, and when it is filled, ends */
    out->row[u + 1] = ends;
    ends += degree(g, g->new_number[u]);
  }
  for (uint32_t v = 0; v < g->n; v++) place_ends(g, g->new_number[v], out);
out:
  return status;
}

void working_graph_free(working_graph *g, bf_memory *memory) {
  bf_memory_release(memory, g->new_number, g->number_room, sizeof *g->new_number);
  bf_memory_release(memory, g->vertex, g->vertex_room, sizeof *g->vertex);
  bf_memory_release(memory, g->index, g->index_room, sizeof *g->index);
  bf_memory_release(memory, g->word, g->word_room, sizeof *g->word);
  bf_memory_release(memory, g->value, g->value_room, sizeof *g->value);
  bf_memory_release(memory, g->hint, g->hint_room, sizeof *g->hint);
  bf_memory_release(memory, g->common, g->common_room, sizeof *g->common);
  bf_memory_release(memory, g->barred, g->barred_room, sizeof *g->barred);
  *g = (working_graph){0};
}
