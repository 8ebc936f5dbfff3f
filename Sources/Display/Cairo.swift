import CCairo
import Synchronization

/// The drawing library, loaded when the first figure is drawn.
///
/// Linked normally, it and the eighteen libraries it needs cost every start 1.9 ms; loading takes 3 ms, and the
/// first text 9 ms more, once.
enum Cairo {
  /// The library's functions, or nil on a machine without it: figures are then SVG and text alone.
  static let functions: cairo_functions? = {
    let table = UnsafeMutablePointer<cairo_functions>.allocate(capacity: 1)
    defer { table.deallocate() }
    return cairo_functions_load(table) == 1 ? table.move() : nil
  }()
}
