/// How wide texts are in DejaVu Sans, without asking a font library: layouts must be the same with and without.
enum TextMetrics {
  /// Names a browser looks for in this order; Verdana has nearly the same widths.
  static let fontFamily = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
  static let family = "DejaVu Sans"

  /// The width of a text at a size.
  static func width(_ text: some StringProtocol, size: Double, isBold: Bool = false) -> Double {
    let table = isBold ? boldWidths : widths
    var sum = 0
    for scalar in text.unicodeScalars {
      let index = Int(scalar.value) - 32
      if table.indices.contains(index) {
        sum += table[index]
      } else {
        sum += 500 * TextWidth.columns(of: scalar) + (TextWidth.columns(of: scalar) == 1 ? 120 : 0)
      }
    }
    return Double(sum) / 1000 * size
  }

  /// The text, cut with an ellipsis where it is wider than the room.
  static func fitted(_ text: String, size: Double, isBold: Bool = false, room: Double) -> String {
    if width(text, size: size, isBold: isBold) <= room { return text }
    var cut = Substring(text)
    while !cut.isEmpty, width(cut, size: size, isBold: isBold) + size > room { cut.removeLast() }
    return cut.isEmpty ? "" : cut + "…"
  }

  // Advance widths of the characters 32 to 126, in thousandths of the size.
  private static let widths = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
    636,
    636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295,
    656,
    557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500,
    613,
    635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592,
    818,
    592, 592, 525, 636, 337, 636, 838,
  ]
  private static let boldWidths = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696,
    696,
    696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372,
    775,
    637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500,
    675,
    716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652,
    924,
    645, 652, 582, 712, 365, 712, 838,
  ]
}
