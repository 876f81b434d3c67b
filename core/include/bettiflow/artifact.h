/* Artifacts: typed readers and writers for plugin authors.
 *
 * An artifact is a file of framed protobuf messages (frame.h, proto/): a header, then chunks with the bytes of the arrays that
 * the header declares. Nothing here shows protobuf; an artifact is a plain struct of arrays.
 *
 * For every type T below:
 *   bf_status bf_T_read(const char *path, uint64_t budget, bf_T *out);   reads and checks everything (see "checks"); *out need
 *                                  not be initialised and is all zero after an error. BF_BAD_INPUT names file, record and byte;
 *                                  BF_NO_MEMORY when more than `budget` bytes would be needed (0: no limit).
 *   bf_status bf_T_write(const bf_out *out, const bf_T *value);          checks the value as bf_T_read would, writes to
 *                                  out->path, labels it. BF_STORE when the disk fails or is full; then no file is left.
 *   void bf_T_free(bf_T *value);                                         frees the arrays, zeroes the struct; a zeroed struct is fine.
 * Arrays of a value that a plugin fills itself come from malloc, so that bf_T_free can free them; or do not call bf_T_free.
 * Bulk numbers are stored as given, little-endian. The same value gives the same bytes always.
 */
#ifndef BETTIFLOW_ARTIFACT_H
#define BETTIFLOW_ARTIFACT_H

#include <bettiflow/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- PointCloud ----
 * Checks: coordinates finite; classes >= 0; ids unique is not required. n = 0 is a value like others. */
typedef struct bf_points {
  uint64_t n;     /* points, < 2^32 */
  uint32_t dim;   /* coordinates of a point, >= 1 */
  float *x;       /* n × dim, row by row */
  int32_t *label; /* n class numbers, or NULL */
  uint32_t *id;   /* n point ids: row numbers of the original data set, kept by whatever selects from it */
} bf_points;
bf_status bf_points_read(const char *path, uint64_t budget, bf_points *out);
bf_status bf_points_write(const bf_out *out, const bf_points *value);
void bf_points_free(bf_points *value);
/* Allocates x, id = 0 … n-1, and label (zeros) if asked for. BF_NO_MEMORY. */
bf_status bf_points_new(bf_points *out, uint64_t n, uint32_t dim, bool labelled);

/* ---- Network: fully connected layers, y = f(W x + b) ----
 * Checks: layer i+1's inputs equal layer i's outputs; all numbers finite. The header's `uses` lists the activations' ids, so that
 * the host can load them for whoever reads the network. */
typedef struct bf_layer {
  uint32_t inputs, outputs;
  float *weight;    /* outputs × inputs, row by row */
  float *bias;      /* outputs */
  char *activation; /* canonical text "activation.leaky_relu(slope=0x1.999999999999ap-3)"; "" for a linear layer */
} bf_layer;
typedef struct bf_network {
  uint32_t nlayer;
  bf_layer *layer;
} bf_network;
bf_status bf_network_read(const char *path, uint64_t budget, bf_network *out);
bf_status bf_network_write(const bf_out *out, const bf_network *value);
void bf_network_free(bf_network *value);

/* ---- TrainingLog: a row for each step, or for each so many, of all attempts ----
 * Checks: attempt in 1 … attempts; steps of the last attempt's rows at most `steps`; the two accuracies at the end in [0, 1]. */
typedef struct bf_training_log {
  uint64_t n;
  uint32_t *attempt;          /* n, from 1, not falling */
  uint64_t *step;             /* n, rising within an attempt */
  float *loss;                /* mean cross-entropy in nats, before the step's update */
  float *accuracy;            /* share of right predictions, after the update; NaN where not taken */
  float *rate;                /* learning rate of the step */
  float *gradient;            /* Euclidean norm of the whole gradient before clipping */
  float *validation_loss;     /* n, NaN where not taken; NULL: there were no validation points */
  float *validation_accuracy; /* likewise; both or neither */
  double final_accuracy;
  double final_validation; /* accuracy on the validation points; NaN: there were none */
  uint64_t steps;          /* done by the last attempt */
  uint32_t attempts;       /* made, >= 1 */
  bool success;            /* reached the accuracy that was asked for */
} bf_training_log;
bf_status bf_training_log_read(const char *path, uint64_t budget, bf_training_log *out);
bf_status bf_training_log_write(const bf_out *out, const bf_training_log *value);
void bf_training_log_free(bf_training_log *value);

/* ---- TrainingState: a training after a step, before a look at what the step gave; it goes on from here as if it had not stopped ----
 * Parameters stand layer by layer, weights row by row, then biases; n is the sum of (width[l] + 1) width[l + 1]. Checks: that sum; parameters finite;
 * powers in [0, 1]; attempt is nended + 1; the log's rows as in a TrainingLog, those of this attempt before `step`. */
typedef struct bf_training_state {
  uint32_t nlayer;  /* of the network */
  uint32_t *width;  /* nlayer + 1: inputs, hidden layers, outputs */
  char *activation; /* canonical text, of the hidden layers */
  char *optimiser;  /* name of the rule whose moments these are */
  uint64_t seed;    /* of the first attempt's initial weights */
  uint32_t attempt; /* from 1 */
  uint64_t step;    /* done in this attempt, >= 1 */
  uint64_t n;
  float *theta;                                                           /* n */
  float *first, *second;                                                  /* n each: the moments */
  double power1, power2;                                                  /* β1, β2 to the power of the steps */
  double loss, rate, gradient;                                            /* of the last step, whose row the log does not have yet */
  uint64_t most_right;                                                    /* points right at the best look, for the paper's rule */
  uint64_t best_step;                                                     /* of the best look so far; 0: none, and `best` is NULL */
  double best_accuracy, best_loss, best_validation, best_validation_loss; /* NaN where not taken */
  float *best;                                                            /* n: the parameters then */
  uint32_t nended;
  char **ended;        /* how each earlier attempt ended */
  bf_training_log log; /* its rows so far; reading sets attempts and steps, and no final accuracy */
} bf_training_state;
bf_status bf_training_state_read(const char *path, uint64_t budget, bf_training_state *out);
bf_status bf_training_state_write(const bf_out *out, const bf_training_state *value);
void bf_training_state_free(bf_training_state *value);

/* What a graph's weights, a filtration's values and a diagram's births and deaths are. */
typedef enum bf_convention {
  BF_DIAMETER = 1,   /* the largest pairwise distance, as in Ripser */
  BF_RADIUS,         /* half of that, or the radius of balls */
  BF_SQUARED_RADIUS, /* α², as in witness and alpha complexes */
  BF_VALUE           /* what somebody gave, of no known meaning */
} bf_convention;

/* ---- WeightedGraph ----
 * Sparse: m edges u[e] < v[e] < n with weight w[e], sorted by (u, v), no pair twice; an absent pair is at infinite distance.
 * Dense: u and v are NULL, m = n(n-1)/2 and w is the strict lower triangle row by row: d(1,0), d(2,0), d(2,1), …
 * Checks: that order; weights not NaN, >= 0 (dense: +inf allowed). Vertices without an edge count. */
typedef struct bf_graph {
  uint32_t n;
  bool dense;
  uint64_t m;
  uint32_t *u, *v;
  float *w;
  uint32_t *id;             /* n: the point id of each vertex */
  uint64_t *first;          /* n+1, or NULL: vertex i stands for the points member[first[i] .. first[i+1]-1], its own id first */
  uint32_t *member;         /* first[n] point ids, or NULL */
  bf_convention convention; /* of the weights, and so of the flag complexes' values; 0 counts as BF_DIAMETER, and is never read */
} bf_graph;
bf_status bf_graph_read(const char *path, uint64_t budget, bf_graph *out);
bf_status bf_graph_write(const bf_out *out, const bf_graph *value);
void bf_graph_free(bf_graph *value);

/* ---- Filtration: explicit simplices with values ----
 * Simplex s has vertices vertex[first[s] .. first[s+1]-1], point ids, rising, and the value value[s]. No order or closure is promised: who
 * needs it checks it. Checks: first rises from 0; vertices rise within a simplex; values not NaN, none above the threshold; no simplex above
 * limit_dimension. */
enum { BF_NOT_CUT = UINT32_MAX };
typedef struct bf_filtration {
  bf_convention convention;
  double threshold;         /* simplices of larger values were left out; +inf: none were */
  uint32_t limit_dimension; /* simplices of higher dimensions were left out, if there are any; BF_NOT_CUT: none were */
  uint64_t n;
  uint64_t *first; /* n+1 */
  uint32_t *vertex;
  double *value;
} bf_filtration;
bf_status bf_filtration_read(const char *path, uint64_t budget, bf_filtration *out);
bf_status bf_filtration_write(const bf_out *out, const bf_filtration *value);
void bf_filtration_free(bf_filtration *value);

/* ---- PersistenceDiagram ----
 * Intervals [birth, death), death = +inf for essential classes; sorted by (dim, birth, death).
 * Simplices and representatives may be missing. They stand one behind the other in the order of the intervals, as vertices that are point
 * ids (bf_graph.id, which need not be unique); a simplex is oriented by the order in which its vertices stand.
 * Checks: that order; dim <= max_dim; birth finite or -inf, birth < death; with simplices or representatives, dim <= BF_MAX_SIMPLEX_DIM;
 * first rises from 0, strictly; coefficients in range. */
enum { BF_MAX_SIMPLEX_DIM = 64 };
typedef enum bf_representatives {
  BF_NO_REPRESENTATIVES,
  BF_COCYCLES, /* from birth to death a cocycle of a class that is not zero */
  BF_CYCLES    /* a cycle, and a boundary from death on */
} bf_representatives;
typedef struct bf_diagram {
  uint32_t max_dim; /* dimensions 0 … max_dim were computed */
  uint32_t modulus; /* coefficients Z/modulus, a prime */
  bf_convention convention;
  double threshold; /* the filtration was cut after this value; +inf: it was not */
  uint64_t n;
  uint32_t *dim;
  double *birth, *death;
  uint32_t *birth_simplex, *death_simplex; /* dim+1 vertices for each interval; dim+2 for each that is not essential. Both or neither are NULL */
  bf_representatives representatives;      /* if there are some, interval i has the terms first[i] … first[i+1]-1; else the three are NULL */
  uint64_t *first;                         /* n+1 */
  uint32_t *coefficient;                   /* one for each term: 1 … modulus-1 */
  uint32_t *vertex;                        /* dim+1 for each term */
} bf_diagram;
bf_status bf_diagram_read(const char *path, uint64_t budget, bf_diagram *out);
bf_status bf_diagram_write(const bf_out *out, const bf_diagram *value);
void bf_diagram_free(bf_diagram *value);

/* ---- BettiTable ----
 * n rows, each with a text for each of the naxis axes, a scale, a dimension and a Betti number; then the labels of declined items
 * with their reasons. Text is stored once and named by its index; text[0] is "" and means "no such axis here".
 * Checks: indices in range; betti >= 0; dim <= 64; scale not NaN. */
typedef struct bf_betti_table {
  uint32_t naxis, nsweep; /* the first nsweep axes are sweep variables in written order, the others item axes (layer, class, …) */
  char **axis;            /* naxis names */
  uint32_t ntext;         /* >= 1 */
  char **text;            /* distinct */
  uint64_t n;
  uint32_t *value; /* n × naxis, row by row: indices into text */
  double *scale;   /* n; +inf: essential classes */
  uint32_t *dim;   /* n */
  int64_t *betti;  /* n */
  uint64_t ndeclined;
  uint32_t *declined; /* ndeclined × naxis: indices into text */
  uint32_t *reason;   /* ndeclined: indices into text */
} bf_betti_table;
bf_status bf_betti_table_read(const char *path, uint64_t budget, bf_betti_table *out);
bf_status bf_betti_table_write(const bf_out *out, const bf_betti_table *value);
void bf_betti_table_free(bf_betti_table *value);

/* ---- Figure: a flat drawing list ----
 * Units are points (1/72 inch), origin top left, y downwards. Operation k has the coordinates xy[2*first[k]] … for `count[k]` points.
 * Checks: offsets in range; coordinates and sizes finite; sizes >= 0; text UTF-8 without control characters. */
typedef enum bf_draw_kind {
  BF_DRAW_LINE = 1, /* a polyline through `count` >= 2 points; size = line width */
  BF_DRAW_DASHED,   /* the same, dashed */
  BF_DRAW_AREA,     /* a filled polygon of `count` >= 3 points */
  BF_DRAW_DISC,     /* filled discs, one at each point; size = radius */
  BF_DRAW_TEXT,     /* one point; size = font size; anchored left on the base line */
  BF_DRAW_TEXT_MID, /* anchored in the middle */
  BF_DRAW_TEXT_END, /* anchored right */
  BF_DRAW_TEXT_UP   /* anchored in the middle, turned 90° counter-clockwise */
} bf_draw_kind;
typedef struct bf_figure {
  double width, height;
  uint64_t n;              /* operations, painted in order */
  uint32_t *kind;          /* n: bf_draw_kind */
  uint32_t *colour;        /* n: 0xRRGGBBAA */
  float *size;             /* n */
  uint64_t *first, *count; /* n each, in points of xy */
  uint64_t nxy;            /* points in xy */
  float *xy;               /* 2 × nxy */
  char **text;             /* n: the text, or NULL for what is not text */
} bf_figure;
bf_status bf_figure_read(const char *path, uint64_t budget, bf_figure *out);
bf_status bf_figure_write(const bf_out *out, const bf_figure *value);
void bf_figure_free(bf_figure *value);

/* ---- Table: named columns of text, whole numbers or reals ----
 * Checks: 1 to 1024 columns where there are rows; names not empty, at most 255 bytes and no two equal; text UTF-8, in cells and
 * notes with newlines and tabs at most. */
typedef enum bf_column_type { BF_COLUMN_TEXT = 1, BF_COLUMN_INTEGER, BF_COLUMN_REAL } bf_column_type;
#define BF_NO_INTEGER INT64_MIN /* an empty cell of whole numbers */
typedef struct bf_column {
  char *name;
  bf_column_type type;
  char **text;      /* n texts, of a text column; else NULL. NULL in it counts as "" */
  int64_t *integer; /* n whole numbers or BF_NO_INTEGER; else NULL */
  double *real;     /* n reals, NaN for an empty cell; else NULL */
} bf_column;
typedef struct bf_table {
  char *caption; /* one line, shown above; NULL or "": none */
  uint32_t ncolumn;
  bf_column *column;
  uint64_t n, room; /* rows, and how many the columns have memory for (only the helpers below look at it) */
  uint64_t nnote;
  char **note; /* shown below */
} bf_table;
bf_status bf_table_read(const char *path, uint64_t budget, bf_table *out);
bf_status bf_table_write(const bf_out *out, const bf_table *value);
void bf_table_free(bf_table *value);

/* Building a table, from a zeroed one: columns, then for each row bf_table_row and its cells by column number. What is not put stays
 * empty. Texts are copied. BF_NO_MEMORY, and BF_FAILED where a column has another type. bf_table_free whatever they return.
 *     bf_table t = {0};
 *     BF_TRY(bf_table_column(&t, "layer", BF_COLUMN_INTEGER));
 *     BF_TRY(bf_table_row(&t));
 *     BF_TRY(bf_table_put_integer(&t, 0, 3));
 *     BF_TRY(bf_table_write(out, &t)); */
bf_status bf_table_column(bf_table *t, const char *name, bf_column_type type);
bf_status bf_table_row(bf_table *t);
bf_status bf_table_put_text(bf_table *t, uint32_t column, const char *text);
bf_status bf_table_put_integer(bf_table *t, uint32_t column, int64_t number);
bf_status bf_table_put_real(bf_table *t, uint32_t column, double number);
bf_status bf_table_caption(bf_table *t, const char *format, ...) BF_PRINTF(2, 3);
bf_status bf_table_note(bf_table *t, const char *format, ...) BF_PRINTF(2, 3);

/* ---- any artifact ---- */

/* What the header says; reads no bulk. Strings belong to the struct. */
typedef struct bf_artifact_info {
  bf_type type;
  uint64_t bytes; /* size of the file */
  size_t nlabel;
  bf_label *label;
  size_t nuse;
  char **use; /* ids of plugin objects that a reader needs: "activation.relu" */
  size_t narray;
  struct bf_array_info {
    char *name;        /* "x" */
    const char *dtype; /* "f32", "f64", "i32", "u32", "i64", "u64", "u8" */
    uint32_t rank;
    uint64_t shape[4];
  } * array;
} bf_artifact_info;
bf_status bf_artifact_info_read(const char *path, bf_artifact_info *out);
void bf_artifact_info_free(bf_artifact_info *info);

/* Reads the whole artifact as its type's reader would and throws it away; fills *out (may be NULL) from the header. */
bf_status bf_artifact_check(const char *path, uint64_t budget, bf_artifact_info *out);

/* UTF-8 (RFC 3629) without control characters: what texts in artifacts, and names out of foreign files, have to be. */
bool bf_valid_text(const char *s, size_t n);

/* "PointCloud" … and back (0 when unknown). */
const char *bf_type_name(bf_type type);
bf_type bf_type_of_name(const char *name);

/* "diameter", "radius", "squared_radius", "value", NULL when unknown; and back from n letters, false when there is no such. */
const char *bf_convention_name(bf_convention convention);
bool bf_convention_find(const char *name, size_t n, bf_convention *out);

bool bf_is_prime(uint32_t p); /* what the modulus of coefficients is */

#ifdef __cplusplus
}
#endif
#endif
