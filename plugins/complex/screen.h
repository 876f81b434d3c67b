/* A screen before exact distances: which points of a block may be within a bar of a query, by inner products of floats.
 *
 * Query and block are moved so that a point c close to the query is the origin: a = fl(q - c), b = fl(y - c). Then D = |q - y|² is about |a|² + |b|² - 2 a·b,
 * and y is ruled out when, in floats, a·b - (1 - κ)|b|²/2 < ((1 - κ)|a|² - bar)/2.
 *
 * Why that is safe. Let u = 2^-24, W = |q - c|² + |y - c|², γ(n) = nu / (1 - nu). The steps to a and b err by u in each coordinate, so a·b differs from
 * (q - c)·(y - c) by less than 2u W; a sum of n terms, in any order, fused or not, errs by γ(n) times the sum of the terms' sizes, and W bounds the sum of all
 * sizes here. Altogether the two sides are off by less than (3/2) γ(dim + 6) W, and κ = 4 (dim + 8) u, which takes κW/2 from the right side, outweighs them. So
 * who is ruled out has D > bar (1 + 4u), by the margin that bf_screen_least puts on the bar, and its distance as computed in double is greater than the bar
 * too. Underflow adds less than (dim + 16) 2^-145, which is part of that margin; overflow is excluded by bf_screen_fits. docs/complexes.md says the same in
 * words. */
#ifndef BF_COMPLEX_SCREEN_H
#define BF_COMPLEX_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_SCREEN_BLOCK = 32 };

typedef struct bf_screen {
  /* b = x - c for a block x, coordinate by coordinate, and half[l] = keep |b|²/2 of its points; keep = 1 - κ. */
  void (*centre)(const float *x, const float *c, uint32_t dim, float keep, float *b, float half[BF_SCREEN_BLOCK]);

  /* For the queries which[0 … n-1], n >= 1, whose a are the rows of `a`: bit l of mask[i] says that point l is not ruled out. */
  void (*pass)(const float *a, const uint32_t *which, uint32_t n, const float *b, const float *half, uint32_t dim, const float *least, uint32_t *mask);
} bf_screen;

/* The fastest that this machine has, unless BETTIFLOW_CPU asks for less (../activation/cpu.h). All are safe, so results do not depend on it. */
const bf_screen *bf_screen_best(void);
extern const bf_screen bf_screen_baseline;
#if defined(__x86_64__)
extern const bf_screen bf_screen_avx512, bf_screen_avx2;
#endif

/* Whether points in the box (lower corner, upper corner) can be screened. */
bool bf_screen_fits(const float *box, uint32_t dim);

float bf_screen_keep(uint32_t dim);

/* The right side for a query with |a|² = squares. */
float bf_screen_least(double squares, double bar, uint32_t dim);

#endif
