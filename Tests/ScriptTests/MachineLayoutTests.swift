import Script
import Testing

@Suite("The machine's two halves")
struct MachineLayoutTests {
  @Test("see the same operations and the same memory")
  func layout() { #expect(MachineLayout.mismatches == []) }
}
