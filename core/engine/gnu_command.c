/* What GNU Parallel is called with. */
#include "base/file.h"
#include "engine/parallel.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char script_name[] = "BETTIFLOW_JOB_SCRIPT";

static void add_all(bf_words *w, const char *const *word, size_t n) {
  for (size_t i = 0; i < n; i++) bf_words_add(w, "%s", word[i]);
}

/* --plain: neither the user's profiles nor $PARALLEL change what it does. A job that was killed, or whose machine died, is tried three times in all; a task
 * that fails is no failure of its job. */
bf_words bf_gnu_command(const bf_gnu_call *c) {
  static const char *const always[] = {"parallel", "--plain", "--will-cite", "--line-buffer", "--retries", "3", "--termseq", "TERM,5000,KILL,50", "--joblog"};
  static const char *const carry[] = {"--cleanup", "--workdir", "...", "--transferfile"};
  bf_words w = {0};
  add_all(&w, always, sizeof always / sizeof *always);
  bf_words_add(&w, "%s", c->joblog);
  if (c->hosts) {
    bf_words_add(&w, "--sshloginfile");
    bf_words_add(&w, "%s", c->logins);
    bf_words_add(&w, "--env");
    bf_words_add(&w, "%s", script_name);
  } else {
    bf_words_add(&w, "-j%" PRIu32, c->jobs);
  }
  if (c->travel) {
    add_all(&w, carry, sizeof carry / sizeof *carry);
    bf_words_add(&w, "%s/./{}.in", c->travel);
    bf_words_add(&w, "--return");
    bf_words_add(&w, "%s/./{}.out", c->travel);
  }
  if (c->memory && !c->hosts) { /* it looks at this machine only */
    bf_words_add(&w, "--memfree");
    bf_words_add(&w, "%" PRIu64, c->memory);
  }
  bf_words_add(&w, "exec sh -c \"$%s\" job", script_name);
  return w;
}

static void add_setting(bf_text *t, const char *name, const char *value) {
  bf_text_addf(t, " %s=", name);
  bf_text_shell(t, value);
}

/* What this machine runs, without a hosts file. */
static void add_own_job(bf_text *t, const bf_gnu_call *c, const char *plugins) {
  char *folder = bf_program_folder(), *program = bf_path_join(folder, "bettiflow");
  bf_text_add(t, "exec env");
  add_setting(t, "BETTIFLOW_STORE", c->store);
  if (*plugins) add_setting(t, "BETTIFLOW_PLUGIN_PATH", plugins);
  bf_text_add(t, " ");
  bf_text_shell(t, program);
  bf_text_addf(t, " job --report 0 --jobs %" PRIu32 " --share %" PRIu32 "%s %s %zu \"$1\"", c->threads, c->jobs * c->threads,
               c->keep_going ? " --keep-going" : "", c->run, c->wave);
  free(program);
  free(folder);
}

static void add_job(bf_text *t, const bf_gnu_call *c, size_t number, const char *plugins) {
  const bf_machine *host = &c->hosts->at[number];
  char *store = host->told.shared || host->store ? bf_strdup(host->told.store) : bf_format_text("%s/%s", host->told.store, c->store_id);
  if (c->travel && host->told.shared) bf_text_add(t, ": >\"$1.out\"; "); /* GNU Parallel fetches it from every machine */
  bf_text_add(t, "exec env");
  add_setting(t, "BETTIFLOW_STORE", store);
  if (*plugins) add_setting(t, "BETTIFLOW_PLUGIN_PATH", plugins);
  bf_text_add(t, " ");
  bf_text_shell(t, host->told.program);
  bf_text_addf(t, " job --report %zu --share %" PRIu32 "%s%s %s %zu \"$1\"", number, host->told.jobs, c->keep_going ? " --keep-going" : "",
               host->told.shared ? "" : " --travel \"$1\"", c->run, c->wave);
  free(store);
}

static void add_machine(bf_text *t, const bf_gnu_call *c, size_t h, const char *plugins) {
  bf_text which = {0};
  if (c->hosts->at[h].here) bf_text_add(&which, "''|:");
  for (size_t i = 0; i < c->masters->n; i++)
    if (c->masters->at[i].host == h) bf_text_addf(&which, "%s*'ControlPath=%s '*", which.n ? "|" : "", c->masters->at[i].socket);
  if (which.n && c->hosts->at[h].told.state == BF_MACHINE_USABLE) {
    bf_text_addf(t, "%s) ", which.at);
    add_job(t, c, h, plugins);
    bf_text_add(t, " ;;\n");
  }
  bf_text_free(&which);
}

/* A machine knows itself by the socket that its job came through, which is in $PARALLEL_SSHLOGIN. */
static char *script_of(const bf_gnu_call *c) {
  bf_text t = {0};
  char *plugins = bf_plugin_folders(c->plugin_path);
  if (c->hosts) {
    bf_text_add(&t, "case $PARALLEL_SSHLOGIN in\n");
    for (size_t h = 0; h < c->hosts->n; h++) add_machine(&t, c, h, plugins);
    bf_text_add(&t, "*) exit 99 ;;\nesac");
  } else {
    add_own_job(&t, c, plugins);
  }
  free(plugins);
  return bf_text_take(&t);
}

extern char **environ;

/* Ours, without what would change GNU Parallel. */
bf_words bf_gnu_environment(const bf_gnu_call *c) {
  static const char *const dropped[] = {"PARALLEL", "BETTIFLOW_JOB_SCRIPT="};
  bf_words w = {0};
  char *script = script_of(c);
  for (char **e = environ; *e; e++) {
    bool keep = true;
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) keep &= strncmp(*e, dropped[i], strlen(dropped[i])) != 0;
    if (keep) bf_words_add(&w, "%s", *e);
  }
  bf_words_add(&w, "PARALLEL_SHELL=/bin/sh");
  bf_words_add(&w, "%s=%s", script_name, script);
  free(script);
  return w;
}

/* An address with colons would be taken for one with a port. */
static void add_login(bf_text *t, const bf_machine *host, const bf_master *master, uint32_t jobs) {
  bf_words words = bf_ssh_words(host, master->socket);
  bf_text_addf(t, "%" PRIu32 "/", jobs);
  for (size_t i = 0; i < words.n; i++) bf_text_addf(t, "%s ", words.at[i]);
  if (strchr(host->address, ':'))
    bf_text_addf(t, "-o HostName=%s machine%zu\n", host->address, master->host);
  else
    bf_text_addf(t, "%s\n", host->address);
  bf_words_free(&words);
}

char *bf_gnu_logins(const bf_hosts *hosts, const bf_masters *masters, uint64_t memory) {
  bf_text t = {0};
  for (size_t h = 0; h < hosts->n; h++) {
    const bf_machine_answer *told = &hosts->at[h].told;
    uint32_t left = bf_jobs_that_fit(told->jobs, memory, told->available);
    if (told->state != BF_MACHINE_USABLE) continue;
    if (hosts->at[h].here) bf_text_addf(&t, "%" PRIu32 "/:\n", left);
    for (size_t i = 0; i < masters->n && left; i++) {
      const bf_master *m = &masters->at[i];
      if (m->host != h || !m->jobs) continue;
      const uint32_t jobs = m->jobs < left ? m->jobs : left;
      add_login(&t, &hosts->at[h], m, jobs);
      left -= jobs;
    }
  }
  return bf_text_take(&t);
}
