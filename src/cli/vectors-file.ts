import { readWordVectors, type WordVectors } from '../data/word-vectors.ts'
import { fileSource } from '../platform/node/index.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { counted, countOf } from './numbers.ts'
import type { Terminal } from './terminal.ts'

/** `--vectors FILE`: says how many of a vocabulary's tokens have one. */
export function vectorsFrom(path: string, terminal: Terminal, signal: AbortSignal) {
  return async ({ tokens }: Vocabulary): Promise<WordVectors> => {
    const found = await readWordVectors(fileSource(path), { wanted: new Set(tokens), signal })
    terminal.note(`${path}: vectors of ${counted(found.vectors.size)} of ${countOf(tokens.length, 'token')}`)
    return found
  }
}
