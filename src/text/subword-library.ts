/**
 * All that stands behind `subword`, the tokenizer library and what reads its documents: fetched when it is first
 * needed, so that other pages stay small.
 */
import { hasSubwordLibrary, keepSubwordLibrary, subwordsMissing } from './loaded-library.ts'

type Subwords = typeof import('./subwords.ts')

let subwords: Subwords | undefined

/**
 * Loads what subwords need. Training and `readModel` call it themselves; only a program that reads a model of subwords
 * by the synchronous `fromBytes` has to await it once before.
 */
export async function loadSubwords(): Promise<void> {
  subwords ??= await import('./subwords.ts')
  if (!hasSubwordLibrary()) keepSubwordLibrary(await import('@huggingface/tokenizers'))
}

/** Reading and using a `tokenizer.json`. @throws {OptionError} `loadSubwords` has not been awaited. */
export function loadedSubwords(): Subwords {
  if (subwords && hasSubwordLibrary()) return subwords
  throw subwordsMissing()
}
