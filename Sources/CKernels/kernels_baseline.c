// The loops for any processor the compiler targets by default.

#define CNN_TABLE cnn_table_baseline
#define CNN_NAME "baseline"
#define CNN_VECTOR_BYTES 16
#include "headers.h"

#include "kernels.inc"
