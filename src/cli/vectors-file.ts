import { readWordVectors, type WordVectors as VectorsOfWords } from '../data/word-vectors.ts'
import { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { fileSource, readModel } from '../platform/node/index.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { counted, countOf } from './numbers.ts'
import type { Terminal } from './terminal.ts'

/** `--vectors FILE`, text or what `train word-vectors` wrote: says how many of a vocabulary's tokens have one. */
export function vectorsFrom(path: string, terminal: Terminal, signal: AbortSignal) {
  return async ({ tokens }: Vocabulary): Promise<VectorsOfWords> => {
    const found = await read(path, new Set(tokens), signal)
    terminal.note(`${path}: vectors of ${counted(found.vectors.size)} of ${countOf(tokens.length, 'token')}`)
    return found
  }
}

/** Text is read in pieces, for its wanted words alone; the other formats whole. */
async function read(path: string, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<VectorsOfWords> {
  if (!/\.(?:safetensors|bin)$/i.test(path)) return await readWordVectors(fileSource(path), { wanted, signal })
  const all = await readModel(path, { kind: WordVectors })
  const found = [...wanted].flatMap((word): [string, Float32Array][] => {
    const vector = all.vector(word)
    return vector ? [[word, vector]] : []
  })
  return { dimensions: all.dimensions, vectors: new Map(found) }
}
