/* Signals that ask to stop, held back while something must be cleaned up. */
#ifndef BF_BASE_STOP_H
#define BF_BASE_STOP_H

#include <signal.h>
#include <stdbool.h>

sigset_t bf_stop_signals(void);               /* those that cancel: Ctrl-C, TERM, and a hangup unless it is ignored */
void bf_stop_hold(sigset_t *before);          /* blocks them */
bool bf_stop_asked(void);                     /* one of them waits, being blocked */
void bf_stop_release(const sigset_t *before); /* what waits takes effect now */

#endif
