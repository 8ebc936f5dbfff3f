// The loops for x86-64 with AVX2 and FMA.

#if defined(__x86_64__)
#define CNN_TABLE cnn_table_avx2
#define CNN_NAME "avx2"
#define CNN_VECTOR_BYTES 32
#include "headers.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,f16c"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
