// The loops for x86-64 with AVX-512.

#if defined(__x86_64__)
#define CNN_TABLE cnn_table_avx512
#define CNN_NAME "avx512"
#define CNN_VECTOR_BYTES 64
#include "headers.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,bmi,bmi2,f16c,prefer-256-bit"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
