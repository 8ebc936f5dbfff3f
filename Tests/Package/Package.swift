// swift-tools-version: 6.0
import PackageDescription

/// A package as somebody else writes it, who uses the engine as a library.
let package = Package(
  name: "digits",
  dependencies: [.package(name: "swift-cnn", path: "../..")],
  targets: [
    .executableTarget(
      name: "digits", dependencies: [.product(name: "CNN", package: "swift-cnn")], path: ".",
      exclude: ["test_package.py"], sources: ["main.swift"])
  ]
)
