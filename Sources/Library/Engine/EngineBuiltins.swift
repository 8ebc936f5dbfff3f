import Script

/// Every built-in that works on values of the engine.
package enum EngineBuiltins {
  package static let functions: [Builtin] =
    TensorCreation.functions + TensorRandom.functions + TensorMath.functions + TensorReductions.functions
    + TensorShaping.functions + TensorConvolution.functions + PictureBuiltins.functions
    + PlotBuiltins.functions

  package static let namespaces: [Namespace] = PictureBuiltins.namespaces

  package static let types: [TypeTable] = [TensorType.table] + PlotBuiltins.types
}
