/* The plugin interface of bettiflow, version 1.
 *
 * A plugin is a shared object that exports one symbol, the constant `bettiflow_plugin`, a description of the stages,
 * activations, formats and commands that it offers. This header, artifact.h, frame.h, math.h, random.h and status.h are all that a
 * plugin may include of bettiflow, and libbettiflow_plugin.a is all that it links; ours are no different.
 *
 * Rules for all functions of a plugin:
 *  - [process] A stage or format runs in a child process of its own. It may crash, and costs one task. It may not rely on
 *    anything that an earlier call left in static memory.
 *  - [determinism] The bytes of the outputs depend on the parameters and the inputs only: not on time, host, thread count,
 *    addresses or the order of a directory. Results are cached by that promise.
 *  - [ownership] What the host hands over (paths, labels, cfg) belongs to the host and lives until the call returns. What a
 *    plugin allocates, it frees.
 *  - [errors] Return a bf_status; record the message with bf_fail() (status.h). To decline, `return bf_fail(BF_DECLINED, "why")`.
 *  - [revision] Raise `revision` whenever the result bytes may change.
 */
#ifndef BETTIFLOW_PLUGIN_H
#define BETTIFLOW_PLUGIN_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- artifacts that flow between stages (artifact.h reads and writes them) ---- */

typedef enum bf_type {
  BF_POINT_CLOUD = 1,
  BF_NETWORK,
  BF_TRAINING_LOG,
  BF_WEIGHTED_GRAPH,
  BF_FILTRATION,
  BF_PERSISTENCE_DIAGRAM,
  BF_BETTI_TABLE,
  BF_FIGURE,
  BF_TABLE,
  BF_TRAINING_STATE
} bf_type;
#define BF_TYPE_LAST BF_TRAINING_STATE /* types are numbered from 1 without gaps */

/* Sets of artifact types: BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_WEIGHTED_GRAPH). */
#define BF_BIT(type) (1u << (type))

/* One coordinate of an item's label: {"layer", "3"}. Names match [a-z][a-z0-9_]*; values are short text without control
 * characters. Order matters: labels are compared and printed in the producer's order. */
typedef struct bf_label {
  const char *name, *value;
} bf_label;

/* An input artifact. `label` holds the item's label; at a port that gathers, the sweep variables in written order stand
 * before it (nsweep of them). A declined item has path NULL and a reason; only gathering ports see those. */
typedef struct bf_input {
  const char *path;
  const bf_label *label;
  size_t nlabel, nsweep;
  const char *reason;
} bf_input;

/* Where an output artifact goes, and the label that its header carries: pass it to a writer of artifact.h. */
typedef struct bf_out {
  const char *path;
  const bf_label *label;
  size_t nlabel;
} bf_out;

/* ---- parameters ---- */

typedef struct bf_activation bf_activation;
typedef struct bf_format bf_format;

/* Types of a parameter that are more than a C scalar. All are zero or empty when not set. */
typedef struct bf_ints { /* a list of whole numbers; one number counts as a list of one */
  const int64_t *at;
  size_t n;
} bf_ints;
typedef struct bf_reals { /* a list of reals; one real counts as a list of one */
  const double *at;
  size_t n;
} bf_reals;
typedef struct bf_file { /* a file that is read; path is absolute. Enters the task's key by digest. */
  const char *path;
} bf_file;
typedef struct bf_activation_use { /* an activation and its own parameters: leaky_relu(slope=0.1) */
  const bf_activation *is;         /* NULL only when the default is "" and nothing was given */
  const void *cfg;
  const char *text; /* canonical: "activation.leaky_relu(slope=0x1.999999999999ap-4)" */
} bf_activation_use;
typedef struct bf_format_use {
  const bf_format *is;
  const void *cfg;
  const char *text;
} bf_format_use;

typedef enum bf_param_type {
  BF_PARAM_BOOL = 1,   /* bool: true, false */
  BF_PARAM_INT,        /* int64_t */
  BF_PARAM_REAL,       /* double; "inf" is a value; "none" (NaN in the struct) only where it is the default */
  BF_PARAM_TEXT,       /* const char *, UTF-8; with `choices`, one of these */
  BF_PARAM_INTS,       /* bf_ints */
  BF_PARAM_REALS,      /* bf_reals */
  BF_PARAM_FILE,       /* bf_file */
  BF_PARAM_ACTIVATION, /* bf_activation_use */
  BF_PARAM_FORMAT      /* bf_format_use; "" lets the host choose by the extension of the FILE parameter before it in the table */
} bf_param_type;

/* A row of a parameter table; the last row is {0}. One table gives parsing, checking, `plugins show`, the JSON schema,
 * completion and the documentation. */
typedef struct bf_param {
  const char *name; /* [a-z][a-z0-9_]* */
  bf_param_type type;
  size_t offset;       /* of the member in the plugin's struct */
  const char *def;     /* default, as a user would write it in a pipeline; NULL: the parameter must be given */
  const char *range;   /* "[1, 65535]", "(0, inf)", "[0, 1)": for each number of INT, REAL, INTS, REALS; or NULL */
  const char *choices; /* "true|predicted": for TEXT; or NULL. For FILE "file|folder": a folder is taken too; path is then a zip archive of its files */
  const char *doc;     /* one line: meaning and unit */
} bf_param;

#define BF_PARAM_TYPE_OF(expression)                                                                                                                           \
  _Generic((expression),                          \
      bool: BF_PARAM_BOOL,                        \
      int64_t: BF_PARAM_INT,                      \
      double: BF_PARAM_REAL,                      \
      const char *: BF_PARAM_TEXT,                \
      bf_ints: BF_PARAM_INTS,                     \
      bf_reals: BF_PARAM_REALS,                   \
      bf_file: BF_PARAM_FILE,                     \
      bf_activation_use: BF_PARAM_ACTIVATION,     \
      bf_format_use: BF_PARAM_FORMAT)

/* BF_PARAM(config, k, .def = "14", .range = "[1, 65535]", .doc = "neighbours of a point, itself included") describes the
 * member k of struct config; its type follows from the member's C type. */
#define BF_PARAM(struct_type, member, ...)                                                                                                                     \
  { .name = #member, .type = BF_PARAM_TYPE_OF(((const struct_type *)0)->member), .offset = offsetof(struct_type, member), __VA_ARGS__ }

/* ---- the host, as a running stage or format sees it ---- */

typedef struct bf_task bf_task; /* the running task; opaque */

typedef enum bf_log_level { BF_LOG_DEBUG, BF_LOG_INFO, BF_LOG_WARNING } bf_log_level;

/* Functions of the host. `size` grows with later versions; check it before using a member that is newer than version 1. */
typedef struct bf_host {
  uint32_t size;

  /* The artifacts at an input port, in order; *n is 0 for an optional port that is not connected. */
  const bf_input *(*inputs)(bf_task *task, const char *port, size_t *n);

  /* A ONE output port: label NULL. A MANY output port: the item's label, whose names are the port's axes in order; call it
   * once for each item, in the order that the items are to have. The bf_out lives until run() returns. NULL after an error
   * (unknown port, label given twice), which is recorded. */
  const bf_out *(*output)(bf_task *task, const char *port, const bf_label *label, size_t nlabel);

  /* A seed for the named random stream: the first 8 bytes, little-endian, of SHA-256 over "bf-seed", 0, the task's parameter
   * `seed` in decimal (0 if it has none), 0, and the stream's name. */
  uint64_t (*seed)(bf_task *task, const char *stream);

  uint32_t (*threads)(bf_task *task); /* how many threads the task may use now, >= 1 */
  uint64_t (*memory)(bf_task *task);  /* bytes that the task may use in all, the budget for artifact.h's readers */

  /* Says how far the work is (total 0: not known) and asks whether to go on: BF_OK or BF_CANCELLED. Cheap; call it about
   * every millisecond of work or oftener. */
  bf_status (*step)(bf_task *task, uint64_t done, uint64_t total);

  /* Writes a line to the task's log. */
  void (*log)(bf_task *task, bf_log_level level, const char *format, ...) BF_PRINTF(3, 4);

  /* The activation behind the canonical text that a Network artifact carries. The host knows from the artifact's header
   * (`uses`) which ones an input needs; any other text is an error. */
  bf_status (*activation)(bf_task *task, const char *text, bf_activation_use *use);

  /* NULL unless the host knows the extension id. */
  const void *(*extension)(bf_task *task, const char *id);
} bf_host;

/* ---- stages ---- */

enum { BF_MANY = 1u, BF_OPTIONAL = 2u };

/* A port; the last row of a list is {0}. */
typedef struct bf_port {
  const char *name; /* [a-z][a-z0-9_]* */
  uint32_t types;   /* input: the set of types that it accepts; output: exactly one BF_BIT() */
  uint32_t flags;   /* BF_MANY, and for inputs BF_OPTIONAL. A MANY input takes `gather`, a ONE input `in` or `each` */
  const char *axes; /* a MANY output's item axes, "layer,class"; else NULL */
  const char *doc;
} bf_port;

typedef struct bf_stage {
  const char *id;  /* "kind.name": [a-z][a-z0-9_]*, twice */
  const char *doc; /* one line */
  uint32_t revision;
  uint32_t max_threads;   /* the most threads that run() can use; 0 counts as 1 */
  const bf_port *inputs;  /* at most 32; NULL: none */
  const bf_port *outputs; /* at least one; the first is the one that `stage` without a port name means */
  size_t cfg_size;        /* of the plugin's struct; 0 if there are no parameters */
  const bf_param *params; /* NULL: none */

  /* Optional. Checks what a table can't say, before anything runs; bit i of `connected` is set when input port i is
   * connected. FILE parameters may not be there yet. Returns BF_OK, or BF_INVALID with a message that names the parameter. */
  bf_status (*check)(const void *cfg, uint32_t connected);

  /* Does the work. BF_OK only if each ONE output was written. */
  bf_status (*run)(const bf_host *host, bf_task *task, const void *cfg);
} bf_stage;

/* ---- activations ---- */

enum { BF_NEEDS_X = 1u, BF_NEEDS_Y = 2u };

/* Element i of a result depends on x[i] and cfg only, never on n, alignment or position. */
struct bf_activation {
  const char *id; /* "activation.relu" */
  const char *doc;
  uint32_t revision;
  uint32_t derive_needs; /* what derive() reads: BF_NEEDS_X, BF_NEEDS_Y or both; the other may be NULL */
  size_t cfg_size;
  const bf_param *params;
  void (*apply)(const void *cfg, const float *x, float *y, size_t n);                   /* y = f(x); x and y may be one array */
  void (*derive)(const void *cfg, const float *x, const float *y, float *dx, size_t n); /* dx = f'(x) with y = f(x); dx may be x or y */
};

/* ---- formats: foreign files to and from artifacts ---- */

struct bf_format {
  const char *id; /* "format.csv" */
  const char *doc;
  uint32_t revision;
  const char *extensions; /* ".csv .csv.gz -idx3-ubyte": how names end, separated by one space, longest match wins; "" for none */
  uint32_t reads, writes; /* sets of artifact types */
  size_t cfg_size;
  const bf_param *params;
  /* Reads the foreign file at path into one artifact of type `type` (one of `reads`). */
  bf_status (*read)(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out);
  /* Writes the artifact at path, of type `type`, to a foreign file at `out` that does not exist yet. */
  bf_status (*write)(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out);
};

/* ---- commands: drop-in programs that a plugin offers as a verb ---- */

/* Runs in the program's own process, without scan or store; only its one plugin is loaded: `bettiflow NAME` loads NAME.so
 * from the built-in `command` directory. Prints results to stdout; the host prints bf_error(). */
typedef struct bf_command {
  const char *name; /* the verb */
  const char *doc;
  bf_status (*run)(int argc, char **argv); /* argv[0] is the verb */
} bf_command;

/* ---- the plugin ---- */

#define BF_ABI 0x62660001u /* "bf", version 1; the first word of a plugin, checked before any of its code runs */

typedef struct bf_plugin {
  uint32_t abi;  /* BF_ABI */
  uint32_t size; /* sizeof(bf_plugin) */
  const char *name, *version, *licence;
  const bf_stage *const *stages; /* NULL-terminated lists; NULL: none */
  const bf_activation *const *activations;
  const bf_format *const *formats;
  const bf_command *const *commands;
  const char *(*error)(void); /* bf_error of the plugin's own copy of libbettiflow_plugin.a */
} bf_plugin;

/* Defines the exported symbol:
 *     BF_PLUGIN(.name = "disks", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&disks, NULL})
 */
#define BF_PLUGIN(...)                                                                                                                                         \
  extern const bf_plugin bettiflow_plugin;                                                                                                                     \
  __attribute__((visibility("default"), used)) const bf_plugin bettiflow_plugin = {.abi = BF_ABI, .size = sizeof(bf_plugin), .error = bf_error, __VA_ARGS__}

#ifdef __cplusplus
}
#endif
#endif
