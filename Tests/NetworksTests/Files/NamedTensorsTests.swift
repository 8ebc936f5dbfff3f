import Networks
import Tensors
import Testing

@Suite struct NamedTensorsTests {
  @Test func keepsOrderAndNames() throws {
    var tensors: NamedTensors = ["b": try .zeros([1]), "a": try .zeros([2]), "c": try .zeros([3])]
    #expect(tensors.names == ["b", "a", "c"])
    #expect(tensors["a"]?.shape == [2])
    #expect(tensors["x"] == nil)
    tensors["b"] = try .zeros([4])
    tensors["d"] = try .zeros([5])
    #expect(tensors.map { $0.tensor.shape[0] } == [4, 2, 3, 5])
    tensors["a"] = nil
    tensors["x"] = nil
    #expect(tensors.names == ["b", "c", "d"])
    #expect(tensors["d"]?.shape == [5])
    #expect(tensors[1].name == "c")
    #expect(NamedTensors([("x", try .ones([1])), ("x", try .ones([2]))])["x"]?.shape == [2])
  }
}
