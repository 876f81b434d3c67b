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

static void need(const bf_entry ***list, size_t *n, const bf_entry *entry) {
  for (size_t i = 0; i < *n; i++)
    if ((*list)[i] == entry) return;
  *list = bf_grow(*list, *n, sizeof **list);
  (*list)[(*n)++] = entry;
}

/* All that the pipeline names; what artifacts name beside that is found by the jobs. */
static const bf_entry **needs_of(const bf_plan *plan, size_t *n) {
  const bf_entry **list = NULL, *const * use;
  *n = 0;
  for (size_t s = 0; s < plan->pipeline->nstage; s++) {
    const bf_pstage *stage = &plan->pipeline->stage[s];
    need(&list, n, stage->use);
    for (size_t i = 0; i < stage->nsave; i++) need(&list, n, stage->save[i].format);
    if (stage->print) need(&list, n, stage->print_format);
    for (size_t i = 0; i < stage->ninstance; i++)
      for (size_t k = bf_params_uses(plan->instance[s][i].params, &use); k-- > 0;) need(&list, n, use[k]);
  }
  return list;
}

bf_status bf_machines_ask(bf_parallel *e, bf_store *store, const bf_registry *registry) {
  bf_status status = BF_OK;
  bf_hosts_question q = {.registry = registry, .store = store, .plugin_path = e->local.o->plugin_path};
  const bf_entry **needs = NULL;
  if (!e->hosts_file) return BF_OK;
  BF_TRY(bf_hosts_read(e->hosts_file, &e->hosts));
  q.need = needs = needs_of(e->local.plan, &q.nneed);
  BF_TRY(bf_hosts_ask(&e->hosts, &q));
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

static bf_status write_logins(bf_parallel *e) {
  char *text = bf_gnu_logins(&e->hosts, &e->masters, e->memory);
  bf_status status = bf_file_replace(e->logins, text, strlen(text));
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
  if (lost && write_logins(e) != BF_OK) bf_local_stop(&e->local, BF_STORE, bf_error());
  return lost;
}

void bf_machines_close(bf_parallel *e) {
  bf_masters_close(&e->masters);
  bf_hosts_free(&e->hosts);
  free(e->logins);
  free(e->travel);
}

/* ---- travelling ---- */

static char *bundle_of(const bf_parallel *e, size_t point, const char *direction) { return bf_format_text("%s/%zu.%s", e->travel, point, direction); }

bf_status bf_machines_prepare(bf_parallel *e, size_t wave, const size_t *point, size_t n) {
  bf_status status = BF_OK;
  for (size_t i = 0; e->travel && i < n && status == BF_OK; i++) {
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
