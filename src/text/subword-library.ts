/** The tokenizer library behind `subword`: fetched when it is first needed, so that other pages stay small. */
import { OptionError } from '../errors/errors.ts'

/** What is used of it, written out so that the package's types do not need those of the library. */
interface Library {
  readonly Tokenizer: new (document: object, config: object) => { tokenize(text: string): string[] }
}

let library: Library | undefined

/**
 * Loads what subwords need. Training and `readModel` call it themselves; only a program that reads a model of subwords
 * by the synchronous `fromBytes` has to await it once before.
 */
export async function loadSubwords(): Promise<void> {
  library ??= await import('@huggingface/tokenizers')
}

/** @throws {OptionError} `loadSubwords` has not been awaited. */
export function subwordLibrary(): Library {
  if (library !== undefined) return library
  throw new OptionError(
    'tokens: expected the library for subwords to be loaded, got none. Write "await loadSubwords()" once before.',
  )
}
