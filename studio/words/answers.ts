/** What the Words view asks: neighbours and analogies by the library, and the places of words on a map. */

import type { SimilarWord } from '../../src/models/word-vectors/word-list.ts'
import { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import { UNKNOWN_TOKEN } from '../../src/text/vocabulary.ts'
import { Turns } from '../../src/training/turns.ts'
import type { Task } from '../worker/model-facts.ts'
import { type Answers, Handed, type Work } from '../worker/protocol.ts'
import type { Session } from '../worker/session.ts'
import { type PrincipalAxes, placeOn, principalAxes } from './principal-axes.ts'

export interface OfModel {
  /** Counts the models opened, so that another model is another question. */
  readonly opening: number
  /** Of the open model. */
  readonly task: Task
}

/** Of a word, as the vectors write it. */
export interface Neighbours {
  readonly word: string
  readonly near: readonly SimilarWord[]
}

/** Of three words, as the vectors write them. */
export interface Analogy {
  readonly of: readonly string[]
  readonly near: readonly SimilarWord[]
}

export interface WordMap {
  /** [N]; first those that the axes are of, then the others asked for. */
  readonly words: readonly string[]
  /** [2 N]: x and y of each. */
  readonly places: Float64Array<ArrayBuffer>
  /** Share of the variance along x and along y. */
  readonly shares: readonly number[]
}

const TOP = 12

let known: { readonly opening: number; readonly vectors: WordVectors } | null = null
let axes: { readonly key: string; readonly made: PrincipalAxes; readonly words: readonly string[] } | null = null

/** The open word vectors, or those that another model has learned for its own ends. */
function vectorsOf(session: Session, { opening, task }: OfModel): WordVectors {
  if (known?.opening === opening) return known.vectors
  const vectors = task === 'word-vectors' ? session.wordVectors : byProduct(session)
  known = { opening, vectors }
  return vectors
}

function byProduct({ model: { encoder, network } }: Session): WordVectors {
  const weight = network.parameters().get('embedding.weight')
  if (weight === undefined) throw new Error('internal: a model that reads texts has no embedding')
  const { tokens } = encoder.vocabulary
  const dimensions = weight.shape[1]
  const values = Float32Array.from(weight.toArray())
  const places = [...tokens.keys()].filter(place => tokens[place] !== UNKNOWN_TOKEN)
  const vectors = new Float32Array(places.length * dimensions)
  places.forEach((place, row) => {
    vectors.set(values.subarray(place * dimensions, (place + 1) * dimensions), row * dimensions)
  })
  const words = places.map(place => tokens[place])
  return new WordVectors({ words, dimensions, vectors, counts: null, text: null, summary: null })
}

/** Marks and numbers stand in the middle of a map and tell nothing. */
const hasLetter = (word: string): boolean => /\p{L}/u.test(word)

export const answers = {
  /** The nearest words, and how the vectors write the word itself. */
  similar({ word, ...of }: OfModel & { word: string }, { session }: Work): Neighbours {
    const vectors = vectorsOf(session, of)
    const near = vectors.similar(word, TOP)
    return { word: vectors.words[vectors.list.requirePlace(word, 'similar')], near }
  },

  analogy({ a, b, c, ...of }: OfModel & { a: string; b: string; c: string }, { session }: Work): Analogy {
    const vectors = vectorsOf(session, of)
    const near = vectors.analogy(a, b, c, TOP)
    return { of: [a, b, c].map(word => vectors.words[vectors.list.requirePlace(word, 'analogy')]), near }
  },

  /**
   * The most frequent words on a plane, each vector at length 1, since neighbours go by the angle alone; and others on
   * the same plane.
   */
  async map(
    { count, also, ...of }: OfModel & { count: number; also: readonly string[] },
    { session, signal }: Work,
  ): Promise<Handed<WordMap>> {
    const { list } = vectorsOf(session, of)
    const key = `${of.opening} ${count}`
    if (axes?.key !== key) {
      const words = list.words.filter(hasLetter).slice(0, count)
      const { dimensions } = list
      const rows = new Float32Array(words.length * dimensions)
      words.forEach((word, k) => {
        rows.set(list.unit(list.requirePlace(word, 'map')), k * dimensions)
      })
      axes = { key, words, made: await principalAxes(rows, dimensions, new Turns(signal)) }
    }
    const { made, words } = axes
    const taken = new Set(words)
    const all = [...words, ...new Set(also.filter(word => !taken.has(word) && list.placeOf(word) !== undefined))]
    const places = Float64Array.from(all.flatMap(word => placeOn(made, list.unit(list.requirePlace(word, 'map')))))
    return new Handed({ words: all, places, shares: made.shares }, [places.buffer])
  },
} satisfies Answers
