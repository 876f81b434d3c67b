/* Random cases: clouds, metrics and graphs of many kinds, alone or put together, and what makes engines stumble: ties, duplicates, isolated vertices, weights
 * of 0, weights one bit apart, very small and very large ones. */
#include "flag_case.h"
#include <bettiflow/random.h>
#include <math.h>
#include <string.h>

typedef struct stream {
  uint64_t seed, draw;
} stream;

static double uniform(stream *s) { return bf_random_uniform(s->seed, s->draw++); }
static uint32_t below(stream *s, uint32_t n) { return (uint32_t)bf_random_below(s->seed, s->draw++, n); }
static bool one_in(stream *s, uint32_t n) { return below(s, n) == 0; }

/* A part of a case: the vertices from … to-1, which have no edges yet. */
typedef struct part {
  flag_case *c;
  uint32_t from, to;
  stream *s;
} part;

/* ---- clouds ---- */

enum { COORDINATES = 16 };
typedef double cloud[FLAG_CASE_MOST][COORDINATES];

static double distance(const double *x, const double *y, uint32_t dim, uint32_t norm) {
  double sum = 0, most = 0, squares = 0;
  for (uint32_t k = 0; k < dim; k++) {
    double d = fabs(x[k] - y[k]);
    sum += d;
    squares += d * d;
    if (d > most) most = d;
  }
  return norm == 0 ? sqrt(squares) : norm == 1 ? sum : most;
}

static void measure(part p, cloud x, uint32_t dim, uint32_t norm) {
  double cut = one_in(p.s, 3) ? uniform(p.s) : INFINITY, widest = 0;
  for (int pass = 0; pass < 2; pass++) { /* the first finds the widest distance */
    for (uint32_t i = p.from; i < p.to; i++) {
      for (uint32_t j = p.from; j < i; j++) {
        double d = distance(x[i], x[j], dim, norm);
        if (pass == 0 && d > widest) widest = d;
        if (pass == 1 && (cut == INFINITY || d <= cut * widest)) flag_case_join(p.c, i, j, (float)d);
      }
    }
  }
}

static void copy_points(part p, cloud x) {
  for (uint32_t i = p.from + 1; i < p.to; i++)
    if (one_in(p.s, 3)) memcpy(x[i], x[p.from + below(p.s, i - p.from)], sizeof x[i]);
}

static void random_cloud(part p) {
  cloud x;
  uint32_t dim = 1 + below(p.s, COORDINATES);
  bool normal = one_in(p.s, 3);
  for (uint32_t i = p.from; i < p.to; i++)
    for (uint32_t k = 0; k < dim; k++) x[i][k] = normal ? bf_random_normal(p.s->seed, p.s->draw++) : uniform(p.s);
  if (one_in(p.s, 5)) copy_points(p, x);
  measure(p, x, dim, below(p.s, 3));
}

/* Points of a grid or of a cube's corners: many ties, and duplicates where they are drawn at random. */
static void grid(part p) {
  cloud x;
  uint32_t dim = 1 + below(p.s, 6), side = dim > 3 ? 2 : 2 + below(p.s, 5);
  bool in_order = below(p.s, 2);
  for (uint32_t i = p.from; i < p.to; i++) {
    uint32_t digits = i - p.from;
    for (uint32_t k = 0; k < dim; k++, digits /= side) x[i][k] = in_order ? digits % side : below(p.s, side);
  }
  measure(p, x, dim, below(p.s, 3));
}

/* The corners of a regular polygon, or points on a sphere of dimension 1 to 3. */
static void sphere(part p) {
  cloud x;
  uint32_t dim = 2 + below(p.s, 3);
  for (uint32_t i = p.from; i < p.to; i++) {
    double norm = 0, angle = 2 * M_PI * (i - p.from) / (p.to - p.from);
    for (uint32_t k = 0; k < dim; k++) {
      x[i][k] = dim > 2 ? bf_random_normal(p.s->seed, p.s->draw++) : k ? sin(angle) : cos(angle);
      norm += x[i][k] * x[i][k];
    }
    for (uint32_t k = 0; k < dim; k++) x[i][k] /= sqrt(norm);
  }
  measure(p, x, dim, 0);
}

/* ---- graphs ---- */

static void random_graph(part p) {
  double kept = one_in(p.s, 4) ? 1 : uniform(p.s);
  uint32_t values = below(p.s, 2) ? 0 : 1 + below(p.s, 5), least = below(p.s, 2); /* values 0: uniform weights, else whole numbers from 0 or 1 */
  for (uint32_t i = p.from; i < p.to; i++)
    for (uint32_t j = p.from; j < i; j++)
      if (uniform(p.s) < kept) flag_case_join(p.c, i, j, values ? (float)(least + below(p.s, values)) : (float)uniform(p.s));
}

/* Hops, 1 to `most`, in a random graph or between neighbours on a ring. */
static void hops(part p) {
  bool ring = below(p.s, 2);
  uint32_t n = p.to - p.from, most = 1 + below(p.s, 4), reach = 1 + below(p.s, 3);
  double kept = uniform(p.s) * 6 / (n + 1);
  for (uint32_t i = p.from; i < p.to; i++)
    for (uint32_t j = p.from; j < i; j++)
      if (ring ? i - j <= reach || i - j >= n - reach : uniform(p.s) < kept) flag_case_join(p.c, i, j, 1);
  for (uint32_t k = p.from; k < p.to; k++) { /* Floyd-Warshall */
    for (uint32_t i = p.from; i < p.to; i++)
      for (uint32_t j = p.from; j < i; j++) {
        float through = flag_case_weight(p.c, i, k) + flag_case_weight(p.c, k, j);
        if (i != k && j != k && through < flag_case_weight(p.c, i, j)) flag_case_join(p.c, i, j, through);
      }
  }
  for (uint32_t i = p.from; i < p.to; i++)
    for (uint32_t j = p.from; j < i; j++)
      if (flag_case_weight(p.c, i, j) > (float)most) flag_case_join(p.c, i, j, INFINITY);
}

/* Complete multipartite: the join of its sides, so spheres. Pairs of one side have no edge, or a long one. */
static void multipartite(part p) {
  uint32_t sides = below(p.s, 2) ? p.c->max_dim + 1 : 2 + below(p.s, 5), within = below(p.s, 2), values = 1 + below(p.s, 3);
  for (uint32_t i = p.from; i < p.to; i++)
    for (uint32_t j = p.from; j < i; j++) {
      if ((i - j) % sides)
        flag_case_join(p.c, i, j, (float)(1 + below(p.s, values)));
      else if (within)
        flag_case_join(p.c, i, j, 4);
    }
}

/* A random graph in which each vertex stands for a class of twins: the same neighbours, joined with each other or not. */
static void twins(part p) {
  float w[FLAG_CASE_MOST][FLAG_CASE_MOST], inside = one_in(p.s, 3) ? INFINITY : (float)below(p.s, 3);
  uint32_t class[FLAG_CASE_MOST], classes = 1 + below(p.s, 8), values = 1 + below(p.s, 4);
  double kept = 0.3 + 0.7 * uniform(p.s);
  for (uint32_t i = 0; i < classes; i++)
    for (uint32_t j = 0; j < i; j++) w[i][j] = w[j][i] = uniform(p.s) < kept ? (float)(1 + below(p.s, values)) : INFINITY;
  for (uint32_t i = p.from; i < p.to; i++) {
    class[i] = below(p.s, classes);
    for (uint32_t j = p.from; j < i; j++) flag_case_join(p.c, i, j, class[i] == class[j] ? inside : w[class[i]][class[j]]);
  }
}

enum { MULTIPARTITE = 5, KINDS = 7 };
static const struct {
  const char *name;
  void (*fill)(part);
} kinds[KINDS] = {{"cloud", random_cloud}, {"grid", grid}, {"sphere", sphere},
                  {"graph", random_graph}, {"hops", hops}, [MULTIPARTITE] = {"multipartite", multipartite},
                  {"twins", twins}};

/* ---- whole cases ---- */

/* Between two parts: nothing, everything at one weight (a join: high dimensions have most of their classes from these), or a few bridges. */
static void connect(part p, uint32_t middle) {
  uint32_t how = below(p.s, 3 + p.c->max_dim) < p.c->max_dim ? 0 : below(p.s, 4);
  for (uint32_t i = middle; i < p.to; i++)
    for (uint32_t j = p.from; j < middle; j++)
      if (how == 0 || (how == 1 && one_in(p.s, 10))) flag_case_join(p.c, i, j, how == 0 ? 1 : (float)(1 + below(p.s, 3)));
}

static void fill(part p) {
  size_t room = sizeof p.c->kind, used = strlen(p.c->kind);
  if (p.to - p.from > 3 && one_in(p.s, 3)) {
    uint32_t middle = p.from + 1 + below(p.s, p.to - p.from - 1);
    fill((part){p.c, p.from, middle, p.s});
    fill((part){p.c, middle, p.to, p.s});
    connect(p, middle);
    return;
  }
  uint32_t kind = below(p.s, KINDS + 4 * p.c->max_dim);
  if (kind >= KINDS) kind = MULTIPARTITE; /* few other ones have classes in high dimensions */
  kinds[kind].fill(p);
  snprintf(p.c->kind + used, room - used, "%s%s", used ? " and " : "", kinds[kind].name);
}

/* Some vertices lose their edges; weights become tiny, huge, negative zeros or one bit larger. */
static void spoil(flag_case *c, stream *s) {
  uint32_t alone = one_in(s, 5) && c->n ? below(s, c->n) : c->n;
  bool nudge = one_in(s, 12), extreme = one_in(s, 12), positive = below(s, 2);
  float factor = positive ? 0x1p100f : 0x1p-130f;
  for (uint32_t i = 0; i < c->n; i++) {
    for (uint32_t j = 0; j < i; j++) {
      float w = flag_case_weight(c, i, j);
      if (w == INFINITY) continue;
      if (extreme) w *= factor;
      if (nudge && below(s, 2)) w = nextafterf(w, INFINITY);
      if (w == 0 && below(s, 2)) w = -0.0f;
      flag_case_join(c, i, j, i == alone || j == alone ? INFINITY : w);
    }
  }
}

static void shuffle(flag_case *c, stream *s) {
  uint32_t to[FLAG_CASE_MOST];
  flag_case from = flag_case_without(c, c->n);
  bf_random_permutation(s->seed ^ s->draw++, c->n, to);
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t j = 0; j < i; j++) flag_case_join(c, to[i], to[j], flag_case_weight(&from, i, j));
  flag_case_free(&from);
}

static float some_threshold(const flag_case *c, stream *s) {
  uint32_t how = below(s, 8);
  if (how < 4 || c->n < 2) return INFINITY;
  uint32_t i = 1 + below(s, c->n - 1), j = below(s, i);
  float w = flag_case_weight(c, i, j);
  if (w == INFINITY) return w;
  return how == 7 ? nextafterf(w, 0) : how == 6 ? w * (float)uniform(s) : w + 0.0f;
}

flag_case flag_case_random(uint64_t seed, uint64_t i) {
  static const uint32_t primes[] = {2, 2, 2, 3, 3, 11, 11, 251};
  stream s = {seed, i << 20};
  uint32_t n = below(&s, below(&s, 2) ? FLAG_CASE_MOST + 1 : 15);
  flag_case c = flag_case_new(n);
  c.max_dim = below(&s, 5);
  c.modulus = primes[below(&s, sizeof primes / sizeof *primes)];
  fill((part){&c, 0, n, &s});
  if (below(&s, 2)) shuffle(&c, &s);
  spoil(&c, &s);
  uint64_t most = UINT64_C(256) << below(&s, 6);
  for (uint64_t count[8] = {0}; !flag_case_count(&c, INFINITY, c.max_dim + 1, most, count);) { /* too large: fewer vertices */
    flag_case less = c;
    for (uint32_t k = 0; k < 1 + c.n / 10; k++) {
      flag_case one = flag_case_without(&less, below(&s, less.n));
      flag_case_free(&less);
      less = one;
    }
    c = less;
  }
  c.threshold = some_threshold(&c, &s);
  return c;
}
