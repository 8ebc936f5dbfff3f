import Tensors
import Testing

/// The text of tensors; the expected ones are what NumPy 2.4 prints for the same values.
@Suite struct DescriptionTests {
  @Test func single() throws {
    #expect(try Tensor(3).description == "3")
    #expect(try Tensor(0.1).description == "0.1")
    #expect(try Tensor(0.1, dtype: .float64).description == "0.1")
    #expect(try Tensor(2.0).description == "2.0")
    #expect(try Tensor(true).description == "true")
    #expect(try Tensor(.double(.nan)).description == "nan")
  }

  @Test func columns() throws {
    #expect(try Tensor([1, -20, 300]).description == "[  1 -20 300]")
    #expect(try Tensor([[1, 2], [3, 4]]).description == "[[1 2]\n [3 4]]")
    #expect(try Tensor([1.5, 2, -3.25]).description == "[ 1.5   2.   -3.25]")
    #expect(try Tensor([1.0, 2, 3], dtype: .float32).description == "[1. 2. 3.]")
    #expect(try Tensor([0.1, 1 / 3.0]).description == "[0.1        0.33333333]")
    #expect(try Tensor([0.1, 1 / 3.0], dtype: .float32).description == "[0.1        0.33333334]")
    #expect(try Tensor([1.0, .infinity, .nan, -0.0]).description == "[ 1. inf nan -0.]")
    #expect(try Tensor([true, false]).description == "[ true false]")
    #expect(try Tensor([[[1], [2]], [[3], [4]]]).description == "[[[1]\n  [2]]\n\n [[3]\n  [4]]]")
    #expect(try Tensor.zeros([2, 0]).description == "[] (shape (2, 0), float32)")
  }

  @Test func exponents() throws {
    #expect(try Tensor([1e9, 1]).description == "[1.e+09 1.e+00]")
    #expect(try Tensor([1e-5, 2.5e-5]).description == "[1.0e-05 2.5e-05]")
    #expect(try Tensor([1e-3, 5000]).description == "[1.e-03 5.e+03]")
    #expect(try Tensor([1.25e300, -1e-300]).description == "[ 1.25e+300 -1.00e-300]")
    #expect(
      try Tensor([5.6821312e-07, 2.4317326e-06], dtype: .float32).description
        == "[5.6821312e-07 2.4317326e-06]")
    #expect(try Tensor([99_999_999.9]).description == "[99999999.9]")
  }

  @Test func longAndLarge() throws {
    #expect(try Tensor.range(to: 1001).description == "[   0    1    2 ...  998  999 1000]")
    #expect(
      try Tensor.range(to: 1200).reshape([40, 30]).description == """
        [[   0    1    2 ...   27   28   29]
         [  30   31   32 ...   57   58   59]
         [  60   61   62 ...   87   88   89]
         ...
         [1110 1111 1112 ... 1137 1138 1139]
         [1140 1141 1142 ... 1167 1168 1169]
         [1170 1171 1172 ... 1197 1198 1199]]
        """)
    #expect(
      try Tensor.range(to: 40).description == """
        [ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
         29 30 31 32 33 34 35 36 37 38 39]
        """)
    #expect(try Tensor([1.23456, 2]).text(TensorTextOptions(precision: 2)) == "[1.23 2.  ]")
    #expect(try Tensor([9.999, 2]).text(TensorTextOptions(precision: 2)) == "[10.  2.]")
  }
}
