import Foundation

// The engine's side of the benchmark; the peers' side starts it and asks.

guard CommandLine.arguments.count == 3, CommandLine.arguments[1] == "serve" else {
  FileHandle.standardError.write(Data("usage: cnn-bench serve FOLDER\n".utf8))
  exit(2)
}
let server = Server(folder: CommandLine.arguments[2])
while let line = readLine() {
  var response: [String: Any]
  do {
    let request = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    response = try server.answer(request)
  } catch {
    response = ["error": "\(error)"]
  }
  FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: response) + Data("\n".utf8))
}
