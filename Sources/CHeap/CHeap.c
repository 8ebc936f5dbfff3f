#include "CHeap.h"

_Thread_local int64_t cheap_bytes_in_use = 0;
