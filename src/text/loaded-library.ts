/** The tokenizer library behind `subword`, once it is loaded. */
import { OptionError } from '../errors/errors.ts'

/** What is used of it, written out so that the package's types do not need those of the library. */
export interface SubwordLibrary {
  readonly Tokenizer: new (document: object, config: object) => { tokenize(text: string): string[] }
}

let library: SubwordLibrary | undefined

export const hasSubwordLibrary = (): boolean => library !== undefined

export function keepSubwordLibrary(loaded: SubwordLibrary): void {
  library = loaded
}

/** @throws {OptionError} `loadSubwords` has not been awaited. */
export function subwordLibrary(): SubwordLibrary {
  if (library !== undefined) return library
  throw subwordsMissing()
}

export const subwordsMissing = (): OptionError =>
  new OptionError(
    'tokens: expected the library for subwords to be loaded, got none. Write "await loadSubwords()" once before.',
  )
