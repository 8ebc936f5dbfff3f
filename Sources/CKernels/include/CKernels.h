// Loops over plain arrays that want the processor's vector units.
//
// Swift compiles for the baseline processor only and cannot choose at run time, so the loops live here: one
// text (kernels.inc), compiled for several instruction sets, of which `cnn_kernels` picks the best one once.
// Nothing here allocates, keeps state, or knows what a tensor is. Strides count elements.

#ifndef CNN_KERNELS_H
#define CNN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum : int32_t { CNN_F32, CNN_F64, CNN_I64, CNN_U8, CNN_BOOL } cnn_dtype;

typedef enum : int32_t {
  CNN_ADD, CNN_SUBTRACT, CNN_MULTIPLY, CNN_DIVIDE, CNN_REMAINDER, CNN_POWER, CNN_MINIMUM, CNN_MAXIMUM,
  CNN_ARCTANGENT2,
  CNN_EQUAL, CNN_NOT_EQUAL, CNN_LESS, CNN_LESS_OR_EQUAL, CNN_GREATER, CNN_GREATER_OR_EQUAL,
  CNN_AND, CNN_OR
} cnn_binary_operation;

typedef enum : int32_t {
  CNN_NEGATE, CNN_ABSOLUTE, CNN_SIGN, CNN_SQUARE, CNN_RELU,
  CNN_FLOOR, CNN_CEILING, CNN_ROUND, CNN_TRUNCATE,
  CNN_RECIPROCAL, CNN_SQUARE_ROOT, CNN_EXPONENTIAL, CNN_EXPONENTIAL_MINUS_ONE,
  CNN_LOGARITHM, CNN_LOGARITHM_2, CNN_LOGARITHM_10, CNN_LOGARITHM_1P,
  CNN_SINE, CNN_COSINE, CNN_TANGENT, CNN_ARC_SINE, CNN_ARC_COSINE, CNN_ARC_TANGENT,
  CNN_HYPERBOLIC_SINE, CNN_HYPERBOLIC_COSINE, CNN_HYPERBOLIC_TANGENT,
  CNN_SIGMOID, CNN_SOFTPLUS, CNN_ERROR_FUNCTION,
  CNN_NOT, CNN_IS_NAN, CNN_IS_FINITE
} cnn_unary_operation;

typedef enum : int32_t {
  CNN_SUM, CNN_PRODUCT, CNN_MAX, CNN_MIN, CNN_MEAN, CNN_VARIANCE, CNN_NORM, CNN_ALL, CNN_ANY,
  CNN_ARG_MAX, CNN_ARG_MIN
} cnn_reduction;

/// What a loop found on its way; several can be set.
enum : int32_t {
  CNN_OVERFLOW = 1,           ///< an integer result does not fit
  CNN_DIVISION_BY_ZERO = 2,   ///< an integer divisor is zero
  CNN_NEGATIVE_EXPONENT = 4,  ///< an integer to a negative power
  CNN_OUT_OF_RANGE = 8,       ///< a converted value does not fit, or is not a number
  CNN_INEXACT = 16            ///< a converted value lost its fraction
};

/// The sizes of a two-dimensional window operation over (n, h, w, c) pictures.
typedef struct {
  ptrdiff_t batch, height, width, channels;
  ptrdiff_t window_height, window_width;
  ptrdiff_t filters;  ///< output channels
  ptrdiff_t out_height, out_width;
  ptrdiff_t stride_y, stride_x;
  ptrdiff_t dilation_y, dilation_x;
  ptrdiff_t pad_top, pad_left;
} cnn_window;

/// The loops of one instruction set.
typedef struct {
  const char *name;

  /// out[i] = a[i * sa] op b[i * sb] for i in 0..<n; `out` may be `a` or `b` itself. Comparisons, and, or
  /// write bytes 0 or 1. Returns what it found.
  int32_t (*binary)(cnn_binary_operation, cnn_dtype, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb,
                    void *out, ptrdiff_t n);

  /// out[i] = op a[i]; `out` may be `a` itself.
  int32_t (*unary)(cnn_unary_operation, cnn_dtype, const void *a, void *out, ptrdiff_t n);

  /// out[i] = (to)a[i]; truncates towards zero and tells through the result what was lost.
  int32_t (*cast)(cnn_dtype from, cnn_dtype to, const void *a, void *out, ptrdiff_t n);

  /// Reduces the middle one of (outer, count, inner). Sums, products of integers and positions are int64, `all` and `any`
  /// bytes, everything else has the input's type; mean, variance and norm are for floating types.
  int32_t (*reduce)(cnn_reduction, cnn_dtype, const void *a, ptrdiff_t outer, ptrdiff_t count, ptrdiff_t inner,
                    void *out);

  /// c = a b, row-major, (m, k) times (k, n); `panel` has room for `gemm_panel_bytes`. For float32, float64
  /// and int64; int64 wraps round.
  void (*gemm)(cnn_dtype, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const void *a, ptrdiff_t lda, const void *b,
               ptrdiff_t ldb, void *c, ptrdiff_t ldc, void *panel);

  /// The picture filtered by one (f, f) filter, each channel by itself; output rows in row0..<row1 of all
  /// batch * out_height. `bias` is one element or null. int64 wraps round.
  void (*filter)(cnn_dtype, const cnn_window *, const void *picture, const void *weights,
                 const void *_Nullable bias, void *out, ptrdiff_t row0, ptrdiff_t row1);

  /// Cross-correlation with (f, f, in, out) filters; `patches` has room for `patch_rows` rows of
  /// f * f * in elements. int64 wraps round.
  void (*convolve)(cnn_dtype, const cnn_window *, const void *picture, const void *weights,
                   const void *_Nullable bias, void *out, ptrdiff_t row0, ptrdiff_t row1, void *patches,
                   ptrdiff_t patch_rows, void *panel);

  /// The largest value of each window; places outside the picture do not count.
  void (*max_pool)(cnn_dtype, const cnn_window *, const void *picture, void *out, ptrdiff_t row0,
                   ptrdiff_t row1);

  /// The mean of each window over the places inside the picture; float32 and float64.
  void (*average_pool)(cnn_dtype, const cnn_window *, const void *picture, void *out, ptrdiff_t row0,
                       ptrdiff_t row1);

  /// The largest number of each 2 x 2 window; `picture` is planes of (height, width, depth), and rows are counted
  /// over the outputs of all of them.
  void (*max_pool_2)(const float *picture, float *out, ptrdiff_t height, ptrdiff_t width, ptrdiff_t depth,
                     ptrdiff_t row0, ptrdiff_t row1);

  /// The way back through it, and through a ReLU that made the picture if it is `rectified`.
  void (*max_pool_2_back)(const float *picture, const float *gradient, float *out, ptrdiff_t height,
                          ptrdiff_t width, ptrdiff_t depth, int32_t rectified, ptrdiff_t row0,
                          ptrdiff_t row1);

  /// y = x w for (rows) and (rows, columns).
  void (*gemv)(const float *x, const float *w, ptrdiff_t rows, ptrdiff_t columns, float *y);

  /// out = max(0, a + b); `out` may be either.
  void (*add_relu)(const float *a, const float *b, float *out, ptrdiff_t n);

  /// out = y > 0 ? gradient : 0; `out` may be the gradient.
  void (*relu_back)(const float *y, const float *gradient, float *out, ptrdiff_t n);

  /// One optimizer's step over weights w with gradients g, which are multiplied with `scale`; see UpdateRule.
  void (*update_momentum)(float *w, const float *g, float *_Nullable v, float scale, float rate,
                          float momentum, int32_t nesterov, float decay, ptrdiff_t n);
  void (*update_rmsprop)(float *w, const float *g, float *s, float scale, float rate, float rho,
                         float epsilon, float decay, ptrdiff_t n);
  void (*update_adam)(float *w, const float *g, float *m, float *v, float scale, float step, float beta1,
                      float beta2, float root, float epsilon, float decay, float keep, ptrdiff_t n);
} cnn_kernel_table;

/// The loops for this processor.
const cnn_kernel_table *cnn_kernels(void);

/// Room that `gemm` needs for its packed panel.
extern const ptrdiff_t cnn_gemm_panel_bytes;

/// Matrix product and convolution of int64 that notice overflow, one multiplication at a time.
int32_t cnn_gemm_checked(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const int64_t *a, ptrdiff_t lda,
                         const int64_t *b, ptrdiff_t ldb, int64_t *c, ptrdiff_t ldc);
int32_t cnn_convolve_checked(const cnn_window *, const int64_t *picture, const int64_t *weights,
                             const int64_t *_Nullable bias, int64_t *out, int32_t each_channel);
/// The largest absolute value, as unsigned; what decides whether the checked loops are needed.
uint64_t cnn_largest_magnitude(const int64_t *a, ptrdiff_t n);

/// Copies between two strided boxes of the same sizes; neither overlaps the other.
void cnn_copy(ptrdiff_t element_size, int32_t rank, const ptrdiff_t *sizes, const void *source,
              const ptrdiff_t *source_strides, void *target, const ptrdiff_t *target_strides);

/// target[i] = source[offsets[i]] (gather) and target[offsets[i]] = source[i * source_stride] (scatter), in
/// blocks of `block` consecutive elements.
void cnn_gather(ptrdiff_t element_size, ptrdiff_t block, const void *source, const ptrdiff_t *offsets,
                ptrdiff_t n, void *target);
void cnn_scatter(ptrdiff_t element_size, ptrdiff_t block, const void *source, ptrdiff_t source_stride,
                 const ptrdiff_t *offsets, ptrdiff_t n, void *target);

/// Writes i * step for every i where the mask is true, and returns how many there are; `offsets` has room for
/// n and one more.
ptrdiff_t cnn_find_true(const uint8_t *mask, ptrdiff_t n, ptrdiff_t step, ptrdiff_t *offsets);

/// out[i] = mask[i * sm] ? a[i * sa] : b[i * sb]
void cnn_where(ptrdiff_t element_size, const uint8_t *mask, ptrdiff_t sm, const void *a, ptrdiff_t sa,
               const void *b, ptrdiff_t sb, void *out, ptrdiff_t n);

/// Prepares libgomp, which oneDNN brought along: the number of threads, for the calling thread's team, and
/// denormals flushed to zero on every worker of it.
void cnn_start_team(int32_t threads);

/// Calls `body(context, begin, end)` over parts of 0..<count on the calling thread's team.
void cnn_parallel(int32_t threads, ptrdiff_t count, void *context,
                  void (*body)(void *context, ptrdiff_t begin, ptrdiff_t end));

/// Asks the system for large pages, which spare a network the search for its small ones.
void cnn_advise_huge_pages(void *base, ptrdiff_t bytes);

/// The processors that this process may run on.
int32_t cnn_allowed_processors(void);

/// Flushes denormals to zero on this thread; returns what `cnn_restore_denormals` takes back.
uint32_t cnn_flush_denormals(void);
void cnn_restore_denormals(uint32_t state);

#pragma clang assume_nonnull end

#endif
