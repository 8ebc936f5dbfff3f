import Base
import Glibc

// Reads data files through libhdf5 and libmatio in a process of its own: a file that was made to crash them
// ends this program, not the one that wants the numbers.

func complain(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

func run(_ options: Options) throws(Problem) {
  let file = try InputFile(options.path)
  let source: any DataSource
  switch file.format {
  case .hdf5: source = try HDF5File(file.path)
  case .matlab: source = try MATFile(file)
  }
  let output = Output()
  var header: [UInt8] = []
  try source.contents.header().write(to: &header)
  if options.work == .list {
    try output.write(header + [UInt8(ascii: "\n")])
    return
  }
  try output.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header)
  for index in source.contents.items.indices { try source.write(index, to: output) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments == ["--help"] {
  print(Options.help)
  exit(0)
}
guard let options = Options(arguments) else {
  complain(Options.help)
  exit(2)
}
Confinement.begin(options)
do throws(Problem) {
  try run(options)
} catch {
  complain(error.text)
  _exit(1)
}
// Both ways without the libraries' farewell, which goes over all they have in memory and crashes over what is
// damaged there.
_exit(0)
