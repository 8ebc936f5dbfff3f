#ifndef CHEAP_H
#define CHEAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Bytes that the language heap of this thread holds now.
extern _Thread_local int64_t cheap_bytes_in_use;

/// Allocates an object; the size is asked back when it is freed, so that the count is exact.
static inline void *cheap_allocate(size_t size) {
  cheap_bytes_in_use += (int64_t)size;
  return malloc(size);
}

static inline void cheap_free(void *pointer, size_t size) {
  cheap_bytes_in_use -= (int64_t)size;
  free(pointer);
}

/// Counts memory that Swift holds for an object, such as a string's text.
static inline void cheap_bytes_in_use_adjust(int64_t bytes) { cheap_bytes_in_use += bytes; }

static inline int64_t cheap_in_use(void) { return cheap_bytes_in_use; }

#endif
