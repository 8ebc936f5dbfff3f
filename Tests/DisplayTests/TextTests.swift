import Display
import Testing

@Suite struct TextTests {
  @Test func escaping() {
    #expect(Escape.html("a < b && c > \"d\"") == "a &lt; b &amp;&amp; c &gt; \"d\"")
    #expect(Escape.attribute("say \"hi\"\nthere") == "say &quot;hi&quot;&#10;there")
    #expect(Escape.html("a\u{0}b\u{1B}[31m\u{FFFE}") == "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}")
  }

  @Test func numbers() {
    #expect(NumberFormat.significant(0.031428) == "0.03143")
    #expect(NumberFormat.significant(1.2e-5) == "1.2e-05")
    #expect(NumberFormat.significant(120_000, 2) == "1.2e+05")
    #expect(NumberFormat.significant(-3) == "-3")
    #expect(NumberFormat.significant(.nan) == "nan")
    #expect(NumberFormat.fixed(0.125, 2) == "0.12")
    #expect(NumberFormat.fixed(-0.001, 2) == "0.00")
    #expect(NumberFormat.fixed(-.infinity, 2) == "-inf")
    #expect(NumberFormat.fixed(-Double.greatestFiniteMagnitude, 17).count == 1 + 309 + 1 + 17)
    #expect(NumberFormat.grouped(23_600_006) == "23,600,006")
    #expect(NumberFormat.grouped(-999) == "-999")
    #expect(NumberFormat.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(NumberFormat.bytes(1) == "1 byte")
    #expect(NumberFormat.bytes(999) == "999 bytes")
    #expect(NumberFormat.bytes(96_100_000) == "96.1 MB")
    #expect(NumberFormat.bytes(999_999) == "1 MB")
    #expect(NumberFormat.short(2_400) == "2.4 k")
    #expect(NumberFormat.short(120e6) == "120 M")
    #expect(NumberFormat.percent(0.125) == "12.5 %")
    #expect(NumberFormat.percent(1e-6) == "<0.1 %")
    #expect(NumberFormat.percent(0.99999) == ">99.9 %")
  }

  @Test func widthInColumns() {
    #expect(TextWidth.columns("plain") == 5)
    #expect(TextWidth.columns("e\u{301}") == 1)
    #expect(TextWidth.columns("猫") == 2)
    #expect(TextWidth.columns("👩‍👩‍👧") == 2)
    #expect(TextWidth.columns("🇩🇪") == 2)
    #expect(TextWidth.columns("❤️") == 2)
    #expect(TextWidth.columns("1️⃣") == 2)
    #expect(TextWidth.columns("─│█") == 3)
    #expect(TextWidth.columns("é\t") == 1)
    #expect(TextWidth.fitted("layer", to: 8, .right) == "   layer")
    #expect(TextWidth.fitted("layer", to: 8, .center) == " layer  ")
    #expect(TextWidth.fitted("convolution", to: 6) == "convo…")
    #expect(TextWidth.fitted("猫猫猫", to: 4) == "猫… ")
    #expect(TextWidth.fitted("x", to: 0) == "")
  }

  @Test func inksCanBeRead() {
    // WCAG's contrast of 4.5 on every colour of the maps.
    for map in [ColorMap.sequential, .diverging] {
      for step in 0...200 {
        let ground = map.color(at: Double(step) / 200)
        let (a, b) = (ground.luminance, ground.contrastingInk.luminance)
        let contrast = (max(a, b) + 0.05) / (min(a, b) + 0.05)
        #expect(contrast >= 4.5, "\(ground.hex)")
      }
    }
    #expect(ColorMap.diverging.color(at: 0.5) == .white)
    #expect(ColorMap.sequential.color(at: .nan) == ColorMap.sequential.color(at: 0))
  }
}
