import CKernels

extension Program {
  /// The largest of each 2 x 2 window of pictures whose points lie in one piece; nil for other pooling.
  ///
  /// The way back looks for the largest numbers again, so that nothing is kept but the picture, and goes back
  /// through a ReLU before it in the same pass.
  func halvingPool(_ source: Slot, _ g: WindowGeometry) throws -> (result: Slot, back: Back)? {
    for axis in [g.y, g.x] {
      guard axis.window == 2, axis.stride == 2, axis.dilation == 1, axis.before == 0, axis.after == 0 else {
        return nil
      }
    }
    let sizes = [g.batch, g.channels, g.y.size, g.x.size]
    let outputs = [g.batch, g.channels, g.y.out, g.x.out]
    let target: DNNLayout
    let (planes, depth): (Int, Int)
    if let blocked = DNNLayout.blocked(sizes), layout(source).matches(blocked) {
      target = try DNNLayout.blocked(outputs).orThrow()
      (planes, depth) = (g.batch * ((g.channels + 15) / 16), 16)
    } else if let plain = DNNLayout.pictures(sizes), layout(source).matches(plain), g.channels % 8 == 0 {
      target = try DNNLayout.pictures(outputs).orThrow()
      (planes, depth) = (g.batch, g.channels)
    } else {
      return nil
    }
    let result = slot(target, try Shape([g.batch, g.y.out, g.x.out, g.channels]))
    let (height, width) = (g.y.size, g.x.size)
    let rows = planes * g.y.out
    let grain = max(1, 16_384 / max(1, width * depth))
    add("maxPool2d by halves", reads: [source], writes: [result]) { program in
      let (picture, out) = (program.floats(source), program.floats(result))
      Parallel.run(rows, grain: grain) { rows in
        cnn_kernels().pointee.max_pool_2(
          picture, out, height, width, depth, rows.lowerBound, rows.upperBound)
        return 0
      }
    }
    return (
      result,
      { [unowned self] incoming, _ in
        let gradient = try converted(incoming, to: target)
        let isRectified = rectified.contains(source)
        let dx = slot(layout(source), shape(source))
        add("pool to source by halves", reads: [source, gradient], writes: [dx]) { program in
          let (picture, g, out) = (program.floats(source), program.floats(gradient), program.floats(dx))
          Parallel.run(rows, grain: grain) { rows in
            cnn_kernels().pointee.max_pool_2_back(
              picture, g, out, height, width, depth, isRectified ? 1 : 0, rows.lowerBound, rows.upperBound)
            return 0
          }
        }
        if isRectified { masked[dx] = source }
        return [dx]
      }
    )
  }
}
