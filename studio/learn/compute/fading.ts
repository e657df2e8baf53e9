/** How fast the gradient fades with distance: measured on a task that asks for the first letter of a long row. */
import { gradientOf } from '../../../src/inspect/gradient.ts'
import { readingOf, type Subject } from '../../../src/inspect/subject.ts'
import { prepareClassifier } from '../../../src/models/classifier-preparation.ts'
import { TextClassifier } from '../../../src/models/text-classifier.ts'
import { integerBelow } from '../../../src/random/draw.ts'
import { keyOf } from '../../../src/random/key.ts'
import type { Work } from '../../worker/protocol.ts'
import { shareDone } from './house.ts'

export const FADING_CELLS = ['rnn', 'gru', 'lstm'] as const
export type FadingCell = (typeof FADING_CELLS)[number]

export interface FadingAsk {
  /** Letters in a row. */
  readonly steps: number
}

export interface Faded {
  readonly cell: FadingCell
  /** By distance from the end, [steps]: mean ‖∂ log p / ∂ x‖ there, as a share of that of the last letter. */
  readonly start: readonly number[]
  readonly trained: readonly number[]
  /** Of right answers on rows that it has not seen; by chance 0.25. */
  readonly accuracy: number
}

/** All letters of a row are drawn from these; its label is the first one, so that the rest has to be passed over. */
export const LETTERS = ['a', 'b', 'c', 'd']
const ROWS = 960
const UNSEEN = 300
const MEASURED = 12
const EPOCHS = 25

function rowsOf(count: number, steps: number, seed: number): { text: string; label: string }[] {
  const key = keyOf(seed, 'first letter')
  return Array.from({ length: count }, (_, r) => {
    const row = Array.from({ length: steps }, (_, k) => LETTERS[integerBelow(key, r * steps + k, LETTERS.length)])
    return { text: row.join(' '), label: row[0] }
  })
}

export async function fading({ steps }: FadingAsk, { signal, report }: Work): Promise<Faded[]> {
  const rows = rowsOf(ROWS, steps, 1)
  const unseen = rowsOf(UNSEEN, steps, 2)
  const found: Faded[] = []
  for (const [k, cell] of FADING_CELLS.entries()) {
    const options = {
      cell,
      hidden: [24],
      embedding: 8,
      bidirectional: false,
      pooling: 'last',
      tokens: 'space',
      language: 'en',
      minimumCount: 1,
      dropout: 0,
      wordDropout: 0,
      adversarial: 0,
      epochs: EPOCHS,
      patience: EPOCHS,
      batch: 32,
      learningRate: 0.01,
      schedule: 'constant',
      // Gates that begin open for as long as the task is (Tallec & Ollivier 2018); a cell without gates has none.
      ...(cell !== 'rnn' && { initialization: 'chrono' as const }),
    } as const
    const before = await prepareClassifier(rows, options)
    const start = byDistance(before, unseen)
    report({ done: k / FADING_CELLS.length, cell, start })
    const model = await TextClassifier.train(rows, {
      ...options,
      signal,
      onProgress: progress => report({ done: (k + shareDone(progress)) / FADING_CELLS.length, cell, start }),
    })
    const answers = model.predictAll(unseen.map(({ text }) => text))
    const accuracy = answers.filter(({ label }, r) => label === unseen[r].label).length / UNSEEN
    found.push({ cell, start, trained: byDistance(model, unseen), accuracy })
  }
  return found
}

function byDistance(
  subject: Subject & { labels: readonly string[] },
  rows: readonly { text: string; label: string }[],
) {
  const readings = rows.slice(0, MEASURED).map(({ text, label }) => {
    const norms = gradientOf(subject, readingOf(subject, text), subject.labels.indexOf(label))
    return norms.reverse()
  })
  const mean = readings[0].map((_, d) => readings.reduce((sum, norms) => sum + norms[d], 0) / readings.length)
  return mean.map(norm => norm / mean[0])
}
