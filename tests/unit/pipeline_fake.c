/* A registry made of plain tables: the functions that plugin/find.c and plugin/param_*.c call, and the entries. */
#include "pipeline_fake.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum {
  PC = BF_BIT(BF_POINT_CLOUD),
  GRAPH = BF_BIT(BF_WEIGHTED_GRAPH),
  DIAGRAM = BF_BIT(BF_PERSISTENCE_DIAGRAM),
  TABLE = BF_BIT(BF_BETTI_TABLE),
  NET = BF_BIT(BF_NETWORK)
};

typedef struct config { /* one struct for all stages of the tests */
  int64_t k, hops, seed, max_dim, every;
  bool count_self;
  double scale;
  bf_ints hidden;
  bf_file path;
  const char *class;
  bf_activation_use activation;
  bf_format_use format;
  double slope;
} config;

#define PORTS(...)                                                                                                                                             \
  (const bf_port[]) {                                                                                                                                          \
    __VA_ARGS__, { 0 }                                                                                                                                         \
  }
#define P(member, ...) BF_PARAM(config, member, __VA_ARGS__)
static const bf_param none[] = {{0}};
static const bf_param p_seed[] = {P(seed, .def = "0"), {0}};
static const bf_param p_knn[] = {P(k, .def = "14", .range = "[1, 65535]"), P(hops, .def = "2", .range = "[1, 255]"), P(count_self, .def = "true"), {0}};
static const bf_param p_file[] = {P(path, .def = NULL), P(format, .def = ""), P(class, .def = ""), P(every, .def = "1", .range = "[1, inf)"), {0}};
static const bf_param p_ripser[] = {P(max_dim, .def = "1", .range = "[0, 64]"), {0}};
static const bf_param p_layers[] = {P(class, .def = "true", .choices = "true|predicted"), {0}};
static const bf_param p_betti[] = {P(scale, .def = "none"), {0}};
static const bf_param p_mlp[] = {P(hidden, .def = "[15]", .range = "[1, 65535]"), P(activation, .def = "relu"), P(seed, .def = "0"), {0}};
static const bf_param p_leaky[] = {P(slope, .def = "0.2"), {0}};
static const bf_port no_ports[] = {{0}};

#define STAGE(name, in, out) static const bf_stage name = {.inputs = in, .outputs = out}

STAGE(s_disks, no_ports, PORTS({"points", PC, 0, NULL, ""}));
STAGE(s_file, no_ports, PORTS({"points", PC, 0, NULL, ""}));
STAGE(s_mlp, PORTS({"train", PC, 0, NULL, ""}, {"start", NET, BF_OPTIONAL, NULL, ""}),
      PORTS({"model", NET, 0, NULL, ""}, {"log", BF_BIT(BF_TRAINING_LOG), 0, NULL, ""}));
STAGE(s_layers, PORTS({"model", NET, 0, NULL, ""}, {"points", PC, 0, NULL, ""}), PORTS({"layers", PC, BF_MANY, "layer,class", ""}));
STAGE(s_split, PORTS({"points", PC, 0, NULL, ""}), PORTS({"parts", PC, BF_MANY, "part", ""}, {"whole", PC, 0, NULL, ""}));
STAGE(s_knn, PORTS({"points", PC, 0, NULL, ""}), PORTS({"graph", GRAPH, 0, NULL, ""}));
STAGE(s_ripser, PORTS({"graph", GRAPH, 0, NULL, ""}), PORTS({"diagram", DIAGRAM, 0, NULL, ""}));
STAGE(s_match, PORTS({"graph", GRAPH, 0, NULL, ""}, {"points", PC, 0, NULL, ""}), PORTS({"diagram", DIAGRAM, 0, NULL, ""}));
STAGE(s_betti, PORTS({"diagrams", DIAGRAM, BF_MANY | BF_OPTIONAL, NULL, ""}, {"tables", TABLE, BF_MANY | BF_OPTIONAL, NULL, ""}),
      PORTS({"table", TABLE, 0, NULL, ""}));
STAGE(s_profile, PORTS({"table", TABLE, 0, NULL, ""}), PORTS({"figure", BF_BIT(BF_FIGURE), 0, NULL, ""}));
STAGE(s_thin, PORTS({"points", PC, 0, NULL, ""}), PORTS({"points", PC, 0, NULL, ""}));
STAGE(s_any, PORTS({"points", PC | GRAPH, BF_MANY, NULL, ""}, {"extra", PC, BF_OPTIONAL, NULL, ""}), PORTS({"points", PC, 0, NULL, ""}));

static const bf_activation a_relu = {.id = "activation.relu"}, a_tanh = {.id = "activation.tanh"}, a_leaky = {.id = "activation.leaky_relu"};
static const bf_format f_csv = {.extensions = ".csv .csv.gz", .reads = PC, .writes = PC | TABLE}, f_text = {.extensions = ".txt", .writes = TABLE},
                       f_svg = {.extensions = ".svg", .writes = BF_BIT(BF_FIGURE)}, f_pdf = {.extensions = ".pdf", .writes = BF_BIT(BF_FIGURE)};

static const bf_provider provider = {"/nowhere/fake.so", "00", "fake", "1", "MIT"};

const bf_registry *fake_registry;

/* Sorted by kind, then id. */
static bf_entry *entries;
static size_t count;

static void add(bf_kind kind, const char *id, const bf_param *params, const void *what) {
  bf_entry *e = &entries[count++];
  *e = (bf_entry){.kind = kind, .id = id, .doc = "", .revision = 1, .params = params, .from = &provider};
  if (kind == BF_KIND_STAGE) e->stage = what;
  if (kind == BF_KIND_ACTIVATION) e->activation = what;
  if (kind == BF_KIND_FORMAT) e->format = what;
}

__attribute__((constructor)) static void fill(void) {
  entries = bf_alloc(32, sizeof *entries);
  fake_registry = (const bf_registry *)entries;
  add(BF_KIND_STAGE, "complex.knn_geodesic", p_knn, &s_knn);
  add(BF_KIND_STAGE, "dataset.disks", p_seed, &s_disks);
  add(BF_KIND_STAGE, "dataset.file", p_file, &s_file);
  add(BF_KIND_STAGE, "figure.profile", none, &s_profile);
  add(BF_KIND_STAGE, "homology.match", none, &s_match);
  add(BF_KIND_STAGE, "homology.ripser", p_ripser, &s_ripser);
  add(BF_KIND_STAGE, "network.layers", p_layers, &s_layers);
  add(BF_KIND_STAGE, "points.any", p_seed, &s_any);
  add(BF_KIND_STAGE, "points.split", p_seed, &s_split);
  add(BF_KIND_STAGE, "points.thin", p_seed, &s_thin);
  add(BF_KIND_STAGE, "table.betti", p_betti, &s_betti);
  add(BF_KIND_STAGE, "train.mlp", p_mlp, &s_mlp);
  add(BF_KIND_ACTIVATION, "activation.leaky_relu", p_leaky, &a_leaky);
  add(BF_KIND_ACTIVATION, "activation.relu", none, &a_relu);
  add(BF_KIND_ACTIVATION, "activation.tanh", none, &a_tanh);
  add(BF_KIND_FORMAT, "format.csv", none, &f_csv);
  add(BF_KIND_FORMAT, "format.pdf", none, &f_pdf);
  add(BF_KIND_FORMAT, "format.svg", none, &f_svg);
  add(BF_KIND_FORMAT, "format.text", none, &f_text);
}

size_t bf_registry_size(const bf_registry *r) { return r ? count : 0; }
const bf_entry *bf_registry_at(const bf_registry *r, size_t i) { return r ? &entries[i] : NULL; }
size_t bf_registry_broken(const bf_registry *r, const bf_broken **list) {
  (void)r;
  *list = NULL;
  return 0;
}

void fake_file(const char *file, const char *text) {
  remove(file); /* a file that is cut to nothing and written again is flushed to disk at once: slow */
  FILE *f = fopen(file, "w");
  if (!f || fputs(text, f) < 0 || fclose(f)) fail_msg("can't write %s", file);
}

bf_status fake_read_set(bf_pipeline **out, const char *text, const char *const *set) {
  bf_setting settings[16];
  size_t n = 0;
  for (; set[n]; n++) settings[n].text = set[n];
  *out = NULL;
  fake_file("t.yaml", text);
  return bf_pipeline_read("t.yaml", settings, n, fake_registry, out);
}

bf_pipeline *fake_good(const char *text) {
  bf_pipeline *p;
  if (fake_read(&p, text, NULL) != BF_OK) fail_msg("refused:\n%s\n%s", text, bf_error());
  return p;
}

const bf_pstage *fake_stage(const bf_pipeline *p, const char *name) {
  for (size_t i = 0; i < p->nstage; i++)
    if (!strcmp(p->stage[i].name, name)) return &p->stage[i];
  fail_msg("no stage %s", name);
  return NULL;
}

const char *const fake_quickstart = "bettiflow: 1\n"
                                    "name: nine-disks\n"
                                    "sweep:                                  # product; $name below\n"
                                    "  activation: [relu, tanh]\n"
                                    "  seed: 1..3\n"
                                    "stages:\n"
                                    "  data:\n"
                                    "    use: dataset.disks\n"
                                    "  net:\n"
                                    "    use: train.mlp\n"
                                    "    in: { train: data }\n"
                                    "    params: { hidden: [15, 15, 15], activation: $activation, seed: $seed }\n"
                                    "  layers:\n"
                                    "    use: network.layers\n"
                                    "    in: { model: net, points: data }\n"
                                    "  graph:\n"
                                    "    use: complex.knn_geodesic\n"
                                    "    each: { points: layers }\n"
                                    "    params: { k: 14, hops: 2 }\n"
                                    "  homology:\n"
                                    "    use: homology.ripser\n"
                                    "    each: { graph: graph }\n"
                                    "    params: { max_dim: 1 }\n"
                                    "  betti:\n"
                                    "    use: table.betti\n"
                                    "    gather: { diagrams: homology }\n"
                                    "    across: [activation, seed]\n"
                                    "    save: betti.csv\n"
                                    "    print: true\n"
                                    "  profile:\n"
                                    "    use: figure.profile\n"
                                    "    in: { table: betti }\n"
                                    "    save: [profile.svg, profile.pdf]\n";
