import Script

/// Every built-in that works on values of the engine.
package enum EngineBuiltins {
  package static let functions: [Builtin] =
    TensorCreation.functions + TensorRandom.functions + TensorMath.functions + TensorReductions.functions
    + TensorShaping.functions + TensorConvolution.functions + TensorWindows.functions
    + PictureBuiltins.functions
    + PlotBuiltins.functions + GradientBuiltins.functions + ParameterValue.functions + LayerBuiltins.functions
    + WindowLayerBuiltins.functions
    + LossBuiltins.functions + OptimizerBuiltins.functions + FitBuiltins.functions + DataSetBuiltins.functions
    + FileBuiltins.functions + [SummaryValue.function]

  package static let namespaces: [Namespace] =
    PictureBuiltins.namespaces + LayerBuiltins.namespaces
    + OptimizerBuiltins.namespaces + DataSetBuiltins.namespaces + ZooBuiltins.namespaces

  package static let types: [TypeTable] =
    [TensorType.table] + PlotBuiltins.types + LayerType.tables
    + [ParameterValue.table, OptimizerValue.table, HistoryValue.table, DataSetBuiltins.table]
    + [TypeTable("Schedule", "How a learning rate changes while training goes on.")]
}
