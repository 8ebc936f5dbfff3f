#include "Handlers.h"

// MARK: Jumps

HANDLER(jump) {
  pc += WIDE;
  NEXT;
}

HANDLER(loop) {
  if (is_poll_due(core)) SLOW;
  pc += WIDE;
  NEXT;
}

HANDLER(jumpIfFalse) {
  vm_value *value = R_A;
  if (UNLIKELY(value->kind != vm_bool)) SLOW;
  BRANCH_IF(!value->payload);
}

HANDLER(jumpIfTrue) {
  vm_value *value = R_A;
  if (UNLIKELY(value->kind != vm_bool)) SLOW;
  BRANCH_IF(value->payload);
}

HANDLER(jumpIfNone) {
  BRANCH_IF(R_A->kind == vm_none);
}

HANDLER(jumpIfNotNone) {
  BRANCH_IF(R_A->kind != vm_none);
}

HANDLER(jumpIfPresent) {
  BRANCH_IF(R_A->kind != vm_absent);
}

HANDLER(unwrap) {
  if (UNLIKELY(R_A->kind == vm_none)) SLOW;
  NEXT;
}

/// R[b] is the kind that the type asks for, when a look at the kind is all it takes.
HANDLER(checkType) {
  if (UNLIKELY(R_A->kind != PART_B || PART_B == vm_absent)) SLOW;
  NEXT;
}

// MARK: Counting loops

HANDLER(forPrepare) {
  vm_value *state = R_A;
  if (UNLIKELY(!are_integers(state, state + 1))) SLOW;
  int64_t lower = (int64_t)state[0].payload, upper = (int64_t)state[1].payload;
  if (PART_B && __builtin_add_overflow(upper, 1, &upper)) SLOW;
  if (UNLIKELY(lower > upper)) SLOW;
  state[1].payload = (uint64_t)upper;
  if (lower == upper) pc += WIDE;
  FINISH_WITH(state + 2, (uint64_t)lower, vm_integer);
}

HANDLER(forLoop) {
  vm_value *state = R_A;
  // The bound is above every number counted before, so that one more always fits.
  int64_t next = (int64_t)state[0].payload + 1;
  if (LIKELY(next < (int64_t)state[1].payload)) {
    if (is_poll_due(core)) SLOW;
    state[0].payload = (uint64_t)next;
    pc += WIDE;
    FINISH_WITH(state + 2, (uint64_t)next, vm_integer);
  }
  NEXT;
}

// MARK: Loops over elements

HANDLER(iterationPrepare) {
  vm_value *state = R_A;
  if (state->kind != vm_array && state->kind != vm_tuple && state->kind != vm_dictionary) SLOW;
  FINISH_WITH(state + 1, 0, vm_integer);
}

HANDLER(iterationNext) {
  vm_value *state = R_A;
  if (UNLIKELY(state->kind != vm_array)) SLOW;
  vm_array_object *array = OBJECT(vm_array_object, state);
  int64_t position = (int64_t)state[1].payload;
  state[1].payload = (uint64_t)position + 1;
  if (position < array->count) {
    vm_value *element = array->items + position;
    retain(element);
    FINISH_WITH(state + 2, element->payload, element->kind);
  }
  pc += WIDE;
  NEXT;
}
