/* A small value of each type of artifact. */
#include "artifact_samples.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

const bf_label sample_label[2] = {{"layer", "3"}, {"class", "α b"}};

static float points_x[] = {0, 1.5f, -2, 3e-40f, 5, 6};
static int32_t points_label[] = {1, 0, 7};
static uint32_t points_id[] = {10, 11, 4294967295u};
static bf_points points = {.n = 3, .dim = 2, .x = points_x, .label = points_label, .id = points_id};

static float w0[] = {1, 2, 3, 4, 5, 6}, b0[] = {.5f, -.5f, 0}, w1[] = {1, 0, -1}, b1[] = {9};
static bf_layer layers[] = {{2, 3, w0, b0, (char *)"activation.leaky_relu(slope=0x1.999999999999ap-4)"}, {3, 1, w1, b1, (char *)""}};
static bf_network network = {.nlayer = 2, .layer = layers};

static uint32_t log_attempt[] = {1, 3, 3};
static uint64_t log_step[] = {700, 10, 500};
static float log_loss[] = {.7f, .1f, .01f}, log_accuracy[] = {.5f, NAN, 1}, log_rate[] = {.02f, .02f, .01f}, log_gradient[] = {3, 2, 1};
static float log_validation_loss[] = {.8f, NAN, .5f}, log_validation_accuracy[] = {.25f, NAN, .75f};
static bf_training_log training = {.n = 3,
                                   .attempt = log_attempt,
                                   .step = log_step,
                                   .loss = log_loss,
                                   .accuracy = log_accuracy,
                                   .rate = log_rate,
                                   .gradient = log_gradient,
                                   .validation_loss = log_validation_loss,
                                   .validation_accuracy = log_validation_accuracy,
                                   .final_accuracy = 1,
                                   .final_validation = .75,
                                   .steps = 501,
                                   .attempts = 3,
                                   .success = true};

static uint32_t graph_u[] = {0, 0, 1}, graph_v[] = {1, 3, 2}, graph_id[] = {5, 6, 8, 9}, graph_member[] = {5, 7, 6, 8, 9};
static float graph_w[] = {1, 2, 0};
static uint64_t graph_first[] = {0, 2, 3, 4, 5};
static bf_graph graph = {
    .n = 4, .m = 3, .u = graph_u, .v = graph_v, .w = graph_w, .id = graph_id, .first = graph_first, .member = graph_member, .convention = BF_RADIUS};

static uint64_t filtration_first[] = {0, 1, 2, 4};
static uint32_t filtration_vertex[] = {0, 7, 0, 7};
static double filtration_value[] = {-INFINITY, 0, 2.5};
static bf_filtration filtration = {.convention = BF_SQUARED_RADIUS,
                                   .threshold = 3,
                                   .limit_dimension = 2,
                                   .n = 3,
                                   .first = filtration_first,
                                   .vertex = filtration_vertex,
                                   .value = filtration_value};

static uint32_t diagram_dim[] = {0, 0, 1};
static double diagram_birth[] = {0, 0, .25}, diagram_death[] = {1.5, INFINITY, .5};
static uint32_t diagram_birth_simplex[] = {7, 9, 9, 4}, diagram_death_simplex[] = {9, 7, 4, 7, 9}, diagram_coefficient[] = {1, 2, 1, 2},
                diagram_vertex[] = {7, 9, 9, 4, 7, 4};
static uint64_t diagram_first[] = {0, 1, 2, 4};
static bf_diagram diagram = {.max_dim = 2,
                             .modulus = 3,
                             .convention = BF_DIAMETER,
                             .threshold = INFINITY,
                             .n = 3,
                             .dim = diagram_dim,
                             .birth = diagram_birth,
                             .death = diagram_death,
                             .birth_simplex = diagram_birth_simplex,
                             .death_simplex = diagram_death_simplex,
                             .representatives = BF_CYCLES,
                             .first = diagram_first,
                             .coefficient = diagram_coefficient,
                             .vertex = diagram_vertex};

static char *betti_axis[] = {(char *)"seed", (char *)"layer"}, *betti_text[] = {(char *)"", (char *)"1", (char *)"2", (char *)"no luck\nat all"};
static uint32_t betti_value[] = {1, 1, 2, 0}, betti_dim[] = {0, 1}, betti_declined[] = {2, 0}, betti_reason[] = {3};
static double betti_scale[] = {INFINITY, 2};
static int64_t betti_betti[] = {9, 1LL << 40};
static bf_betti_table betti = {.naxis = 2,
                               .nsweep = 1,
                               .axis = betti_axis,
                               .ntext = 4,
                               .text = betti_text,
                               .n = 2,
                               .value = betti_value,
                               .scale = betti_scale,
                               .dim = betti_dim,
                               .betti = betti_betti,
                               .ndeclined = 1,
                               .declined = betti_declined,
                               .reason = betti_reason};

static uint32_t figure_kind[] = {BF_DRAW_LINE, BF_DRAW_TEXT, BF_DRAW_DISC}, figure_colour[] = {0x112233ff, 255, 0xff};
static float figure_size[] = {1, 12, 0}, figure_xy[] = {0, 0, 10, 10, 5, 5};
static uint64_t figure_first[] = {0, 2, 3}, figure_count[] = {2, 1, 0};
static char *figure_text[] = {NULL, (char *)"β₁", NULL};
static bf_figure figure = {.width = 100,
                           .height = 50,
                           .n = 3,
                           .kind = figure_kind,
                           .colour = figure_colour,
                           .size = figure_size,
                           .first = figure_first,
                           .count = figure_count,
                           .nxy = 3,
                           .xy = figure_xy,
                           .text = figure_text};

static char *table_text[] = {(char *)"relu", (char *)"β₁, \"a\"", (char *)""}, *table_note[] = {(char *)"two lines\nof it"};
static int64_t table_integer[] = {-3, BF_NO_INTEGER, INT64_MAX}, table_more[] = {1, 2, 3};
static double table_real[] = {.25, NAN, INFINITY};
static bf_column table_column[] = {{.name = (char *)"steps", .type = BF_COLUMN_INTEGER, .integer = table_integer},
                                   {.name = (char *)"activation", .type = BF_COLUMN_TEXT, .text = table_text},
                                   {.name = (char *)"share", .type = BF_COLUMN_REAL, .real = table_real},
                                   {.name = (char *)"more", .type = BF_COLUMN_INTEGER, .integer = table_more}};
static bf_table table = {.caption = (char *)"Of three", .ncolumn = 4, .column = table_column, .n = 3, .nnote = 1, .note = table_note};

static uint32_t state_width[] = {1, 2}, state_attempt[] = {1, 2};
static float state_theta[] = {1, 2, 3, 4}, state_first[] = {0, -1, 2, 0}, state_second[] = {0, 1, 4, 3e-39f}, state_best[] = {1, 2, 3, -4};
static char *state_ended[] = {(char *)"no luck"};
static uint64_t state_step[] = {800, 699};
static bf_training_state state = {.nlayer = 1,
                                  .width = state_width,
                                  .activation = (char *)"activation.relu",
                                  .optimiser = (char *)"sgd",
                                  .seed = UINT64_MAX,
                                  .attempt = 2,
                                  .step = 700,
                                  .n = 4,
                                  .theta = state_theta,
                                  .first = state_first,
                                  .second = state_second,
                                  .power1 = .9,
                                  .power2 = .1,
                                  .loss = .3,
                                  .rate = .01,
                                  .gradient = 2,
                                  .most_right = 7,
                                  .best_step = 600,
                                  .best_accuracy = .75,
                                  .best_loss = .5,
                                  .best_validation = NAN,
                                  .best_validation_loss = NAN,
                                  .best = state_best,
                                  .nended = 1,
                                  .ended = state_ended,
                                  .log = {.n = 2,
                                          .attempt = state_attempt,
                                          .step = state_step,
                                          .loss = log_loss,
                                          .accuracy = log_accuracy,
                                          .rate = log_rate,
                                          .gradient = log_gradient,
                                          .attempts = 2,
                                          .steps = 700}};

void write_sample(bf_type type, const char *path) {
  bf_out out = {path, sample_label, 2};
  bf_status status = BF_FAILED;
  switch (type) {
  case BF_POINT_CLOUD:
    status = bf_points_write(&out, &points);
    break;
  case BF_NETWORK:
    status = bf_network_write(&out, &network);
    break;
  case BF_TRAINING_LOG:
    status = bf_training_log_write(&out, &training);
    break;
  case BF_WEIGHTED_GRAPH:
    status = bf_graph_write(&out, &graph);
    break;
  case BF_FILTRATION:
    status = bf_filtration_write(&out, &filtration);
    break;
  case BF_PERSISTENCE_DIAGRAM:
    status = bf_diagram_write(&out, &diagram);
    break;
  case BF_BETTI_TABLE:
    status = bf_betti_table_write(&out, &betti);
    break;
  case BF_FIGURE:
    status = bf_figure_write(&out, &figure);
    break;
  case BF_TABLE:
    status = bf_table_write(&out, &table);
    break;
  case BF_TRAINING_STATE:
    status = bf_training_state_write(&out, &state);
    break;
  }
  if (status != BF_OK) fail_msg("%s", bf_error());
}

#define SAME(a, b) assert_memory_equal(a, b, sizeof b)

static void check_points(const char *path) {
  bf_points v;
  assert_int_equal(bf_points_read(path, 0, &v), BF_OK);
  assert_int_equal(v.n, 3);
  assert_int_equal(v.dim, 2);
  SAME(v.x, points_x);
  SAME(v.label, points_label);
  SAME(v.id, points_id);
  bf_points_free(&v);
}

static void check_network(const char *path) {
  bf_network v;
  assert_int_equal(bf_network_read(path, 0, &v), BF_OK);
  assert_int_equal(v.nlayer, 2);
  assert_int_equal(v.layer[0].inputs, 2);
  assert_int_equal(v.layer[0].outputs, 3);
  assert_int_equal(v.layer[1].outputs, 1);
  SAME(v.layer[0].weight, w0);
  SAME(v.layer[0].bias, b0);
  SAME(v.layer[1].weight, w1);
  SAME(v.layer[1].bias, b1);
  assert_string_equal(v.layer[0].activation, layers[0].activation);
  assert_string_equal(v.layer[1].activation, "");
  bf_network_free(&v);
}

static void check_training(const char *path) {
  bf_training_log v;
  assert_int_equal(bf_training_log_read(path, 0, &v), BF_OK);
  assert_int_equal(v.n, 3);
  SAME(v.attempt, log_attempt);
  SAME(v.step, log_step);
  SAME(v.loss, log_loss);
  SAME(v.accuracy, log_accuracy);
  SAME(v.rate, log_rate);
  SAME(v.gradient, log_gradient);
  SAME(v.validation_loss, log_validation_loss);
  SAME(v.validation_accuracy, log_validation_accuracy);
  assert_true(v.final_accuracy == 1 && v.final_validation == .75 && v.steps == 501 && v.attempts == 3 && v.success);
  bf_training_log_free(&v);
}

static void check_graph(const char *path) {
  bf_graph v;
  assert_int_equal(bf_graph_read(path, 0, &v), BF_OK);
  assert_true(v.n == 4 && v.m == 3 && !v.dense);
  SAME(v.u, graph_u);
  SAME(v.v, graph_v);
  SAME(v.w, graph_w);
  SAME(v.id, graph_id);
  SAME(v.first, graph_first);
  SAME(v.member, graph_member);
  assert_int_equal(v.convention, BF_RADIUS);
  bf_graph_free(&v);
}

static void check_filtration(const char *path) {
  bf_filtration v;
  assert_int_equal(bf_filtration_read(path, 0, &v), BF_OK);
  assert_int_equal(v.n, 3);
  assert_int_equal(v.convention, BF_SQUARED_RADIUS);
  assert_true(v.threshold == 3);
  assert_int_equal(v.limit_dimension, 2);
  SAME(v.first, filtration_first);
  SAME(v.vertex, filtration_vertex);
  SAME(v.value, filtration_value);
  bf_filtration_free(&v);
}

static void check_diagram(const char *path) {
  bf_diagram v;
  assert_int_equal(bf_diagram_read(path, 0, &v), BF_OK);
  assert_true(v.max_dim == 2 && v.modulus == 3 && v.representatives == BF_CYCLES && v.convention == BF_DIAMETER && v.threshold == (double)INFINITY && v.n == 3);
  SAME(v.dim, diagram_dim);
  SAME(v.birth, diagram_birth);
  SAME(v.death, diagram_death);
  SAME(v.birth_simplex, diagram_birth_simplex);
  SAME(v.death_simplex, diagram_death_simplex);
  SAME(v.first, diagram_first);
  SAME(v.coefficient, diagram_coefficient);
  SAME(v.vertex, diagram_vertex);
  bf_diagram_free(&v);
}

static void check_betti(const char *path) {
  bf_betti_table v;
  assert_int_equal(bf_betti_table_read(path, 0, &v), BF_OK);
  assert_true(v.naxis == 2 && v.nsweep == 1 && v.ntext == 4 && v.n == 2 && v.ndeclined == 1);
  for (int i = 0; i < 2; i++) assert_string_equal(v.axis[i], betti_axis[i]);
  for (int i = 0; i < 4; i++) assert_string_equal(v.text[i], betti_text[i]);
  SAME(v.value, betti_value);
  SAME(v.scale, betti_scale);
  SAME(v.dim, betti_dim);
  SAME(v.betti, betti_betti);
  SAME(v.declined, betti_declined);
  SAME(v.reason, betti_reason);
  bf_betti_table_free(&v);
}

static void check_figure(const char *path) {
  bf_figure v;
  assert_int_equal(bf_figure_read(path, 0, &v), BF_OK);
  assert_true(v.width == 100 && v.height == 50 && v.n == 3 && v.nxy == 3);
  SAME(v.kind, figure_kind);
  SAME(v.colour, figure_colour);
  SAME(v.size, figure_size);
  SAME(v.first, figure_first);
  SAME(v.count, figure_count);
  SAME(v.xy, figure_xy);
  assert_null(v.text[0]);
  assert_string_equal(v.text[1], "β₁");
  assert_null(v.text[2]);
  bf_figure_free(&v);
}

static void check_table(const char *path) {
  bf_table v;
  assert_int_equal(bf_table_read(path, 0, &v), BF_OK);
  assert_true(v.ncolumn == 4 && v.n == 3 && v.nnote == 1);
  assert_string_equal(v.caption, table.caption);
  assert_string_equal(v.note[0], table_note[0]);
  for (int i = 0; i < 4; i++) {
    assert_string_equal(v.column[i].name, table_column[i].name);
    assert_int_equal(v.column[i].type, table_column[i].type);
  }
  for (int i = 0; i < 3; i++) assert_string_equal(v.column[1].text[i], table_text[i]);
  SAME(v.column[0].integer, table_integer);
  SAME(v.column[2].real, table_real);
  SAME(v.column[3].integer, table_more);
  assert_true(!v.column[0].text && !v.column[0].real && !v.column[1].integer);
  bf_table_free(&v);
}

static void check_state(const char *path) {
  bf_training_state v;
  assert_int_equal(bf_training_state_read(path, 0, &v), BF_OK);
  assert_true(v.nlayer == 1 && v.n == 4 && v.seed == UINT64_MAX && v.attempt == 2 && v.step == 700 && v.nended == 1 && v.best_step == 600);
  SAME(v.width, state_width);
  SAME(v.theta, state_theta);
  SAME(v.first, state_first);
  SAME(v.second, state_second);
  SAME(v.best, state_best);
  assert_string_equal(v.activation, state.activation);
  assert_string_equal(v.optimiser, state.optimiser);
  assert_string_equal(v.ended[0], state_ended[0]);
  assert_true(v.power1 == .9 && v.power2 == .1 && v.loss == .3 && v.rate == .01 && v.gradient == 2 && v.most_right == 7);
  assert_true(v.best_accuracy == .75 && v.best_loss == .5 && isnan(v.best_validation) && isnan(v.best_validation_loss));
  assert_true(v.log.n == 2 && v.log.attempts == 2 && v.log.steps == 700 && !v.log.validation_loss);
  SAME(v.log.step, state_step);
  SAME(v.log.attempt, state_attempt);
  bf_training_state_free(&v);
}

void check_sample(bf_type type, const char *path) {
  static void (*const checks[])(const char *) = {
      [BF_POINT_CLOUD] = check_points,   [BF_NETWORK] = check_network,       [BF_TRAINING_LOG] = check_training,
      [BF_WEIGHTED_GRAPH] = check_graph, [BF_FILTRATION] = check_filtration, [BF_PERSISTENCE_DIAGRAM] = check_diagram,
      [BF_BETTI_TABLE] = check_betti,    [BF_FIGURE] = check_figure,         [BF_TABLE] = check_table,
      [BF_TRAINING_STATE] = check_state};
  checks[type](path);
}

#define READ(T)                                                                                                                                                \
  do {                                                                                                                                                         \
    bf_##T v;                                                                                                                                                  \
    bf_status status = bf_##T##_read(path, budget, &v);                                                                                                        \
    bf_##T##_free(&v); /* all zero after an error */                                                                                                           \
    return status;                                                                                                                                             \
  } while (0)

bf_status read_any(bf_type type, const char *path, uint64_t budget) {
  switch (type) {
  case BF_POINT_CLOUD:
    READ(points);
  case BF_NETWORK:
    READ(network);
  case BF_TRAINING_LOG:
    READ(training_log);
  case BF_WEIGHTED_GRAPH:
    READ(graph);
  case BF_FILTRATION:
    READ(filtration);
  case BF_PERSISTENCE_DIAGRAM:
    READ(diagram);
  case BF_BETTI_TABLE:
    READ(betti_table);
  case BF_FIGURE:
    READ(figure);
  case BF_TABLE:
    READ(table);
  case BF_TRAINING_STATE:
    READ(training_state);
  }
  return BF_FAILED;
}

unsigned char *slurp(const char *path, size_t *n) {
  FILE *f = fopen(path, "rb");
  if (!f) fail_msg("no file %s", path);
  fseek(f, 0, SEEK_END);
  *n = (size_t)ftell(f);
  rewind(f);
  unsigned char *data = malloc(*n + 1);
  assert_non_null(data);
  assert_int_equal(fread(data, 1, *n, f), *n);
  fclose(f);
  return data;
}

void spill(const char *path, const void *data, size_t n) {
  FILE *f = fopen(path, "wb");
  if (!f) fail_msg("can't write %s", path);
  assert_int_equal(fwrite(data, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
}
