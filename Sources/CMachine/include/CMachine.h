#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The fast half of the script language's machine.
//
// `vm_run` runs instructions while they meet the plain cases: numbers, elements of arrays and tensors, calls
// of the program's own functions. At the first one that needs anything else (an error, a new object, a
// built-in, a poll of the safepoint) it stops in front of it, having changed nothing a program could see, and
// Swift runs that one instruction the general way. So every operation is whole in Swift, and what is here
// only has to agree where it answers.
//
// The layouts mirror the Swift types named beside them; `MachineLayout` of the room Script compares them.

/// Operations, in the order of Swift's `Opcode`.
#define VM_OPCODES(X)                                                                               \
  X(move) X(take) X(loadConstant) X(loadInteger) X(loadNone) X(loadBool) X(loadAbsent)              \
  X(getGlobal) X(setGlobal) X(makeBox) X(getBox) X(setBox) X(getCapture) X(getCaptureBox)           \
  X(setCaptureBox) X(makeClosure) X(add) X(subtract) X(multiply) X(divide) X(remainder) X(addI)     \
  X(subtractI) X(multiplyI) X(divideI) X(remainderI) X(addK) X(subtractK) X(multiplyK) X(divideK)   \
  X(remainderK) X(binary) X(equal) X(notEqual) X(less) X(lessOrEqual) X(negate) X(not) X(jump)      \
  X(loop) X(jumpIfFalse) X(jumpIfTrue) X(jumpIfNone) X(jumpIfNotNone) X(jumpIfPresent)              \
  X(jumpUnlessLess) X(jumpUnlessLessOrEqual) X(jumpUnlessEqual) X(jumpUnlessNotEqual)               \
  X(jumpUnlessLessI) X(jumpUnlessLessOrEqualI) X(jumpUnlessGreaterI) X(jumpUnlessGreaterOrEqualI)   \
  X(jumpUnlessEqualI) X(jumpUnlessNotEqualI) X(forPrepare) X(forLoop) X(iterationPrepare)           \
  X(iterationNext) X(call) X(callMethod) X(callPlaceMethod) X(returnValue) X(returnNone)            \
  X(returnSelf) X(getMember) X(getIndex) X(getElements) X(setIndex) X(setElements) X(getPlace)      \
  X(setPlace) X(updatePlace) X(makeArray) X(extendArray) X(makeDictionary) X(extendDictionary)      \
  X(makeTuple) X(makeRange) X(interpolate) X(destructure) X(checkType) X(testType) X(unwrap)        \
  X(matches) X(noMatch) X(defineStruct) X(defineEnum) X(installMember) X(throwValue) X(rethrow)     \
  X(showHelp)

enum {
#define VM_NAME(name) vm_opcode_##name,
  VM_OPCODES(VM_NAME)
#undef VM_NAME
  vm_opcode_count
};

/// `Value.Kind`
enum {
  vm_absent, vm_moved, vm_none, vm_bool, vm_integer, vm_double,
  // From here on the payload is a pointer to a counted object.
  vm_string, vm_implicit_member, vm_array, vm_dictionary, vm_tuple, vm_range, vm_closure, vm_bound_method,
  vm_instance, vm_enum_case, vm_host, vm_reference, vm_box
};

/// `Value`
typedef struct {
  uint64_t payload;
  uint8_t kind;
} vm_value;

// MARK: Objects

/// `ObjectHeader`
typedef struct {
  int64_t count;
  uint64_t link;
  uint8_t kind;
  uint8_t mark;
  uint32_t size;
} vm_header;

/// `ArrayObject`
typedef struct {
  vm_header header;
  int64_t count;
  int64_t capacity;
  vm_value *items;
} vm_array_object;

/// `TupleObject`; its items follow.
typedef struct {
  vm_header header;
  int64_t count;
  void *labels;
} vm_tuple_object;

/// `DictionaryObject.Entry`
typedef struct {
  vm_value key;
  vm_value value;
  uint64_t hash;
} vm_entry;

/// `DictionaryObject`
typedef struct {
  vm_header header;
  int64_t count;
  int64_t used;
  int64_t capacity;
  vm_entry *entries;
  int32_t *index;
  int64_t index_size;
} vm_dictionary_object;

/// `StringObject`
typedef struct {
  vm_header header;
  uint64_t text[2];
  bool is_ascii;
  uint64_t hash;
  int64_t bytes;
} vm_string_object;

/// `BoxObject`
typedef struct {
  vm_header header;
  vm_value value;
} vm_box_object;

/// `InstanceObject`; its fields follow.
typedef struct {
  vm_header header;
  const void *type;
  int64_t field_count;
} vm_instance_object;

/// `HostObject`
typedef struct {
  vm_header header;
  void *payload[2];
  /// Shape, then strides in elements; null until somebody asked.
  int64_t *dimensions;
  char *base;
  int64_t rank;
  uint8_t element;
  bool is_writable;
} vm_host_object;

/// `ReferenceObject`
typedef struct {
  vm_header header;
  void *object;
  /// What a call of it runs, when that is a built-in.
  void *builtin;
  /// The built-in as a plain function of one number, when it is one.
  double (*function)(double);
  bool takes_integers;
} vm_reference_object;

// MARK: Code

/// `MemberCache`: what a member access found last time.
typedef struct {
  /// The struct's type; null when the last value was no struct.
  const void *type;
  int64_t field;
  /// The kind of built-in value whose `count` this is, else absent.
  uint8_t counted;
} vm_member_cache;

/// `CallCache`: what a call found last time.
typedef struct {
  /// The function whose parameters take this call's arguments in order, though they have labels; parameters
  /// behind them have defaults.
  const void *bound;
  /// How many arguments the call has.
  int64_t count;
  /// For methods, the struct and its method; for a type that is called, the type and its initialiser.
  const void *type;
  vm_value method;
  /// The place that a mutating method's receiver comes from, or -1.
  int64_t place;
  bool is_mutating;
  /// The method is `append` of arrays.
  bool is_append;
} vm_call_cache;

/// `PlaceStep`
typedef struct {
  /// For members, the type found last time, in which `index` is a field that may be set; null for subscripts.
  const void *type;
  /// The field, or the first register of the subscripts.
  int64_t index;
  /// How many subscripts; 0 for members.
  uint8_t count;
  /// The kind of value that the field's annotation wants; absent for any.
  uint8_t fits;
} vm_step;

enum { vm_root_register, vm_root_box, vm_root_capture_box, vm_root_global };

/// `PlacePath`
typedef struct {
  vm_step *steps;
  int64_t count;
  int64_t index;
  uint8_t root;
  /// A constant, which Swift has to refuse or allow.
  bool is_let;
} vm_place;

/// `FunctionCode.Hot`
typedef struct {
  const uint64_t *code;
  vm_value *constants;
  int64_t register_count;
  /// The number of arguments that need no binding; -1 when some always do.
  int64_t plain_arity;
  /// The same for a call as a method.
  int64_t method_arity;
  /// How many of them must be given; those behind have defaults.
  int64_t required_arity;
  vm_member_cache *members;
  vm_call_cache *calls;
  vm_place *places;
} vm_hot;

/// `ClosureObject`; its captures follow.
typedef struct {
  vm_header header;
  void *function;
  vm_hot *hot;
  int64_t capture_count;
} vm_closure_object;

/// `Machine.Frame`
typedef struct {
  void *function;
  vm_hot *hot;
  vm_value *captures;
  vm_value *base;
  const uint64_t *return_point;
  vm_value *target;
  int64_t place;
  bool is_entry;
} vm_frame;

/// What the machine's two halves share.
typedef struct {
  /// The frame that runs.
  vm_frame *top;
  /// The last one there is room for.
  vm_frame *last;
  vm_value *stack_end;
  vm_value *globals;
  /// Loop rounds and calls until Swift is to poll.
  int64_t countdown;
  /// Leaves everything to Swift; for the test that compares what both halves answer.
  bool is_idle;
  /// Frees an object whose count reached zero.
  void (*free)(uint64_t payload);
  /// Gives a slot a container of its own where it shares one; false when there is no memory for that.
  bool (*make_unique)(vm_value *slot, void *machine);
  /// A new instance of a struct whose fields are absent.
  uint64_t (*make_instance)(const void *type);
  void *machine;
} vm_core;

/// Runs the frame on top from `pc` on. Returns the instruction that Swift is to run, or null when the frame
/// that native code entered has returned.
const uint64_t *vm_run(vm_core *core, const uint64_t *pc);

/// The name of an operation, for the test that compares both lists.
const char *vm_opcode_name(int opcode);

// MARK: Shared with Swift

/// The hash of an integer key.
static inline uint64_t vm_mix(uint64_t bits) {
  uint64_t x = bits * 0x9E3779B97F4A7C15u;
  return x ^ x >> 32;
}

/// Where the search for a hash begins in an index whose size is a power of two: its highest bits, which for
/// multiples of one number lie apart.
static inline int64_t vm_first_slot(uint64_t hash, int64_t index_size) {
  return (int64_t)(hash >> __builtin_clzll((uint64_t)index_size - 1));
}

/// `StridedView.Element`
enum { vm_float32, vm_float64, vm_int64, vm_uint8, vm_bool8 };

/// Where an element lies, in elements from the base; -1 when this is not the simple case: integers for every
/// axis of a host value whose view is known, all in range.
static inline int64_t vm_element_offset(const vm_host_object *host, const vm_value *subscripts,
                                        int64_t count) {
  const int64_t *dimensions = host->dimensions;
  if (!dimensions || host->rank != count) return -1;
  int64_t offset = 0;
  for (int64_t axis = 0; axis < count; axis++) {
    if (subscripts[axis].kind != vm_integer) return -1;
    int64_t index = (int64_t)subscripts[axis].payload, size = dimensions[axis];
    if (index < 0) index += size;
    if (index < 0 || index >= size) return -1;
    offset += index * dimensions[count + axis];
  }
  return offset;
}

static inline vm_value vm_of_double(double number) {
  vm_value value = {0, vm_double};
  __builtin_memcpy(&value.payload, &number, sizeof number);
  return value;
}

static inline double vm_as_double(vm_value value) {
  double number;
  __builtin_memcpy(&number, &value.payload, sizeof number);
  return number;
}

/// The element at an offset that `vm_element_offset` gave.
static inline vm_value vm_read_element(const vm_host_object *host, int64_t offset) {
  switch (host->element) {
    case vm_float32: return vm_of_double(((const float *)host->base)[offset]);
    case vm_float64: return vm_of_double(((const double *)host->base)[offset]);
    case vm_int64: return (vm_value){(uint64_t)((const int64_t *)host->base)[offset], vm_integer};
    case vm_uint8: return (vm_value){((const uint8_t *)host->base)[offset], vm_integer};
    default: return (vm_value){((const uint8_t *)host->base)[offset] != 0, vm_bool};
  }
}

/// Writes a value that fits the element type; false, with nothing written, for any other.
static inline bool vm_write_element(const vm_host_object *host, int64_t offset, vm_value value) {
  bool is_number = value.kind == vm_double || value.kind == vm_integer;
  double number = value.kind == vm_integer ? (double)(int64_t)value.payload : vm_as_double(value);
  switch (host->element) {
    case vm_float32:
      if (is_number) ((float *)host->base)[offset] = (float)number;
      return is_number;
    case vm_float64:
      if (is_number) ((double *)host->base)[offset] = number;
      return is_number;
    case vm_int64:
      if (value.kind != vm_integer) return false;
      ((int64_t *)host->base)[offset] = (int64_t)value.payload;
      return true;
    case vm_uint8:
      if (value.kind != vm_integer || value.payload > 255) return false;
      ((uint8_t *)host->base)[offset] = (uint8_t)value.payload;
      return true;
    default:
      if (value.kind != vm_bool) return false;
      ((uint8_t *)host->base)[offset] = value.payload != 0;
      return true;
  }
}

#endif
