/** A training that begins with the vectors of a file: the options that say so. */
import type { WordVectors } from '../data/word-vectors.ts'
import type { Vocabulary } from '../text/vocabulary.ts'

export interface VectorOptions {
  /** Finds the vectors that known words begin with (`readWordVectors`), as wide as the embedding. */
  readonly vectors?: (vocabulary: Vocabulary) => Promise<WordVectors>
  /** Whether those vectors stay as they are. @default false */
  readonly freezeVectors?: boolean
}
