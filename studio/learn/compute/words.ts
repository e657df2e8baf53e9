/** Word vectors of two trainings on the same sentences: CBOW's, and those that a language model has inside. */

import { embeddingOf } from '../../../src/inspect/subject.ts'
import type { Work } from '../../worker/protocol.ts'
import { Cbow } from './cbow.ts'
import { houseSession, SENTENCES } from './house.ts'
import { kindsOfWords, opinions, type Tongue } from './sentences.ts'

export interface WordsAsk {
  readonly tongue: Tongue
}

export interface Neighbour {
  readonly word: string
  /** Cosine, −1 to 1. */
  readonly similarity: number
}

export interface Guess {
  readonly token: string
  readonly probability: number
}

export interface NeighbourLists {
  readonly words: readonly string[]
  /** By word. */
  readonly cbow: Readonly<Record<string, readonly Neighbour[]>>
  readonly recurrent: Readonly<Record<string, readonly Neighbour[]>>
  /** Of the three nearest, how many are of the same kind (a thing, praise, blame), over all such words. */
  readonly cbowPurity: number
  readonly recurrentPurity: number
}

const NEAREST = 3

const made = new Map<Tongue, NeighbourLists>()
const trained = new Map<Tongue, Cbow>()

/** Trained once, on the sentences of the house. */
async function cbowOf(tongue: Tongue, signal: AbortSignal): Promise<Cbow> {
  const known = trained.get(tongue)
  if (known) return known
  const fresh = await Cbow.train(
    opinions(tongue, SENTENCES).map(({ text }) => text),
    signal,
  )
  trained.set(tongue, fresh)
  return fresh
}

export interface GuessAsk extends WordsAsk {
  readonly sentence: readonly string[]
  readonly at: number
}

/** What CBOW takes the word in the gap for. */
export async function guessMiddle({ tongue, sentence, at }: GuessAsk, { signal }: Work): Promise<Guess[]> {
  return (await cbowOf(tongue, signal)).guess(sentence, at, 4)
}

/** The language model of the house has to be there. */
export async function neighbourLists({ tongue }: WordsAsk, { signal }: Work): Promise<NeighbourLists> {
  const known = made.get(tongue)
  if (known) return known
  const cbow = await cbowOf(tongue, signal)
  const kinds = kindsOfWords(tongue)
  const words = [...kinds.keys()]
  const ofCbow = listsOf(words, word => cbow.vector(word))
  const { network, encoder } = houseSession({ kind: 'language-model', tongue }).model
  const table = embeddingOf(network.parameters())
  const [, width] = table.shape
  const rows = table.toArray()
  const ofRecurrent = listsOf(words, word => {
    const id = encoder.vocabulary.idOf(word)
    return rows.slice(id * width, (id + 1) * width)
  })
  const lists = {
    words,
    cbow: ofCbow,
    recurrent: ofRecurrent,
    cbowPurity: purityOf(ofCbow, kinds),
    recurrentPurity: purityOf(ofRecurrent, kinds),
  }
  made.set(tongue, lists)
  return lists
}

function listsOf(words: readonly string[], vectorOf: (word: string) => ArrayLike<number>): Record<string, Neighbour[]> {
  const vectors = words.map(word => Array.from(vectorOf(word)))
  const lengths = vectors.map(vector => Math.hypot(...vector))
  const cosine = (a: number, b: number): number =>
    vectors[a].reduce((sum, x, k) => sum + x * vectors[b][k], 0) / (lengths[a] * lengths[b])
  return Object.fromEntries(
    words.map((word, a) => [
      word,
      words
        .map((other, b) => ({ word: other, similarity: cosine(a, b) }))
        .filter(({ word: other }) => other !== word)
        .sort((x, y) => y.similarity - x.similarity)
        .slice(0, NEAREST),
    ]),
  )
}

function purityOf(lists: Readonly<Record<string, readonly Neighbour[]>>, kinds: ReadonlyMap<string, string>): number {
  const all = Object.entries(lists).flatMap(([word, near]) =>
    near.map(({ word: other }) => Number(kinds.get(other) === kinds.get(word))),
  )
  return all.reduce((sum, is) => sum + is, 0) / all.length
}
