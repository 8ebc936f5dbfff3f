import Pictures
import Testing

@Suite struct JPEGTests {
  @Test func colourGreyAndProgressive() throws {
    let colour = try fixture("rgb.jpg")
    #expect((colour.width, colour.height, colour.channels) == (24, 16, 3))
    #expect(difference(colour.samples, quarters) <= 4)
    let grey = try fixture("grey.jpg")
    #expect(grey.channels == 1)
    let expected = try PixelBuffer(width: 24, height: 16, channels: 3, samples: quarters).grey()
    #expect(difference(grey.samples, expected.samples) <= 4)
    #expect(try fixture("progressive.jpg").channels == 3)
  }

  @Test func inksBecomeColours() throws {
    let picture = try fixture("cmyk.jpg")
    #expect(picture.channels == 3)
    // Away from the borders between the colours, which lose resolution.
    for (x, y) in [(3, 3), (20, 3), (3, 12), (20, 12)] {
      for channel in 0..<3 {
        let wanted = Int(quarters[(y * 24 + x) * 3 + channel])
        #expect(abs(Int(picture[x, y, channel]) - wanted) <= 6)
      }
    }
  }

  @Test(arguments: 1...8)
  func photosAreTurnedUpright(orientation: Int) throws {
    let name = "orientation-\(orientation).jpg"
    let picture = try fixture(name)
    #expect((picture.width, picture.height) == (24, 16))
    #expect(difference(picture.samples, quarters) <= 4)
    let stored = try Picture.information("\(fixtures)/\(name)")
    #expect(stored.orientation.rawValue == orientation)
    #expect((stored.width, stored.height) == (orientation > 4 ? (16, 24) : (24, 16)))
  }

  @Test func roundTrip() throws {
    let picture = try PixelBuffer(width: 24, height: 16, channels: 3, samples: quarters)
    let fine = try Picture.decode(try picture.encodedAsJPEG(quality: 95), named: "fine.jpg")
    #expect(difference(fine.samples, quarters) <= 4)
    let coarse = try picture.encodedAsJPEG(quality: 20)
    #expect(coarse.count < (try picture.encodedAsJPEG(quality: 95)).count)
    let grey = try Picture.decode(try picture.grey().encodedAsJPEG(), named: "grey.jpg")
    #expect(grey.channels == 1)
    // Transparent pixels are seen on white.
    let clear = try PixelBuffer(width: 8, height: 8, channels: 4)
    #expect(
      try Picture.decode(try clear.encodedAsJPEG(), named: "clear.jpg").samples.allSatisfy { $0 >= 254 })
  }

  @Test(arguments: [
    ("truncated.jpg", "FileError: truncated.jpg is incomplete: the file ends before all of its pixels"),
    (
      "bomb.jpg",
      "FileError: bomb.jpg is too large: 65500 x 65500 pixels; pictures of up to 100 million pixels are read"
    ),
  ])
  func refusals(name: String, message: String) {
    #expect(complaint { try fixture(name) } == message)
  }

  @Test func whatCannotBeWritten() throws {
    let picture = try PixelBuffer(width: 70_000, height: 1, channels: 1)
    #expect(
      complaint { try picture.encodedAsJPEG() }
        == "ValueError: a JPEG picture has at most 65,500 pixels along a side, this one is 70000 x 1 "
        + "[PNG can be larger]")
    #expect(
      complaint { try picture.encodedAsJPEG(quality: 0) }
        == "ValueError: the quality of a JPEG picture is between 1 and 100, not 0")
  }

  @Test func anyChangedByteIsAnErrorOrAPicture() throws {
    for name in ["rgb.jpg", "progressive.jpg", "orientation-6.jpg", "cmyk.jpg"] {
      let file = try bytes(of: name)
      for position in file.indices {
        for flip in [UInt8(0xFF), 0x01] {
          var changed = file
          changed[position] ^= flip
          let limits = PictureLimits(
            maximumFileBytes: 10_000, maximumPixels: 1_000_000, maximumBytes: 4_000_000)
          _ = try? Picture.decode(changed, named: name, limits: limits)
        }
      }
      for length in 0..<file.count { _ = try? Picture.decode(Array(file.prefix(length)), named: name) }
    }
  }
}
