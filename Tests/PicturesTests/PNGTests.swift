import Pictures
import Testing

@Suite struct PNGTests {
  @Test func colourAndGrey() throws {
    let colour = try fixture("rgb.png")
    #expect((colour.width, colour.height, colour.channels) == (12, 8, 3))
    #expect(colour.samples == gradient)
    let grey = try fixture("grey.png")
    #expect(grey.channels == 1)
    #expect(grey.samples == pixels(width: 12, height: 8) { x, y in [UInt8(x * 10 + y * 15)] })
  }

  @Test func alpha() throws {
    let picture = try fixture("rgba.png")
    #expect(picture.channels == 4 && picture.hasAlpha)
    #expect(Array(picture.samples[4..<8]) == [20, 0, 0, 23])
    let grey = try fixture("grey-alpha.png")
    #expect(grey.channels == 2)
    #expect(Array(grey.samples[2..<4]) == [20, 23])
  }

  @Test func palettesBecomeColours() throws {
    let picture = try fixture("palette.png")
    #expect(picture.channels == 3)
    #expect(Array(picture.samples.prefix(12)) == [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30])
    let transparent = try fixture("palette-transparent.png")
    #expect(transparent.channels == 4)
    #expect(
      Array(transparent.samples.prefix(16)) == [255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 0, 10, 20, 30, 64])
  }

  @Test func sixteenBitsAreRounded() throws {
    #expect(
      try fixture("grey16.png").samples == (0..<8).map { UInt8((Double($0 * 9000) / 257).rounded()) })
    #expect(try fixture("rgb16.png").samples == [0, 0, 255, 1, 128, 255, 4, 8, 12])
    #expect(try fixture("rgba16.png").samples == [0, 0, 255, 0, 1, 128, 255, 128, 4, 8, 12, 255])
  }

  @Test func aTransparentColourBecomesAlpha() throws {
    #expect(try fixture("rgb-trns.png").samples == [1, 2, 3, 0, 9, 9, 9, 255, 1, 2, 3, 0])
    let grey = try fixture("grey-trns.png")
    #expect(grey.channels == 2)
    #expect(grey.samples == [7, 0, 8, 255, 7, 0])
    // Compared before rounding: 700 is not the transparent grey 7.
    #expect(try fixture("grey16-trns.png").samples == [0, 0, 3, 255, 0, 0])
  }

  @Test func interlacedAndOneBit() throws {
    #expect(try fixture("interlaced.png").samples == gradient)
    #expect(try fixture("interlaced16.png").samples == gradient)
    let bits = try fixture("one-bit.png")
    #expect(bits.channels == 1)
    #expect(bits.samples == pixels(width: 10, height: 2) { x, y in [(x + y) % 2 == 0 ? 255 : 0] })
  }

  @Test(arguments: [1, 2, 3, 4], [PNGCompression.fast, .balanced, .smallest])
  func roundTrip(channels: Int, compression: PNGCompression) throws {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<31 * 17 * channels).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let picture = try PixelBuffer(width: 31, height: 17, channels: channels, samples: bytes)
    let file = try picture.encodedAsPNG(compression)
    #expect(try Picture.decode(file, named: "again.png") == picture)
  }

  @Test(arguments: [
    ("truncated.png", "FileError: truncated.png is incomplete: the file ends before all of its pixels"),
    (
      "bad-crc.png",
      "FileError: bad-crc.png is a damaged PNG picture: the checksum of a part does not fit its content"
    ),
    (
      "bad-data.png",
      "FileError: bad-data.png is a damaged PNG picture: its compressed pixels cannot be unpacked"
    ),
    (
      "bomb.png",
      "FileError: bomb.png is too large: 60000 x 60000 pixels; pictures of up to 100 million pixels are read"
    ),
    (
      "wide-bomb.png",
      "FileError: wide-bomb.png is a damaged PNG picture: its header states a side of 0 or of too many pixels"
    ),
    (
      "zero-side.png",
      "FileError: zero-side.png is a damaged PNG picture: its header states a side of 0 or of too many pixels"
    ),
    ("empty.png", "FileError: empty.png is empty"),
    (
      "not-a-picture.png",
      "FileError: not-a-picture.png is not a PNG or JPEG picture: it starts with "
        + "68 65 6C 6C 6F 20 77 6F (\"hello wo\")"
    ),
    (
      "webp.png",
      "FileError: webp.png is a WebP picture; only PNG and JPEG pictures can be read "
        + "[save it as PNG or JPEG with another program first]"
    ),
  ])
  func refusals(name: String, message: String) {
    #expect(complaint { try fixture(name) } == message)
  }

  @Test func anyCutIsAnError() throws {
    let file = try fixture("rgba.png").encodedAsPNG()
    // Everything up to the pixels' last byte is needed; the end mark alone is not.
    for length in 8..<(file.count - 16) {
      #expect(throws: PictureError.self) { try Picture.decode(Array(file.prefix(length)), named: "cut") }
    }
  }

  @Test func anyChangedByteIsAnErrorOrAPicture() throws {
    let names = ["rgb.png", "palette-transparent.png", "interlaced16.png", "grey16-trns.png", "one-bit.png"]
    for name in names {
      let file = try bytes(of: name)
      for position in file.indices {
        for flip in [UInt8(0xFF), 0x01, 0x80] {
          var changed = file
          changed[position] ^= flip
          _ = try? Picture.decode(changed, named: name)
        }
      }
    }
  }
}
