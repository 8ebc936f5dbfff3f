// Moving elements without looking at them.

#include <string.h>

#include "CKernels.h"

// Sixteen times sixteen elements of eight bytes fit into the smallest first-level cache, read and written.
#define TILE 16

#define EACH_SIZE(MACRO)              \
  switch (element_size) {             \
    case 1: MACRO(uint8_t) break;     \
    case 4: MACRO(uint32_t) break;    \
    default: MACRO(uint64_t) break;   \
  }

static void copy_line(ptrdiff_t element_size, ptrdiff_t n, const void *source, ptrdiff_t ss, void *target,
                      ptrdiff_t ts) {
  if (ss == 1 && ts == 1) {
    memcpy(target, source, (size_t)(n * element_size));
    return;
  }
#define LINE(T)                                                            \
  {                                                                        \
    const T *s = source;                                                   \
    T *t = target;                                                         \
    if (ss == 0 && ts == 1) {                                              \
      const T value = *s;                                                  \
      for (ptrdiff_t i = 0; i < n; i++) t[i] = value;                      \
    } else if (ts == 1) {                                                  \
      for (ptrdiff_t i = 0; i < n; i++) t[i] = s[i * ss];                  \
    } else {                                                               \
      for (ptrdiff_t i = 0; i < n; i++) t[i * ts] = s[i * ss];             \
    }                                                                      \
  }
  EACH_SIZE(LINE)
}

// A transposition in small squares, so that neither side strides through the cache line by line.
static void copy_plane(ptrdiff_t element_size, const ptrdiff_t *sizes, const void *source, const ptrdiff_t *ss,
                       void *target, const ptrdiff_t *ts) {
#define PLANE(T)                                                                        \
  {                                                                                     \
    const T *s = source;                                                                \
    T *t = target;                                                                      \
    for (ptrdiff_t i0 = 0; i0 < sizes[0]; i0 += TILE) {                                 \
      const ptrdiff_t i1 = i0 + TILE < sizes[0] ? i0 + TILE : sizes[0];                 \
      for (ptrdiff_t j0 = 0; j0 < sizes[1]; j0 += TILE) {                               \
        const ptrdiff_t j1 = j0 + TILE < sizes[1] ? j0 + TILE : sizes[1];               \
        for (ptrdiff_t i = i0; i < i1; i++) {                                           \
          for (ptrdiff_t j = j0; j < j1; j++) t[i * ts[0] + j * ts[1]] = s[i * ss[0] + j * ss[1]]; \
        }                                                                               \
      }                                                                                 \
    }                                                                                   \
  }
  EACH_SIZE(PLANE)
}

// Lines of a few elements, as the channels of a picture are, without a call for each.
static void copy_short_lines(ptrdiff_t element_size, const ptrdiff_t *sizes, const void *source,
                             const ptrdiff_t *ss, void *target, const ptrdiff_t *ts) {
#define SHORT_LINES(T)                                                                                \
  {                                                                                                   \
    const T *s = source;                                                                              \
    T *t = target;                                                                                    \
    if (sizes[1] == 3) {                                                                              \
      for (ptrdiff_t i = 0; i < sizes[0]; i++, s += ss[0], t += ts[0]) {                              \
        const T first = s[0], second = s[ss[1]], third = s[2 * ss[1]];                                \
        t[0] = first, t[ts[1]] = second, t[2 * ts[1]] = third;                                        \
      }                                                                                               \
    } else {                                                                                          \
      for (ptrdiff_t i = 0; i < sizes[0]; i++, s += ss[0], t += ts[0]) {                              \
        for (ptrdiff_t j = 0; j < sizes[1]; j++) t[j * ts[1]] = s[j * ss[1]];                         \
      }                                                                                               \
    }                                                                                                 \
  }
  EACH_SIZE(SHORT_LINES)
}

void cnn_copy(ptrdiff_t element_size, int32_t rank, const ptrdiff_t *sizes, const void *source,
              const ptrdiff_t *source_strides, void *target, const ptrdiff_t *target_strides) {
  if (rank == 0) {
    memcpy(target, source, (size_t)element_size);
  } else if (rank == 1) {
    copy_line(element_size, sizes[0], source, source_strides[0], target, target_strides[0]);
  } else if (rank == 2 && source_strides[0] == 1 && sizes[0] > 4 && sizes[1] > 4) {
    copy_plane(element_size, sizes, source, source_strides, target, target_strides);
  } else if (rank == 2 && sizes[1] <= 8) {
    copy_short_lines(element_size, sizes, source, source_strides, target, target_strides);
  } else {
    for (ptrdiff_t i = 0; i < sizes[0]; i++) {
      cnn_copy(element_size, rank - 1, sizes + 1,
               (const char *)source + i * source_strides[0] * element_size, source_strides + 1,
               (char *)target + i * target_strides[0] * element_size, target_strides + 1);
    }
  }
}

void cnn_gather(ptrdiff_t element_size, ptrdiff_t block, const void *source, const ptrdiff_t *offsets,
                ptrdiff_t n, void *target) {
  if (block != 1) {
    const size_t bytes = (size_t)(block * element_size);
    for (ptrdiff_t i = 0; i < n; i++)
      memcpy((char *)target + (size_t)i * bytes, (const char *)source + offsets[i] * element_size, bytes);
    return;
  }
#define GATHER(T)                                                          \
  {                                                                        \
    const T *s = source;                                                   \
    T *t = target;                                                         \
    for (ptrdiff_t i = 0; i < n; i++) t[i] = s[offsets[i]];                \
  }
  EACH_SIZE(GATHER)
}

void cnn_scatter(ptrdiff_t element_size, ptrdiff_t block, const void *source, ptrdiff_t source_stride,
                 const ptrdiff_t *offsets, ptrdiff_t n, void *target) {
  if (block != 1) {
    const size_t bytes = (size_t)(block * element_size);
    for (ptrdiff_t i = 0; i < n; i++)
      memcpy((char *)target + offsets[i] * element_size,
             (const char *)source + i * source_stride * element_size, bytes);
    return;
  }
#define SCATTER(T)                                                                     \
  {                                                                                    \
    const T *s = source;                                                               \
    T *t = target;                                                                     \
    for (ptrdiff_t i = 0; i < n; i++) t[offsets[i]] = s[i * source_stride];            \
  }
  EACH_SIZE(SCATTER)
}

ptrdiff_t cnn_find_true(const uint8_t *mask, ptrdiff_t n, ptrdiff_t step, ptrdiff_t *offsets) {
  ptrdiff_t found = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    offsets[found] = i * step;
    found += mask[i] != 0;
  }
  return found;
}

void cnn_where(ptrdiff_t element_size, const uint8_t *mask, ptrdiff_t sm, const void *a, ptrdiff_t sa,
               const void *b, ptrdiff_t sb, void *out, ptrdiff_t n) {
#define WHERE(T)                                                                       \
  {                                                                                    \
    const T *x = a, *y = b;                                                            \
    T *o = out;                                                                        \
    if (sm == 1 && sa == 1 && sb == 1) {                                               \
      for (ptrdiff_t i = 0; i < n; i++) { T p = x[i], q = y[i]; o[i] = mask[i] ? p : q; } \
    } else {                                                                           \
      for (ptrdiff_t i = 0; i < n; i++) o[i] = mask[i * sm] ? x[i * sa] : y[i * sb];   \
    }                                                                                  \
  }
  EACH_SIZE(WHERE)
}
