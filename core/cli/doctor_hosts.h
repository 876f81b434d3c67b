/* doctor's look at other machines. */
#ifndef BF_CLI_DOCTOR_HOSTS_H
#define BF_CLI_DOCTOR_HOSTS_H

#include "cli/cli.h"

int bf_doctor_hosts(const bf_global *g, const char *path, bool json); /* the exit code: 1 when a machine can't be used */

#endif
