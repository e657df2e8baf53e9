import { readWordVectors, type WordVectors as VectorsOfWords } from '../data/word-vectors.ts'
import { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { fileSource, readModel } from '../platform/node/index.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { counted, countOf } from './numbers.ts'
import type { Terminal } from './terminal.ts'

/**
 * `--vectors FILE`, text or what `train word-vectors` wrote: says how many of a vocabulary's tokens have one. Text is
 * read in pieces once these are known, for them alone; the other formats now, and whole.
 *
 * @throws {ModelFileError} it holds no word vectors.
 */
export async function vectorsFrom(path: string, terminal: Terminal, signal: AbortSignal) {
  const all = /\.(?:safetensors|bin)$/i.test(path) ? await readModel(path, { kind: WordVectors }) : null
  return async ({ tokens }: Vocabulary): Promise<VectorsOfWords> => {
    const wanted = new Set(tokens)
    const found = all ? foundIn(all, wanted) : await readWordVectors(fileSource(path), { wanted, signal })
    terminal.note(`${path}: vectors of ${counted(found.vectors.size)} of ${countOf(tokens.length, 'token')}`)
    return found
  }
}

function foundIn(all: WordVectors, wanted: ReadonlySet<string>): VectorsOfWords {
  const found = [...wanted].flatMap((word): [string, Float32Array][] => {
    const vector = all.vector(word)
    return vector ? [[word, vector]] : []
  })
  return { dimensions: all.dimensions, vectors: new Map(found) }
}
