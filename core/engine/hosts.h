/* Other machines: the hosts file (hosts.c), asking all of them at once by ssh (hosts_ask.c), and whether an answer makes a machine usable (hosts_judge.c).
 *
 *   # machines for the sweep
 *   :  jobs=2                                     this machine
 *   alpha                                         as many jobs as it has cores
 *   me@beta:2222 jobs=8 bettiflow=/opt/bf/bin/bettiflow
 *   [fd44::3]    store=~/sweep.store
 *
 * What a machine is asked is what `bettiflow probe` prints there (probe.c): one JSON object on one line. */
#ifndef BF_ENGINE_HOSTS_H
#define BF_ENGINE_HOSTS_H

#include "base/text.h"
#include "base/words.h"
#include "plugin/registry.h"
#include "store/store.h"

typedef enum bf_machine_state {
  BF_MACHINE_USABLE,
  BF_MACHINE_UNREACHABLE, /* ssh failed, or no answer in time */
  BF_MACHINE_NO_PROGRAM,  /* no bettiflow there, or it can't start */
  BF_MACHINE_VERSION,     /* another version, which may speak and compute otherwise */
  BF_MACHINE_BUILDS,      /* a plugin is missing or of another build: its results would have other keys */
  BF_MACHINE_STORE,       /* neither the run's store nor one of its own can be written */
  BF_MACHINE_TOOLS        /* perl, which GNU Parallel runs there, or rsync, which carries jobs to a machine without the shared folder, is missing */
} bf_machine_state;

typedef struct bf_machine_answer {
  bf_machine_state state;
  char *why, *advice; /* NULL when it is usable */
  char *note;         /* NULL, or what is odd but harmless */
  char *program;      /* absolute path there; NULL, as all below is 0, when it was not told */
  char *version, *build;
  uint32_t cores;
  uint64_t memory, available; /* bytes */
  bool perl, rsync;
  bool asked;    /* about the store: only then are the next ones known */
  bool shared;   /* it sees the run's store */
  bool writable; /* so is the folder below */
  char *store;   /* absolute path there: the run's store; else its own: store=, or the folder in which jobs make <id of the run's store> */
  uint64_t free; /* bytes there */
  uint32_t jobs; /* at a time: as the file says, else its cores */
} bf_machine_answer;

typedef struct bf_machine {
  char *name; /* as the file has it: [user@]address[:port], or ":" */
  size_t line;
  bool here;              /* this machine */
  char *user;             /* or NULL */
  char *address;          /* without brackets; only letters, digits, '.', '-', '_', ':' and '%', and no '-' in front */
  uint32_t port;          /* 0: ssh's own choice */
  uint32_t jobs;          /* 0: its cores */
  char *program;          /* bettiflow=, or NULL; begins with / or ~/, as the next one does */
  char *store;            /* store=, or NULL */
  bf_machine_answer told; /* after bf_hosts_ask() */
} bf_machine;

typedef struct bf_hosts {
  char *path; /* of the file */
  size_t n;
  bf_machine *at;
} bf_hosts;

/* BF_BAD_INPUT with the file's name and line. */
bf_status bf_hosts_read(const char *path, bf_hosts *out);
bf_status bf_hosts_parse(const char *path, const char *text, size_t n, bf_hosts *out); /* path for messages */
void bf_hosts_free(bf_hosts *hosts);

typedef struct bf_hosts_question {
  const bf_registry *registry; /* this machine's */
  bf_store *store;             /* the run's, in mode RUN; NULL: nothing is asked about stores */
  const char *plugin_path;     /* --plugin-path or NULL; the same folders are looked at there */
  size_t nneed;                /* what the run uses; 0: everything in the registry */
  const bf_entry *const *need;
  double seconds; /* how long an answer may take; 0: 30 */
} bf_hosts_question;

/* Asks all hosts at once and fills `told` of each. A host that can't be used is no error. BF_CANCELLED upon SIGINT or SIGTERM; BF_STORE when the token can't be
 * written into the run's store; BF_INVALID when BETTIFLOW_SSH makes no sense. */
bf_status bf_hosts_ask(bf_hosts *hosts, const bf_hosts_question *q);
size_t bf_hosts_usable(const bf_hosts *hosts);

/* The words of the ssh command for a host, without its address: those of BETTIFLOW_SSH ("ssh -F FILE", split at blanks), else "ssh"; then options so that it
 * never asks anything and notices a dead connection within 15 s; the socket of a master (masters.h) or NULL; port and user. */
bf_words bf_ssh_words(const bf_machine *host, const char *socket);

void bf_text_shell(bf_text *t, const char *word); /* as one word for a POSIX shell */
char *bf_plugin_folders(const char *plugin_path); /* the folders of --plugin-path (or NULL) and BETTIFLOW_PLUGIN_PATH, absolute, colon-separated; "" for none */

/* What `bettiflow probe` prints. `store`: the path to look at, or NULL. token: "tmp/…=<text>", a file below it and what it must hold, or NULL; own: when
 * the token is not there, `store` is a store of this machine's own. */
json_t *bf_probe_json(const bf_registry *r, const char *store, const char *token, bool own);

void bf_machine_forget(bf_machine *host); /* what it told */

/* Takes an answer in; answer is what a host printed, mine is bf_probe_json() of this machine. */
void bf_machine_judge(const bf_hosts *hosts, bf_machine *host, json_t *answer, json_t *mine, const bf_hosts_question *q);
void bf_machine_refuse(bf_machine *host, bf_machine_state state, char *why, char *advice); /* takes both texts */

#endif
