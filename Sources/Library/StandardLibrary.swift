import Script

/// Everything that a session provides by name.
package enum StandardLibrary {
  package static let registry = Registry(
    functions: LanguageBuiltins.functions + EngineBuiltins.functions,
    namespaces: LanguageBuiltins.namespaces + EngineBuiltins.namespaces,
    types: LanguageBuiltins.types + EngineBuiltins.types)
}
