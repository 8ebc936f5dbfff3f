#ifndef HANDLERS_H
#define HANDLERS_H

#include "CMachine.h"

// One function per operation. Each ends by jumping to the next operation's, so that the machine's few
// variables stay in registers and the processor predicts every operation's successor by itself.

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#if __has_attribute(preserve_none)
#define VM_CONVENTION __attribute__((preserve_none))
#else
#define VM_CONVENTION
#endif

/// `pc` is behind the instruction `i`; `r` is register 0 of the frame on top.
typedef VM_CONVENTION const uint64_t *vm_handler(vm_core *core, const uint64_t *pc, vm_value *r, uint64_t i);

#define HANDLER(name)                                                                               \
  VM_CONVENTION const uint64_t *vm_do_##name(                                                       \
      __attribute__((unused)) vm_core *core, const uint64_t *pc, __attribute__((unused)) vm_value *r, \
      __attribute__((unused)) uint64_t i)

extern vm_handler *const vm_handlers[256] __attribute__((visibility("hidden")));

/// Goes on with the instruction at `pc`.
#define NEXT                                                                                        \
  do {                                                                                              \
    uint64_t next_ = *pc;                                                                           \
    __attribute__((musttail)) return vm_handlers[(uint8_t)next_](core, pc + 1, r, next_);           \
  } while (0)

/// Hands the instruction to a function for rarer cases, so that the common ones need no room on the host's
/// stack.
#define RARELY(name) __attribute__((musttail)) return vm_rare_##name(core, pc, r, i)

#define RARE_HANDLER(name)                                                                          \
  static __attribute__((noinline)) VM_CONVENTION const uint64_t *vm_rare_##name(                    \
      vm_core *core, const uint64_t *pc, vm_value *r, uint64_t i)

/// Goes on after the last count of an object may have been given up; out of the way of the operations, which
/// so need no frame on the host's stack.
extern vm_handler vm_drop_and_go_on __attribute__((visibility("hidden")));

/// Puts a value into a slot as an operation's last act. Takes over one count.
#define FINISH_WITH(slot, payload_, kind_)                                                          \
  do {                                                                                              \
    vm_value *finished_ = (slot);                                                                   \
    uint64_t old_ = finished_->payload;                                                             \
    uint8_t old_kind_ = finished_->kind;                                                            \
    finished_->payload = (payload_);                                                                \
    finished_->kind = (kind_);                                                                      \
    if (UNLIKELY(is_object(old_kind_))) {                                                           \
      __attribute__((musttail)) return vm_drop_and_go_on(core, pc, r, old_);                        \
    }                                                                                               \
    NEXT;                                                                                           \
  } while (0)

/// Goes on elsewhere if a condition holds. The processor should guess which instruction comes next, not wait
/// for the answer, as it would if the compiler chose to compute the address.
#define BRANCH_IF(condition)                                                                        \
  do {                                                                                              \
    if (condition) {                                                                                \
      __asm__ volatile("");                                                                         \
      pc += WIDE;                                                                                   \
    }                                                                                               \
    NEXT;                                                                                           \
  } while (0)

/// Leaves the instruction to Swift. Nothing may have changed.
#define SLOW return pc - 1

// The parts of an instruction; see Swift's `Instruction`.
#define AT(shifted) ((vm_value *)((char *)r + ((shifted) & 0xFFFF0)))
#define R_A AT(i >> 28)
#define R_B AT(i >> 44)
#define R_C AT(i >> 12)
#define PART_B ((int64_t)(i >> 48))
#define PART_C ((int64_t)(uint16_t)(i >> 16))
#define PART_X ((uint8_t)(i >> 8))
#define WIDE ((int64_t)((int32_t)i >> 8))
#define IMMEDIATE ((int64_t)(int16_t)(i >> 16))
#define IMMEDIATE_B ((int64_t)i >> 48)
#define GIVES_UP_B (i & 1 << 8)
#define GIVES_UP_C (i & 2 << 8)
#define IS_LEFT (i & 4 << 8)

/// The closure that runs stands before its registers.
#define CLOSURE ((vm_closure_object *)r[-1].payload)
#define HOT (CLOSURE->hot)
#define CAPTURES ((vm_value *)(CLOSURE + 1))

// MARK: Values

static inline bool is_object(uint8_t kind) { return kind >= vm_string; }

#define HEADER(value) ((vm_header *)(value)->payload)
#define OBJECT(type, value) ((type *)(value)->payload)

static inline void retain(const vm_value *value) {
  if (is_object(value->kind)) HEADER(value)->count++;
}

/// Gives up one count of an object.
static inline void drop(vm_core *core, uint64_t object) {
  if (--((vm_header *)object)->count == 0) core->free(object);
}

/// Puts a value into a slot, giving up the one before. Takes over one count.
static inline void put(vm_core *core, vm_value *slot, uint64_t payload, uint8_t kind) {
  uint64_t old = slot->payload;
  uint8_t old_kind = slot->kind;
  slot->payload = payload;
  slot->kind = kind;
  if (UNLIKELY(is_object(old_kind))) drop(core, old);
}

/// Copies a value part by part: read in one piece right after it was written in two, it would keep the
/// processor waiting.
static inline void copy(vm_value *to, const vm_value *from) {
  uint64_t payload = from->payload;
  uint8_t kind = from->kind;
  __asm__("" : "+r"(payload));
  to->payload = payload;
  to->kind = kind;
}

/// Marks a slot as empty whose value has gone elsewhere.
static inline void empty(vm_value *slot) {
  slot->payload = 0;
  slot->kind = vm_absent;
}

/// Gives up the value of a slot.
static inline void clear(vm_core *core, vm_value *slot) {
  if (is_object(slot->kind)) {
    uint64_t old = slot->payload;
    empty(slot);
    drop(core, old);
  } else {
    empty(slot);
  }
}

static inline bool are_integers(const vm_value *p, const vm_value *q) {
  return p->kind == vm_integer && q->kind == vm_integer;
}

/// The number as a double, for integers too; false for everything else.
static inline bool as_number(const vm_value *value, double *number) {
  if (value->kind == vm_double) {
    *number = vm_as_double(*value);
    return true;
  }
  *number = (double)(int64_t)value->payload;
  return value->kind == vm_integer;
}

static inline bool are_numbers(const vm_value *p, const vm_value *q, double *x, double *y) {
  return as_number(p, x) && as_number(q, y);
}

/// A loop round or call: whether it is Swift's turn to poll the safepoint.
static inline bool is_poll_due(vm_core *core) { return UNLIKELY(--core->countdown <= 0); }


// MARK: Arithmetic that several operations share

/// Swift's numbers for operators (`BinaryOperator.all`).
enum { vm_add, vm_subtract, vm_multiply, vm_divide, vm_remainder };

/// `p op q` for plain numbers; false where Swift has to answer: other values, overflow, division by zero.
static inline __attribute__((always_inline)) bool calculate(
    int operation, const vm_value *p, const vm_value *q, vm_value *result) {
  if (LIKELY(are_integers(p, q))) {
    int64_t a = (int64_t)p->payload, b = (int64_t)q->payload, c;
    switch (operation) {
      case vm_add: if (__builtin_add_overflow(a, b, &c)) return false; break;
      case vm_subtract: if (__builtin_sub_overflow(a, b, &c)) return false; break;
      case vm_multiply: if (__builtin_mul_overflow(a, b, &c)) return false; break;
      // Division by zero, and the one quotient that does not fit, are rare enough to refuse -1 as well.
      case vm_divide: if ((uint64_t)b + 1 <= 1) return false; c = a / b; break;
      case vm_remainder: if ((uint64_t)b + 1 <= 1) return false; c = a % b; break;
      default: return false;
    }
    result->payload = (uint64_t)c;
    result->kind = vm_integer;
    return true;
  }
  double x, y, z;
  if (!are_numbers(p, q, &x, &y)) return false;
  switch (operation) {
    case vm_add: z = x + y; break;
    case vm_subtract: z = x - y; break;
    case vm_multiply: z = x * y; break;
    case vm_divide: z = x / y; break;
    default: return false;
  }
  *result = vm_of_double(z);
  return true;
}

// MARK: Places

/// The slot that the first steps of a place lead to, every container on the way made the variable's own; null
/// where Swift has to look.
vm_value *vm_place_slot(const vm_core *core, vm_value *r, const vm_place *place, int64_t steps)
    __attribute__((visibility("hidden")));

#endif
