import Display
import Script

/// A plot or table that a cell answers with.
final class FigureValue: HostValue, Presentable {
  let typeName: String
  private let forms: MIMEBundle

  init(_ forms: MIMEBundle, typeName: String) {
    self.forms = forms
    self.typeName = typeName
  }

  func text() -> String { forms.plainText }
  func bundle(in machine: Machine) throws -> MIMEBundle { forms }
}
