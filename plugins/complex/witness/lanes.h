/* Vectors of eight doubles. */
#ifndef BF_WITNESS_LANES_H
#define BF_WITNESS_LANES_H

#include <stdint.h>

enum { LANES = 8 };
typedef double lanes __attribute__((vector_size(8 * LANES), aligned(8)));
typedef int64_t masks __attribute__((vector_size(8 * LANES)));

#define AT(x) (*(const lanes *)(x))
#define PICK(mask, a, b) ((lanes)(((masks)(a) & (mask)) | ((masks)(b) & ~(mask))))
#define GREATER(a, b) PICK((a) > (b), a, b)
#define LESS(a, b) PICK((a) < (b), a, b)

#endif
