/* The machines of the parallel engine. */
#include "engine/parallel.h"
#include "base/file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void bf_machines_note(const bf_parallel *e, char *text) {
  if (e->local.o->note) e->local.o->note(e->local.o->context, text);
  free(text);
}

/* ---- asking ---- */

bf_status bf_machines_ask(bf_parallel *e, bf_store *store, const bf_registry *registry) {
  bf_status status = BF_OK;
  bf_hosts_question q = {.registry = registry, .store = store, .plugin_path = e->local.o->plugin_path};
  const bf_entry **needs = NULL;
  if (!e->hosts_file) return BF_OK;
  BF_TRY(bf_hosts_read(e->hosts_file, &e->hosts));
  q.need = needs = bf_plan_uses(e->local.plan, &q.nneed); /* what artifacts name beside that is found by the jobs */
  BF_TRY(bf_hosts_ask(&e->hosts, &q));
  e->running = bf_alloc(e->hosts.n, sizeof *e->running);
  for (size_t i = 0; i < e->hosts.n; i++) {
    const bf_machine *m = &e->hosts.at[i];
    if (m->told.state != BF_MACHINE_USABLE) bf_machines_note(e, bf_format_text("%s is left out: %s; %s", m->name, m->told.why, m->told.advice));
  }
  if (!bf_hosts_usable(&e->hosts))
    status = bf_fail(BF_FAILED, "%s: no machine of it can be used; `bettiflow doctor --hosts %s` tells more", e->hosts_file, e->hosts_file);
out:
  free(needs);
  return status;
}

/* ---- connecting ---- */

static bool any_travels(const bf_hosts *hosts) {
  for (size_t i = 0; i < hosts->n; i++)
    if (hosts->at[i].told.state == BF_MACHINE_USABLE && !hosts->at[i].told.shared) return true;
  return false;
}

/* GNU Parallel would take an empty list for this machine. */
static bf_status write_logins(bf_parallel *e) {
  char *text = bf_gnu_logins(&e->hosts, &e->masters, e->memory);
  bf_status status = *text ? bf_file_replace(e->logins, text, strlen(text))
                           : bf_fail(BF_FAILED, "no machine of %s is left; the same run again goes on from here", e->hosts_file);
  free(text);
  return status;
}

bf_status bf_machines_connect(bf_parallel *e) {
  bf_status status = BF_OK;
  if (!e->hosts_file) return BF_OK;
  if (e->masters.folder) return write_logins(e); /* the wave has another need for memory */
  BF_TRY(bf_masters_open(&e->hosts, &e->masters));
  e->logins = bf_path_join(e->masters.folder, "logins");
  BF_TRY(write_logins(e));
  if (!any_travels(&e->hosts)) goto out;
  e->travel = bf_path_join(e->masters.folder, "travel");
  if (mkdir(e->travel, 0700)) status = bf_fail(BF_STORE, "%s: %s", e->travel, strerror(errno));
out:
  return status;
}

bool bf_machines_lost(bf_parallel *e) {
  bool lost = false;
  for (size_t i = 0; i < e->masters.n; i++) {
    bf_master *m = &e->masters.at[i];
    if (!m->pid || waitpid(m->pid, NULL, WNOHANG) != m->pid) continue;
    m->pid = 0;
    m->jobs = 0;
    unlink(m->socket);
    lost = true;
    bf_machines_note(e, bf_format_text("the connection to %s is lost; its jobs are done elsewhere", e->hosts.at[m->host].name));
  }
  if (lost) write_logins(e); /* when none is left, the jobs that run end by themselves, and the next call says so */
  return lost;
}

void bf_machines_close(bf_parallel *e) {
  bf_masters_close(&e->masters);
  bf_hosts_free(&e->hosts);
  free(e->running);
  free(e->logins);
  free(e->travel);
}

/* ---- travelling ---- */

static char *bundle_of(const bf_parallel *e, size_t point, const char *direction) { return bf_format_text("%s/%zu.%s", e->travel, point, direction); }

bf_status bf_machines_prepare(bf_parallel *e, size_t wave, const size_t *point, size_t n) {
  bf_status status = BF_OK;
  for (size_t i = 0; e->travel && i < n && status == BF_OK; i++) {
    if (bf_local_signalled(&e->local)) {
      bf_local_cancel(&e->local);
      return BF_CANCELLED;
    }
    char *orders = bundle_of(e, point[i], "in"), *results = bundle_of(e, point[i], "out");
    unlink(results);
    status = bf_orders_pack(e, wave, point[i], orders);
    free(orders);
    free(results);
  }
  return status;
}

/* GNU Parallel's rsync puts a file in its place when it is whole. True when it has come. */
static bool take_results(bf_parallel *e, size_t point) {
  char *results = bundle_of(e, point, "out"), *orders = bundle_of(e, point, "in"), *job = bf_format_text("%zu.%zu", e->wave, point);
  struct stat st;
  const bool come = !stat(results, &st) && st.st_size;
  if (come) {
    bf_status status = bf_travel_take_results(e->local.plan->store, bf_run_id(e->local.run), job, results);
    if (status == BF_STORE) bf_local_stop(&e->local, BF_STORE, bf_error());
    if (status != BF_OK)
      bf_machines_note(e,
                       bf_format_text("the results of point %zu from %s are not taken: %s", point, e->hosts.at[e->held[e->wave][point].host].name, bf_error()));
    unlink(results);
    unlink(orders);
  }
  free(results);
  free(orders);
  free(job);
  return come;
}

void bf_machines_arrivals(bf_parallel *e, bool last) {
  for (size_t k = 0; e->narriving && k < e->waves.at[e->wave].npoint; k++) {
    bf_held *held = &e->held[e->wave][k];
    if (!held->arriving || (!take_results(e, k) && !last)) continue;
    held->arriving = false;
    e->narriving--;
    held->ended = true;
    bf_adopt(e, e->wave, k);
  }
}
