#include "Handlers.h"

// MARK: Arithmetic

#define ARITHMETIC(name)                                                                            \
  HANDLER(name) {                                                                                   \
    vm_value result;                                                                                \
    if (UNLIKELY(!calculate(vm_##name, R_B, R_C, &result))) SLOW;                                   \
    FINISH_WITH(R_A, result.payload, result.kind);                                                  \
  }                                                                                                 \
  HANDLER(name##I) {                                                                                \
    vm_value result, immediate = {(uint64_t)IMMEDIATE, vm_integer};                                 \
    if (UNLIKELY(!calculate(vm_##name, R_B, &immediate, &result))) SLOW;                            \
    FINISH_WITH(R_A, result.payload, result.kind);                                                  \
  }

/// With a constant on one of the sides.
#define ARITHMETIC_K(name)                                                                          \
  HANDLER(name##K) {                                                                                \
    vm_value result, *value = R_B, *constant = HOT->constants + PART_C;                             \
    bool is_left = IS_LEFT;                                                                         \
    if (UNLIKELY(!calculate(                                                                        \
            vm_##name, is_left ? constant : value, is_left ? value : constant, &result))) {         \
      SLOW;                                                                                         \
    }                                                                                               \
    FINISH_WITH(R_A, result.payload, result.kind);                                                  \
  }

ARITHMETIC_K(add)
ARITHMETIC_K(subtract)
ARITHMETIC_K(multiply)
ARITHMETIC_K(divide)
ARITHMETIC_K(remainder)

ARITHMETIC(add)
ARITHMETIC(subtract)
ARITHMETIC(multiply)
ARITHMETIC(divide)
ARITHMETIC(remainder)

HANDLER(negate) {
  vm_value *value = R_B;
  if (value->kind == vm_double) {
    FINISH_WITH(R_A, vm_of_double(-vm_as_double(*value)).payload, vm_double);
  }
  if (value->kind != vm_integer || (int64_t)value->payload == INT64_MIN) SLOW;
  FINISH_WITH(R_A, (uint64_t)-(int64_t)value->payload, vm_integer);
}

HANDLER(not) {
  vm_value *value = R_B;
  if (UNLIKELY(value->kind != vm_bool)) SLOW;
  FINISH_WITH(R_A, !value->payload, vm_bool);
}

// MARK: Comparisons

enum { no = 0, yes = 1, unknown = -1 };

/// Whether two values are equal, as far as that shows without a look inside.
static inline __attribute__((always_inline)) int are_equal(const vm_value *p, const vm_value *q) {
  if (LIKELY(are_integers(p, q))) return p->payload == q->payload;
  double x, y;
  if (are_numbers(p, q, &x, &y)) return x == y;
  if (p->kind == vm_bool && q->kind == vm_bool) return p->payload == q->payload;
  // Engine values define for themselves what they equal.
  if ((p->kind == vm_none && q->kind < vm_host) || (q->kind == vm_none && p->kind < vm_host)) {
    return p->kind == q->kind;
  }
  return unknown;
}

#define ORDER(name, sign)                                                                           \
  static inline __attribute__((always_inline)) int is_##name(const vm_value *p, const vm_value *q) {\
    if (LIKELY(are_integers(p, q))) return (int64_t)p->payload sign (int64_t)q->payload;            \
    double x, y;                                                                                    \
    return are_numbers(p, q, &x, &y) ? x sign y : unknown;                                          \
  }

ORDER(less, <)
ORDER(less_or_equal, <=)
ORDER(greater, >)
ORDER(greater_or_equal, >=)

#define COMPARISON(name, test, wanted)                                                              \
  HANDLER(name) {                                                                                   \
    vm_value *p = R_B, *q = R_C;                                                                    \
    int answer = test;                                                                              \
    /* Temporaries that hold objects are given up. */                                               \
    if (UNLIKELY(answer == unknown || is_object(p->kind) || is_object(q->kind))) SLOW;              \
    FINISH_WITH(R_A, answer == wanted, vm_bool);                                                    \
  }

COMPARISON(equal, are_equal(p, q), yes)
COMPARISON(notEqual, are_equal(p, q), no)
COMPARISON(less, is_less(p, q), yes)
COMPARISON(lessOrEqual, is_less_or_equal(p, q), yes)

/// Jumps unless the answer is the wanted one.
#define BRANCH(name, test, wanted)                                                                  \
  HANDLER(name) {                                                                                   \
    vm_value *p = R_A, *q = R_B;                                                                    \
    int answer = test;                                                                              \
    if (UNLIKELY(answer == unknown)) SLOW;                                                          \
    BRANCH_IF(answer != wanted);                                                                    \
  }

BRANCH(jumpUnlessLess, is_less(p, q), yes)
BRANCH(jumpUnlessLessOrEqual, is_less_or_equal(p, q), yes)
BRANCH(jumpUnlessEqual, are_equal(p, q), yes)
BRANCH(jumpUnlessNotEqual, are_equal(p, q), no)

#define BRANCH_IMMEDIATE(name, test, wanted)                                                        \
  HANDLER(name) {                                                                                   \
    vm_value *p = R_A, immediate = {(uint64_t)IMMEDIATE_B, vm_integer}, *q = &immediate;            \
    int answer = test;                                                                              \
    if (UNLIKELY(answer == unknown)) SLOW;                                                          \
    BRANCH_IF(answer != wanted);                                                                    \
  }

BRANCH_IMMEDIATE(jumpUnlessLessI, is_less(p, q), yes)
BRANCH_IMMEDIATE(jumpUnlessLessOrEqualI, is_less_or_equal(p, q), yes)
BRANCH_IMMEDIATE(jumpUnlessGreaterI, is_greater(p, q), yes)
BRANCH_IMMEDIATE(jumpUnlessGreaterOrEqualI, is_greater_or_equal(p, q), yes)
BRANCH_IMMEDIATE(jumpUnlessEqualI, are_equal(p, q), yes)
BRANCH_IMMEDIATE(jumpUnlessNotEqualI, are_equal(p, q), no)
