/* Waves of random pipelines against their definition; and a pipeline that is planned again from a run's header: the same keys, without its files. */
#include "base/file.h"
#include "engine/plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct world {
  bf_registry *registry;
  bf_pipeline *pipeline;
} world;

static world read_pipeline(const char *text) {
  world w;
  char *plugins = bf_format_text("%s/tests/plugins/trace", getenv("BF_BUILD"));
  assert_int_equal(bf_file_replace("waves.yaml", text, strlen(text)), BF_OK);
  assert_int_equal(bf_registry_open(plugins, &w.registry), BF_OK);
  if (bf_pipeline_read("waves.yaml", NULL, 0, w.registry, &w.pipeline) != BF_OK) fail_msg("%s\n%s", bf_error(), text);
  free(plugins);
  return w;
}

static void close_world(world *w) {
  bf_pipeline_free(w->pipeline);
  bf_registry_free(w->registry);
}

static unsigned draw(uint64_t *state, unsigned n) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(*state >> 33) % n;
}

/* Sums of one or two earlier stages, some with a sweep variable of their own, and lists that end one. */
static char *random_pipeline(uint64_t *state) {
  bf_text t = {0};
  bf_text_add(&t, "bettiflow: 1\nsweep: { a: [1, 2, 3], b: [1, 2], c: [4, 5] }\nstages:\n");
  const unsigned n = 2 + draw(state, 9);
  for (unsigned s = 0; s < n; s++) {
    static const char *const values[] = {"0", "1", "$a", "$b", "$c"};
    const char *value = values[draw(state, 5)];
    const unsigned from = s ? draw(state, s) : 0, second = s ? draw(state, s) : 0;
    if (!s || !draw(state, 5))
      bf_text_addf(&t, "  s%u: { use: trace.value, params: { value: %s } }\n", s, value);
    else if (draw(state, 3))
      bf_text_addf(&t, "  s%u: { use: trace.sum, in: { a: s%u }, params: { value: %s } }\n", s, from, value);
    else
      bf_text_addf(&t, "  s%u: { use: trace.sum, in: { a: s%u, b: s%u }, params: { value: %s } }\n", s, from, second, value);
  }
  for (unsigned s = 0; s < n; s += 2) bf_text_addf(&t, "  list%u: { use: trace.list, gather: { items: s%u } }\n", s, s);
  return bf_text_take(&t);
}

static uint32_t depth_of(const bf_pipeline *p, size_t s) {
  uint32_t depth = 0;
  for (size_t l = 0; l < p->stage[s].nlink; l++) {
    const size_t from = p->stage[s].link[l].from;
    const uint32_t along = depth_of(p, from) + (p->stage[from].axes != p->stage[s].axes);
    if (along > depth) depth = along;
  }
  return depth;
}

/* Closes "are linked, with equal axes and depth" by brute force. */
static void check_waves(const bf_pipeline *p, const bf_waves *w) {
  bool *same = bf_alloc(p->nstage * p->nstage, sizeof *same);
  for (size_t s = 0; s < p->nstage; s++) {
    same[s * p->nstage + s] = true;
    for (size_t l = 0; l < p->stage[s].nlink; l++) {
      const size_t from = p->stage[s].link[l].from;
      if (p->stage[from].axes == p->stage[s].axes && depth_of(p, from) == depth_of(p, s)) same[s * p->nstage + from] = same[from * p->nstage + s] = true;
      assert_true(w->at[w->of[from]].depth <= w->at[w->of[s]].depth);
      assert_true(w->of[from] <= w->of[s]); /* so waves can run in order */
    }
  }
  for (size_t k = 0; k < p->nstage; k++)
    for (size_t i = 0; i < p->nstage; i++)
      for (size_t j = 0; j < p->nstage; j++) same[i * p->nstage + j] |= same[i * p->nstage + k] && same[k * p->nstage + j];
  for (size_t i = 0; i < p->nstage; i++) {
    assert_int_equal(w->at[w->of[i]].depth, depth_of(p, i));
    assert_int_equal(w->at[w->of[i]].npoint, p->stage[i].ninstance);
    for (size_t j = 0; j < p->nstage; j++) assert_int_equal(w->of[i] == w->of[j], same[i * p->nstage + j]);
  }
  free(same);
}

static bool needs(const bf_pipeline *p, size_t stage, size_t instance, size_t from, size_t other) {
  if (stage == from) return instance == other;
  for (size_t l = 0; l < p->stage[stage].nlink; l++) {
    const bf_link *link = &p->stage[stage].link[l];
    for (size_t k = 0; k < p->npoint; k++)
      if (p->stage[stage].point_instance[k] == instance && needs(p, link->from, p->stage[link->from].point_instance[k], from, other)) return true;
  }
  return false;
}

static void check_part(const bf_pipeline *p, const bf_waves *w, size_t wave, size_t point) {
  bf_part part;
  assert_int_equal(bf_part_of(p, w, wave, point, &part), BF_OK);
  for (size_t s = 0; s < p->nstage; s++)
    for (size_t i = 0; i < p->stage[s].ninstance; i++) {
      bool wanted = false;
      for (size_t k = 0; k < w->at[wave].nstage; k++) wanted |= needs(p, w->at[wave].stage[k], point, s, i);
      assert_int_equal(part.needed[s][i], wanted);
    }
  bf_part_free(&part);
}

static void test_random(void **unused) {
  (void)unused;
  uint64_t state = 1;
  for (int i = 0; i < 60; i++) {
    char *text = random_pipeline(&state);
    world w = read_pipeline(text);
    bf_waves waves;
    bf_part part;
    bf_waves_find(w.pipeline, &waves);
    check_waves(w.pipeline, &waves);
    const size_t wave = draw(&state, (unsigned)waves.n), point = draw(&state, (unsigned)waves.at[wave].npoint);
    check_part(w.pipeline, &waves, wave, point);
    assert_int_equal(bf_part_of(w.pipeline, &waves, waves.n, 0, &part), BF_BAD_INPUT);
    bf_part_free(&part);
    assert_int_equal(bf_part_of(w.pipeline, &waves, wave, waves.at[wave].npoint, &part), BF_BAD_INPUT);
    bf_part_free(&part);
    bf_waves_free(&waves);
    close_world(&w);
    free(text);
  }
}

/* The pipeline's text again, by the journal: values of every kind that YAML has for them. */
static void test_again(void **unused) {
  (void)unused;
  static const char text[] = "bettiflow: 1\n"
                             "vars: { empty: , dollar: \"a$$b\", list: [1, 2], text: 'it''s: # \"so\"', long: \"two\\nlines\" }\n"
                             "limits: { time: 1h, memory: 2GiB }\n"
                             "sweep: [{ v: 1, act: relu }, { v: -2, act: leaky_relu(slope=0.5) }]\n"
                             "stages:\n"
                             "  value: { use: trace.value, params: { value: $v } }\n"
                             "  grid: { use: trace.grid, in: { base: value }, limits: { time: none } }\n"
                             "  plus: { use: trace.sum, each: { a: grid }, params: { activation: $act }, save: \"{v}/{act}/{layer}-{class}.trace\" }\n"
                             "  list: { use: trace.list, gather: { items: plus }, across: [v, act], save: [a.trace], print: true }\n";
  world w = read_pipeline(text);
  bf_pipeline *again;
  char *written = bf_pipeline_text(w.pipeline);
  assert_int_equal(bf_pipeline_reread("elsewhere.yaml", w.pipeline->name, written, w.registry, &again), BF_OK);
  char *twice = bf_pipeline_text(again);
  assert_string_equal(written, twice);
  assert_true(bf_node_equal(w.pipeline->root, again->root));
  assert_string_equal(again->name, "waves");
  assert_int_equal(again->nstage, w.pipeline->nstage);
  assert_int_equal(again->npoint, 2);
  for (size_t s = 0; s < again->nstage; s++) {
    const bf_pstage *a = &w.pipeline->stage[s], *b = &again->stage[s];
    assert_string_equal(a->name, b->name);
    assert_ptr_equal(a->use, b->use);
    assert_int_equal(a->axes, b->axes);
    assert_int_equal(a->ninstance, b->ninstance);
    assert_int_equal(a->limits.bytes, b->limits.bytes);
    assert_true(a->limits.seconds == b->limits.seconds);
    assert_int_equal(a->nsave, b->nsave);
  }
  bf_pipeline_free(again);
  free(written);
  free(twice);
  close_world(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_again)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
