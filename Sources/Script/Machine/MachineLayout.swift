import CMachine

/// Whether the machine's two halves see the same things in memory.
package enum MachineLayout {
  /// Everything that CMachine.h says differently; empty when all is well.
  package static var mismatches: [String] {
    var found: [String] = []
    func compare(_ what: String, _ swift: Int?, _ fast: Int?) {
      if swift != fast { found.append("\(what): \(swift ?? -1) in Swift, \(fast ?? -1) in C") }
    }
    for operation in Opcode.allCases {
      let name = String(cString: vm_opcode_name(Int32(operation.rawValue)))
      if name != "\(operation)" { found.append("\(operation) is called \(name) in C") }
    }
    compare("operations", Opcode.allCases.count, Int(vm_opcode_count))
    compare("boxes", Int(Value.Kind.box.rawValue), Int(vm_box))
    compare("strings", Int(Value.Kind.string.rawValue), Int(vm_string))
    compare("hosts", Int(Value.Kind.host.rawValue), Int(vm_host))
    compare("booleans as elements", Int(StridedView.Element.bool.rawValue), Int(vm_bool8))
    for (index, operation) in [BinaryOperator.add, .subtract, .multiply, .divide, .remainder].enumerated() {
      compare("\(operation)", Int(operation.code), index)
    }

    compare("Value", MemoryLayout<Value>.stride, MemoryLayout<vm_value>.stride)
    compare("Value.kind", offset(\Value.kind), offset(\vm_value.kind))
    compare("header", MemoryLayout<ObjectHeader>.stride, MemoryLayout<vm_header>.stride)
    compare("header.count", offset(\ObjectHeader.count), offset(\vm_header.count))
    compare("array.count", offset(\ArrayObject.count), offset(\vm_array_object.count))
    compare("array.capacity", offset(\ArrayObject.capacity), offset(\vm_array_object.capacity))
    compare("array.items", offset(\ArrayObject.items), offset(\vm_array_object.items))
    compare("entry", MemoryLayout<DictionaryObject.Entry>.stride, MemoryLayout<vm_entry>.stride)
    compare("entry.value", offset(\DictionaryObject.Entry.value), offset(\vm_entry.value))
    compare("entry.hash", offset(\DictionaryObject.Entry.hash), offset(\vm_entry.hash))
    compare("dictionary.count", offset(\DictionaryObject.count), offset(\vm_dictionary_object.count))
    compare("dictionary.entries", offset(\DictionaryObject.entries), offset(\vm_dictionary_object.entries))
    compare("dictionary.index", offset(\DictionaryObject.index), offset(\vm_dictionary_object.index))
    compare(
      "dictionary.indexSize", offset(\DictionaryObject.indexSize), offset(\vm_dictionary_object.index_size))
    compare("string.isASCII", offset(\StringObject.isASCII), offset(\vm_string_object.is_ascii))
    compare("string.hash", offset(\StringObject.hash), offset(\vm_string_object.hash))
    compare("string.countedBytes", offset(\StringObject.countedBytes), offset(\vm_string_object.bytes))
    compare("box.value", offset(\BoxObject.value), offset(\vm_box_object.value))
    compare("instance.type", offset(\InstanceObject.type), offset(\vm_instance_object.type))
    compare(
      "instance.fieldCount", offset(\InstanceObject.fieldCount), offset(\vm_instance_object.field_count))
    compare("instance.fields", InstanceObject.fieldsOffset, MemoryLayout<vm_instance_object>.stride)
    compare("closure.hot", offset(\ClosureObject.hot), offset(\vm_closure_object.hot))
    compare("closure.captures", ClosureObject.capturesOffset, MemoryLayout<vm_closure_object>.stride)
    compare("host.dimensions", offset(\HostObject.dimensions), offset(\vm_host_object.dimensions))
    compare("host.base", offset(\HostObject.base), offset(\vm_host_object.base))
    compare("host.rank", offset(\HostObject.rank), offset(\vm_host_object.rank))
    compare("host.element", offset(\HostObject.element), offset(\vm_host_object.element))
    compare("host.isWritable", offset(\HostObject.isWritable), offset(\vm_host_object.is_writable))
    compare("reference.object", offset(\ReferenceObject.object), offset(\vm_reference_object.object))
    compare(
      "reference.numberFunction", offset(\ReferenceObject.numberFunction),
      offset(\vm_reference_object.function))
    compare(
      "reference.takesIntegers", offset(\ReferenceObject.takesIntegers),
      offset(\vm_reference_object.takes_integers))

    compare("hot.constants", offset(\FunctionCode.Hot.constants), offset(\vm_hot.constants))
    compare("hot.registerCount", offset(\FunctionCode.Hot.registerCount), offset(\vm_hot.register_count))
    compare("hot.plainArity", offset(\FunctionCode.Hot.plainArity), offset(\vm_hot.plain_arity))
    compare("hot.methodArity", offset(\FunctionCode.Hot.methodArity), offset(\vm_hot.method_arity))
    compare("hot.requiredArity", offset(\FunctionCode.Hot.requiredArity), offset(\vm_hot.required_arity))
    compare("hot.members", offset(\FunctionCode.Hot.members), offset(\vm_hot.members))
    compare("hot.calls", offset(\FunctionCode.Hot.calls), offset(\vm_hot.calls))
    compare("hot.places", offset(\FunctionCode.Hot.places), offset(\vm_hot.places))
    compare("frame", MemoryLayout<Machine.Frame>.stride, MemoryLayout<vm_frame>.stride)
    compare("frame.hot", offset(\Machine.Frame.hot), offset(\vm_frame.hot))
    compare("frame.captures", offset(\Machine.Frame.captures), offset(\vm_frame.captures))
    compare("frame.base", offset(\Machine.Frame.base), offset(\vm_frame.base))
    compare("frame.returnPoint", offset(\Machine.Frame.returnPoint), offset(\vm_frame.return_point))
    compare("frame.target", offset(\Machine.Frame.target), offset(\vm_frame.target))
    compare("frame.place", offset(\Machine.Frame.place), offset(\vm_frame.place))
    compare("frame.isEntry", offset(\Machine.Frame.isEntry), offset(\vm_frame.is_entry))
    return found
  }

  private static func offset<Whole, Part>(_ path: KeyPath<Whole, Part>) -> Int? {
    MemoryLayout<Whole>.offset(of: path)
  }
}
