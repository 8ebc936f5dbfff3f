import CChafa
import Display
import Glibc

/// Draws pictures in a terminal, in the best way that it can.
package struct PictureScreen: Sendable {
  /// How a terminal takes pictures.
  package enum Way: String, Sendable, CaseIterable {
    case kitty, iterm2, sixel
    /// Letters of Unicode that are half, quarter and other blocks, in two colours each.
    case blocks
  }

  package let way: Way
  private let mode: ChafaCanvasMode

  /// A drawn picture.
  package struct Drawn: Equatable, Sendable {
    /// Leaves the cursor at the start of the row below the picture.
    package var text: String
    package var rows: Int
  }

  /// What the terminal of this process can do by what the environment says of it; nil where pictures are not
  /// wanted (`CNN_PICTURES=none`) or cannot be drawn. `answersSixel` asks the terminal itself.
  package init?(isColoured: Bool, answersSixel: () -> Bool = { false }) {
    let wanted = getenv("CNN_PICTURES").map { String(cString: $0) } ?? ""
    guard wanted != "none" else { return nil }
    let known = chafa_term_db_detect(chafa_term_db_get_default(), terminal_environment())
    defer { if let known { chafa_term_info_unref(known) } }
    func has(_ sequence: ChafaTermSeq) -> Bool {
      known.map { chafa_term_info_have_seq($0, sequence) != 0 } ?? false
    }
    // A multiplexer keeps the letters and loses the rest.
    let isInside = getenv("TMUX") != nil || getenv("STY") != nil
    // Newer than chafa's list, and known to take pictures as kitty does.
    let isGhostty = getenv("TERM").map { String(cString: $0) } == "xterm-ghostty"
    if let way = Way(rawValue: wanted) {
      self.way = way
    } else if !isInside, isGhostty || has(CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1) {
      way = .kitty
    } else if !isInside, has(CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE) {
      way = .iterm2
    } else if !isInside && has(CHAFA_TERM_SEQ_BEGIN_SIXELS) || answersSixel() {
      way = .sixel
    } else {
      way = .blocks
    }
    if way == .blocks, !isColoured { return nil }
    let depth = getenv("COLORTERM").map { String(cString: $0) } ?? ""
    if way != .blocks || ["truecolor", "24bit"].contains(depth)
      || !isInside && has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT)
    {
      mode = CHAFA_CANVAS_MODE_TRUECOLOR
    } else if has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_256) {
      mode = CHAFA_CANVAS_MODE_INDEXED_240
    } else {
      mode = CHAFA_CANVAS_MODE_INDEXED_16
    }
  }

  /// Whether it draws every pixel, so that thin lines and small letters can be read.
  package var showsPixels: Bool { way != .blocks }

  /// How many columns and rows a picture gets: what it asks for, as far as the screen has them.
  package static func size(
    _ picture: ScreenPicture, columns: Int, rows: Int, cellWidth: Double, cellHeight: Double
  ) -> (columns: Int, rows: Int) {
    // A letter is about 8 CSS pixels wide, however many pixels of the screen that are.
    let aspect = cellHeight > 0 && cellWidth > 0 ? cellWidth / cellHeight : 0.5
    let wantedColumns = min(max(picture.shownWidth / 8, 1), 10_000)
    let wantedRows = max(wantedColumns * picture.shownHeight / max(picture.shownWidth, 1) * aspect, 0.01)
    let scale = min(1, Double(max(columns, 1)) / wantedColumns, Double(max(rows, 1)) / wantedRows)
    return (max(1, Int((wantedColumns * scale).rounded())), max(1, Int((wantedRows * scale).rounded())))
  }

  /// The picture on at most so many columns and rows; nil where chafa gives up.
  package func draw(
    _ picture: ScreenPicture, columns: Int, rows: Int, cellWidth: Double, cellHeight: Double
  ) -> Drawn? {
    guard picture.width > 0, picture.height > 0, picture.width < 1 << 16,
      picture.height < 1 << 16, picture.samples.count == picture.width * picture.height * 4
    else { return nil }
    let size = Self.size(picture, columns: columns, rows: rows, cellWidth: cellWidth, cellHeight: cellHeight)
    let symbols = chafa_symbol_map_new()
    defer { if let symbols { chafa_symbol_map_unref(symbols) } }
    let settings = chafa_canvas_config_new()
    defer { if let settings { chafa_canvas_config_unref(settings) } }
    guard let symbols, let settings, let terminal = terminal() else { return nil }
    defer { chafa_term_info_unref(terminal) }
    for tag in [
      CHAFA_SYMBOL_TAG_SPACE, CHAFA_SYMBOL_TAG_SOLID, CHAFA_SYMBOL_TAG_BLOCK, CHAFA_SYMBOL_TAG_HALF,
      CHAFA_SYMBOL_TAG_QUAD,
    ] { chafa_symbol_map_add_by_tags(symbols, tag) }
    chafa_canvas_config_set_geometry(settings, gint(size.columns), gint(size.rows))
    chafa_canvas_config_set_cell_geometry(settings, gint(max(cellWidth, 1)), gint(max(cellHeight, 1)))
    chafa_canvas_config_set_canvas_mode(settings, mode)
    chafa_canvas_config_set_pixel_mode(settings, pixelMode)
    chafa_canvas_config_set_symbol_map(settings, symbols)
    chafa_canvas_config_set_work_factor(settings, 0.5)
    guard let canvas = chafa_canvas_new(settings) else { return nil }
    defer { chafa_canvas_unref(canvas) }
    picture.samples.withUnsafeBufferPointer {
      guard let samples = $0.baseAddress else { return }
      chafa_canvas_draw_all_pixels(
        canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, samples, gint(picture.width), gint(picture.height),
        gint(picture.width * 4))
    }
    guard let printed = chafa_canvas_print(canvas, terminal) else { return nil }
    defer { _ = g_string_free(printed, 1) }
    let bytes = UnsafeRawBufferPointer(start: printed.pointee.str, count: Int(printed.pointee.len))
    return placed(String(decoding: bytes, as: UTF8.self), rows: size.rows)
  }

  private var pixelMode: ChafaPixelMode {
    switch way {
    case .kitty: CHAFA_PIXEL_MODE_KITTY
    case .iterm2: CHAFA_PIXEL_MODE_ITERM2
    case .sixel: CHAFA_PIXEL_MODE_SIXELS
    case .blocks: CHAFA_PIXEL_MODE_SYMBOLS
    }
  }

  /// The sequences of this terminal, and those of any other where the way was chosen by hand.
  private func terminal() -> OpaquePointer? {
    guard let known = chafa_term_db_detect(chafa_term_db_get_default(), terminal_environment()) else {
      return nil
    }
    if let others = chafa_term_db_get_fallback_info(chafa_term_db_get_default()) {
      chafa_term_info_supplement(known, others)
      chafa_term_info_unref(others)
    }
    return known
  }

  /// Blocks come in lines. Where else the cursor ends up differs from terminal to terminal, so the rows are
  /// made first, and the cursor is led.
  private func placed(_ text: String, rows: Int) -> Drawn {
    if way == .blocks {
      let lines = text.split(separator: "\n").map { $0 + Style.reset }
      return Drawn(text: lines.joined(separator: "\n") + "\n", rows: lines.count)
    }
    let room = String(repeating: "\n", count: rows)
    return Drawn(text: "\(room)\u{1B}[\(rows)A\u{1B}7\(text)\u{1B}8\u{1B}[\(rows)B\r", rows: rows)
  }

  /// Takes a picture away that stands where the cursor is; letters go by being written over.
  package var eraser: String { way == .kitty ? "\u{1B}_Ga=d,d=c\u{1B}\\" : "" }
}
