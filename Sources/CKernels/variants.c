// The best set of loops for this processor.

#include "CKernels.h"
#include "tables.h"

const ptrdiff_t cnn_gemm_panel_bytes = CNN_PANEL_K * CNN_PANEL_BYTES;

const cnn_kernel_table *cnn_kernels(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return &cnn_table_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &cnn_table_avx2;
#endif
  return &cnn_table_baseline;
}
