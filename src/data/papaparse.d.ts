/** The part of Papa Parse that is used; its published types bring Node's into code that also runs in a page. */
declare module 'papaparse' {
  interface StepResult {
    readonly data: string[]
    readonly errors: readonly { readonly code: string }[]
    /** `cursor`: the place in the text after this row. */
    readonly meta: { readonly cursor: number }
  }

  const papa: {
    parse(
      text: string,
      options: {
        readonly delimiter: string
        readonly newline: '\n'
        readonly step: (result: StepResult, parser: { abort(): void }) => void
      },
    ): void
  }

  // biome-ignore lint/style/noDefaultExport: the package is CommonJS, whose exports are its default.
  export default papa
}
