/* How long an edge is dominated.
 *
 * At the edge's own value everything is a matter of bits: the common neighbours, and whether one of them is adjacent to all. A candidate c that is not leaves a
 * witness, a common neighbour w that is not adjacent to c; all other candidates that are not adjacent to w are out with it, so a few rounds decide. At later
 * values s, the witness w, a common neighbour from entry(w) on, bars c as a dominator up to the value of cw; `barred` keeps the most that is known of each
 * candidate, and a candidate is tried only from there on. Values are looked up only where the bits differ. */
#include "flag/collapse_graph.h"
#include "../../clones.h"

#define INLINE __attribute__((always_inline)) static inline /* into the clones, for their counting of bits */

enum { BITS_A_UNIT = 8 }; /* candidates gone through */

INLINE uint32_t first_vertex(const common_word *word, uint64_t bits) { return word->at * 64 + (uint32_t)__builtin_ctzll(bits); }

INLINE flag_value larger(flag_value a, flag_value b) { return a > b ? a : b; }

INLINE uint32_t place_of_value(const neighbour_word *word, unsigned bit) {
  return word->value + (uint32_t)__builtin_popcountll(word->begun & ((UINT64_C(1) << bit) - 1));
}

typedef struct vertex_words {
  const word_index *index;
  const neighbour_word *word;
} vertex_words;

INLINE vertex_words words_of(const working_graph *g, uint32_t u) { return (vertex_words){&g->index[(size_t)u * g->indices], g->word}; }

INLINE const neighbour_word *word_at(vertex_words of, uint32_t at) {
  const word_index *index = &of.index[at / 64];
  uint64_t bit = UINT64_C(1) << at % 64;
  if (!of.word) __builtin_unreachable(); /* so that what is there is not taken for NULL by static analysis */
  return index->there & bit ? &of.word[index->word + (uint32_t)__builtin_popcountll(index->there & (bit - 1))] : NULL;
}

INLINE uint64_t now_bits(vertex_words of, uint32_t at) {
  const neighbour_word *word = word_at(of, at);
  return word ? word->now : 0;
}

/* Neither end has its own bit in `all`, so they are not among the common neighbours. */
INLINE size_t find_common(working_graph *g, uint32_t u, uint32_t v) {
  const neighbour_word *words = g->word;
  common_word *common = g->common;
  vertex_words u_words = words_of(g, u), v_words = words_of(g, v);
  size_t count = 0;
  uint64_t work = g->indices;
  for (uint32_t i = 0; i < g->indices; i++) {
    uint64_t in_u = u_words.index[i].there, in_v = v_words.index[i].there;
    for (uint64_t both = in_u & in_v; both; both &= both - 1, work++) {
      uint64_t below = (both & -both) - 1;
      uint32_t of_u = u_words.index[i].word + (uint32_t)__builtin_popcountll(in_u & below);
      uint32_t of_v = v_words.index[i].word + (uint32_t)__builtin_popcountll(in_v & below);
      uint64_t all = words[of_u].all & words[of_v].all, now = words[of_u].now & words[of_v].now & all;
      common[count] = (common_word){now, all, now, i * 64 + (uint32_t)__builtin_ctzll(both), of_u, of_v};
      count += all != 0;
    }
  }
  g->work += work;
  return count;
}

INLINE bool is_candidate(const common_word *common, size_t count, uint32_t c) {
  for (size_t i = 0; i < count; i++)
    if (common[i].at >= c / 64) return common[i].at == c / 64 && common[i].now >> c % 64 & 1;
  return false;
}

/* A dominator of uv at the value under work. */
INLINE bool find_dominator(working_graph *g, size_t count, uint32_t u, uint32_t v, uint32_t *dominator) {
  common_word *common = g->common;
  uint32_t c = g->hint[u], w;
  uint64_t work = 0;
  if (!is_candidate(common, count, c)) c = g->hint[v];
  if (!is_candidate(common, count, c)) {
    size_t i = 0;
    while (i < count && !common[i].now) i++;
    if (i == count) return false;
    c = first_vertex(&common[i], common[i].now);
  }
  for (;;) {
    vertex_words of_c = words_of(g, c);
    size_t i = 0;
    uint64_t apart = 0;
    for (; i < count; i++)
      if ((apart = common[i].now & ~now_bits(of_c, common[i].at))) break;
    work += 1 + i;
    if (!apart) break;
    w = first_vertex(&common[i], apart); /* the witness: what is not adjacent to it is out, c too */
    vertex_words of_w = words_of(g, w);
    c = UINT32_MAX;
    for (i = count; i-- > 0;) {
      uint64_t left = common[i].left;
      if (!left) continue;
      left &= now_bits(of_w, common[i].at);
      common[i].left = left;
      if (left) c = first_vertex(&common[i], left);
    }
    work += count;
    if (c == UINT32_MAX) {
      g->work += work;
      return false;
    }
  }
  g->work += work;
  *dominator = g->hint[u] = g->hint[v] = c;
  return true;
}

/* When x, a bit of the word, becomes a common neighbour; not below s. */
INLINE flag_value entry(const working_graph *g, const common_word *word, unsigned bit, flag_value s) {
  if (word->now >> bit & 1) return s;
  return larger(s, larger(g->value[place_of_value(&g->word[word->of_u], bit)], g->value[place_of_value(&g->word[word->of_v], bit)]));
}

/* The first value from s on at which c does not dominate, and the common neighbour that it is then apart from. */
INLINE flag_value first_apart(working_graph *g, size_t count, uint32_t c, flag_value s, uint32_t *w) {
  vertex_words words = words_of(g, c);
  flag_value first = NEVER;
  for (size_t i = 0; i < count; i++) {
    const common_word *word = &g->common[i];
    const neighbour_word *of_c = word_at(words, word->at);
    for (uint64_t apart = word->all & ~(of_c ? of_c->now : 0); apart; apart &= apart - 1) {
      unsigned bit = (unsigned)__builtin_ctzll(apart);
      flag_value from = entry(g, word, bit, s);
      g->work++;
      if (from >= first || (of_c && of_c->all >> bit & 1 && g->value[place_of_value(of_c, bit)] <= from)) continue;
      first = from;
      *w = word->at * 64 + bit;
      if (first == s) return s;
    }
  }
  return first;
}

INLINE void allow_all(working_graph *g, size_t count, flag_value t) {
  for (size_t i = 0; i < count; i++) {
    common_word *word = &g->common[i];
    word->left = word->all;
    g->work += 1 + (uint64_t)__builtin_popcountll(word->left) / BITS_A_UNIT;
    for (uint64_t left = word->left; left; left &= left - 1) {
      unsigned bit = (unsigned)__builtin_ctzll(left);
      g->barred[word->at * 64 + bit] = entry(g, word, bit, t);
    }
  }
}

/* Bars the candidates that are apart from w, and gives the one that is barred least. */
INLINE flag_value bar(working_graph *g, size_t count, uint32_t w, uint32_t *c) {
  vertex_words words = words_of(g, w);
  flag_value least = NEVER;
  for (size_t i = 0; i < count; i++) {
    common_word *word = &g->common[i];
    if (!word->left) continue;
    const neighbour_word *of_w = word_at(words, word->at);
    word->left &= of_w ? of_w->all | of_w->now : 0; /* now: w itself too */
    g->work += 1 + (uint64_t)__builtin_popcountll(word->left) / BITS_A_UNIT;
    for (uint64_t apart = of_w ? word->left & ~of_w->now : 0; apart; apart &= apart - 1) {
      unsigned bit = (unsigned)__builtin_ctzll(apart);
      flag_value *barred = &g->barred[word->at * 64 + bit];
      *barred = larger(*barred, g->value[place_of_value(of_w, bit)]);
    }
    for (uint64_t left = word->left; left; left &= left - 1) {
      uint32_t x = first_vertex(word, left);
      if (g->barred[x] >= least) continue;
      least = g->barred[x];
      *c = x;
    }
  }
  return least;
}

BF_CLONES flag_value domination_end(working_graph *g, uint32_t u, uint32_t v, flag_value t) {
  uint32_t c, w = 0;
  flag_value s = t;
  u = g->new_number[u];
  v = g->new_number[v];
  size_t count = find_common(g, u, v);
  if (!find_dominator(g, count, u, v, &c)) return t;
  for (bool begun = false; (s = first_apart(g, count, c, s, &w)) != NEVER; begun = true) {
    if (!begun) allow_all(g, count, t);
    if (bar(g, count, w, &c) > s) return s;
  }
  return NEVER;
}

INLINE neighbour_word *word_with(working_graph *g, uint32_t u, uint32_t v) { return g->word + (word_at(words_of(g, u), v / 64) - g->word); }

INLINE void move_end(working_graph *g, uint32_t u, uint32_t v, flag_value value) {
  neighbour_word *word = word_with(g, u, v);
  g->value[place_of_value(word, v % 64)] = value;
  if (value == NEVER) word->all &= ~(UINT64_C(1) << v % 64);
}

BF_CLONES void working_graph_move(working_graph *g, uint32_t u, uint32_t v, flag_value value) {
  u = g->new_number[u];
  v = g->new_number[v];
  move_end(g, u, v, value);
  move_end(g, v, u, value);
}

BF_CLONES void working_graph_pass(working_graph *g, uint32_t u, uint32_t v) {
  u = g->new_number[u];
  v = g->new_number[v];
  word_with(g, u, v)->now &= ~(UINT64_C(1) << v % 64);
  word_with(g, v, u)->now &= ~(UINT64_C(1) << u % 64);
}
