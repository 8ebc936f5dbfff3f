import Base

extension NamedTensors {
  /// A list of texts among the metadata, as HDF5 and MATLAB files carry them; a single text is a list of one.
  ///
  ///     weights.texts("layer_names")     // ["conv1", "pool1", "fc"]
  ///
  /// Nil where there is no such list.
  public func texts(_ key: String) -> [String]? {
    guard let text = metadata[key] else { return nil }
    guard let elements = (try? JSON.parse(text))?.arrayValue else { return [text] }
    let texts = elements.compactMap(\.stringValue)
    return texts.count == elements.count ? texts : nil
  }
}
