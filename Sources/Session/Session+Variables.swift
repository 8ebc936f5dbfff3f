import Display
import Library

extension Session {
  /// The session's variables as `vars()` shows them.
  package var variables: MIMEBundle { VariableTable.table(of: machine).bundle }

  /// Forgets every variable, as `reset()` does. Not while a cell runs: cells call `reset()` themselves.
  package func reset() {
    machine.globals.reset()
    machine.collectCycles()
    callees = [:]
  }
}
