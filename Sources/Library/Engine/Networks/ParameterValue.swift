import Display
import Networks
import Script
import Tensors

/// Numbers of a learner's own struct that training changes; it computes like the tensor that it holds.
final class ParameterValue: HostValue, Presentable {
  let parameter: Networks.Parameter

  init(_ parameter: Networks.Parameter) { self.parameter = parameter }

  var typeName: String { "Parameter" }
  var isShared: Bool { true }
  func text() -> String { parameter.value.description }
  func bundle(in machine: Machine) throws -> MIMEBundle { try TensorDisplay.bundle(parameter.value) }

  /// What operations run on: followed where the running gradient asks for it.
  var operand: any Operand {
    let variable = parameter()
    return variable.isLive ? variable : parameter.value
  }

  private func tensor() throws -> TensorValue { try ParameterValue.tensor(of: parameter) }

  /// A parameter's numbers, followed where the running gradient asks for it.
  static func tensor(of parameter: Networks.Parameter) throws -> TensorValue {
    let variable = parameter()
    return variable.isLive ? try TensorValue(variable) : TensorValue(parameter.value)
  }

  func unary(_ operation: UnaryOperator) throws -> Value? { try tensor().unary(operation) }
  func binary(_ operation: BinaryOperator, _ other: Value, isReversed: Bool) throws -> Value? {
    try tensor().binary(operation, other, isReversed: isReversed)
  }
  func element(at subscripts: [Subscript]) throws -> Value? { try tensor().element(at: subscripts) }
  var iterationCount: Int? { parameter.shape.first }
  func iterationElement(_ index: Int) throws -> Value { try tensor().iterationElement(index) }
  func truth() throws -> Bool { try tensor().truth() }

  func setMember(_ name: String, _ value: Value) throws -> Bool {
    guard name == "value" else { return false }
    guard let new = try Tensor.from(value) else {
      throw ScriptError(.type, "a parameter is a tensor, but this is \(value.describedType)")
    }
    guard new.shape == parameter.shape else {
      throw ScriptError(
        .shape, "the parameter has the shape \(parameter.shape), but this tensor is \(new.shape)")
    }
    parameter.value = try new.asType(parameter.dtype)
    return true
  }

  // MARK: Built-ins

  static let functions: [Builtin] = [
    Builtin(
      "Parameter", [.init("value", "the first numbers: a tensor or an array of numbers")],
      "Numbers that training changes, as a member of a struct of your own.",
      details: """
        It computes like the tensor that it holds, and `fit`, `gradients` and optimizers find it among the \
        members of a struct with `callAsFunction`. Copies are the same parameter.
        """,
      examples: [
        .init(
          "struct Scale {\n  let factor = Parameter([2.0])\n  func callAsFunction(x) { x * factor }\n}\n"
            + "let scale = Scale()\ngradients(of: scale) { sum(scale(ones(1, 3))) }", "[\"factor\": [3.]]")
      ]
    ) { call in
      let tensor = try call.tensor(0)
      let type: DType = tensor.dtype == .float64 ? .float64 : .float32
      return .host(ParameterValue(Networks.Parameter("value", try tensor.asType(type))))
    }
  ]

  private static func parameter(_ call: Call) throws -> Networks.Parameter {
    try call.host(0, as: ParameterValue.self, expected: "a parameter").parameter
  }

  static let table = TypeTable(
    "Parameter", "Numbers of a struct of your own that training changes.",
    properties: [
      Builtin(
        "value", [.init("self")], "Its numbers as they are now; a tensor of the same shape can be assigned.",
        examples: [.init("let p = Parameter([1.0, 2.0])\np.value = [3, 4]\np.value", "[3. 4.]")]
      ) { call in try .host(tensor(of: parameter(call))) },
      Builtin(
        "shape", [.init("self")], "The length of every axis.",
        examples: [.init("Parameter(zeros(2, 3)).shape", "[2, 3]")]
      ) { call in .array(Array(try parameter(call).shape)) },
    ])
}
