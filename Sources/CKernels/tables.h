#ifndef CNN_TABLES_H
#define CNN_TABLES_H

#include "CKernels.h"

// The packed panel of a matrix product: this many rows, each this many bytes wide at most (two of the
// widest vectors).
#define CNN_PANEL_K 256
#define CNN_PANEL_BYTES 128

extern const cnn_kernel_table cnn_table_baseline;
#if defined(__x86_64__)
extern const cnn_kernel_table cnn_table_avx2;
extern const cnn_kernel_table cnn_table_avx512;
#endif

#endif
