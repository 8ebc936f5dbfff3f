import Glibc

extension History {
  /// Where the history of this person is kept, for the kernel and the terminal alike: `CNN_HISTORY`, or a
  /// file in the folder that XDG names for such things. Nil, and so in memory, where there is no home, or
  /// where `CNN_HISTORY` is empty.
  package static func defaultFile() -> String? {
    if let named = variable("CNN_HISTORY") { return named.isEmpty ? nil : named }
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return "\(state)/swift-cnn/history.sqlite"
    }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return "\(home)/.local/state/swift-cnn/history.sqlite"
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
