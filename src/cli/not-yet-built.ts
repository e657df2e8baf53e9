/** What the design has and the program has not: refused by name, so that nobody takes it for a slip of the fingers. */

export const notYetBuilt: {
  readonly commands: readonly string[]
  /** By command; flags without the dashes. */
  readonly options: Readonly<Record<string, readonly string[]>>
} = {
  commands: ['train word-vectors', 'similar', 'analogy', 'serve', 'import', 'export', 'quantize'],
  options: {
    'train language-model': ['vectors', 'freeze-vectors'],
  },
}
