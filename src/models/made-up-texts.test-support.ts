/**
 * Small made-up tables whose rule a classifier learns in a few epochs, and the options that suit them.
 */
import type { LabelledText } from '../data/examples.ts'
import { integerBelow } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'

/** How the texts of a language look. */
export interface MadeUpLanguage {
  /** The words that decide, by label. */
  readonly telling: Readonly<Record<string, readonly string[]>>
  readonly others: readonly string[]
  /** What stands between words. */
  readonly between: string
}

export const english: MadeUpLanguage = {
  telling: { good: ['good', 'fine'], bad: ['bad', 'poor'] },
  others: ['the', 'film', 'was', 'really', 'a', 'plot', 'and', 'actor'],
  between: ' ',
}

export const threeClasses: MadeUpLanguage = {
  ...english,
  telling: { good: ['good', 'fine'], bad: ['bad', 'poor'], mixed: ['mixed', 'middling'] },
}

export const chinese: MadeUpLanguage = {
  telling: { 好评: ['好', '棒'], 差评: ['差', '坏'] },
  others: ['电', '影', '真', '的', '很', '剧', '情'],
  between: '',
}

/** Texts of 3 to 8 words, one of which tells the label; the same for the same count and seed. */
export function madeUpTexts({ telling, others, between }: MadeUpLanguage, count: number, seed = 1): LabelledText[] {
  const labels = Object.keys(telling)
  return Array.from({ length: count }, (_, k) => {
    const draw = (place: number, limit: number) => integerBelow(keyOf(seed, 'made-up text', k), place, limit)
    const label = labels[k % labels.length]
    const words = Array.from({ length: 2 + draw(0, 6) }, (_, j) => others[draw(10 + j, others.length)])
    words.splice(draw(1, words.length + 1), 0, telling[label][draw(2, telling[label].length)])
    return { text: words.join(between), label }
  })
}

/** Small and quick. */
export const quick = {
  embedding: 8,
  hidden: 9,
  bidirectional: false,
  dropout: 0.1,
  wordDropout: 0.05,
  learningRate: 0.03,
  schedule: 'constant',
  batch: 8,
  epochs: 8,
} as const
