/* A host for tests of single plugins: loads a built plugin, fills its parameters through core's own tables, hands it inputs and collects outputs, all
 * in the test's process. */
#ifndef TESTS_FAKE_H
#define TESTS_FAKE_H

#include <bettiflow/artifact.h>

/* The plugin <build>/lib/bettiflow/plugins/<name>.so, "table/betti". Stays loaded; a test that can't load it fails. */
const bf_plugin *fake_plugin(const char *name);

typedef struct fake fake;
fake *fake_new(const bf_plugin *plugin);
void fake_free(fake *f);

/* Parameters for the next calls: "scale" "[1, 2]", as a pipeline would say it. */
void fake_set(fake *f, const char *name, const char *value);
void fake_memory(fake *f, uint64_t bytes); /* 0: no limit, the default */

/* Adds an item to an input port. `label` is name, value, name, value, …, NULL, the first nsweep of them sweep variables; NULL: no label. With path NULL
 * the item was declined for `reason`. All texts must live as long as f. */
void fake_input(fake *f, const char *port, const char *path, const char *reason, size_t nsweep, const char *const *label);

/* Fills the parameters, checks and runs the stage, or the format's read or write. The plugin's message is in fake_error. */
bf_status fake_run(fake *f, const char *stage_id);
bf_status fake_read(fake *f, const char *format_id, const char *path, bf_type type, const char *out);
bf_status fake_write(fake *f, const char *format_id, const char *path, bf_type type, const char *out);
const char *fake_error(const fake *f);

/* The outputs of the last fake_run, in order. */
size_t fake_outputs(const fake *f);
const bf_out *fake_output(const fake *f, size_t i);

/* Whole files. The text of fake_slurp is allocated and zero-ended; *n may be NULL. */
void fake_spill(const char *path, const void *data, size_t n);
char *fake_slurp(const char *path, size_t *n);

#endif
