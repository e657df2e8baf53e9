/** A training that begins with the vectors of a file: the options that say so. */
import type { WordVectors } from '../data/word-vectors.ts'
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Vocabulary } from '../text/vocabulary.ts'

export interface VectorOptions {
  /** Finds the vectors that known words begin with (`readWordVectors`), as wide as the embedding. */
  readonly vectors?: (vocabulary: Vocabulary) => Promise<WordVectors>
  /** Whether those vectors stay as they are. @default false */
  readonly freezeVectors?: boolean
}

type Start = VectorOptions & { readonly from?: unknown; readonly subwords?: unknown }

/**
 * @throws {OptionError} what is to be gone on from is no model, vectors or subwords are given besides, or vectors are
 *                       to be frozen and none are given.
 */
export function requireOneStart({ from, vectors, subwords, freezeVectors }: Start): void {
  if (from !== undefined && !isModel(from)) {
    throw new OptionError(`from: expected a trained model, got ${shown(from)}. Pass what train or readModel gives.`)
  }
  const other = vectors ? 'vectors' : subwords && 'subwords'
  if (from && other) {
    throw new OptionError(`${other}: expected ${other} or a model to go on from, got both. Leave one of them out.`)
  }
  if (freezeVectors && !vectors) {
    throw new OptionError('freezeVectors: expected vectors that can be frozen, got none. Give vectors, too.')
  }
}

const isModel = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'summary' in given && 'network' in given
