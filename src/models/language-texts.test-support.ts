/**
 * Small made-up texts for language models, whose best loss is known, and the options that suit them.
 */
import { uniform } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'

/** Small and quick. */
export const quickLanguage = {
  tokens: 'character',
  embedding: 8,
  hidden: 16,
  dropout: 0,
  batch: 4,
  unroll: 12,
  epochs: 6,
  learningRate: 0.02,
} as const

/** Of two letters: b after a with 0.9, a after b with 0.7. */
const AFTER: Readonly<Record<string, readonly [string, number]>> = { a: ['b', 0.9], b: ['a', 0.7] }

/** A text of a Markov chain; the same for the same length and seed. */
export function markovText(length: number, seed = 1): string {
  const key = keyOf(seed, 'markov text')
  let text = 'a'
  while (text.length < length) {
    const last = text[text.length - 1]
    const [other, probability] = AFTER[last]
    text += uniform(key, text.length) < probability ? other : last
  }
  return text
}

/** The mean −log p of a text's letters but the first by the chain that made it: what no model can beat by much. */
export function markovLoss(text: string): number {
  let loss = 0
  for (let i = 1; i < text.length; i++) {
    const [other, probability] = AFTER[text[i - 1]]
    loss -= Math.log(text[i] === other ? probability : 1 - probability)
  }
  return loss / (text.length - 1)
}
