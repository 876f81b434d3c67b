/* Tables and views of the index. */
#include "store/index.h"

const char *const bf_index_tables[] = {"run", "point", "combo", "task", "task_label", "output", "betti_combo", NULL};

const char bf_index_schema[] =
    "CREATE TABLE run(run TEXT PRIMARY KEY, pipeline TEXT, file TEXT, version TEXT, host TEXT, started INTEGER, finished INTEGER, wall REAL, status INTEGER) "
    "WITHOUT "
    "ROWID;"
    "CREATE TABLE point(run TEXT, point INTEGER, position INTEGER, variable TEXT, value TEXT, PRIMARY KEY(run, point, position)) WITHOUT ROWID;"
    "CREATE TABLE combo(run TEXT, combo INTEGER, point INTEGER, PRIMARY KEY(run, combo, point)) WITHOUT ROWID;"
    "CREATE TABLE task(run TEXT, task INTEGER, stage TEXT, use TEXT, labels TEXT, combo INTEGER, point INTEGER, layer NUMERIC, class NUMERIC, outcome TEXT,"
    " message TEXT, key TEXT, wall REAL, cpu REAL, peak INTEGER, PRIMARY KEY(run, task)) WITHOUT ROWID;"
    "CREATE TABLE task_label(run TEXT, task INTEGER, variable TEXT, value TEXT, PRIMARY KEY(run, task, variable)) WITHOUT ROWID;" /* item axes besides layer,
                                                                                                                                     class */
    "CREATE TABLE output(run TEXT, task INTEGER, output INTEGER, port TEXT, digest TEXT, size INTEGER, PRIMARY KEY(run, task, output)) WITHOUT ROWID;"
    "CREATE TABLE betti_combo(run TEXT, task INTEGER, output INTEGER, item INTEGER, combo INTEGER, PRIMARY KEY(run, task, output, item)) WITHOUT ROWID;"
    /* what objects hold; shared by all runs */
    "CREATE TABLE object(digest TEXT PRIMARY KEY, type TEXT) WITHOUT ROWID;"
    "CREATE TABLE training(digest TEXT PRIMARY KEY, attempts INTEGER, steps INTEGER, accuracy REAL, validation REAL, success INTEGER) WITHOUT ROWID;"
    "CREATE TABLE betti_item(digest TEXT, item INTEGER, layer NUMERIC, class NUMERIC, PRIMARY KEY(digest, item)) WITHOUT ROWID;"
    "CREATE TABLE betti_label(digest TEXT, item INTEGER, position INTEGER, variable TEXT, value TEXT, PRIMARY KEY(digest, item, position)) WITHOUT ROWID;"
    "CREATE TABLE betti(digest TEXT, position INTEGER, item INTEGER, scale REAL, dim INTEGER, betti INTEGER, PRIMARY KEY(digest, position)) WITHOUT ROWID;"

    "CREATE VIEW v_runs AS SELECT run, pipeline, file, version, host, started AS started_unix, finished AS finished_unix, wall AS wall_seconds, status FROM run"
    " ORDER BY run;"
    "CREATE VIEW v_points AS SELECT run, point, variable, value FROM point ORDER BY run, point, position;"
    "CREATE VIEW v_betti AS SELECT t.run AS run, t.stage AS stage, c.point AS point, COALESCE(i.layer, t.layer) AS layer, COALESCE(i.class, t.class) AS class,"
    " b.scale AS scale, b.dim AS dim, b.betti AS betti"
    " FROM task t JOIN output o ON o.run = t.run AND o.task = t.task JOIN betti b ON b.digest = o.digest"
    " JOIN betti_item i ON i.digest = b.digest AND i.item = b.item"
    " JOIN betti_combo k ON k.run = o.run AND k.task = o.task AND k.output = o.output AND k.item = b.item"
    " LEFT JOIN combo c ON c.run = k.run AND c.combo = k.combo"
    " ORDER BY t.run, t.task, o.output, c.point, b.position;"
    "CREATE VIEW v_trials AS SELECT t.run AS run, t.point AS point, t.task AS task, t.stage AS stage, t.use AS use, t.outcome AS outcome,"
    " CASE t.outcome WHEN 'declined' THEN t.message END AS reason, CASE t.outcome WHEN 'declined' THEN 0 ELSE g.success END AS success,"
    " g.attempts AS attempts, g.steps AS steps, g.accuracy AS final_accuracy, g.validation AS final_validation, t.wall AS wall_seconds"
    " FROM task t LEFT JOIN (SELECT o.run, o.task, MIN(g.attempts) AS attempts, MIN(g.steps) AS steps, MIN(g.accuracy) AS accuracy,"
    " MIN(g.validation) AS validation, MIN(g.success) AS success"
    " FROM output o JOIN training g ON g.digest = o.digest GROUP BY o.run, o.task) g ON g.run = t.run AND g.task = t.task"
    " WHERE t.outcome IN ('ran', 'cached', 'declined') AND (g.run IS NOT NULL OR t.use GLOB 'train.*') ORDER BY t.run, t.task;"
    "CREATE VIEW v_tasks AS SELECT run, task, stage, use, point, labels, outcome, wall AS wall_seconds, cpu AS cpu_seconds, peak AS peak_bytes, key, message"
    " FROM task ORDER BY run, task;"
    "CREATE VIEW v_outputs AS SELECT o.run AS run, o.task AS task, t.stage AS stage, t.point AS point, t.layer AS layer, t.class AS class, o.output AS output,"
    " o.port AS port, b.type AS type, o.digest AS digest, o.size AS size"
    " FROM output o JOIN task t ON t.run = o.run AND t.task = o.task LEFT JOIN object b ON b.digest = o.digest ORDER BY o.run, o.task, o.output;";
