import Script

/// Everything that a session provides by name.
package enum StandardLibrary {
  package static let functions: [Builtin] = LanguageBuiltins.functions + EngineBuiltins.functions
  package static let namespaces: [Namespace] = LanguageBuiltins.namespaces + EngineBuiltins.namespaces
  package static let types: [TypeTable] = LanguageBuiltins.types + EngineBuiltins.types

  package static let registry = Registry(functions: functions, namespaces: namespaces, types: types)
}
