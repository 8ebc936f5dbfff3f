import Base
import Foundation
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func agreesWithTheStandard(_ text: String, _ coded: String) {
    #expect(Base64.encode(Array(text.utf8)) == coded)
    #expect(Base64.decode(coded) == Array(text.utf8))
  }

  @Test(arguments: [1, 2, 3, 256, 1000, 4097])
  func agreesWithFoundation(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    let coded = Data(bytes).base64EncodedString()
    #expect(Base64.encode(bytes) == coded)
    #expect(Base64.decode(coded) == bytes)
  }

  @Test func passesOverLineBreaksAndMissingPadding() {
    #expect(Base64.decode("Zm9v\nYmFy\n") == Array("foobar".utf8))
    #expect(Base64.decode("Zm8") == Array("fo".utf8))
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "=", "====", "Zm9v=", "Z!9v", "Zg==Zg==", "Zm9vé"])
  func refusesWhatIsNotBase64(_ text: String) { #expect(Base64.decode(text) == nil) }
}

@Suite struct HexTests {
  @Test func goesBothWays() {
    let all = (0...255).map { UInt8($0) }
    #expect(Hex.encode([0, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
    #expect(Hex.decode(Hex.encode(all)) == all)
    #expect(Hex.decode("A5Ff") == [0xA5, 0xFF])
    #expect(Hex.encode([UInt8]()) == "")
    #expect(Hex.decode("") == [])
  }

  @Test(arguments: ["0", "0g", "0x10", " 00", "é"])
  func refusesWhatIsNotHexadecimal(_ text: String) { #expect(Hex.decode(text) == nil) }
}
