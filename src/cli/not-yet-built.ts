/** Commands that the design has and the program has not: refused by name, so that nobody takes it for a slip. */
export const notYetBuilt: readonly string[] = ['serve', 'import', 'export', 'quantize']
