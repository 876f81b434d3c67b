/* The hosts file, the words of ssh, quoting for the shell there, and what answers make of a machine. */
#include "base/file.h"
#include "engine/hosts.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_status parse(const char *text, bf_hosts *out) { return bf_hosts_parse("hosts", text, strlen(text), out); }

static void test_good(void **state) {
  (void)state;
  bf_hosts h;
  assert_int_equal(parse("# machines\n"
                         "\n"
                         ": jobs=2   # this one\n"
                         "\talpha\t\n"
                         "me.x_y@beta-1.example.org:2222 jobs=65536 bettiflow=/opt/a,b/bettiflow store=~/s#1\n"
                         "[fd44::3]\n"
                         "root@[fe80::1%eth0]:22 store=/s\n"
                         "10.0.0.1:65535",
                         &h),
                   BF_OK);
  assert_int_equal(h.n, 6);
  assert_string_equal(h.path, "hosts");
  assert_true(h.at[0].here);
  assert_int_equal(h.at[0].jobs, 2);
  assert_int_equal(h.at[0].line, 3);
  assert_string_equal(h.at[1].name, "alpha");
  assert_string_equal(h.at[1].address, "alpha");
  assert_null(h.at[1].user);
  assert_false(h.at[1].here);
  assert_int_equal(h.at[1].port, 0);
  assert_int_equal(h.at[1].jobs, 0);
  assert_string_equal(h.at[2].user, "me.x_y");
  assert_string_equal(h.at[2].address, "beta-1.example.org");
  assert_int_equal(h.at[2].port, 2222);
  assert_int_equal(h.at[2].jobs, 65536);
  assert_string_equal(h.at[2].program, "/opt/a,b/bettiflow");
  assert_string_equal(h.at[2].store, "~/s#1");
  assert_string_equal(h.at[3].address, "fd44::3");
  assert_string_equal(h.at[4].address, "fe80::1%eth0");
  assert_int_equal(h.at[4].port, 22);
  assert_int_equal(h.at[5].port, 65535);
  bf_hosts_free(&h);
  bf_hosts_free(&h); /* once more does no harm */
}

static void test_bad(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "hosts: no machine in it"},
      {"# none\n\n", "hosts: no machine in it"},
      {"a\n-oProxyCommand=touch\n", "hosts:2: '-oProxyCommand=touch' can't be a host's name"},
      {"-a", "hosts:1: '-a' can't be a host's name"},
      {"u@-a", "hosts:1: '-a' can't be a host's name"},
      {"-u@a", "hosts:1: '-u' can't be a user's name"},
      {"@a", "hosts:1: nothing stands before the '@'"},
      {"u@", "hosts:1: a host's name is missing"},
      {"u@v@a", "hosts:1: 'v@a' can't be a host's name"},
      {"u:22@a", "hosts:1: 'u:22' can't be a user's name"},
      {"..", "hosts:1: '..' can't be a host's name"},
      {"a;reboot", "hosts:1: 'a;reboot' can't be a host's name"},
      {"$(reboot)", "hosts:1: '$(reboot)' can't be a host's name"},
      {"`id`", "can't be a host's name"},
      {"a|b", "can't be a host's name"},
      {"a&b", "can't be a host's name"},
      {"a'b", "can't be a host's name"},
      {"a\"b", "can't be a host's name"},
      {"a\\b", "can't be a host's name"},
      {"a*", "can't be a host's name"},
      {"a~b", "can't be a host's name"},
      {"8/a", "can't be a host's name"},
      {"a,b", "can't be a host's name"},
      {"\xc3\xa4lpha", "can't be a host's name"},
      {"a\xff", "hosts:1: byte 0xff can't stand in a hosts file"},
      {"a\x1b[2J", "hosts:1: byte 0x1b can't stand in a hosts file"},
      {"a\x7f", "hosts:1: byte 0x7f"},
      {"a\r\n", "hosts:1: the line ends with a carriage return"},
      {"a # \x01", "hosts:1: byte 0x01"},
      {"a:", "hosts:1: '' is no port"},
      {"a:0", "hosts:1: '0' is no port"},
      {"a:65536", "hosts:1: '65536' is no port"},
      {"a:022", "hosts:1: '022' is no port"},
      {"a:22x", "hosts:1: '22x' is no port"},
      {"a:-1", "hosts:1: '-1' is no port"},
      {"fd44::3", "hosts:1: 'fd44::3': write an IPv6 address in brackets"},
      {"[fd44::3", "hosts:1: '[fd44::3': an IPv6 address stands in brackets"},
      {"[fd44::3]22", "an IPv6 address stands in brackets"},
      {"[]", "hosts:1: '[]' is no IPv6 address"},
      {"[fd44::g]", "is no IPv6 address"},
      {"[fd44::3%]", "is no IPv6 address"},
      {"[fd44::3%e;h]", "is no IPv6 address"},
      {"[alpha]", "is no IPv6 address"},
      {"[fd44::3]:", "is no port"},
      {"a b", "hosts:1: what is 'b'? One machine a line"},
      {"a jobs", "hosts:1: what is 'jobs'?"},
      {"a jobs=", "hosts:1: 'jobs=': jobs= takes a number from 1"},
      {"a jobs=0", "jobs= takes a number"},
      {"a jobs=65537", "jobs= takes a number"},
      {"a jobs=99999999999999999999", "jobs= takes a number"},
      {"a jobs=2x", "jobs= takes a number"},
      {"a jobs=2 jobs=2", "hosts:1: jobs= stands here twice"},
      {"a job=2", "there is no setting 'job=', did you mean jobs="},
      {"a shop=2", "hosts:1: there is no setting 'shop='"},
      {"a =2", "hosts:1: there is no setting '='"},
      {"a store=s", "hosts:1: store=s: the path on that machine begins with / or ~/"},
      {"a store=", "the path on that machine begins with / or ~/"},
      {"a store=~u/s", "the path on that machine begins with / or ~/"},
      {"a store=/s store=/s", "hosts:1: store= stands here twice"},
      {"a bettiflow=bettiflow", "hosts:1: bettiflow=bettiflow: the path on that machine begins"},
      {"a store=/my folder", "hosts:1: what is 'folder'?"},
      {": store=/s", "hosts:1: store= can't be said of ':'"},
      {": bettiflow=/b", "hosts:1: bettiflow= can't be said of ':'"},
      {":22", "hosts:1: a host's name is missing"},
      {"a\nb\na jobs=1", "hosts:3: 'a' stands in line 1 already"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bf_hosts h;
    bf_status status = parse(cases[i].text, &h);
    if (status != BF_BAD_INPUT || !strstr(bf_error(), cases[i].message)) fail_msg("'%s': %d, %s; not: %s", cases[i].text, status, bf_error(), cases[i].message);
    assert_null(h.at);
  }
  bf_hosts h;
  assert_int_equal(bf_hosts_parse("hosts", "a\0b\n", 4, &h), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "hosts:1: byte 0x00"));
  assert_int_equal(bf_hosts_read("none", &h), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "none"));
}

/* No text whatever gives a name with other characters than those that are meant to be there. */
static void test_any(void **state) {
  (void)state;
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:%";
  static const char used[] = "ab1:@[]%.-_ =#/~$;'\"\t\n\\jobs=1store=~/\x80\x01";
  uint32_t x = 1;
  size_t taken = 0;
  for (int round = 0; round < 200000; round++) {
    char text[24];
    bf_hosts h;
    const size_t n = (size_t)round % sizeof text;
    for (size_t i = 0; i < n; i++) {
      x = x * 1664525 + 1013904223;
      text[i] = used[(x >> 8) % (sizeof used - 1)];
    }
    if (bf_hosts_parse("hosts", text, n, &h) != BF_OK) continue;
    taken++;
    for (size_t i = 0; i < h.n; i++) {
      const char *address = h.at[i].address, *user = h.at[i].user;
      assert_true(h.at[i].here || (*address && *address != '-' && strspn(address, allowed) == strlen(address)));
      assert_true(!user || (*user && *user != '-' && strspn(user, allowed) == strlen(user) && !strpbrk(user, ":%")));
    }
    bf_hosts_free(&h);
  }
  assert_true(taken > 100);
}

static char *joined(bf_words words) {
  bf_text t = {0};
  for (char **w = words.at; *w; w++) bf_text_addf(&t, "%s%s", t.n ? "|" : "", *w);
  bf_words_free(&words);
  return bf_text_take(&t);
}

static void test_ssh(void **state) {
  (void)state;
  bf_hosts h;
  assert_int_equal(parse("me@[fd44::3]:2222\nalpha\n", &h), BF_OK);
  setenv("BETTIFLOW_SSH", " ssh -F  /x/config ", 1);
  char *words = joined(bf_ssh_words(&h.at[0], "/tmp/x/0"));
  assert_non_null(strstr(words, "ssh|-F|/x/config|-o|BatchMode=yes|"));
  assert_non_null(strstr(words, "|-o|ControlPath=/tmp/x/0|-p2222|-lme"));
  free(words);
  setenv("BETTIFLOW_SSH", " ", 1);
  words = joined(bf_ssh_words(&h.at[1], NULL));
  assert_int_equal(strncmp(words, "ssh|-o|BatchMode=yes|", 21), 0);
  assert_null(strstr(words, "-l"));
  assert_null(strstr(words, "ControlPath"));
  free(words);
  unsetenv("BETTIFLOW_SSH");
  bf_hosts_free(&h);
}

static void test_quoting(void **state) {
  (void)state;
  static const char *const words[] = {"", "a b", "it's", "''", "$HOME `id` \"x\" \\ !! * ~ ; & | < > ( ) # \n \t -n", "\xc3\xa4\xff"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    char back[256];
    bf_text t = {0};
    bf_text_add(&t, "printf %s ");
    bf_text_shell(&t, words[i]);
    FILE *p = popen(t.at, "r");
    assert_non_null(p);
    const size_t n = fread(back, 1, sizeof back - 1, p);
    back[n] = 0;
    assert_int_equal(pclose(p), 0);
    assert_string_equal(back, words[i]);
    bf_text_free(&t);
  }
}

/* ---- answers ---- */

typedef struct world {
  bf_registry *registry;
  bf_hosts hosts;
  json_t *mine;
  bf_hosts_question q;
} world;

static int open_world(void **state) {
  static world w;
  w = (world){0};
  char *plugins = bf_format_text("%s/tests/plugins/good", getenv("BF_BUILD"));
  assert_int_equal(bf_registry_open(plugins, &w.registry), BF_OK);
  assert_int_equal(parse("alpha\n: jobs=3\n", &w.hosts), BF_OK);
  w.mine = bf_probe_json(w.registry, NULL, NULL, false);
  w.q.registry = w.registry;
  free(plugins);
  *state = &w;
  return 0;
}

static int close_world(void **state) {
  world *w = *state;
  bf_hosts_free(&w->hosts);
  bf_registry_free(w->registry);
  json_decref(w->mine);
  return 0;
}

/* Judges a copy of our own answer with a store, and with `name` set to `value` (taken); store's members have the name "store.". */
static const bf_machine_answer *judged(world *w, size_t host, const char *name, json_t *value) {
  json_t *answer = json_deep_copy(w->mine);
  json_object_set_new(answer, "perl", json_true());
  json_object_set_new(answer, "rsync", json_true());
  json_object_set_new(answer, "store", json_pack("{s:b, s:b, s:s, s:I, s:s}", "shared", 1, "writable", 1, "path", "/s", "free", (json_int_t)1, "why", "full"));
  if (name && !strncmp(name, "store.", 6))
    json_object_set_new(json_object_get(answer, "store"), name + 6, value);
  else if (name)
    json_object_set_new(answer, name, value);
  bf_machine_judge(&w->hosts, &w->hosts.at[host], answer, w->mine, &w->q);
  json_decref(answer);
  return &w->hosts.at[host].told;
}

static json_t *plugins_but(const world *w, const char *id, const char *build) {
  json_t *list = json_deep_copy(json_object_get(w->mine, "plugins"));
  for (size_t i = json_array_size(list); i-- > 0;) {
    json_t *one = json_array_get(list, i);
    if (strcmp(json_string_value(json_object_get(one, "id")), id)) continue;
    if (build)
      json_object_set_new(one, "build", json_string(build));
    else
      json_array_remove(list, i);
  }
  return list;
}

static void test_usable(void **state) {
  world *w = *state;
  const bf_machine_answer *a = judged(w, 0, NULL, NULL);
  assert_int_equal(a->state, BF_MACHINE_USABLE);
  assert_null(a->why);
  assert_null(a->note);
  assert_true(a->asked && a->shared && a->writable && a->perl && a->rsync);
  assert_string_equal(a->store, "/s");
  assert_true(a->cores >= 1 && a->jobs == a->cores && a->memory >= a->available && a->available > 0);
  assert_int_equal(bf_file_check(a->program), BF_OK);
  assert_int_equal(judged(w, 1, NULL, NULL)->jobs, 3);
  assert_int_equal(bf_hosts_usable(&w->hosts), 2);
  a = judged(w, 0, "build", json_string("00"));
  assert_int_equal(a->state, BF_MACHINE_USABLE);
  assert_non_null(strstr(a->note, "another build"));
}

static void test_version(void **state) {
  world *w = *state;
  const bf_machine_answer *a = judged(w, 0, "bettiflow", json_string("9.9.9"));
  assert_int_equal(a->state, BF_MACHINE_VERSION);
  assert_non_null(strstr(a->why, "is bettiflow 9.9.9, here it is"));
  assert_non_null(strstr(a->advice, "hosts:1"));
  assert_int_equal(judged(w, 0, "core", json_integer(2))->state, BF_MACHINE_VERSION);
  assert_int_equal(judged(w, 0, "key", json_integer(2))->state, BF_MACHINE_VERSION);
  assert_int_equal(judged(w, 0, "key", json_string("1"))->state, BF_MACHINE_VERSION);
  assert_int_equal(judged(w, 0, "bettiflow", json_null())->state, BF_MACHINE_VERSION);
}

static void test_builds(void **state) {
  world *w = *state;
  const bf_entry *points, *relu;
  assert_int_equal(bf_registry_find(w->registry, BF_KIND_STAGE, "test.points", &points), BF_OK);
  assert_int_equal(bf_registry_find(w->registry, BF_KIND_ACTIVATION, "relu", &relu), BF_OK);
  const bf_machine_answer *a = judged(w, 0, "plugins", plugins_but(w, "test.points", "0123456789abcdef"));
  assert_int_equal(a->state, BF_MACHINE_BUILDS);
  assert_non_null(strstr(a->why, "test.points is another build (0123456789ab, here "));
  a = judged(w, 0, "plugins", plugins_but(w, "test.points", NULL));
  assert_int_equal(a->state, BF_MACHINE_BUILDS);
  assert_string_equal(a->why, "test.points is not there");
  a = judged(w, 0, "plugins", json_array());
  assert_int_equal(a->state, BF_MACHINE_BUILDS);
  assert_non_null(strstr(a->why, " more"));
  assert_int_equal(judged(w, 0, "plugins", json_string("none"))->state, BF_MACHINE_BUILDS);

  json_t *twice = json_deep_copy(json_object_get(w->mine, "plugins"));
  json_array_append_new(twice, json_pack("{s:s, s:s}", "id", "test.points", "build", "77"));
  assert_int_equal(judged(w, 0, "plugins", twice)->state, BF_MACHINE_BUILDS);

  w->q.need = &relu; /* a run that does not use it does not mind */
  w->q.nneed = 1;
  assert_int_equal(judged(w, 0, "plugins", plugins_but(w, "test.points", NULL))->state, BF_MACHINE_USABLE);
  assert_int_equal(judged(w, 0, "plugins", plugins_but(w, "activation.relu", "00"))->state, BF_MACHINE_BUILDS);
}

static void test_store(void **state) {
  world *w = *state;
  const bf_machine_answer *a = judged(w, 0, "store.writable", json_false());
  assert_int_equal(a->state, BF_MACHINE_STORE);
  assert_string_equal(a->why, "/s can't be written there: full");
  assert_int_equal(judged(w, 0, "store.shared", json_false())->state, BF_MACHINE_USABLE);
  a = judged(w, 0, "store", json_null());
  assert_int_equal(a->state, BF_MACHINE_USABLE);
  assert_false(a->asked);
}

static void test_tools(void **state) {
  world *w = *state;
  assert_int_equal(judged(w, 0, "perl", json_false())->state, BF_MACHINE_TOOLS);
  assert_int_equal(judged(w, 1, "perl", json_false())->state, BF_MACHINE_USABLE);  /* this machine: GNU Parallel itself would not start */
  assert_int_equal(judged(w, 0, "rsync", json_false())->state, BF_MACHINE_USABLE); /* the folder is shared */
  json_object_set_new(w->mine, "rsync", json_false());
  json_t *own = json_pack("{s:b, s:b, s:s}", "shared", 0, "writable", 1, "path", "/own"), *answer = json_deep_copy(w->mine);
  json_object_set_new(answer, "store", own);
  json_object_set_new(answer, "perl", json_true());
  bf_machine_judge(&w->hosts, &w->hosts.at[0], answer, w->mine, &w->q);
  assert_int_equal(w->hosts.at[0].told.state, BF_MACHINE_TOOLS);
  assert_string_equal(w->hosts.at[0].told.why, "it lacks rsync, and it does not see this store's folder");
  json_decref(answer);
}

/* Answers of any shape are judged without a crash, and never as usable. */
static void test_odd_answers(void **state) {
  world *w = *state;
  static const char *const texts[] = {
      "{}", "[]", "1", "\"x\"", "{\"bettiflow\":1,\"plugins\":{},\"store\":[]}", "{\"bettiflow\":\"0\",\"cores\":-5,\"store\":{}}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    json_t *answer = json_loads(texts[i], JSON_DECODE_ANY, NULL);
    assert_non_null(answer);
    bf_machine_judge(&w->hosts, &w->hosts.at[0], answer, w->mine, &w->q);
    assert_int_not_equal(w->hosts.at[0].told.state, BF_MACHINE_USABLE);
    json_decref(answer);
  }
}

static void test_token(void **state) {
  world *w = *state;
  assert_int_equal(bf_folder_make("store/tmp/a"), BF_OK);
  assert_int_equal(bf_file_replace("store/tmp/a/token", "77", 2), BF_OK);
  static const struct {
    const char *token;
    bool own, shared;
    const char *path;
  } cases[] = {{"tmp/a/token=77", false, true, "store"},
               {"tmp/a/token=7", false, false, "/c/bettiflow/hosts"},
               {"tmp/a/token=78", true, false, "store"},
               {"tmp/b/token=77", false, false, "/c/bettiflow/hosts"},
               {"tmp/../../x=77", false, false, "/c/bettiflow/hosts"},
               {NULL, false, false, "/c/bettiflow/hosts"}};
  setenv("XDG_CACHE_HOME", "/c", 1);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    json_t *j = bf_probe_json(w->registry, "store", cases[i].token, cases[i].own), *s = json_object_get(j, "store");
    assert_int_equal(json_is_true(json_object_get(s, "shared")), cases[i].shared);
    assert_string_equal(json_string_value(json_object_get(s, "path")), cases[i].path);
    json_decref(j);
  }
}

/* ---- asking, through programs that stand in for ssh: they get what the other machine's shell would read as their last word ---- */

static void stand_in(const char *script) {
  assert_int_equal(bf_file_replace("ssh.sh", script, strlen(script)), BF_OK);
  setenv("BETTIFLOW_SSH", "sh ssh.sh", 1);
}

static void test_ask(void **state) {
  world *w = *state;
  bf_hosts h;
  char *text = bf_format_text("alpha bettiflow=%1$s\nbeta bettiflow=%1$s store=/tmp jobs=5\n: jobs=2\n", getenv("BETTIFLOW"));
  assert_int_equal(parse(text, &h), BF_OK);
  assert_int_equal(bf_store_open("asked", BF_STORE_RUN, &w->q.store), BF_OK);
  char *plugins = bf_format_text("%s/tests/plugins/good", getenv("BF_BUILD"));
  w->q.plugin_path = plugins; /* there too the plugins are looked for */

  /* A login script prints something, and a process that stays behind holds stdout and stderr. */
  stand_in("for last; do :; done; echo '{}'; echo hello >&2; sleep 60 & echo $! >>left; eval \"$last\"");
  assert_int_equal(bf_hosts_ask(&h, &w->q), BF_OK);
  for (size_t i = 0; i < h.n; i++)
    if (h.at[i].told.state != BF_MACHINE_USABLE) fail_msg("%s: %s", h.at[i].name, h.at[i].told.why);
  assert_true(h.at[0].told.shared);
  assert_string_equal(h.at[0].told.store, bf_store_path(w->q.store));
  assert_false(h.at[1].told.shared); /* store= is another folder there */
  assert_string_equal(h.at[1].told.store, "/tmp");
  assert_int_equal(h.at[1].told.jobs, 5);
  assert_true(h.at[2].told.shared);
  assert_int_equal(h.at[2].told.jobs, 2);
  assert_int_equal(system("kill $(cat left)"), 0);

  /* One does not answer in time; the others' answers count. */
  w->q.seconds = 6;
  stand_in("host=; for last; do host=$before; before=$last; done; [ $host = beta ] || { eval \"$last\"; exit; }; echo $$ >hung; exec sleep 60");
  assert_int_equal(bf_hosts_ask(&h, &w->q), BF_OK);
  assert_int_equal(h.at[0].told.state, BF_MACHINE_USABLE);
  assert_int_equal(h.at[1].told.state, BF_MACHINE_UNREACHABLE);
  assert_string_equal(h.at[1].told.why, "no answer within 6 s");
  assert_null(h.at[1].told.version); /* what it told before is forgotten */
  assert_int_equal(bf_hosts_usable(&h), 2);
  assert_int_not_equal(system("kill -0 $(cat hung) 2>/dev/null"), 0);

  /* Without end on stdout and stderr: what is over the cap is dropped. */
  stand_in("yes >&2 & loud=$!; yes | head -c 40000000; kill $loud; echo 'ssh: it is too loud\033[2J' >&2; exit 255");
  w->q.seconds = 60;
  assert_int_equal(bf_hosts_ask(&h, &w->q), BF_OK);
  assert_int_equal(h.at[0].told.state, BF_MACHINE_UNREACHABLE);
  assert_null(strchr(h.at[0].told.why, '\033'));
  assert_int_equal(bf_hosts_usable(&h), 1);
  bf_store_close(w->q.store);
  bf_hosts_free(&h);
  unsetenv("BETTIFLOW_SSH");
  free(plugins);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
                                     cmocka_unit_test(test_bad),
                                     cmocka_unit_test(test_any),
                                     cmocka_unit_test(test_ssh),
                                     cmocka_unit_test(test_quoting),
                                     cmocka_unit_test_setup_teardown(test_usable, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_version, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_builds, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_store, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_tools, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_odd_answers, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_token, open_world, close_world),
                                     cmocka_unit_test_setup_teardown(test_ask, open_world, close_world)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
