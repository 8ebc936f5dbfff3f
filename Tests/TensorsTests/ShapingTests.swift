import Base
import Tensors
import Testing

@Suite struct ShapingTests {
  @Test func creation() throws {
    expectValues(try Tensor.zeros([2, 2]), [0, 0, 0, 0], .float32)
    expectValues(try Tensor.full([3], 7), [7, 7, 7], .int64)
    expectValues(try Tensor.full([2], 0.5), [0.5, 0.5], .float32)
    expectValues(try Tensor.full([2], true), [1, 1], .bool)
    expectValues(try Tensor.range(to: 5), [0, 1, 2, 3, 4], .int64)
    expectValues(try Tensor.range(from: 10, to: 0, by: -3), [10, 7, 4, 1], .int64)
    expectValues(try Tensor.range(from: 1, to: 2, by: 0.25), [1, 1.25, 1.5, 1.75], .float32)
    expectValues(try Tensor.range(to: 0), [], shape: [0])
    expectValues(try Tensor.linspace(from: 0, to: 1, count: 5), [0, 0.25, 0.5, 0.75, 1], .float32)
    expectValues(try Tensor.linspace(from: 2, to: 3, count: 1), [2])
    expectValues(try Tensor.identity(2, columns: 3, dtype: .int64), [1, 0, 0, 0, 1, 0], shape: [2, 3])
    expectValues(try Tensor([[1, 2], [3, 4]] as [[Double]]), [1, 2, 3, 4], shape: [2, 2], .float64)
    expectValues(try Tensor([[[1]], [[2]]]), [1, 2], shape: [2, 1, 1], .int64)
    expectValues(try Tensor(2.5), [2.5], shape: [], .float32)
    expectError(.shape, "A tensor of shape (2, 2) has 4 elements, but 3 values came.") {
      _ = try Tensor([1, 2, 3], shape: [2, 2])
    }
    expectError(
      .shape,
      "The parts of a tensor must have the same shape, but part 0 is a row of 2 and part 1 is a row of 1."
    ) { _ = try Tensor([[1, 2], [3]]) }
    expectError(.value, "A range cannot go on in steps of 0.") { _ = try Tensor.range(to: 3, by: 0) }
    expectError(.shape, "The size of an axis cannot be negative, but (2, -1) came.") {
      _ = try Tensor.zeros(Shape([2, -1]))
    }
    expectError(.shape, "A tensor has at most 8 axes, but 9 came.") {
      _ = try Shape([Int](repeating: 1, count: 9))
    }
    expectError(
      .memory, "A tensor of shape (4611686018427387904, 4) has more elements than any machine can hold."
    ) { _ = try Shape([1 << 62, 4]) }
    expectError(
      .memory,
      "2305843009213693952 elements of shape (2305843009213693952) and type float64 are more bytes than any machine can hold."
    ) { _ = try Tensor.zeros(Shape([1 << 61]), .float64) }
  }

  @Test func builder() throws {
    func build(_ body: (inout TensorBuilder) throws -> Void) throws -> Tensor {
      var builder = TensorBuilder()
      try body(&builder)
      return try builder.finish()
    }
    let matrix = try build { b in
      try b.open()
      for row in [[1, 2], [3, 4]] {
        try b.open()
        for value in row { try b.append(.int(value)) }
        try b.close()
      }
      try b.close()
    }
    expectValues(matrix, [1, 2, 3, 4], shape: [2, 2], .int64)
    let mixed = try build { b in
      try b.open()
      try b.append(1)
      try b.append(2.5)
      try b.append(true)
      try b.close()
    }
    expectValues(mixed, [1, 2.5, 1], .float32)
    let flags = try build { b in
      try b.open()
      try b.append(true)
      try b.append(false)
      try b.close()
    }
    expectValues(flags, [1, 0], .bool)
    let stacked = try build { b in
      try b.open()
      try b.append(Tensor([1, 2] as [UInt8]))
      try b.append(Tensor([3.5, 4], dtype: .float64))
      try b.close()
    }
    expectValues(stacked, [1, 2, 3.5, 4], shape: [2, 2], .float64)
    let empty = try build { b in
      try b.open()
      try b.close()
    }
    expectValues(empty, [], shape: [0], .float32)
    expectValues(try build { try $0.append(7) }, [7], shape: [], .int64)
    let exact = try build { b in
      try b.open()
      try b.append(.int(Int.max))
      try b.close()
    }
    #expect(try exact.integers() == [Int.max])
    expectError(
      .shape,
      "The parts of a tensor must have the same shape, but part 0 is a single number and part 1 is a row of 0."
    ) {
      _ = try build { b in
        try b.open()
        try b.append(1)
        try b.open()
        try b.close()
      }
    }
    expectError(.shape, "A tensor has at most 8 axes, but the list is nested more deeply.") {
      _ = try build { b in for _ in 0..<9 { try b.open() } }
    }
  }

  @Test func conversion() throws {
    expectValues(try Tensor([1.9, -1.9]).asType(.int64), [1, -1], .int64)
    expectValues(try Tensor([0.0, 0.5]).asType(.bool), [0, 1], .bool)
    expectValues(try Tensor([255.9, -0.5]).asType(.uint8), [255, 0], .uint8)
    expectValues(try Tensor([true, false]).asType(.float32), [1, 0], .float32)
    expectError(.arithmetic, "uint8 holds whole numbers from 0 to 255, but 256 came.") {
      _ = try Tensor([1, 256]).asType(.uint8)
    }
    expectError(.arithmetic, "int64 holds whole numbers of 64 bits, but nan came.") {
      _ = try Tensor([Double.nan]).asType(.int64)
    }
    expectError(.arithmetic, "int64 holds whole numbers of 64 bits, but 1e+30 came.") {
      _ = try Tensor([1e30]).asType(.int64)
    }
    #expect(try Tensor([5]).item() == .int(5))
    #expect(try Tensor([true]).truthValue())
    expectError(
      .value,
      "item expects a tensor with exactly one element, but this one has shape (2), which is 2 elements."
    ) { _ = try Tensor([1, 2]).item() }
    expectError(
      .type,
      "A condition expects true or false, but a tensor of shape (2) with 2 elements came; it is not clear which of them counts.",
      suggestion: "say what is meant: all(x), any(x), or allClose(a, b) to compare two tensors"
    ) { _ = try Tensor([1, 2]).truthValue() }
  }

  @Test func arranging() throws {
    let x = try Tensor.range(to: 12).reshape([3, -1])
    #expect(x.shape == [3, 4])
    #expect(x.flatten().shape == [12])
    expectValues(try x.transposed(), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], shape: [4, 3])
    #expect(try Tensor.zeros([2, 1, 3, 1]).squeeze().shape == [2, 3])
    #expect(try Tensor.zeros([2, 1, 3, 1]).squeeze([-1]).shape == [2, 1, 3])
    #expect(try x.expandDims(-1).shape == [3, 4, 1])
    #expect(try x.expandDims(0).shape == [1, 3, 4])
    expectValues(try Tensor([1, 2]).broadcast(to: [2, 2]), [1, 2, 1, 2])
    expectValues(try x.flip([1]).slice([.index(0)]), [3, 2, 1, 0])
    expectValues(try x.flip().slice([.index(0)]), [11, 10, 9, 8])
    expectValues(try Tensor([[1, 2], [3, 4]]).rot90(), [2, 4, 1, 3])
    expectValues(try Tensor([[1, 2], [3, 4]]).rot90(times: -1), [3, 1, 4, 2])
    expectValues(try Tensor([[1, 2], [3, 4]]).rot90(times: 6), [4, 3, 2, 1])
    expectValues(try Tensor([1, 2]).tile([2, 2]), [1, 2, 1, 2, 1, 2, 1, 2], shape: [2, 4])
    expectValues(try Tensor([1, 2]).tile([0]), [], shape: [0])
    expectValues(
      try Tensor([[1, 2], [3, 4]]).repeated(2, axis: 1), [1, 1, 2, 2, 3, 3, 4, 4], shape: [2, 4])
    expectValues(
      try Tensor([[1, 2], [3, 4]]).repeated(2, axis: 0), [1, 2, 1, 2, 3, 4, 3, 4], shape: [4, 2])
  }

  /// Every order of axes, over sizes that take each way through the copying loops.
  @Test func transpositions() throws {
    for sizes in [[2, 3, 4], [20, 17, 33], [1, 5, 1], [0, 3, 2]] {
      for type in [DType.float32, .float64, .uint8] {
        let x = try sample(sizes, type)
        let values = Reference(x)
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
          let result = try x.transposed(order)
          let expected = positions(order.map { sizes[$0] }).map { position -> Double in
            var source = [0, 0, 0]
            for (axis, from) in order.enumerated() { source[from] = position[axis] }
            return values[source]
          }
          expectValues(result, expected, shape: order.map { sizes[$0] }, type)
        }
      }
    }
  }

  @Test func joining() throws {
    let (a, b) = (try Tensor([[1, 2], [3, 4]]), try Tensor([[5, 6]]))
    expectValues(try Tensor.concatenate([a, b]), [1, 2, 3, 4, 5, 6], shape: [3, 2])
    expectValues(try Tensor.concatenate([a, a], axis: -1), [1, 2, 1, 2, 3, 4, 3, 4], shape: [2, 4])
    #expect(try Tensor.concatenate([a, Tensor.ones([1, 2])]).dtype == .float32)
    #expect(try Tensor.concatenate([Tensor([1] as [UInt8]), Tensor([2] as [UInt8])]).dtype == .uint8)
    expectValues(
      try Tensor.stack([Tensor([1, 2]), Tensor([3, 4])], axis: 1), [1, 3, 2, 4], shape: [2, 2])
    let parts = try Tensor.range(to: 6).split(3)
    #expect(parts.count == 3)
    expectValues(parts[1], [2, 3])
    let uneven = try a.split(at: [1, 1], axis: 1)
    #expect(uneven.map(\.shape.sizes) == [[2, 1], [2, 0], [2, 1]])
    expectError(.value, "Joining needs at least one tensor, but the list is empty.") {
      _ = try Tensor.concatenate([])
    }
    expectError(
      .shape,
      "Tensors joined along axis 0 must agree in all other axes, but tensor 0 has shape (2, 2) and tensor 1 has (1, 3)."
    ) { _ = try Tensor.concatenate([a, Tensor([[1, 2, 3]])]) }
    expectError(
      .shape, "Stacked tensors must have the same shape, but tensor 0 has (2, 2) and tensor 1 has (1, 2)."
    ) { _ = try Tensor.stack([a, b]) }
    expectError(.shape, "Single numbers have no axis to be joined along.", suggestion: "use stack") {
      _ = try Tensor.concatenate([Tensor(1)])
    }
    expectError(.value, "Axis 0 of shape (2, 2) has length 2, which cannot be cut into 3 equal parts.") {
      _ = try a.split(3)
    }
  }

  @Test func padding() throws {
    expectValues(try Tensor([1, 2, 3]).pad([(1, 2)]), [0, 1, 2, 3, 0, 0], .int64)
    expectValues(try Tensor([1.5, 2]).pad([(0, 1)], mode: .constant(0.25)), [1.5, 2, 0.25])
    expectValues(try Tensor([1, 2, 3]).pad([(2, 2)], mode: .reflect), [3, 2, 1, 2, 3, 2, 1])
    expectValues(try Tensor([1, 2, 3]).pad([(2, 1)], mode: .edge), [1, 1, 1, 2, 3, 3])
    expectValues(
      try Tensor([[1, 2], [3, 4]]).pad([(1, 0), (0, 1)]), [0, 0, 0, 1, 2, 0, 3, 4, 0], shape: [3, 3])
    expectValues(
      try Tensor([[1, 2], [3, 4]]).pad([(0, 1), (1, 1)], mode: .edge), [1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    expectError(
      .shape, "pad expects one pair (before, after) for each of the 2 axes of shape (1, 2), but 1 pair came."
    ) { _ = try Tensor([[1, 2]]).pad([(1, 1)]) }
    expectError(.value, "pad expects amounts of 0 or more, but (-1, 0) came for axis 0.") {
      _ = try Tensor([1]).pad([(-1, 0)])
    }
    expectError(
      .shape,
      "A reflection can be at most 1 wide on axis 0 of shape (2), one less than its length, but 2 came."
    ) { _ = try Tensor([1, 2]).pad([(2, 0)], mode: .reflect) }
  }

  @Test func messages() throws {
    let x = try Tensor.range(to: 12).reshape([3, 4])
    expectError(
      .shape,
      "A tensor of shape (3, 4) has 12 elements and cannot be arranged as (5, 2), which is 10 elements."
    ) { _ = try x.reshape([5, 2]) }
    expectError(
      .shape, "12 elements of shape (3, 4) cannot be arranged as (5, -1): 12 is not a multiple of 5."
    ) { _ = try x.reshape([5, -1]) }
    expectError(.shape, "Only one size can be -1, but (-1, -1) has more.") { _ = try x.reshape([-1, -1]) }
    expectError(
      .value,
      "transposed expects every axis of the tensor exactly once: 2 axes for shape (3, 4), but [0] came."
    ) { _ = try x.transposed([0]) }
    expectError(.shape, "squeeze removes axes of size 1, but axis 0 of shape (3, 4) has size 3.") {
      _ = try x.squeeze([0])
    }
    expectError(.shape, "A tensor of shape (3, 4) cannot be stretched to (3, 5).") {
      _ = try x.broadcast(to: [3, 5])
    }
    expectError(.shape, "rot90 expects at least two axes, rows and columns, but the shape is (2).") {
      _ = try Tensor([1, 2]).rot90()
    }
  }

  @Test func memoryIsCountedAndRefused() throws {
    let share = MemoryBudget.limit / 10 * 6
    try MemoryBudget.reserve(share)
    #expect(MemoryBudget.used >= share)
    #expect(throws: MemoryError.self) { try MemoryBudget.reserve(share) }
    MemoryBudget.release(share)
    try MemoryBudget.reserve(share)
    MemoryBudget.release(share)
    #expect(MemoryBudget.text(1) == "1 byte")
    #expect(MemoryBudget.text(999) == "999 bytes")
    #expect(MemoryBudget.text(1500) == "1.5 kB")
    #expect(MemoryBudget.text(999_960) == "1 MB")
    #expect(MemoryBudget.text(25_000_000) == "25 MB")
    do {
      _ = try Tensor.zeros([1 << 40])
      Issue.record("a tensor of 4 TB was made")
    } catch let error as MemoryError {
      #expect(
        error.message.hasPrefix(
          "There is not enough memory for a float32 tensor of shape (1099511627776): it needs 4.4 TB, "))
    }
  }
}

/// Numbers that no machine could serve end in messages, not in a trap.
@Suite struct ExtremeArgumentTests {
  @Test(arguments: [Int.max, Int.min, 1 << 40, -(1 << 40)])
  func extremes(_ n: Int) throws {
    let x = try Tensor.range(to: 12).reshape([3, 4])
    let empty = try Tensor.zeros([0, 4])
    func fails(_ body: () throws -> Void) {
      #expect { try body() } throws: { $0 is any PlainError }
    }
    fails { _ = try x.tile([n]) }
    fails { _ = try x.repeated(n, axis: 0) }
    fails { _ = try x.reshape([n]) }
    fails { _ = try x.split(n) }
    fails { _ = try empty.split(n) }
    fails { _ = try x.pad([(n, 0), (0, 0)]) }
    fails { _ = try x.pad([(0, n), (0, 0)], mode: .edge) }
    fails { _ = try x.slice([.index(n)]) }
    fails { _ = try x.sum(axes: [n]) }
    fails { _ = try x.transposed([n, 0]) }
    fails { _ = try x.expandDims(n) }
    fails { _ = try x.conv2d(x, stride: Pair(n)) }
    fails { _ = try x.conv2d(x, padding: .amount(n)) }
    fails { _ = try x.maxPool2d(Pair(n), padding: .same) }
    fails { _ = try Tensor.zeros(Shape([n])) }
    fails { _ = try Tensor.linspace(from: 0, to: 1, count: n) }
    expectValues(try x.slice([.index(0), .range(lower: nil, upper: nil, step: n)]), n > 0 ? [0] : [3])
    #expect(try x.rot90(times: n).elementCount == 12)
    #expect(try Tensor.zeros([0]).tile([max(0, n)]).elementCount == 0)
  }

  /// Only the columns of a padded window that meet the picture are visited.
  @Test(.timeLimit(.minutes(1)))
  func wideWindows() throws {
    let x = try Tensor([[1.0, 5], [3, 2]])
    expectValues(try x.maxPool2d(Pair(1_000_000_001), stride: 1, padding: .same), [5, 5, 5, 5])
    expectValues(
      try x.averagePool2d(Pair(1_000_000_001), stride: 1, padding: .same), [2.75, 2.75, 2.75, 2.75])
  }
}
