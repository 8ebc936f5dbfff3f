import Script

/// The built-ins that belong to the language itself: output, text, numbers, arrays, dictionaries.
enum LanguageBuiltins {
  static let functions: [Builtin] =
    OutputFunctions.all + InputFunctions.all + CheckingFunctions.all + TimingFunctions.all
    + NumberFunctions.all + [TextTypes.format] + SequenceFunctions.all + HelpFunctions.all
    + SessionFunctions.all

  static let namespaces: [Namespace] = [
    NumberTypes.int, NumberTypes.double, NumberTypes.float, NumberTypes.bool, TextTypes.string,
    CollectionTypes.array, CollectionTypes.dictionary,
  ]

  static let types: [TypeTable] = [
    TypeTable(
      "Int", "A whole number of 64 bits.", properties: IntegerMethods.properties + NumberMethods.properties,
      methods: IntegerMethods.methods + NumberMethods.methods),
    TypeTable(
      "Double", "A number of 64 bits with a fraction (IEEE 754).", properties: NumberMethods.properties,
      methods: NumberMethods.methods),
    TypeTable("Bool", "true or false.", methods: BoolMethods.methods),
    TypeTable(
      "String", "Text; its characters are what a reader sees as one.", properties: StringMethods.properties,
      methods: StringMethods.methods + SequenceMethods.forStrings),
    TypeTable(
      "Array", "Values in a row, counted from 0; `a[-1]` is the last one.",
      properties: SequenceMethods.properties,
      methods: ArrayMethods.all + SequenceMethods.all),
    TypeTable(
      "Dictionary", "Values found by keys; keeps the order in which keys came.",
      properties: DictionaryMethods.properties,
      methods: DictionaryMethods.methods + SequenceMethods.all),
    TypeTable(
      "Range", "The integers from a first one up to an end: `0..<3`, `1...3`.",
      properties: RangeMethods.properties + SequenceMethods.properties,
      methods: RangeMethods.methods + SequenceMethods.all),
    TypeTable("Duration", "How long something took, as `time` measures it.", properties: DurationMembers.all),
  ]
}
