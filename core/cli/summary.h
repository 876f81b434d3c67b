/* Summaries of artifacts as JSON objects: the facts that `show FILE` prints, in order. */
#ifndef BF_CLI_SUMMARY_H
#define BF_CLI_SUMMARY_H

#include <bettiflow/artifact.h>
#include <jansson.h>

/* A number, or the text "inf", "-inf" or "nan", which JSON numbers can't hold. */
json_t *bf_json_real(double x);

/* Each adds facts to `to`; errors as the type's reader. Lists of rows stop after 20. */
bf_status bf_summarise(bf_type type, const char *path, json_t *to);
bf_status bf_summarise_points(const char *path, json_t *to);
char *bf_points_line(const char *path); /* "3 points of 2 coordinates in 2 classes"; allocated, NULL when the file can't be read */
bf_status bf_summarise_graph(const char *path, json_t *to);

#endif
