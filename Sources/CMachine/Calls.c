#include "Handlers.h"

// Calls of the program's own functions and methods, and their returns. A call's window is its callee's
// register and the arguments behind it, which become the first registers of the new frame.

static inline bool has_room(const vm_core *core, const vm_value *window, const vm_hot *hot) {
  return core->top < core->last && window + hot->register_count + 65 < core->stack_end;
}

/// Goes on in the callee; `place` is where its `self` is written back to, or -1.
#define ENTER(closure_, window_, place_)                                                            \
  do {                                                                                              \
    vm_closure_object *entered = (closure_);                                                        \
    vm_hot *hot_ = entered->hot;                                                                    \
    vm_value *target_ = R_A, *captures_ = (vm_value *)(entered + 1);                                \
    r = (window_) + 1;                                                                              \
    *++core->top = (vm_frame){entered->function, hot_, captures_, r, pc, target_, (place_), false}; \
    pc = hot_->code;                                                                                \
    NEXT;                                                                                           \
  } while (0)

/// Whether a function with so many parameters takes a call's arguments as they stand; those not given are
/// made absent. `plain` counts the arguments when none has a label.
static inline bool takes_arguments(vm_core *core, const vm_hot *hot, int64_t arity,
                                   const vm_call_cache *cache, vm_value *arguments, uint8_t plain) {
  if (LIKELY(arity == plain)) return true;
  int64_t given = cache->count;
  if (cache->bound != hot && (plain == UINT8_MAX || given < hot->required_arity)) return false;
  for (int64_t index = given; index < arity; index++) clear(core, arguments + index);
  return given <= arity;
}

/// Calls a type: its initialiser, with a new instance as `self` before the arguments.
RARE_HANDLER(instance) {
  vm_value *window = R_B, *arguments = window + 2;
  vm_call_cache *cache = HOT->calls + PART_C;
  vm_closure_object *initializer = OBJECT(vm_closure_object, &cache->method);
  vm_hot *hot = initializer->hot;
  if (UNLIKELY(!has_room(core, window, hot))) SLOW;
  if (UNLIKELY(!takes_arguments(core, hot, hot->method_arity, cache, arguments - 1, PART_X))) SLOW;
  if (is_poll_due(core)) SLOW;
  clear(core, arguments - 1 + hot->method_arity);
  for (int64_t index = hot->method_arity; index > 0; index--) {
    copy(arguments + index - 1, arguments + index - 2);
  }
  window[1].payload = core->make_instance(cache->type);
  window[1].kind = vm_instance;
  initializer->header.count++;
  put(core, window, (uint64_t)initializer, vm_closure);
  ENTER(initializer, window, -1);
}

/// Calls a built-in that is a plain function of one number.
RARE_HANDLER(reference) {
  vm_value *window = R_B;
  vm_reference_object *reference = OBJECT(vm_reference_object, window);
  if (reference->object == HOT->calls[PART_C].type) RARELY(instance);
  double (*function)(double) = reference->function;
  double number;
  if (!function || PART_X != 1 || !as_number(window + 1, &number)) SLOW;
  if (window[1].kind == vm_integer && !reference->takes_integers) SLOW;
  double result = function(number);
  empty(window + 1);
  clear(core, window);
  FINISH_WITH(R_A, vm_of_double(result).payload, vm_double);
}

/// Calls a closure whose arguments have labels, or that are fewer than its parameters.
RARE_HANDLER(bound) {
  vm_value *window = R_B;
  vm_hot *hot = OBJECT(vm_closure_object, window)->hot;
  if (UNLIKELY(!has_room(core, window, hot))) SLOW;
  if (!takes_arguments(core, hot, hot->plain_arity, HOT->calls + PART_C, window + 1, PART_X)) SLOW;
  if (is_poll_due(core)) SLOW;
  ENTER(OBJECT(vm_closure_object, window), window, -1);
}

HANDLER(call) {
  vm_value *window = R_B;
  if (LIKELY(window->kind == vm_closure)) {
    vm_hot *hot = OBJECT(vm_closure_object, window)->hot;
    if (UNLIKELY(hot->plain_arity != PART_X)) RARELY(bound);
    if (UNLIKELY(!has_room(core, window, hot)) || is_poll_due(core)) SLOW;
    ENTER(OBJECT(vm_closure_object, window), window, -1);
  }
  if (window->kind == vm_reference) RARELY(reference);
  SLOW;
}

// MARK: Methods

/// The method of a struct that a call found last time, when it is the right one now.
static inline vm_closure_object *cached_method(
    vm_core *core, const vm_call_cache *cache, vm_value *window, uint8_t count) {
  const vm_value *receiver = window + 1;
  if (UNLIKELY(receiver->kind != vm_instance)) return NULL;
  if (UNLIKELY(OBJECT(vm_instance_object, receiver)->type != cache->type)) return NULL;
  vm_closure_object *method = OBJECT(vm_closure_object, &cache->method);
  if (UNLIKELY(!has_room(core, window, method->hot))) return NULL;
  bool fits = takes_arguments(core, method->hot, method->hot->method_arity, cache, window + 2, count);
  return LIKELY(fits) ? method : NULL;
}

/// Puts the method where its frame keeps what it runs.
static inline void hold(vm_core *core, vm_value *window, vm_closure_object *method) {
  method->header.count++;
  put(core, window, (uint64_t)method, vm_closure);
}

HANDLER(callMethod) {
  vm_value *window = R_B;
  vm_call_cache *cache = HOT->calls + PART_C;
  vm_closure_object *method = cached_method(core, cache, window, PART_X);
  if (UNLIKELY(!method) || is_poll_due(core)) SLOW;
  hold(core, window, method);
  ENTER(method, window, -1);
}

/// The variable that a method call's receiver was copied from, when the copy is all that shares it.
static inline vm_value *home_of_receiver(
    const vm_core *core, vm_value *r, const vm_call_cache *cache, const vm_value *receiver) {
  vm_place *place = HOT->places + cache->place;
  if (UNLIKELY(place->is_let)) return NULL;
  vm_value *slot = vm_place_slot(core, r, place, place->count);
  if (UNLIKELY(!slot || slot->kind != receiver->kind || slot->payload != receiver->payload)) return NULL;
  return LIKELY(HEADER(slot)->count == 2) ? slot : NULL;
}

HANDLER(callPlaceMethod) {
  vm_value *window = R_B, *receiver = window + 1;
  vm_call_cache *cache = HOT->calls + PART_C;
  if (receiver->kind == vm_array) {
    // An element at the end of an array with room for it.
    vm_value *element = window + 2;
    if (!cache->is_append || PART_X != 1 || element->kind <= vm_moved) SLOW;
    vm_array_object *array = OBJECT(vm_array_object, receiver);
    if (array->count == array->capacity || !home_of_receiver(core, r, cache, receiver)) SLOW;
    copy(array->items + array->count++, element);
    array->header.count--;
    empty(element);
    empty(receiver);
    FINISH_WITH(R_A, 0, vm_none);
  }
  vm_closure_object *method = cached_method(core, cache, window, PART_X);
  if (UNLIKELY(!method)) SLOW;
  if (!cache->is_mutating) {
    if (is_poll_due(core)) SLOW;
    hold(core, window, method);
    ENTER(method, window, -1);
  }
  vm_value *home = home_of_receiver(core, r, cache, receiver);
  if (UNLIKELY(!home) || is_poll_due(core)) SLOW;
  // The method gets the value itself, so that it can change it without a copy.
  OBJECT(vm_header, home)->count--;
  home->payload = 0;
  home->kind = vm_moved;
  hold(core, window, method);
  ENTER(method, window, cache->place);
}

// MARK: Returning

/// Where a mutating method's `self` goes back to; null where Swift has to find it.
static inline vm_value *home_of_self(const vm_core *core, const vm_frame *frame) {
  if (frame->place == INT64_MAX || frame->base->kind != vm_instance) return NULL;
  const vm_frame *caller = frame - 1;
  vm_place *place = caller->hot->places + frame->place;
  vm_value *slot = vm_place_slot(core, caller->base, place, place->count);
  return slot && slot->kind == vm_moved ? slot : NULL;
}

/// Gives up the frame's registers and goes on in the caller, or returns to native code.
#define LEAVE(payload_, kind_)                                                                      \
  do {                                                                                              \
    vm_frame *left = core->top;                                                                     \
    for (vm_value *slot_ = r, *end_ = r + left->hot->register_count; slot_ < end_; slot_++) {       \
      if (is_object(slot_->kind)) clear(core, slot_);                                               \
    }                                                                                               \
    pc = left->return_point;                                                                        \
    /* The callee goes last: it may be all that keeps its code alive. */                            \
    clear(core, r - 1);                                                                             \
    put(core, left->target, (payload_), (kind_));                                                   \
    core->top = left - 1;                                                                           \
    if (UNLIKELY(left->is_entry)) return NULL;                                                      \
    r = left[-1].base;                                                                              \
    NEXT;                                                                                           \
  } while (0)

#define GIVE_BACK_SELF                                                                              \
  do {                                                                                              \
    vm_frame *frame_ = core->top;                                                                   \
    if (UNLIKELY(frame_->place >= 0)) {                                                             \
      vm_value *home_ = home_of_self(core, frame_);                                                 \
      if (UNLIKELY(!home_)) SLOW;                                                                   \
      copy(home_, r);                                                                               \
      empty(r);                                                                                     \
    }                                                                                               \
  } while (0)

HANDLER(returnValue) {
  GIVE_BACK_SELF;
  vm_value *value = R_A;
  uint64_t payload = value->payload;
  uint8_t kind = value->kind;
  empty(value);
  if (UNLIKELY(kind == vm_absent)) kind = vm_none;
  LEAVE(payload, kind);
}

HANDLER(returnNone) {
  GIVE_BACK_SELF;
  LEAVE(0, vm_none);
}

HANDLER(returnSelf) {
  if (UNLIKELY(r->kind != vm_instance || core->top->place >= 0)) SLOW;
  vm_instance_object *object = OBJECT(vm_instance_object, r);
  const vm_value *fields = (const vm_value *)(object + 1);
  for (int64_t index = 0; index < object->field_count; index++) {
    if (UNLIKELY(fields[index].kind == vm_absent)) SLOW;
  }
  uint64_t payload = r->payload;
  empty(r);
  LEAVE(payload, vm_instance);
}
