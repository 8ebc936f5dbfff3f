#include "Handlers.h"

/// Operations that Swift runs always.
#define SLOW_OPCODES(X)                                                                             \
  X(makeBox) X(makeClosure) X(binary) X(makeArray) X(extendArray) X(makeDictionary)                 \
  X(extendDictionary) X(makeTuple) X(makeRange) X(interpolate) X(destructure) X(testType) X(matches)\
  X(noMatch) X(defineStruct) X(defineEnum) X(installMember) X(throwValue) X(rethrow) X(showHelp)

#define DECLARE(name) HANDLER(name);
VM_OPCODES(DECLARE)

#define LEAVE(name) HANDLER(name) { SLOW; }
SLOW_OPCODES(LEAVE)

#define ENTRY(name) [vm_opcode_##name] = vm_do_##name,
vm_handler *const vm_handlers[256] = {VM_OPCODES(ENTRY)};

__attribute__((noinline)) VM_CONVENTION const uint64_t *vm_drop_and_go_on(
    vm_core *core, const uint64_t *pc, vm_value *r, uint64_t object) {
  drop(core, object);
  NEXT;
}

const uint64_t *vm_run(vm_core *core, const uint64_t *pc) {
  if (UNLIKELY(core->is_idle)) return pc;
  uint64_t i = *pc;
  return vm_handlers[(uint8_t)i](core, pc + 1, core->top->base, i);
}

#define NAME(name) #name,
static const char *const names[] = {VM_OPCODES(NAME)};

const char *vm_opcode_name(int opcode) {
  return opcode >= 0 && opcode < vm_opcode_count ? names[opcode] : "";
}
