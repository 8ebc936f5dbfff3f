#include "Handlers.h"

// Registers, constants, globals, and variables that closures share.

/// R[a] becomes a copy of a value.
#define COPY(value)                                                                                 \
  do {                                                                                              \
    const vm_value *value_ = (value);                                                               \
    retain(value_);                                                                                 \
    FINISH_WITH(R_A, value_->payload, value_->kind);                                                \
  } while (0)

/// A slot takes over the value of a register, which is left absent.
#define HAND_OVER(from, to)                                                                         \
  do {                                                                                              \
    vm_value *from_ = (from), *to_ = (to);                                                          \
    uint64_t payload_ = from_->payload;                                                             \
    uint8_t kind_ = from_->kind;                                                                    \
    empty(from_);                                                                                   \
    FINISH_WITH(to_, payload_, kind_);                                                              \
  } while (0)

/// The variable in a box; null when it cannot be read now.
static inline vm_value *boxed(const vm_value *box) {
  if (UNLIKELY(box->kind != vm_box)) return NULL;
  vm_value *value = &OBJECT(vm_box_object, box)->value;
  return LIKELY(value->kind > vm_moved) ? value : NULL;
}

HANDLER(move) {
  COPY(R_B);
}

HANDLER(take) {
  HAND_OVER(R_B, R_A);
}

HANDLER(loadConstant) {
  COPY(HOT->constants + WIDE);
}

HANDLER(loadInteger) {
  FINISH_WITH(R_A, (uint64_t)WIDE, vm_integer);
}

HANDLER(loadNone) {
  FINISH_WITH(R_A, 0, vm_none);
}

HANDLER(loadBool) {
  FINISH_WITH(R_A, PART_X != 0, vm_bool);
}

HANDLER(loadAbsent) {
  FINISH_WITH(R_A, 0, vm_absent);
}

HANDLER(getGlobal) {
  vm_value *value = core->globals + WIDE;
  if (UNLIKELY(value->kind <= vm_moved)) SLOW;
  COPY(value);
}

HANDLER(setGlobal) {
  HAND_OVER(R_A, core->globals + WIDE);
}

HANDLER(getBox) {
  vm_value *value = boxed(R_B);
  if (UNLIKELY(!value)) SLOW;
  COPY(value);
}

HANDLER(setBox) {
  vm_value *box = R_A;
  if (UNLIKELY(box->kind != vm_box)) SLOW;
  HAND_OVER(R_B, &OBJECT(vm_box_object, box)->value);
}

HANDLER(getCapture) {
  vm_value *value = CAPTURES + WIDE;
  if (UNLIKELY(value->kind <= vm_moved)) SLOW;
  COPY(value);
}

HANDLER(getCaptureBox) {
  vm_value *value = boxed(CAPTURES + WIDE);
  if (UNLIKELY(!value)) SLOW;
  COPY(value);
}

HANDLER(setCaptureBox) {
  vm_value *box = CAPTURES + WIDE;
  if (UNLIKELY(box->kind != vm_box)) SLOW;
  HAND_OVER(R_A, &OBJECT(vm_box_object, box)->value);
}
