/* Thousands of mutations of good pipelines: each is read or refused with a message, never a crash, and what is read is a pipeline whose text reads again. */
#include "base/text.h"
#include "pipeline_fake.h"
#include <bettiflow/random.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 4000 };

static uint64_t draws;
static size_t draw(size_t n) { return (size_t)bf_random_below(42, draws++, n); }

static const char *const pieces[] = {
    "$",      "$$",     "$seed",    "{",     "}",      "[",      "]",      ":",           ": ",      ",",      "..",   "1..3", "&a ",
    "*a",     "!t ",    "\"",       "'",     "\n",     "\n  ",   " ",      "\t",          "#",       "- ",     "? ",   "| ",   "%",
    "@",      "\x80",   "\xc3\xa9", "\xff",  "\x01",   "{seed}", "data",   "data.points", "net.log", "layers", "each", "in",   "gather",
    "across", "params", "save",     "print", "limits", "use",    "sweep",  "vars",        "include", "t.yaml", "0",    "-1",   "9999999999999999999",
    "inf",    "true",   "~",        "<<",    "---\n",  "...\n",  "{a: 1}", "[1, 2]",      ""};

/* Replaces, inserts, drops, doubles or swaps a piece of text. */
static char *mutate(const char *text) {
  size_t n = strlen(text), at = draw(n + 1), length = draw(8);
  if (draw(4) == 0) length = draw(60);
  if (at + length > n) length = n - at;
  const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
  switch (draw(5)) {
  case 0:
    return bf_format_text("%.*s%s%s", (int)at, text, piece, text + at);
  case 1:
    return bf_format_text("%.*s%s%s", (int)at, text, piece, text + at + length);
  case 2:
    return bf_format_text("%.*s%s", (int)at, text, text + at + length);
  case 3:
    return bf_format_text("%.*s%.*s%s", (int)(at + length), text, (int)length, text + at, text + at + length);
  default: {
    size_t from = draw(n + 1), m = draw(20);
    if (from + m > n) m = n - from;
    return bf_format_text("%.*s%.*s%s", (int)at, text, (int)m, text + from, text + at + length);
  }
  }
}

static void check(const char *text, size_t *good) {
  bf_pipeline *p = NULL, *again = NULL;
  bf_fail(BF_OK, "%s", "");
  bf_status status = fake_read(&p, text, draw(8) ? NULL : "sweep.seed=4,5", NULL);
  if (status != BF_OK) {
    assert_true(status == BF_INVALID || status == BF_PLUGIN);
    assert_null(p);
    assert_true(strlen(bf_error()) > 10);
    return;
  }
  ++*good;
  for (size_t i = 0; i < p->nstage; i++) {
    assert_true(p->stage[i].ninstance >= 1 && p->stage[i].ninstance <= p->npoint);
    for (size_t l = 0; l < p->stage[i].nlink; l++) assert_true(p->stage[i].link[l].from < i);
  }
  char *merged = bf_pipeline_text(p);
  if (fake_read(&again, merged, NULL) != BF_OK) fail_msg("does not read again: %s\n%s", bf_error(), merged);
  assert_true(bf_node_equal(p->root, again->root));
  free(merged);
  bf_pipeline_free(again);
  bf_pipeline_free(p);
}

static void test_mutations(void **state) {
  (void)state;
  size_t good = 0;
  for (int i = 0; i < ROUNDS; i++) {
    char *text = mutate(fake_quickstart);
    for (size_t more = draw(3); more; more--) {
      char *next = mutate(text);
      free(text);
      text = next;
    }
    check(text, &good);
    free(text);
  }
  assert_true(good > ROUNDS / 50); /* the mutations are not all hopeless */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
