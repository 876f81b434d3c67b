/* Bad pipelines: each is refused at its exact place, with a message that says what to do. Most are the quickstart with one piece of text replaced. */
#include "base/text.h"
#include "pipeline_fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct edit { /* in the quickstart, `from` becomes `to`; from NULL: the whole text is `to` */
  const char *from, *to, *place, *phrase;
} edit;

static const edit yaml_cases[] = {
    {NULL, "", "1:1", "nothing in it"},
    {NULL, "# only a comment\n", "2:1", "nothing in it"},
    {NULL, "bettiflow: 1\nstages: [a, b\n", "3:1", "not valid YAML"},
    {NULL, "bettiflow: 1\nname: \"x\n", "3:1", "not valid YAML"},
    {NULL, "bettiflow: 1\n\tname: x\n", "2:1", "not valid YAML"},
    {NULL, "just text\n", "1:1", "begins with 'bettiflow: 1'"},
    {NULL, "[1, 2]\n", "1:1", "begins with 'bettiflow: 1'"},
    {NULL, "bettiflow: 1\n---\nbettiflow: 1\n", "2:1", "second document"},
    {NULL, "%YAML 1.1\n---\nbettiflow: 1\n", "1:1", "directives"},
    {NULL, "%TAG ! tag:x,2000:\n---\nbettiflow: 1\n", "1:1", "directives"},
    {NULL, "bettiflow: 1\nname: caf\xe9\n", "2:10", "not UTF-8"},
    {NULL, "bettiflow: 1\nname: \xed\xa0\x80\n", "2:7", "not UTF-8"},
    {NULL, "bettiflow: 1\nname: \xc0\xaf\n", "2:7", "not UTF-8"},
    {NULL, "bettiflow: 1\nname: x\x01y\n", "2:8", "not UTF-8 text that YAML allows"},
    {NULL, "bettiflow: 1\nname: x\x1b[31my\n", "2:8", "name: x?[31my"},
    {NULL, "bettiflow: 1\nname: \"a\\0b\"\n", "2:7", "zero byte"},
    {NULL, "bettiflow: 1\nstages:\n  a:\n\tuse: dataset.disks\n", "4:1", "spaces, not tabs"},
    {NULL, "bettiflow: 1\nname: 'caf\xc3\xa9' x\n", "2:14", "not valid YAML"},
    {NULL, "bettiflow: &v 1\n", "1:12", "anchors (&v)"},
    {NULL, "bettiflow: 1\nname: *v\n", "2:7", "aliases (*v)"},
    {NULL, "bettiflow: 1\nstages: &s {}\n", "2:9", "anchors (&s)"},
    {NULL, "bettiflow: 1\nsweep: &s []\n", "2:8", "anchors (&s)"},
    {NULL, "bettiflow: 1\n&k name: x\n", "2:1", "anchors (&k)"},
    {NULL, "bettiflow: !!int 1\n", "1:12", "tags"},
    {NULL, "bettiflow: ! 1\n", "1:12", "tags"},
    {NULL, "bettiflow: 1\nstages: !x {}\n", "2:9", "tags (!x)"},
    {NULL, "bettiflow: 1\nsweep: !x []\n", "2:8", "tags"},
    {NULL, "bettiflow: 1\nbase: {a: 1}\n<<: {b: 2}\n", "3:1", "merge keys"},
    {NULL, "bettiflow: 1\n[a, b]: 1\n", "2:1", "a key is a single word"},
    {NULL, "bettiflow: 1\n{a: b}: 1\n", "2:1", "a key is a single word"},
    {NULL, "bettiflow: 1\nname: a\nname: b\n", "3:1", "'name' is already there, in line 2"},
    {"k: 14, hops: 2", "k: 14, k: 15", "19:22", "'k' is already there"},
};

static const edit head_cases[] = {
    {"bettiflow: 1\n", "", NULL, "the first line of a pipeline is 'bettiflow: 1'"},
    {"bettiflow: 1\n", "bettiflow: 2\n", "1:12", "version 1 only"},
    {"bettiflow: 1\n", "bettiflow: [1]\n", "1:12", "version 1 only"},
    {"bettiflow: 1\n", "bettiflow: 1.0\n", "1:12", "version 1 only"},
    {"name: nine-disks", "name: Nine", "2:7", "can't name a pipeline"},
    {"name: nine-disks", "name: 9disks", "2:7", "can't name a pipeline"},
    {"name: nine-disks", "name: a/b", "2:7", "can't name a pipeline"},
    {"name: nine-disks", "name: \"\\e[31mred\"", "2:7", "'?[31mred' can't name a pipeline"},
    {"name: nine-disks", "name:", "2:6", "name is empty"},
    {"name: nine-disks", "name: [a]", "2:7", "single value, not a list"},
    {"name: nine-disks", "nam: nine-disks", "2:1", "no key 'nam'; did you mean 'name'?"},
    {"name: nine-disks", "description: text", "2:1", "its keys: bettiflow, name, include, vars, sweep, stages, limits"},
    {"stages:\n", "stage:\n", "6:1", "did you mean 'stages'?"},
    {NULL, "bettiflow: 1\nname: x\n", "1:1", "no 'stages:'"},
    {NULL, "bettiflow: 1\nstages:\n", "2:8", "has no stage"},
    {NULL, "bettiflow: 1\nstages: []\n", "2:9", "stages is a map"},
    {NULL, "bettiflow: 1\nstages: {}\n", "2:9", "has no stage"},
    {NULL, "bettiflow: 1\nstages: {a: 1}\n", "2:13", "stage 'a' is a map"},
    {NULL, "bettiflow: 1\nstages: {a: {}}\n", "2:10", "has no 'use: kind.name'"},
    {NULL, "bettiflow: 1\nstages: {vars: {use: dataset.disks}}\n", "2:10", "can't be called 'vars'"},
    {NULL, "bettiflow: 1\nstages: {sweep: {use: dataset.disks}}\n", "2:10", "can't be called 'sweep'"},
    {NULL, "bettiflow: 1\nstages: {A: {use: dataset.disks}}\n", "2:10", "can't name a stage"},
    {NULL, "bettiflow: 1\nstages: {a-b: {use: dataset.disks}}\n", "2:10", "can't name a stage"},
    {NULL, "bettiflow: 1\nstages: {a.b: {use: dataset.disks}}\n", "2:10", "can't name a stage"},
    {NULL, "bettiflow: 1\nstages: {\"\": {use: dataset.disks}}\n", "2:10", "can't name a stage"},
};

static const edit sweep_cases[] = {
    {"seed: 1..3", "seed: []", "5:3", "'seed' has no values"},
    {"seed: 1..3", "seed:", "5:3", "'seed' has no values"},
    {"seed: 1..3", "seed: 3..1", "5:9", "runs downwards"},
    {"seed: 1..3", "seed: 1..2000000", "5:9", "more than the 1000000 points"},
    {"seed: 1..3", "seed: 1..999999", "5:3", "more than 1000000 points"},
    {"seed: 1..3", "seed: [1, 2, 1]", "5:16", "'1' stands twice"},
    {"seed: 1..3", "seed: [2, 1..3]", "5:13", "'2' stands twice"},
    {"seed: 1..3", "seed: [[1, 2], \"[1, 2]\"]", "5:18", "two different values with one text"},
    {"seed: 1..3", "seed: {a: 1}", "5:9", "not a map"},
    {"seed: 1..3", "seed: \"a\\tb\"", "5:9", "control character"},
    {"seed: 1..3", "seed: $x", "5:9", "nothing is called $x"},
    {"seed: 1..3", "seed: 1..3\n  layer: 1", "6:3", "can't be called 'layer'"},
    {"seed: 1..3", "class: 1..3", "5:3", "can't be called 'class'"},
    {"seed: 1..3", "scale: 1..3", "5:3", "can't be called 'scale'"},
    {"seed: 1..3", "dim: 1..3", "5:3", "can't be called 'dim'"},
    {"seed: 1..3", "betti: 1..3", "5:3", "can't be called 'betti'"},
    {"seed: 1..3", "Seed: 1..3", "5:3", "can't name a sweep variable"},
    {"seed: 1..3", "a-b: 1..3", "5:3", "can't name a sweep variable"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - {activation: relu, seed: 1}\n  - {activation: tanh}\n", "5:5", "gives no 'seed'"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - {activation: relu, seed: 1}\n  - {activation: tanh, seed: 1, k: 2}\n", "5:33", "has no key 'k'"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - {activation: relu, seed: 1}\n  - {seed: 1, activation: relu}\n", "5:5",
     "stands there already, in line 4"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - {activation: relu, seed: 1..3}\n", "4:30", "a range is no single value"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - relu\n", "4:5", "a point of the sweep is a map"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  - {}\n", "4:5", "a point of the sweep is a map"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  []\n", "4:3", "at least one point"},
    {"  activation: [relu, tanh]\n  seed: 1..3\n", "  all\n", "4:3", "sweep is a map of variables"},
};

static const edit name_cases[] = {
    {"$seed }", "$sed }", "12:68", "nothing is called $sed; did you mean 'seed'?"},
    {"$seed }", "$ }", "12:68", "a lone '$'"},
    {"$seed }", "1$Seed }", "12:68", "a lone '$'"},
    {"hidden: [15, 15, 15]", "hidden: [15, $sed]", "12:28", "did you mean 'seed'?"},
    {"stages:\n", "vars: { Seed: 1 }\nstages:\n", "6:9", "can't name a constant"},
    {"stages:\n", "vars: { seed: 1 }\nstages:\n", "6:9", "is a sweep variable too"},
    {"stages:\n", "vars: { a: $b, b: 1 }\nstages:\n", "6:12", "nothing is called $b"},
    {"stages:\n", "vars: { a: $seed }\nstages:\n", "6:12", "is a sweep variable; only names from vars: can stand in vars"},
    {"stages:\n", "vars: [a]\nstages:\n", "6:7", "vars is a map"},
    {"stages:\n", "limits: { time: $seed }\nstages:\n", "6:17", "can stand in limits"},
    {"use: dataset.disks", "use: $kind", "8:10", "no $name can stand in use"},
    {"train: data }", "train: $data }", "11:18", "no $name can stand in a source"},
    {"save: betti.csv", "save: b$seed.csv", "28:11", "in braces in a file name"},
    {NULL, "bettiflow: 1\nvars: { v: [1, 2] }\nstages: { a: { use: dataset.disks, params: { seed: 1$v } } }\n", "3:52",
     "a list: it can stand alone, but not inside text"},
    {NULL, "bettiflow: 1\nvars: { v: }\nlimits: { time: $v }\nstages: { a: { use: dataset.disks } }\n", "3:17",
     "vars.v has no value; give it one with --set vars.v="},
    {"stages:\n", "vars: { a: [x, x], b: [$a, $$a, $1] }\nstages:\n", "6:33", "a lone '$'"},
};

static const edit stage_cases[] = {
    {"use: dataset.disks", "use: dataset.disk", "8:10", "did you mean 'dataset.disks'?"},
    {"use: dataset.disks", "use: nothing.like_it_at_all", "8:10", "no plugin offers"},
    {"use: dataset.disks", "use: dataset.two_interlocked_rings", "8:10", "there is dataset."},
    {"use: dataset.disks", "use: disks", "8:10", "did you mean 'dataset.disks'?"},
    {"use: dataset.disks", "use:", "8:9", "use is empty"},
    {"use: dataset.disks", "use: [dataset.disks]", "8:10", "single value"},
    {"params: { k: 14", "param: { k: 14", "19:5", "a stage has no key 'param'; did you mean 'params'?"},
    {"{ k: 14, hops: 2 }", "[14, 2]", "19:13", "params is a map"},
    {"{ k: 14,", "{ kk: 14,", "19:15", "did you mean 'k'?"},
    {"{ k: 14,", "{ k: 0,", "19:18", "[1, 65535]"},
    {"{ k: 14,", "{ k: many,", "19:18", "many"},
    {"activation: [relu, tanh]", "activation: [relu, tan]", "4:22", "did you mean 'tanh'?"},
    {"activation: [relu, tanh]", "activation: [relu, leaky_relu(slop=0.1)]", "4:33", "did you mean 'slope'?"},
    {"seed: 1..3", "seed: [1, 2, x]", "5:16", "x"},
    {"use: dataset.disks", "use: dataset.file", "7:3", "path"},
    {"use: dataset.disks", "use: dataset.file\n    params: { path: nowhere.csv }", "9:21", "nowhere.csv"},
    {"print: true", "print: yes", "29:12", "true, false, or an output port"},
    {"print: true", "print: [true]", "29:12", "true, false, or an output port"},
    {"print: true", "print: diagrams", "29:12", "has no such port 'diagrams'"},
    {"save: [profile.svg, profile.pdf]", "print: true", "33:12", "only a BettiTable or a Table can be printed"},
    {"print: true", "limits: { tim: 1 }", "29:15", "did you mean 'time'?"},
    {"print: true", "limits: { time: 10 parsecs }", "29:21", "a time limit is"},
    {"print: true", "limits: { time: -1 }", "29:21", "a time limit is"},
    {"print: true", "limits: { time: [1] }", "29:21", "a time limit is"},
    {"print: true", "limits: { memory: 4GiBs }", "29:23", "a memory limit is"},
    {"print: true", "limits: 4GiB", "29:13", "limits is a map"},
};

static const edit link_cases[] = {
    {"train: data }", "train: dat }", "11:18", "there is no stage 'dat'; did you mean 'data'?"},
    {"train: data }", "train: data.cloud }", "11:18", "its output ports: points"},
    {"train: data }", "train: data.point }", "11:18", "did you mean 'points'?"},
    {"train: data }", "train: }", "11:18", "a source is empty"},
    {"train: data }", "train: [data] }", "11:18", "takes one source"},
    {"train: data }", "train: {data: 1} }", "11:18", "single value"},
    {"train: data }", "trains: data }", "11:11", "train.mlp has no input port 'trains'; did you mean 'train'?"},
    {"in: { train: data }", "in: data", "11:9", "in is a map from ports to what they read: in: { train: data }"},
    {"in: { train: data }", "in: [data]", "11:9", "in is a map"},
    {"    in: { train: data }\n", "", "9:3", "input port 'train' (PointCloud) of train.mlp is not connected; name its source under in or each"},
    {"in: { model: net, points: data }", "in: { model: net, points: net }", "15:31", "takes PointCloud, but 'model' of stage 'net' (train.mlp) gives Network"},
    {"in: { model: net, points: data }", "in: { model: net.log, points: data }", "15:18", "gives TrainingLog"},
    {"in: { model: net, points: data }", "in: { model: net, points: data }\n    each: { points: data }", "16:13", "connected twice: under in in line 15 too"},
    {"gather: { diagrams: homology }", "in: { diagrams: homology }", "26:11", "put it under gather, not under in"},
    {"gather: { diagrams: homology }", "each: { diagrams: homology }", "26:13", "put it under gather, not under each"},
    {"each: { points: layers }", "gather: { points: layers }", "18:15", "not under gather"},
    {"each: { points: layers }", "in: { points: layers }", "18:19", "each: { points: layers }"},
    {"each: { points: layers }", "in: { points: layers }", "18:19", "collect the items in a stage with gather"},
    {"each: { graph: graph }", "in: { graph: graph }", "22:18", "gives one for each layer, class"},
    {"in: { train: data }", "in: { train: net }", "11:18", "takes PointCloud"},
};

#define STAGE(name, use, in) "  " name ": { use: " use ", in: { " in " } }\n"
#define MLP(name, in) STAGE(name, "train.mlp", in)
#define KNN(name, in) STAGE(name, "complex.knn_geodesic", in)
static const edit cycle_cases[] = {
    {NULL, "bettiflow: 1\nstages:\n" STAGE("a", "points.split", "points: a.whole"), "3:41", "in a circle: a -> a"},
    {NULL, "bettiflow: 1\nstages:\n" STAGE("a", "points.split", "points: b.whole") STAGE("b", "points.split", "points: a.whole"), NULL,
     "in a circle: a -> b -> a"},
    {NULL,
     "bettiflow: 1\nstages:\n" STAGE("d", "dataset.disks", "") STAGE("z", "points.split", "points: c.whole") STAGE("a", "points.split", "points: c.whole")
         STAGE("b", "points.split", "points: a.whole") STAGE("c", "points.split", "points: b.whole"),
     NULL, "in a circle: c -> a -> b -> c"},
    {"    use: dataset.disks", "    use: points.any\n    gather: { points: layers }", NULL, "in a circle: data -> net -> layers -> data"},
};

static const edit axes_cases[] = {
    {"across: [activation, seed]", "across: [activation, sed]", "27:26", "did you mean 'seed'?"},
    {"across: [activation, seed]", "across: [activation, layer]", "27:26", "item axes end by themselves"},
    {"seed: $seed", "seed: 1", "27:26", "none of their params uses $seed: to fix its value, --set sweep.seed=VALUE"},
    {"across: [activation, seed]", "across: [seed, seed]", "27:20", "names 'seed' twice"},
    {"across: [activation, seed]", "across: [[seed]]", "27:14", "single value"},
    {"across: [activation, seed]", "across: [seed]\n    params: { scale: $seed }", "27:14", "the params of stage 'betti' use $seed"},
    {"in: { table: betti }", "in: { table: betti }\n    across: [seed]", "33:13", "only beside gather"},
    {"across: [activation, seed]", "in: { tables: betti }", "27:11", "put it under gather"},
    {"each: { points: layers }", "each: { points: again }\n  again:\n    use: network.layers\n    each: { points: layers }\n    in: { model: net }", "19:3",
     "each brings items with the axis 'layer', and port 'layers' of network.layers adds one of that name"},
    {"seed: 1..3\nstages:\n", "part: 1..3\n  seed: 1\nstages:\n  parts:\n    use: points.split\n    in: { points: data }\n", "8:3",
     "and so is a sweep variable called"},
    {"seed: 1..3\n", "seed: 1..3\n  k: 1\n", NULL, NULL}, /* fine: a variable that no stage uses */
};

static const edit save_cases[] = {
    {"save: betti.csv", "save: betti.xyz", "28:11", "no format that writes BettiTable"},
    {"save: betti.csv", "save: betti.svg", "28:11", "no format that writes BettiTable"},
    {"save: betti.csv", "save: betti", "28:11", "no format that writes BettiTable"},
    {"save: betti.csv", "save: /tmp/betti.csv", "28:11", "absolute path"},
    {"save: betti.csv", "save: ../betti.csv", "28:11", "'..' can't stand"},
    {"save: betti.csv", "save: a/../b.csv", "28:11", "'..' can't stand"},
    {"save: betti.csv", "save: a/..", "28:11", "'..' can't stand"},
    {"save: betti.csv", "save: out/", "28:11", "a save names a file"},
    {"save: betti.csv", "save: .", "28:11", "a save names a file"},
    {"save: betti.csv", "save:", "28:10", "is empty"},
    {"save: betti.csv", "save: []", "28:11", "names no file"},
    {"save: betti.csv", "save: { tabl: betti.csv }", "28:13", "did you mean 'table'?"},
    {"save: betti.csv", "save: \"b{seed}.csv\"", "28:11", "has no axis 'seed'"},
    {"save: betti.csv", "save: \"b{seed.csv\"", "28:11", "unpaired braces"},
    {"save: betti.csv", "save: \"b}seed.csv\"", "28:11", "unpaired braces"},
    {"save: betti.csv", "save: \"b{}.csv\"", "28:11", "has no axis ''"},
    {"save: betti.csv", "save: [betti.csv, betti.csv]", "28:23", "two saves would write one file, 'betti.csv': see line 28 too"},
    {"save: betti.csv", "save: [betti.csv, ./betti.csv]", "28:23", "two saves would write one file"},
    {"save: betti.csv", "save: [betti.csv, sub//x.csv, sub/x.csv]", "28:35", "two saves would write one file"},
    {"across: [activation, seed]\n    save: betti.csv", "across: seed\n    save: betti.csv", "28:11", "makes one of these for each activation"},
    {"across: [activation, seed]\n    save: betti.csv", "across: seed\n    save: betti.csv", "28:11", "'betti-{activation}.csv'"},
    {"across: [activation, seed]\n    save: betti.csv", "across: seed\n    save: \"b-{activatio}.csv\"", "28:11", "did you mean 'activation'?"},
    {"  layers:\n", "  layers:\n    save: \"{activation}-{seed}.csv\"\n", "14:11", "'{activation}-{seed}-{layer}.csv'"},
    {"  layers:\n", "  layers:\n    save: \"{activation}-{seed}-{layer}.csv\"\n", "14:11", "-{class}.csv'"},
    {"  layers:\n", "  layers:\n    save: \"{activation}{seed}-{layer}{class}.csv\"\n", "14:11", "put something between '{layer}' and what follows"},
    {"  layers:\n", "  layers:\n    save: \"{activation}{layer}-{seed}-{class}.csv\"\n", "14:11", "put something between '{activation}' and what follows"},
    {"  layers:\n", "  layers:\n    save: \"{activation}{seed}-{layer}-{class}.csv\"\n", NULL, NULL},
    {"activation: [relu, tanh]\n", "activation: [relu, tanh]\n  x: [a/b, a_b]\n", NULL, NULL},
};

/* The quickstart with one text replaced; the piece has to be there. */
static char *edited(const edit *e) {
  if (!e->from) return bf_strdup(e->to);
  const char *at = strstr(fake_quickstart, e->from);
  if (!at) fail_msg("the quickstart has no '%s'", e->from);
  return bf_format_text("%.*s%s%s", (int)(at - fake_quickstart), fake_quickstart, e->to, at + strlen(e->from));
}

static void check(const edit *e) {
  bf_pipeline *p;
  char *text = edited(e), *place = e->place ? bf_format_text("t.yaml:%s: ", e->place) : bf_strdup("");
  bf_status status = fake_read(&p, text, NULL);
  if (getenv("SHOW")) fprintf(stderr, "%s\n\n", status == BF_OK ? "fine" : bf_error());
  if (!e->phrase) {
    assert_int_equal(status, BF_OK);
  } else {
    if (status != BF_INVALID) fail_msg("status %d for\n%s", (int)status, text);
    if (strncmp(bf_error(), place, strlen(place))) fail_msg("not at %s: %s", place, bf_error());
    if (!strstr(bf_error(), e->phrase)) fail_msg("not '%s': %s", e->phrase, bf_error());
  }
  bf_pipeline_free(p);
  free(place);
  free(text);
}

#define TABLE(name)                                                                                                                                            \
  static void test_##name(void **state) {                                                                                                                      \
    (void)state;                                                                                                                                               \
    for (size_t i = 0; i < sizeof name##_cases / sizeof *name##_cases; i++) check(&name##_cases[i]);                                                           \
  }
TABLE(cycle)
TABLE(yaml)
TABLE(head)
TABLE(sweep)
TABLE(name)
TABLE(stage)
TABLE(link)
TABLE(axes)
TABLE(save)

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cycle), cmocka_unit_test(test_yaml), cmocka_unit_test(test_head),
                                     cmocka_unit_test(test_sweep), cmocka_unit_test(test_name), cmocka_unit_test(test_stage),
                                     cmocka_unit_test(test_link),  cmocka_unit_test(test_axes), cmocka_unit_test(test_save)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
