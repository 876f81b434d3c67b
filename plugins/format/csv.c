/* format.csv: tables of numbers as comma-separated text, plain and (for reading) gzipped. */
#include "csv.h"

#include <string.h>

static const bf_param params[] = {
    BF_PARAM(csv_config, header, .def = "auto", .choices = "auto|yes|no",
             .doc = "is the first line a header? auto: when reading, if none of its fields is a number (an error where some are); when writing, yes"),
    BF_PARAM(csv_config, label, .def = "auto",
             .doc = "the column with class numbers: its name, `last`, `none`, or `auto` (the column named class or label, if there is one)"),
    BF_PARAM(csv_config, separator, .def = "comma", .choices = "comma|semicolon|tab|space",
             .doc = "what stands between fields; `space` stands for any run of blanks"),
    BF_PARAM(csv_config, limit, .def = "4096", .range = "[1, 1048576]", .doc = "MiB of text to read at most, unpacked"),
    {0},
};

char csv_separator(const csv_config *cfg) {
  switch (cfg->separator[0]) {
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
    .doc = "comma-separated text: points in, and points, training logs, diagrams, graphs and tables out",
    .revision = 2,
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
    .doc = "gzipped comma-separated text: points in",
    .revision = 1,
    .extensions = ".csv.gz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(csv_config),
    .params = params,
    .read = csv_read,
};

BF_PLUGIN(.name = "csv", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&csv, &csv_gz, NULL});
