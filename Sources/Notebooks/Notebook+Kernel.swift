import Base

extension Notebook {
  /// Refuses a notebook that says it is written in another language. One that says nothing is accepted.
  package func checkLanguage(name: String) throws(NotebookError) {
    let kernel = metadata["kernelspec"]
    let kernelName = kernel?["name"]?.stringValue
    let languages = [kernel?["language"]?.stringValue, metadata["language_info"]?["name"]?.stringValue]
      .compactMap { $0 }
    if languages.contains("cnn") || kernelName?.hasPrefix("swift-cnn") == true { return }
    guard let language = languages.first ?? kernelName else { return }
    let title = kernel?["display_name"]?.stringValue ?? kernelName ?? language
    throw NotebookError(
      "`\(name)` is a notebook for the kernel \"\(title)\" (language \(language)), not for Swift CNN",
      suggestion: "if its cells are Swift CNN, choose the kernel \"Swift CNN\" in Jupyter and save it")
  }
}
