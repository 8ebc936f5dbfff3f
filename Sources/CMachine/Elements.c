#include "Elements.h"

// Members of structs, and elements of arrays, dictionaries and tensors.

/// R[a] becomes a copy of a part of R[b], which is given up when it is a temporary.
#define TAKE_PART(part)                                                                             \
  do {                                                                                              \
    vm_value *part_ = (part), *base_ = R_B, *target_ = R_A;                                         \
    uint64_t payload_ = part_->payload;                                                             \
    uint8_t kind_ = part_->kind;                                                                    \
    retain(part_);                                                                                  \
    if (GIVES_UP_B && base_ != target_) clear(core, base_);                                         \
    FINISH_WITH(target_, payload_, kind_);                                                          \
  } while (0)

vm_value *vm_dictionary_slot(const vm_dictionary_object *dictionary, const vm_value *key) {
  uint64_t hash;
  if (key->kind == vm_integer) {
    hash = vm_mix(key->payload);
  } else if (key->kind == vm_string) {
    hash = OBJECT(vm_string_object, key)->hash;
    if (!hash) return NULL;
  } else {
    return NULL;
  }
  uint64_t mask = (uint64_t)dictionary->index_size - 1;
  for (uint64_t slot = (uint64_t)vm_first_slot(hash, dictionary->index_size);; slot = (slot + 1) & mask) {
    int32_t row = dictionary->index[slot];
    if (row < 0) return NULL;
    vm_entry *entry = dictionary->entries + row;
    if (entry->key.payload == key->payload && entry->key.kind == key->kind) return &entry->value;
    // Another text or a double may be equal too; that takes a longer look.
    if (entry->hash == hash && entry->key.kind != vm_absent) return NULL;
  }
}

/// The number of elements of a value whose `count` the cache knows; -1 when it takes more than a look.
static inline int64_t element_count(const vm_value *value) {
  switch (value->kind) {
    case vm_array: return OBJECT(vm_array_object, value)->count;
    case vm_dictionary: return OBJECT(vm_dictionary_object, value)->count;
    case vm_string: {
      vm_string_object *string = OBJECT(vm_string_object, value);
      return string->is_ascii ? string->bytes : -1;
    }
    default: return -1;
  }
}

/// The field of an instance that an instruction reads; null where Swift has to look.
static inline vm_value *field_slot(const vm_value *r, const vm_value *base, uint64_t i) {
  vm_member_cache *cache = HOT->members + PART_C;
  vm_instance_object *object = OBJECT(vm_instance_object, base);
  if (UNLIKELY(object->type != cache->type)) return NULL;
  vm_value *field = (vm_value *)(object + 1) + cache->field;
  return LIKELY(field->kind != vm_absent) ? field : NULL;
}

/// The part of an object that the next instruction reads, if that is all the object was fetched for.
static inline vm_value *next_part(vm_value *r, const vm_value *base, uint64_t next,
                                  const vm_value *temporary) {
  uint64_t i = next;
  if (!GIVES_UP_B || R_B != temporary) return NULL;
  if ((uint8_t)i == vm_opcode_getIndex && base->kind == vm_array && R_C->kind == vm_integer) {
    return array_slot(OBJECT(vm_array_object, base), R_C);
  }
  return (uint8_t)i == vm_opcode_getMember && base->kind == vm_instance ? field_slot(r, base, i) : NULL;
}

/// The number of elements of an object, if that is all the next instruction wants of it; else -1.
static inline int64_t next_count(const vm_value *r, const vm_value *base, uint64_t next,
                                 const vm_value *temporary) {
  uint64_t i = next;
  if ((uint8_t)i != vm_opcode_getMember || !GIVES_UP_B || R_B != temporary) return -1;
  return HOT->members[PART_C].counted == base->kind ? element_count(base) : -1;
}

/// R[a] becomes an object that is a part of another. For `a[i][j].x` the steps are walked here, so that what
/// lies on the way is never counted.
RARE_HANDLER(part) {
  vm_value *part = (vm_value *)i;
  i = pc[-1];
  while (is_object(part->kind)) {
    vm_value *inner = next_part(r, part, *pc, R_A);
    if (!inner) {
      int64_t count = next_count(r, part, *pc, R_A);
      if (count < 0) break;
      i = *pc++;
      FINISH_WITH(R_A, (uint64_t)count, vm_integer);
    }
    part = inner;
    i = *pc++;
  }
  retain(part);
  FINISH_WITH(R_A, part->payload, part->kind);
}

/// R[a] becomes a copy of a part of R[b], which stays.
#define COPY_PART(part_)                                                                            \
  do {                                                                                              \
    vm_value *copied_ = (part_);                                                                    \
    if (is_object(copied_->kind)) {                                                                 \
      i = (uint64_t)copied_;                                                                        \
      RARELY(part);                                                                                 \
    }                                                                                               \
    FINISH_WITH(R_A, copied_->payload, copied_->kind);                                              \
  } while (0)

/// Whether R[b] stays as it is, or is R[a] itself.
#define KEEPS_B (LIKELY(!GIVES_UP_B || R_A == R_B))

RARE_HANDLER(getMember) {
  vm_value *base = R_B;
  vm_member_cache *cache = HOT->members + PART_C;
  if (base->kind == vm_instance) {
    vm_value *field = field_slot(r, base, i);
    if (!field) SLOW;
    TAKE_PART(field);
  }
  if (cache->counted != base->kind) SLOW;
  vm_value count = {(uint64_t)element_count(base), vm_integer};
  if ((int64_t)count.payload < 0) SLOW;
  TAKE_PART(&count);
}

HANDLER(getMember) {
  vm_value *base = R_B;
  if (LIKELY(base->kind == vm_instance) && KEEPS_B) {
    vm_value *field = field_slot(r, base, i);
    if (UNLIKELY(!field)) SLOW;
    COPY_PART(field);
  }
  RARELY(getMember);
}

RARE_HANDLER(getIndex) {
  vm_value *base = R_B, *index = R_C;
  if (base->kind == vm_array && index->kind == vm_integer) {
    vm_value *element = array_slot(OBJECT(vm_array_object, base), index);
    if (UNLIKELY(!element)) SLOW;
    TAKE_PART(element);
  }
  if (base->kind != vm_host) SLOW;
  vm_host_object *host = OBJECT(vm_host_object, base);
  int64_t offset = vm_element_offset(host, index, 1);
  if (UNLIKELY(offset < 0)) SLOW;
  vm_value element = vm_read_element(host, offset);
  TAKE_PART(&element);
}

RARE_HANDLER(getEntry) {
  vm_value *base = R_B, *index = R_C;
  vm_value *value = vm_dictionary_slot(OBJECT(vm_dictionary_object, base), index);
  if (!value || (GIVES_UP_C && is_object(index->kind))) SLOW;
  TAKE_PART(value);
}

HANDLER(getIndex) {
  vm_value *base = R_B, *index = R_C;
  if (LIKELY(base->kind == vm_array && index->kind == vm_integer) && KEEPS_B) {
    vm_value *element = array_slot(OBJECT(vm_array_object, base), index);
    if (UNLIKELY(!element)) SLOW;
    COPY_PART(element);
  }
  if (base->kind == vm_dictionary) RARELY(getEntry);
  RARELY(getIndex);
}

HANDLER(getElements) {
  vm_value *base = R_B;
  if (UNLIKELY(base->kind != vm_host)) SLOW;
  vm_host_object *host = OBJECT(vm_host_object, base);
  int64_t offset = vm_element_offset(host, R_C, PART_X >> 2);
  if (UNLIKELY(offset < 0)) SLOW;
  vm_value element = vm_read_element(host, offset);
  TAKE_PART(&element);
}

/// R[c], or its count of an object when it is a temporary, goes into a slot.
#define SET_SLOT(slot)                                                                              \
  do {                                                                                              \
    vm_value *value_ = R_C;                                                                         \
    uint64_t payload_ = value_->payload;                                                            \
    uint8_t kind_ = value_->kind;                                                                   \
    if (GIVES_UP_C) {                                                                               \
      empty(value_);                                                                                \
    } else {                                                                                        \
      retain(value_);                                                                               \
    }                                                                                               \
    FINISH_WITH(slot, payload_, kind_);                                                             \
  } while (0)

RARE_HANDLER(setElement) {
  if (!write_host(R_A, R_B, 1, R_C)) SLOW;
  NEXT;
}

RARE_HANDLER(setEntry) {
  vm_value *base = R_A, *value = R_C;
  vm_dictionary_object *dictionary = OBJECT(vm_dictionary_object, base);
  // Nil takes an entry out, and a value cannot contain itself.
  if (UNLIKELY(dictionary->header.count != 1 || value->kind == vm_none || value == base)) SLOW;
  vm_value *slot = vm_dictionary_slot(dictionary, R_B);
  if (UNLIKELY(!slot)) SLOW;
  SET_SLOT(slot);
}

HANDLER(setIndex) {
  vm_value *base = R_A, *index = R_B;
  if (LIKELY(base->kind == vm_array && index->kind == vm_integer && R_C != base)) {
    vm_array_object *array = OBJECT(vm_array_object, base);
    vm_value *slot = array_slot(array, index);
    if (UNLIKELY(!slot || array->header.count != 1)) SLOW;
    SET_SLOT(slot);
  }
  if (base->kind == vm_dictionary) RARELY(setEntry);
  if (base->kind == vm_host) RARELY(setElement);
  SLOW;
}

HANDLER(setElements) {
  vm_value *base = R_A;
  if (UNLIKELY(base->kind != vm_host || !write_host(base, R_B, PART_X >> 2, R_C))) SLOW;
  NEXT;
}
