// swift-tools-version: 6.0
import PackageDescription

/// A C library from the system's packages, found through pkg-config.
func system(_ name: String, _ pkgConfig: String?, apt package: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A room of the program; its tests live in `Tests/<name>Tests`.
func room(_ name: String, knows dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies)
}

/// The tests of a room; `excluding` names files beside them that they read themselves.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], excluding: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, exclude: excluding)
}

/// A program. Swift's library is linked into it: it starts faster and needs no toolchain where it runs. The tests
/// link the shared one, from the same objects. Libraries for other packages are no place for such flags.
func program(_ name: String, runs dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, linkerSettings: [.unsafeFlags(["-static-stdlib"])])
}

let package = Package(
  name: "swift-cnn",
  products: [
    .library(name: "CNN", targets: ["CNN"]),
    .executable(name: "cnn-kernel", targets: ["cnn-kernel"]),
    .executable(name: "cnn-repl", targets: ["cnn-repl"]),
    .executable(name: "cnn-files", targets: ["cnn-files"]),
  ],
  targets: [
    system("CZeroMQ", nil, apt: "libzmq3-dev"),
    system("CSodium", "libsodium", apt: "libsodium-dev"),
    system("COneDNN", nil, apt: "libdnnl-dev"),
    system("CSpng", "spng", apt: "libspng-dev"),
    system("CTurboJPEG", "libturbojpeg", apt: "libturbojpeg0-dev"),
    system("CCairo", nil, apt: "libcairo2-dev"),
    system("CChafa", "chafa", apt: "libchafa-dev"),
    system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    system("CZlib", "zlib", apt: "zlib1g-dev"),
    system("CHDF5", "hdf5", apt: "libhdf5-dev"),
    system("CMatio", "matio", apt: "libmatio-dev"),
    system("CLinux", nil, apt: "libc6-dev"),
    .target(name: "CHeap"),
    // Its functions jump into each other instead of returning: a frame in each is only in the way.
    .target(name: "CMachine", cSettings: [.unsafeFlags(["-momit-leaf-frame-pointer"])]),
    .target(name: "CKernels"),

    room("Base", knows: []),
    room("Script", knows: ["Base", "CHeap", "CMachine"]),
    room("Tensors", knows: ["Base", "CKernels", "COneDNN"]),
    room("Pictures", knows: ["Base", "CSpng", "CTurboJPEG"]),
    room("Display", knows: ["Base", "Tensors", "Pictures", "CCairo"]),
    room("Networks", knows: ["Base", "Tensors", "CZlib"]),
    room("Vision", knows: ["Base", "Tensors", "Networks", "Pictures"]),
    room("Library", knows: ["Base", "Script", "Tensors", "Networks", "Vision", "Pictures", "Display"]),
    room("Session", knows: ["Base", "Script", "Library", "Display", "CSQLite"]),
    room("Jupyter", knows: ["Base", "Session", "Display", "CZeroMQ", "CSodium", "CLinux"]),
    room("Terminal", knows: ["Base", "Session", "Display", "CChafa"]),
    room("Notebooks", knows: ["Base", "Session", "Display", "Pictures"]),
    .target(name: "CNN", dependencies: ["Tensors", "Networks", "Vision", "Pictures"]),
    program("cnn-kernel", runs: ["Jupyter"]),
    program("cnn-repl", runs: ["Terminal", "Notebooks"]),
    program("cnn-files", runs: ["Base", "CHDF5", "CMatio"]),
    .executableTarget(name: "cnn-bench", dependencies: ["CNN"], path: "Benchmarks/cnn-bench"),

    tests("Base"),
    tests("Script", ["Base"]),
    tests("Tensors", ["Base"]),
    tests("Pictures", ["Base"], excluding: ["Fixtures"]),
    tests("Display", ["Base", "Pictures", "Tensors"]),
    tests("Networks", ["Base", "Tensors"], excluding: ["Fixtures", "DataFixtures"]),
    tests("Vision", ["Tensors", "Networks"]),
    tests("Library", ["Base", "Script", "Display", "Tensors"]),
    tests("Session", ["Base", "Display"]),
    tests("Notebooks", ["Base", "Session", "Display", "Pictures"]),
    tests("Terminal", ["Base", "Session", "Display"]),
  ]
)
