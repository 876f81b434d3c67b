/* A registry made of plain tables instead of plugin files, with the stages that the tests' pipelines use, and small helpers around reading a text. */
#ifndef PIPELINE_FAKE_H
#define PIPELINE_FAKE_H

#include "pipeline/pipeline.h"
#include <stdarg.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

extern const bf_registry *fake_registry;

/* Writes the text to `file` in the current folder. */
void fake_file(const char *file, const char *text);
/* fake_read(&p, text, "graph.k=1", …, NULL) reads the text as the pipeline t.yaml, with --set texts until NULL. */
#define fake_read(out, text, ...) fake_read_set(out, text, (const char *const[]){__VA_ARGS__})
bf_status fake_read_set(bf_pipeline **out, const char *text, const char *const *set);
/* The same, and fails the test with the message when it is refused. */
bf_pipeline *fake_good(const char *text);
/* The stage with this name. */
const bf_pstage *fake_stage(const bf_pipeline *p, const char *name);

extern const char *const fake_quickstart; /* the pipeline of CONTRACT.md */

#endif
