#ifndef CNN_HEADERS_H
#define CNN_HEADERS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#include "tables.h"

#endif
