#ifndef CNN_HEADERS_H
#define CNN_HEADERS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#include "tables.h"

// Loops that call the mathematics library cannot become vectors, and need not be told so.
#pragma clang diagnostic ignored "-Wpass-failed"

#endif
