// Integer products that notice when a sum does not fit.

#include "CKernels.h"

uint64_t cnn_largest_magnitude(const int64_t *a, ptrdiff_t n) {
  uint64_t largest = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    uint64_t magnitude = a[i] < 0 ? 0 - (uint64_t)a[i] : (uint64_t)a[i];
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

// Adds x * y; what passes 127 bits on the way is told apart by `lost`.
static inline void add_product(__int128 *sum, int64_t x, int64_t y, int *lost) {
  *lost |= __builtin_add_overflow(*sum, (__int128)x * y, sum);
}

static inline int64_t narrowed(__int128 sum, int lost, int32_t *found) {
  int64_t result = (int64_t)sum;
  *found |= lost || (__int128)result != sum ? CNN_OVERFLOW : 0;
  return result;
}

int32_t cnn_gemm_checked(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const int64_t *a, ptrdiff_t lda,
                         const int64_t *b, ptrdiff_t ldb, int64_t *c, ptrdiff_t ldc) {
  int32_t found = 0;
  for (ptrdiff_t i = 0; i < m; i++) {
    for (ptrdiff_t j = 0; j < n; j++) {
      __int128 sum = 0;
      int lost = 0;
      for (ptrdiff_t l = 0; l < k; l++) add_product(&sum, a[i * lda + l], b[l * ldb + j], &lost);
      c[i * ldc + j] = narrowed(sum, lost, &found);
    }
  }
  return found;
}

int32_t cnn_convolve_checked(const cnn_window *g, const int64_t *picture, const int64_t *weights,
                             const int64_t *bias, int64_t *out, int32_t each_channel) {
  int32_t found = 0;
  const ptrdiff_t in = each_channel ? 1 : g->channels, outputs = each_channel ? g->channels : g->filters;
  for (ptrdiff_t row = 0; row < g->batch * g->out_height; row++) {
    const int64_t *plane = picture + row / g->out_height * g->height * g->width * g->channels;
    for (ptrdiff_t column = 0; column < g->out_width; column++) {
      for (ptrdiff_t k = 0; k < outputs; k++) {
        __int128 sum = bias ? bias[each_channel ? 0 : k] : 0;
        int lost = 0;
        for (ptrdiff_t i = 0; i < g->window_height; i++) {
          const ptrdiff_t y = row % g->out_height * g->stride_y - g->pad_top + i * g->dilation_y;
          if (y < 0 || y >= g->height) continue;
          for (ptrdiff_t j = 0; j < g->window_width; j++) {
            const ptrdiff_t x = column * g->stride_x - g->pad_left + j * g->dilation_x;
            if (x < 0 || x >= g->width) continue;
            const int64_t *from = plane + (y * g->width + x) * g->channels;
            const int64_t *w = weights + (i * g->window_width + j) * (each_channel ? 1 : in * outputs);
            if (each_channel) {
              add_product(&sum, from[k], w[0], &lost);
            } else {
              for (ptrdiff_t l = 0; l < in; l++) add_product(&sum, from[l], w[l * outputs + k], &lost);
            }
          }
        }
        out[(row * g->out_width + column) * outputs + k] = narrowed(sum, lost, &found);
      }
    }
  }
  return found;
}
