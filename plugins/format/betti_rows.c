/* A Betti table without layers for people: one line for each combination of axes; and the list of declined items. */
#include "betti_text.h"

#include "../table/view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

uint32_t betti_text_width(const char *s) {
  uint32_t n = 0;
  for (; *s; s++) n += (*s & 0xc0) != 0x80;
  return n;
}

static void pad(text_out *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) fputc(' ', out->f);
}

void betti_text_right(text_out *out, const char *s, uint32_t width) {
  uint32_t n = betti_text_width(s);
  pad(out, n < width ? width - n : 0);
  fputs(s, out->f);
}

void betti_text_left(text_out *out, const char *s, uint32_t width) {
  uint32_t n = betti_text_width(s);
  fputs(s, out->f);
  pad(out, n < width ? width - n : 0);
}

static uint32_t most(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* Does row i belong on the line of row i - 1? The same texts, and the next dimension. */
static bool goes_on(const bf_betti_table *t, uint64_t i) {
  return i > 0 && t->dim[i] > t->dim[i - 1] && memcmp(t->value + i * t->naxis, t->value + (i - 1) * t->naxis, t->naxis * sizeof *t->value) == 0;
}

static void write_line(text_out *out, const bf_betti_table *t, uint64_t *i, const uint32_t *width, uint32_t dims, uint32_t betti_width) {
  const uint32_t *value = t->value + *i * t->naxis;
  for (uint32_t a = 0; a < t->naxis; a++) {
    const char *text = value[a] ? t->text[value[a]] : "–";
    fputs(a > 0 ? "  " : "", out->f);
    betti_text_right(out, text, width[a]);
  }
  uint32_t dim = 0;
  do {
    char number[24];
    for (; dim < t->dim[*i]; dim++) {
      pad(out, 2);
      betti_text_right(out, "–", betti_width);
    }
    snprintf(number, sizeof number, "%" PRId64, t->betti[(*i)++]);
    pad(out, 2);
    betti_text_right(out, number, betti_width);
    dim++;
  } while (*i < t->n && goes_on(t, *i));
  for (; dim < dims; dim++) {
    pad(out, 2);
    betti_text_right(out, "–", betti_width);
  }
  fputc('\n', out->f);
}

bf_status betti_text_rows(text_out *out, bf_betti_table *t) {
  bf_status status = BF_OK;
  uint32_t dims = 0, betti_width = 2, *width = NULL;
  BF_TRY(view_add_scale(t));
  if (!(width = calloc(t->naxis, sizeof *width))) return bf_fail(BF_NO_MEMORY, "out of memory for a table's widths");
  for (uint32_t a = 0; a < t->naxis; a++) width[a] = betti_text_width(t->axis[a]);
  for (uint64_t i = 0; i < t->n; i++) {
    char number[24];
    for (uint32_t a = 0; a < t->naxis; a++) width[a] = most(width[a], betti_text_width(t->text[t->value[i * t->naxis + a]]));
    dims = most(dims, t->dim[i] + 1);
    betti_width = most(betti_width, (uint32_t)snprintf(number, sizeof number, "%" PRId64, t->betti[i]));
  }
  for (uint32_t a = 0; a < t->naxis; a++) {
    fputs(a > 0 ? "  " : "", out->f);
    betti_text_right(out, t->axis[a], width[a]);
  }
  for (uint32_t dim = 0; dim < dims; dim++) {
    char head[16];
    snprintf(head, sizeof head, "β%" PRIu32, dim);
    pad(out, 2);
    betti_text_right(out, head, betti_width);
  }
  fputc('\n', out->f);
  for (uint64_t i = 0; i < t->n;) write_line(out, t, &i, width, dims, betti_width);
out:
  free(width);
  return status;
}

/* As much of s as fits into `width` characters, an ellipsis counted; newlines as blanks. */
static void write_cut(FILE *f, const char *s, uint32_t width) {
  uint32_t n = betti_text_width(s);
  const bool cut = n > width;
  n = cut ? width - 1 : n;
  for (; *s && (n || (*s & 0xc0) == 0x80); s++) {
    n -= (*s & 0xc0) != 0x80;
    fputc(*s == '\n' || *s == '\t' ? ' ' : *s, f);
  }
  fputs(cut ? "…\n" : "\n", f);
}

void betti_text_declined(text_out *out, const bf_betti_table *t, uint32_t width) {
  enum { SHOWN = 8, LEAST = 20 };
  if (t->ndeclined > 0) fprintf(out->f, "\ndeclined (%" PRIu64 "):\n", t->ndeclined);
  for (uint64_t i = 0; i < t->ndeclined && i < SHOWN; i++) {
    uint32_t used = 4;
    fputs("  ", out->f);
    for (uint32_t a = 0; a < t->naxis; a++) {
      const char *text = t->text[t->declined[i * t->naxis + a]];
      if (!*text) continue;
      fprintf(out->f, "%s=%s ", t->axis[a], text);
      used += betti_text_width(t->axis[a]) + betti_text_width(text) + 2;
    }
    fputs("– ", out->f);
    write_cut(out->f, t->text[t->reason[i]], used + LEAST < width ? width - used : LEAST);
  }
  if (t->ndeclined > SHOWN) fprintf(out->f, "  … and %" PRIu64 " more\n", t->ndeclined - SHOWN);
}
