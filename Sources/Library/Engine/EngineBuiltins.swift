import Script

/// Every built-in that works on values of the engine.
package enum EngineBuiltins {
  package static let functions: [Builtin] =
    TensorCreation.functions + TensorRandom.functions + TensorMath.functions + TensorReductions.functions
    + TensorShaping.functions + TensorParts.functions + TensorActivations.functions
    + TensorResizing.functions + TensorConvolution.functions + TensorWindows.functions
    + PictureBuiltins.functions
    + PlotBuiltins.functions + GradientBuiltins.functions + ParameterValue.functions
    + [NetworkCopying.function] + LayerBuiltins.functions
    + WindowLayerBuiltins.functions + NormalizationBuiltins.functions + DetectionBuiltins.functions
    + LossBuiltins.functions + OptimizerBuiltins.functions + FitBuiltins.functions + DataSetBuiltins.functions
    + FileBuiltins.functions + [SummaryValue.function]

  package static let namespaces: [Namespace] =
    PictureBuiltins.namespaces + LayerBuiltins.namespaces
    + OptimizerBuiltins.namespaces + DataSetBuiltins.namespaces + ZooBuiltins.namespaces
    + DetectionBuiltins.namespaces

  package static let types: [TypeTable] =
    [TensorType.table] + PlotBuiltins.types + LayerType.tables
    + [ParameterValue.table, OptimizerValue.table, HistoryValue.table, DataSetBuiltins.table]
    + DetectionBuiltins.types
    + [TypeTable("Schedule", "How a learning rate changes while training goes on.")]
}
