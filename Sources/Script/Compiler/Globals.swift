/// The variables of a session, shared by all its cells.
///
/// A name gets a slot when it is first mentioned; what the slot holds is looked up when code runs, so an older
/// function sees the newest definition. Slots of built-in names start with the built-in.
package final class Globals {
  /// More names than any session has; a fixed block lets the running machine keep a pointer to it.
  static let capacity = 1 << 16

  struct Info {
    var name: String
    var isLet = false
    /// The cell that declared it last, 0 for none.
    var cell = 0
    /// A built-in that no cell has redefined.
    var isBuiltin = false
  }

  let values: UnsafeMutablePointer<Value>
  private(set) var infos: [Info] = []
  private var indices: [String: Int] = [:]
  private let registry: Registry

  init(registry: Registry) {
    self.registry = registry
    values = .allocate(capacity: Globals.capacity)
  }

  deinit {
    for index in infos.indices { values[index].release() }
    values.deallocate()
  }

  /// The slot of a name, made when there is none; nil when all are taken.
  func slot(_ name: String) -> Int? {
    if let index = indices[name] { return index }
    guard infos.count < Globals.capacity else { return nil }
    let index = infos.count
    var info = Info(name: name)
    let value: Value
    switch registry.globals[name] {
    case .function(let builtin): value = .builtin(builtin)
    case .namespace(let namespace): value = .namespace(namespace)
    case nil: value = .absent
    }
    info.isBuiltin = !value.isAbsent
    infos.append(info)
    (values + index).initialize(to: value)
    indices[name] = index
    return index
  }

  func existingSlot(_ name: String) -> Int? { indices[name] }

  func declare(_ index: Int, isLet: Bool, cell: Int) {
    infos[index].isLet = isLet
    infos[index].cell = cell
    infos[index].isBuiltin = false
  }

  /// The value of a name, borrowed: a user's variable or a built-in.
  package func value(named name: String) -> Value? {
    if let index = indices[name] {
      let value = values[index]
      return value.isAbsent || value.kind == .moved ? nil : value
    }
    guard registry.globals[name] != nil, let index = slot(name) else { return nil }
    return values[index]
  }

  /// The user's own variables in order of their first mention, borrowed.
  package var userVariables: [(name: String, value: Value)] {
    infos.indices.compactMap { index in
      let value = values[index]
      guard !infos[index].isBuiltin, !value.isAbsent, value.kind != .moved else { return nil }
      return (infos[index].name, value)
    }
  }

  /// Every name that means something now.
  package var knownNames: [String] {
    userVariables.map(\.name)
      + registry.globals.keys.filter { name in
        guard let index = indices[name] else { return true }
        return infos[index].isBuiltin
      }
  }

  /// Sets a variable from outside of the language; takes over one count.
  package func set(_ name: String, _ value: Value, isLet: Bool = true) {
    guard let index = slot(name) else {
      value.release()
      return
    }
    let old = values[index]
    values[index] = value
    old.release()
    declare(index, isLet: isLet, cell: 0)
  }

  /// Forgets every variable of the user; built-ins come back.
  package func reset() {
    for index in infos.indices {
      let old = values[index]
      let name = infos[index].name
      infos[index] = Info(name: name)
      switch registry.globals[name] {
      case .function(let builtin): values[index] = .builtin(builtin)
      case .namespace(let namespace): values[index] = .namespace(namespace)
      case nil: values[index] = .absent
      }
      infos[index].isBuiltin = !values[index].isAbsent
      old.release()
    }
  }
}
