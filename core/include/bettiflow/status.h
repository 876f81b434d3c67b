/* Statuses and the one error idiom of bettiflow, in core and in plugins alike.
 *
 * A function that can fail returns a bf_status. Where the failure is known, and only there, bf_fail() records one
 * message that says what, where and what to do; callers pass the status up with BF_TRY and clean up at `out:`.
 *
 *     bf_status read_it(const char *path) {
 *       bf_status status = BF_OK;
 *       FILE *f = fopen(path, "rb");
 *       if (!f) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
 *       BF_TRY(read_header(f));
 *       BF_TRY(read_rows(f));
 *     out:
 *       fclose(f);
 *       return status;
 *     }
 */
#ifndef BETTIFLOW_STATUS_H
#define BETTIFLOW_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The values up to BF_BAD_INPUT are also the program's exit codes. */
typedef enum bf_status {
  BF_OK = 0,
  BF_FAILED = 1,    /* something went wrong inside a task */
  BF_USAGE = 2,     /* the command line is wrong */
  BF_INVALID = 3,   /* an invalid pipeline or parameter */
  BF_PLUGIN = 4,    /* a plugin can't be loaded, or an id is defined twice */
  BF_STORE = 5,     /* the store or an output can't be read or written; disk full */
  BF_BAD_INPUT = 6, /* an input file is missing or its content is bad */
  BF_NO_MEMORY = 7, /* over the memory budget, or allocation failed */
  BF_DECLINED = 8,  /* a stage's honest "no result": recorded with its reason, not an error */
  BF_CANCELLED = 9  /* the user or the runner asked to stop */
} bf_status;

#if defined(__GNUC__)
#define BF_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#else
#define BF_PRINTF(format_at, args_at)
#endif

/* Records the message (UTF-8, no final newline; cut at 8 KiB; control characters but newline and tab become '?') for this
 * thread, in place of an earlier one, and returns `status`. Never allocates. */
bf_status bf_fail(bf_status status, const char *format, ...) BF_PRINTF(2, 3);

/* Puts "prefix: " before the recorded message, where only the caller knows the place (a file's name, say). Returns `status`. */
bf_status bf_fail_in(bf_status status, const char *format, ...) BF_PRINTF(2, 3);

/* The message recorded last on this thread, or "". Valid until the next bf_fail() on this thread. */
const char *bf_error(void);

/* Evaluates an expression of type bf_status; when it is not BF_OK, stores it in the local `status` and goes to `out`. */
#define BF_TRY(expression)                                                                                                                                     \
  do {                                                                                                                                                         \
    status = (expression);                                                                                                                                     \
    if (status != BF_OK) goto out;                                                                                                                             \
  } while (0)

#ifdef __cplusplus
}
#endif
#endif
