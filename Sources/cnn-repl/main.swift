import Base
import Glibc
import Notebooks
import Session
import Terminal

let device = TerminalDevice()

func refuse(_ error: UsageError) -> Never {
  let hint = error.suggestion.map { "; \($0)" } ?? ""
  device.write("cnn-repl: \(error.message)\(hint)\nTry `cnn-repl --help`.\n", to: STDERR_FILENO)
  exit(2)
}

/// Runs the work on the compute thread, and signals on this one.
func serve(_ work: @escaping @Sendable (SignalDesk) -> ReplCommand.Ending) -> Never {
  let desk = SignalDesk(device)
  _ = ComputeThread {
    switch work(desk) {
    case .exit(let status): exit(status)
    case .interrupted: SignalDesk.die(of: SIGINT)
    }
  }
  desk.serve()
}

let arguments = Array(CommandLine.arguments.dropFirst())
do throws(UsageError) {
  if arguments.first == "run" {
    let options = try RunOptions(parsing: Array(arguments.dropFirst()))
    if options.showsHelp {
      device.write(RunOptions.help + "\n")
      exit(0)
    }
    serve { desk in
      let stopSign = StopSign()
      desk.watch { stopSign.raise() }
      return switch RunCommand(options, stopSign: stopSign).run() {
      case .success: .exit(0)
      case .failure: .exit(1)
      case .interrupted: .interrupted
      }
    }
  }
  let options = try ReplOptions(parsing: arguments)
  serve { desk in
    ReplCommand(options, device: device, sessionStarted: { desk.watch($0) }).run()
  }
} catch {
  refuse(error)
}
