import Display
import Networks
import Script

/// What training went through, shown as a table; `plot` draws it.
final class HistoryValue: HostValue, Presentable {
  let history: TrainingHistory

  init(_ history: TrainingHistory) { self.history = history }

  var typeName: String { "History" }
  func text() -> String { TrainingTable(history).table.text(width: 100) }

  func bundle(in machine: Machine) throws -> MIMEBundle { TrainingTable(history).table.bundle }

  /// Loss and accuracy, each with validation, over the epochs.
  var figure: MIMEBundle {
    let epochs = history.epochs.indices.map { Double($0 + 1) }
    func lines(_ training: [Double], _ validation: [Double]) -> [Plot.Series] {
      var result: [Plot.Series] = []
      if !training.isEmpty {
        result.append(
          .line(x: Array(epochs.prefix(training.count)), y: training, label: "training", markers: true))
      }
      if !validation.isEmpty {
        result.append(
          .line(x: Array(epochs.prefix(validation.count)), y: validation, label: "validation", markers: true))
      }
      return result
    }
    var plots = [
      Plot(
        title: "Loss", xLabel: "epoch", yLabel: nil, series: lines(history.losses, history.validationLosses))
    ]
    let accuracies = lines(history.accuracies, history.validationAccuracies)
    if !accuracies.isEmpty {
      plots.append(Plot(title: "Accuracy", xLabel: "epoch", yLabel: nil, series: accuracies))
    }
    return Figure(plots).bundle
  }

  // MARK: Members

  private static let example = """
    let net = Sequential(Dense(2))
    let run = fit(net, (eye(2), [0, 1]), epochs: 2, progress: false)

    """

  private static func member(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ read: @escaping @Sendable (TrainingHistory) -> Value
  ) -> Builtin {
    Builtin(name, [.init("self")], summary, examples: [.init(example + code, output)]) { call in
      read(try call.host(0, as: HistoryValue.self, expected: "the result of `fit`").history)
    }
  }

  static let table = TypeTable(
    "History", "What training went through, epoch by epoch.",
    properties: [
      member("epochs", "How many epochs were trained.", "run.epochs", "2") { Value($0.epochs.count) },
      member("losses", "The mean loss of each epoch.", "run.losses.count", "2") { .array($0.losses) },
      member("accuracies", "The part answered rightly after each epoch.", "run.accuracies.count", "2") {
        .array($0.accuracies)
      },
      member(
        "validationLosses", "The same on data kept for validation.", "run.validationLosses", "[]"
      ) { .array($0.validationLosses) },
      member(
        "validationAccuracies", "The same on data kept for validation.", "run.validationAccuracies", "[]"
      ) { .array($0.validationAccuracies) },
      member("batchLosses", "The loss of each batch.", "run.batchLosses.count", "2") {
        .array($0.batchLosses)
      },
      member("seconds", "How long it took.", "run.seconds > 0", "true") {
        Value($0.epochs.reduce(0) { $0 + $1.seconds })
      },
      member(
        "stoppedEarly", "Why training ended before its last epoch, or nil.", "run.stoppedEarly == nil", "true"
      ) { $0.stoppedEarly.map { .string($0) } ?? .none },
    ])
}
