/* format.csv, .csv_gz, .uci: tables of numbers as separated text, plain and (for reading) gzipped. */
#include "csv.h"

#include <string.h>

static const bf_param params[] = {
    BF_PARAM(csv_config, header, .def = "auto", .choices = "auto|yes|no",
             .doc = "is the first line a header? auto: when reading, if none of its fields but the class is a number; when writing, yes"),
    BF_PARAM(csv_config, label, .def = "auto",
             .doc = "the column with the classes: its name, its number from 1, `first`, `last`, `none`, or `auto` (a column named class or label)"),
    BF_PARAM(csv_config, classes, .def = "auto", .choices = "auto|names",
             .doc = "when reading, classes are numbers if the first row's is one; else, or with `names`, names, numbered from 0 in the order of their bytes"),
    BF_PARAM(csv_config, separator, .def = "auto", .choices = "auto|comma|semicolon|tab|space",
             .doc = "what stands between fields; `space`: any run of blanks; auto: when reading, what the first line has, when writing, commas"),
    BF_PARAM(csv_config, missing, .def = "refuse", .choices = "refuse|skip",
             .doc = "when reading, a row with a missing value (an empty field, ?, NA, NaN, null): an error, or left out"),
    BF_PARAM(csv_config, comment, .def = "#", .doc = "when reading, lines that begin with this are left out; \"\": none"),
    BF_PARAM(csv_config, limit, .def = "4096", .range = "[1, 1048576]", .doc = "MiB of text to read at most, unpacked"),
    {0},
};

char csv_separator(const csv_config *cfg) {
  switch (cfg->separator[0]) {
  case 'a':
    return 0;
  case 'c':
    return ',';
  case 't':
    return '\t';
  default:
    return cfg->separator[1] == 'p' ? ' ' : ';';
  }
}

static const bf_format csv = {
    .id = "format.csv",
    .doc = "separated text: points in, and points, training logs, diagrams, graphs and tables out",
    .revision = 3,
    .extensions = ".csv",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_TRAINING_LOG) | BF_BIT(BF_PERSISTENCE_DIAGRAM) | BF_BIT(BF_WEIGHTED_GRAPH) | BF_BIT(BF_BETTI_TABLE) |
              BF_BIT(BF_TABLE),
    .cfg_size = sizeof(csv_config),
    .params = params,
    .read = csv_read,
    .write = csv_write,
};

static const bf_format csv_gz = {
    .id = "format.csv_gz",
    .doc = "gzipped separated text: points in",
    .revision = 2,
    .extensions = ".csv.gz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(csv_config),
    .params = params,
    .read = csv_read,
};

static const bf_format uci = {
    .id = "format.uci",
    .doc = "text tables as the UCI repository has them, plain or gzipped: points in; the same reader as format.csv under other file names",
    .revision = 1,
    .extensions = ".data .data.gz .dat .dat.gz .txt .txt.gz .tsv .tsv.gz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(csv_config),
    .params = params,
    .read = csv_read,
};

BF_PLUGIN(.name = "csv", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&csv, &csv_gz, &uci, NULL});
