/**
 * All that stands behind `subword`, the tokenizer library and what reads its documents: fetched when it is first needed,
 * so that other pages stay small.
 */
import { OptionError } from '../errors/errors.ts'

/** What is used of it, written out so that the package's types do not need those of the library. */
interface Library {
  readonly Tokenizer: new (document: object, config: object) => { tokenize(text: string): string[] }
}

type Subwords = typeof import('./subwords.ts')

let library: Library | undefined
let subwords: Subwords | undefined

/**
 * Loads what subwords need. Training and `readModel` call it themselves; only a program that reads a model of subwords
 * by the synchronous `fromBytes` has to await it once before.
 */
export async function loadSubwords(): Promise<void> {
  subwords ??= await import('./subwords.ts')
  library ??= await import('@huggingface/tokenizers')
}

/** @throws {OptionError} `loadSubwords` has not been awaited. */
export const subwordLibrary = (): Library => library ?? refuse()

/** Reading and using a `tokenizer.json`. @throws {OptionError} `loadSubwords` has not been awaited. */
export const loadedSubwords = (): Subwords => (library && subwords) ?? refuse()

function refuse(): never {
  throw new OptionError(
    'tokens: expected the library for subwords to be loaded, got none. Write "await loadSubwords()" once before.',
  )
}
