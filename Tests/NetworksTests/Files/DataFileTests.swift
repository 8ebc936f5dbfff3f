import Base
import Foundation
import Networks
import Tensors
import Testing

/// Files that h5py and scipy wrote, read through `cnn-files`.
@Suite struct DataFileTests {
  // MARK: HDF5

  @Test(arguments: ["keras2-bytes.h5", "keras2-str.h5"])
  func keras2(_ file: String) throws {
    let weights = try DataFile.read(fixture(file))
    let root = file == "keras2-str.h5" ? "model_weights/" : ""
    // By the file's own statement, not by name: conv2 before conv10, the kernel before the bias.
    #expect(
      weights.names
        == [
          "conv2/conv2/kernel:0", "conv2/conv2/bias:0", "conv10/conv10/kernel:0", "conv10/conv10/bias:0",
        ].map { root + $0 })
    #expect(weights.texts("layer_names") == ["conv2", "flatten", "conv10"])
    #expect(weights.texts("conv10/weight_names") == ["conv10/kernel:0", "conv10/bias:0"])
    #expect(weights.texts("flatten/weight_names") == [])
    #expect(weights.metadata["\(root)backend"] == "tensorflow")
    let kernel = try #require(weights["\(root)conv2/conv2/kernel:0"])
    expect(kernel, ramp(18), shape: [3, 3, 1, 2], .float32)
    expect(try #require(weights["\(root)conv10/conv10/bias:0"]), ramp(4, from: 100), shape: [4], .float32)
  }

  @Test func keras3() throws {
    let weights = try DataFile.read(fixture("keras3.weights.h5"))
    #expect(weights.names.first == "_layer_checkpoint_dependencies/dense_1/vars/0")
    #expect(weights.names.suffix(2) == ["layers/dense/vars/9", "layers/dense/vars/10"])
    #expect(weights.metadata["layers/dense/name"] == "dense")
    expect(
      try #require(weights["layers/dense/vars/10"]), ramp(6, from: 10), shape: [2, 3], .float32)
  }

  @Test func course() throws {
    let cats = try DataFile.read(fixture("course.h5"))
    #expect(cats.names == ["train_set_x", "train_set_y"])
    let pictures = try #require(cats["train_set_x"])
    expect(pictures, (0..<384).map { Double($0 % 256) }, shape: [2, 8, 8, 3], .uint8)
    expect(try #require(cats["train_set_y"]), [0, 1], shape: [2], .int64)
    #expect(cats.texts("list_classes") == ["non-cat", "cat"])
  }

  @Test func kinds() throws {
    let file = try DataFile.read(fixture("kinds.h5"))
    func tensor(_ name: String) throws -> Tensor { try #require(file[name]) }
    expect(try tensor("chunked"), ramp(350), shape: [50, 7], .float32)
    expect(try tensor("packed"), ramp(200), shape: [40, 5], .float64)
    expect(try tensor("filled"), [Double](repeating: 2.5, count: 12), shape: [3, 4], .float32)
    expect(try tensor("half"), [1.5, -2, 65504], shape: [3], .float32)
    expect(try tensor("big_endian"), [1, -2, 3], shape: [3], .int64)
    expect(try tensor("i8"), [-128, 127], shape: [2], .int64)
    expect(try tensor("u16"), [0, 65535], shape: [2], .int64)
    #expect(try tensor("u64").integers() == [0, Int.max])
    expect(try tensor("truth"), [1, 0, 0, 1], shape: [2, 2], .bool)
    expect(try tensor("scalar"), [0.25], shape: [], .float64)
    expect(try tensor("empty"), [], shape: [0, 3], .float32)
    expect(try tensor("nothing"), [], shape: [0], .float32)
    #expect(file.metadata["text"] == "grüße")
    #expect(file.texts("texts") == ["one", "two"])
    #expect(file.metadata["packed/scale"] == "0.1")
    #expect(file.metadata["packed/sizes"] == "[1,2]")
    #expect(file["complex"] == nil)
    #expect(file.metadata["complex"] == "left out: its elements are neither numbers nor texts")
  }

  @Test func linksStayInTheFile() throws {
    let file = try DataFile.read(fixture("links.h5"))
    #expect(file.names == ["alias", "group/x", "soft", "x"])
    #expect(file.metadata["outside"] == "left out: it is a link to another file, and only one file is read")
    #expect(file.metadata["lost"] == "left out: it is a link that leads nowhere")
    let elsewhere = "left out: its numbers are stored in other files, and only one file is read"
    #expect(file.metadata["elsewhere"] == elsewhere)
    #expect(file.metadata["virtual"] == elsewhere)
    #expect(
      file.metadata["group/lzf"]
        == "left out: it is compressed with the filter lzf, and only gzip is understood")
  }

  @Test func orderOfTheFile() throws {
    #expect(try DataFile.read(fixture("ordered.h5")).names == ["z", "a", "m"])
  }

  // MARK: MATLAB

  @Test(arguments: ["matconvnet.mat", "matconvnet-plain.mat"])
  func matConvNet(_ file: String) throws {
    let network = try DataFile.read(fixture(file))
    #expect(
      network.names == [
        "layers/0/weights/0", "layers/0/weights/1", "layers/0/pad", "layers/2/weights/0",
        "layers/2/weights/1",
        "meta/normalization/averageImage",
      ])
    expect(try #require(network["layers/0/weights/0"]), ramp(72), shape: [3, 3, 2, 4], .float32)
    expect(try #require(network["layers/0/weights/1"]), ramp(4), shape: [1, 4], .float32)
    // More columns than are turned into rows at a time.
    expect(try #require(network["layers/2/weights/0"]), ramp(320), shape: [2, 2, 4, 20], .float32)
    expect(try #require(network["meta/normalization/averageImage"]), ramp(60), shape: [4, 5, 3], .float32)
    #expect(network.metadata["layers/0/name"] == "conv1_1")
    #expect(network.metadata["layers/1/type"] == "relu")
    #expect(network.texts("meta/classes/name") == ["cat", "dog"])
  }

  @Test func matlabKinds() throws {
    let file = try DataFile.read(fixture("kinds.mat"))
    func tensor(_ name: String) throws -> Tensor { try #require(file[name]) }
    expect(try tensor("i32"), [1, -2, 3, 4, 5, -6], shape: [2, 3], .int64)
    expect(try tensor("u8"), [1, 2, 3, 255], shape: [2, 2], .uint8)
    expect(try tensor("truth"), [1, 0, 1], shape: [1, 3], .bool)
    expect(try tensor("empty"), [], shape: [0, 0], .float64)
    expect(try tensor("many/1/a"), [3], shape: [1, 1], .float64)
    expect(try tensor("wide"), ramp(120), shape: [3, 40], .float64)
    #expect(file.metadata["text"] == "grüße")
    #expect(file.texts("rows") == ["abc", "def"])
    #expect(file.metadata["complex"] == "left out: it holds complex numbers")
  }

  @Test func matlab73() throws {
    let file = try DataFile.read(fixture("version73.mat"))
    #expect(file.names == ["layers/0", "layers/1", "net/bias", "weights"])
    expect(try #require(file["weights"]), ramp(24), shape: [3, 2, 4], .float32)
    expect(try #require(file["layers/1"]), [1, 1.125, 1.25], shape: [1, 3], .float32)
    #expect(file.metadata["title"] == "hello")
  }
}
