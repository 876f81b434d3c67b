/* The side of format.npz that reads and writes networks. */
#ifndef FORMAT_NPZ_NETWORK_H
#define FORMAT_NPZ_NETWORK_H

#include "weights/weights.h"

/* Each array but `activations` is a weight or a bias. `activations`, if it is there, holds the bytes of one text for each layer, ended by newlines. */
bf_status npz_network_read(const bf_host *host, bf_task *task, const weights_rules *rules, const char *path, const bf_out *out);
bf_status npz_network_write(const bf_host *host, bf_task *task, const char *path, const char *out_path);

#endif
