import Display
import Networks
import Script

/// The epochs of training as rows, the running one with a bar.
struct TrainingTable {
  private let history: TrainingHistory
  /// The epoch that runs now.
  private let running: TrainingProgress?
  /// Only the last ones are shown, so that a long training stays small.
  private static let shownEpochs = 20

  init(_ history: TrainingHistory, running: TrainingProgress? = nil) {
    self.history = history
    self.running = running
  }

  var table: Table {
    let epochs = history.epochs
    let hasAccuracy = epochs.contains { $0.accuracy != nil }
    let hasValidation = epochs.contains { $0.validationLoss != nil }
    var columns = [Table.Column("epoch", .right), Table.Column("loss", .right)]
    if hasAccuracy { columns.append(Table.Column("accuracy", .right)) }
    if hasValidation { columns.append(Table.Column("validation loss", .right)) }
    if hasValidation, hasAccuracy { columns.append(Table.Column("validation accuracy", .right)) }
    columns.append(Table.Column("seconds", .right))
    if running != nil { columns.append(Table.Column("batches")) }
    func number(_ value: Double?) -> Table.Cell { value.map { .value($0) } ?? .empty }
    func percent(_ value: Double?) -> Table.Cell { value.map { .number(NumberFormat.percent($0)) } ?? .empty }
    func row(
      _ epoch: Int, _ loss: Double, _ accuracy: Double?, _ validation: (Double?, Double?), _ seconds: Double?
    ) -> [Table.Cell] {
      var cells: [Table.Cell] = [.count(epoch), .value(loss)]
      if hasAccuracy { cells.append(percent(accuracy)) }
      if hasValidation { cells.append(number(validation.0)) }
      if hasValidation, hasAccuracy { cells.append(percent(validation.1)) }
      cells.append(seconds.map { .number(NumberFormat.fixed($0, $0 < 10 ? 1 : 0)) } ?? .empty)
      return cells
    }
    let skipped = max(0, epochs.count - TrainingTable.shownEpochs)
    var rows = epochs.enumerated().dropFirst(skipped).map { index, epoch in
      row(
        index + 1, epoch.loss, epoch.accuracy, (epoch.validationLoss, epoch.validationAccuracy), epoch.seconds
      )
    }
    if let running, running.epoch > epochs.count {
      let share = Double(running.batch) / Double(max(1, running.batches))
      rows.append(
        row(running.epoch, running.loss, nil, (nil, nil), nil) + [
          .bar(fraction: share, label: "\(running.batch) of \(running.batches)")
        ])
    }
    var notes: [String] = []
    if skipped > 0 { notes.append("the first \(skipped) epochs are left out") }
    if let running { notes.append("epoch \(running.epoch) of \(running.epochs)") }
    if let reason = history.stoppedEarly { notes.append(reason) }
    return Table(columns: columns, rows: rows, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }
}

/// Shows how far training is, in place, at most four times a second.
final class TrainingDisplay {
  private let context: LibraryContext
  private let clock = ContinuousClock()
  private let id: String
  private var shown: ContinuousClock.Instant?
  private var isShown = false

  init(_ context: LibraryContext) {
    self.context = context
    id = context.freshDisplayID()
  }

  func progress(_ progress: TrainingProgress) {
    let now = clock.now
    if let shown, now - shown < .milliseconds(300) { return }
    // A training that is over in a moment shows its result alone.
    if shown == nil, progress.batch < progress.batches {
      shown = now
      return
    }
    shown = now
    show(TrainingTable(progress.history, running: progress).table)
  }

  func finish(_ history: TrainingHistory) { show(TrainingTable(history).table) }

  private func show(_ table: Table) {
    if isShown { context.update(id, table.bundle) } else { context.display(table.bundle, id) }
    isShown = true
  }
}
