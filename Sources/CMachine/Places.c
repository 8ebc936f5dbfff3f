#include "Elements.h"

// Variables and their parts as they are changed in place: `a[i].x += 1`.

/// Walks from a variable towards one of its parts. Only what `is_change` asks for differs: a part that is to
/// change must lie in containers that nobody else holds.
static inline __attribute__((always_inline)) vm_value *walk(
    const vm_core *core, vm_value *r, const vm_place *place, int64_t steps, bool is_change) {
  vm_value *slot;
  const vm_value *box;
  switch (place->root) {
    case vm_root_register: slot = r + place->index; break;
    case vm_root_global: slot = core->globals + place->index; break;
    default:
      box = (place->root == vm_root_box ? r : CAPTURES) + place->index;
      if (UNLIKELY(box->kind != vm_box)) return NULL;
      slot = &OBJECT(vm_box_object, box)->value;
  }
  for (const vm_step *step = place->steps, *end = step + steps; step < end; step++) {
    if (UNLIKELY(!is_object(slot->kind))) return NULL;
    if (is_change && UNLIKELY(HEADER(slot)->count != 1)) {
      bool is_container = slot->kind == vm_instance || slot->kind == vm_array || slot->kind == vm_dictionary;
      if (!is_container || !core->make_unique(slot, core->machine)) return NULL;
    }
    if (step->count == 0) {
      vm_instance_object *object = OBJECT(vm_instance_object, slot);
      if (UNLIKELY(slot->kind != vm_instance || object->type != step->type)) return NULL;
      slot = (vm_value *)(object + 1) + step->index;
    } else {
      const vm_value *index = r + step->index;
      if (UNLIKELY(step->count != 1)) return NULL;
      if (slot->kind == vm_array && LIKELY(index->kind == vm_integer)) {
        slot = array_slot(OBJECT(vm_array_object, slot), index);
      } else if (slot->kind == vm_dictionary) {
        slot = vm_dictionary_slot(OBJECT(vm_dictionary_object, slot), index);
      } else {
        return NULL;
      }
      if (UNLIKELY(!slot)) return NULL;
    }
  }
  return slot;
}

vm_value *vm_place_slot(const vm_core *core, vm_value *r, const vm_place *place, int64_t steps) {
  return walk(core, r, place, steps, true);
}

/// Whether a member's annotation takes a value as it is.
static inline bool fits(const vm_place *place, uint8_t kind) {
  uint8_t wanted = place->count ? place->steps[place->count - 1].fits : vm_absent;
  return wanted == vm_absent || wanted == kind;
}

HANDLER(getPlace) {
  vm_value *slot = walk(core, r, HOT->places + WIDE, HOT->places[WIDE].count, false);
  if (UNLIKELY(!slot || slot->kind <= vm_moved)) SLOW;
  retain(slot);
  FINISH_WITH(R_A, slot->payload, slot->kind);
}

HANDLER(setPlace) {
  vm_place *place = HOT->places + WIDE;
  vm_value *value = R_A;
  if (UNLIKELY(place->is_let || !fits(place, value->kind))) SLOW;
  vm_step *last = place->steps + place->count - 1;
  vm_value *slot = vm_place_slot(core, r, place, place->count);
  if (UNLIKELY(!slot)) {
    // Perhaps an element of a tensor.
    if (place->count == 0 || last->count == 0) SLOW;
    vm_value *base = vm_place_slot(core, r, place, place->count - 1);
    if (!base || base->kind != vm_host || !write_host(base, r + last->index, last->count, value)) SLOW;
    clear(core, value);
    NEXT;
  }
  // A variable must have had a value; a member gets its first one so. Nil may take an entry out of a
  // dictionary.
  if (UNLIKELY(slot->kind == vm_moved || (place->count == 0 && slot->kind == vm_absent))) SLOW;
  if (UNLIKELY(value->kind == vm_none && place->count > 0 && last->count > 0)) SLOW;
  uint64_t payload = value->payload;
  uint8_t kind = value->kind;
  empty(value);
  FINISH_WITH(slot, payload, kind);
}

HANDLER(updatePlace) {
  vm_place *place = HOT->places + PART_C;
  if (UNLIKELY(place->is_let)) SLOW;
  vm_value *amount = R_A, result;
  vm_value *slot = walk(core, r, place, place->count, true);
  vm_host_object *host = NULL;
  int64_t offset = 0;
  vm_value element;
  if (UNLIKELY(!slot)) {
    if (place->count == 0) SLOW;
    vm_step *last = place->steps + place->count - 1;
    vm_value *base = vm_place_slot(core, r, place, place->count - 1);
    if (last->count == 0 || !base || base->kind != vm_host) SLOW;
    host = OBJECT(vm_host_object, base);
    if (host->header.count != 1 || !host->is_writable) SLOW;
    offset = vm_element_offset(host, r + last->index, last->count);
    if (UNLIKELY(offset < 0)) SLOW;
    element = vm_read_element(host, offset);
    slot = &element;
  }
  switch (PART_B) {
    case vm_add: if (!calculate(vm_add, slot, amount, &result)) SLOW; break;
    case vm_subtract: if (!calculate(vm_subtract, slot, amount, &result)) SLOW; break;
    case vm_multiply: if (!calculate(vm_multiply, slot, amount, &result)) SLOW; break;
    case vm_divide: if (!calculate(vm_divide, slot, amount, &result)) SLOW; break;
    case vm_remainder: if (!calculate(vm_remainder, slot, amount, &result)) SLOW; break;
    default: SLOW;
  }
  if (host) {
    if (UNLIKELY(!vm_write_element(host, offset, result))) SLOW;
  } else {
    if (UNLIKELY(!fits(place, result.kind))) SLOW;
    *slot = result;
  }
  empty(amount);
  NEXT;
}
