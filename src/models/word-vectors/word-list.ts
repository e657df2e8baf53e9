/** Words and their vectors: lookup, lengths, nearest neighbours. */
import { DataError, OptionError } from '../../errors/errors.ts'
import { plural } from '../../errors/plural.ts'
import { shown } from '../../errors/shown.ts'

export interface SimilarWord {
  readonly word: string
  /** Cosine of the angle to what was asked for, −1 … 1. */
  readonly similarity: number
}

/** An unchangeable list of words with a vector each. */
export class WordList {
  readonly words: readonly string[]
  /** E */
  readonly dimensions: number
  /** [V, E], row by row. */
  readonly vectors: Float32Array
  readonly #places: ReadonlyMap<string, number>
  #units: Float32Array | null = null

  /** @param words  [V], different from one another. @param vectors  [V, E], kept. */
  constructor(words: readonly string[], vectors: Float32Array, dimensions: number) {
    this.words = words
    this.dimensions = dimensions
    this.vectors = vectors
    this.#places = new Map(words.map((word, place) => [word, place]))
  }

  /** The place of a word, or of its lower-case form where there is no other; undefined: it has none. */
  placeOf(word: string): number | undefined {
    return this.#places.get(word) ?? this.#places.get(word.toLowerCase())
  }

  /** @throws {DataError} there is no such word. @throws {OptionError} it is no word at all. */
  requirePlace(word: string, where: string): number {
    requireWord(where, word)
    const place = this.placeOf(word)
    if (place !== undefined) return place
    throw new DataError(
      `${where}: expected a word that has a vector, got ${shown(word)}, which is none of the ` +
        `${plural(this.words.length, 'word')} of this model. Try another word, or train with a smaller minimum count.`,
    )
  }

  /** [V, E]: each vector with length 1; a vector of zeros stays. */
  get units(): Float32Array {
    this.#units ??= unitRows(this.vectors, this.dimensions)
    return this.#units
  }

  /** A row of `units`. */
  unit(place: number): Float32Array {
    return this.units.subarray(place * this.dimensions, (place + 1) * this.dimensions)
  }

  /** The words whose vectors point most nearly where the query does, [E], without those at some places. */
  nearest(query: Float64Array, top: number, without: ReadonlySet<number>): SimilarWord[] {
    const { units, dimensions } = this
    const length = Math.hypot(...query) || 1
    const similarities = Float64Array.from(this.words, (_, place) => {
      let sum = 0
      const row = place * dimensions
      for (let d = 0; d < dimensions; d++) sum += units[row + d] * query[d]
      return sum / length
    })
    return largest(similarities, top, without).map(place => ({
      word: this.words[place],
      similarity: similarities[place],
    }))
  }
}

/** @throws {OptionError} callers without types have something else. */
export function requireWord(where: string, word: string): void {
  if (typeof word !== 'string') throw new OptionError(`${where}: expected a word, got ${shown(word)}. Pass a string.`)
}

function unitRows(vectors: Float32Array, dimensions: number): Float32Array {
  const units = vectors.slice()
  for (let row = 0; row < units.length; row += dimensions) {
    let squares = 0
    for (let d = 0; d < dimensions; d++) squares += units[row + d] ** 2
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
    for (let d = 0; d < dimensions; d++) units[row + d] *= scale
  }
  return units
}

/** Places of the largest values, the largest first, ties in order of place. */
function largest(values: Float64Array, top: number, without: ReadonlySet<number>): number[] {
  const before = (a: number, b: number) => values[b] - values[a] || a - b
  let best: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let place = 0; place < values.length; place++) {
    if (values[place] <= least || without.has(place)) continue
    best.push(place)
    if (best.length < 2 * top + 16) continue
    best = best.sort(before).slice(0, top)
    least = values[best[top - 1]]
  }
  return best.sort(before).slice(0, top)
}
