#ifndef ELEMENTS_H
#define ELEMENTS_H

#include "Handlers.h"

// Elements as both instructions and places reach them.

/// The element of an array at a position, negative from the end; null when it lies outside.
static inline vm_value *array_slot(const vm_array_object *array, const vm_value *index) {
  uint64_t position = index->payload, count = (uint64_t)array->count;
  if (UNLIKELY(position >= count)) {
    position += count;
    if (position >= count || (int64_t)index->payload >= 0) return NULL;
  }
  return array->items + position;
}

/// The value of a dictionary under an integer or a text; null when there is none, or when comparing takes
/// a longer look.
vm_value *vm_dictionary_slot(const vm_dictionary_object *dictionary, const vm_value *key)
    __attribute__((visibility("hidden")));

/// Writes an element of a tensor that is the variable's own.
static inline bool write_host(const vm_value *base, const vm_value *subscripts, int64_t count,
                              const vm_value *value) {
  vm_host_object *host = OBJECT(vm_host_object, base);
  if (UNLIKELY(host->header.count != 1 || !host->is_writable)) return false;
  int64_t offset = vm_element_offset(host, subscripts, count);
  return LIKELY(offset >= 0) && vm_write_element(host, offset, *value);
}

#endif
