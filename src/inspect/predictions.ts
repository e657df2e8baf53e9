/**
 * What a model predicts after each token: for the text cut there, whatever the pooling. The same bits as predicting the
 * cut text.
 */

import { windowFor } from '../models/language-judgement.ts'
import { indexOfLargest } from '../models/largest.ts'
import { noGradient, softmax, step } from '../tensor/index.ts'
import { Turns } from '../training/turns.ts'
import { cutTextsOf } from './cut-texts.ts'
import type { InspectedPrediction, LabelPrediction, TokenPrediction } from './report.ts'
import { type ClassifierSubject, isClassifier, type LanguageSubject, type Reading, type Subject } from './subject.ts'

export interface PredictionsOptions {
  readonly signal?: AbortSignal | undefined
  /** Called now and then. @param done  Share of the work, 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** Rows that are laid out together, at most, unless one text has more; and texts. */
const ROWS_MOST = 8192
const TEXTS_MOST = 256

/** Of a language model's most probable tokens. */
const TOP = 10

/**
 * @returns  [T]; at t for the text up to and with token t.
 * @throws the signal's reason, when it is aborted.
 */
export async function predictionsOf(
  subject: Subject,
  reading: Reading,
  { signal, onProgress = () => {} }: PredictionsOptions = {},
): Promise<InspectedPrediction[]> {
  const turns = new Turns(signal)
  const { length } = reading.ids
  const made: InspectedPrediction[] = []
  const next = isClassifier(subject) ? labelSteps(subject, reading) : tokenSteps(subject, reading)
  for (const predictions of next) {
    made.push(...predictions)
    onProgress(made.length / length)
    await turns.give()
  }
  return made
}

function* labelSteps(subject: ClassifierSubject, { ids }: Reading): Generator<LabelPrediction[]> {
  const { network, labels } = subject
  const { rowsAt, read } = cutTextsOf(subject, ids)
  for (let begin = 0; begin < ids.length; ) {
    let [end, rows] = [begin + 1, rowsAt(begin)]
    while (end < ids.length && end - begin < TEXTS_MOST && rows + rowsAt(end) <= ROWS_MOST) rows += rowsAt(end++)
    const [from, to] = [begin, end]
    const probabilities = noGradient(() => step(() => softmax(network.answer(read(from, to))).toArray()))
    yield Array.from({ length: end - begin }, (_, b) =>
      labelPrediction(labels, probabilities.subarray(b * labels.length, (b + 1) * labels.length)),
    )
    begin = end
  }
}

function labelPrediction(labels: readonly string[], probabilities: Float32Array | Float64Array): LabelPrediction {
  const best = indexOfLargest(probabilities)
  return {
    label: labels[best],
    probability: probabilities[best],
    probabilities: Object.fromEntries(labels.map((label, k) => [label, probabilities[k]])),
  }
}

function* tokenSteps({ network, encoder }: LanguageSubject, { ids }: Reading): Generator<TokenPrediction[]> {
  const { vocabulary } = network.sizes
  const window = windowFor(vocabulary)
  let state = network.initialState(1)
  for (let begin = 0; begin < ids.length; begin += window) {
    const part = ids.subarray(begin, begin + window)
    const run = () => {
      const { output, state: after } = network.read(part, 1, state)
      return { after, probabilities: softmax(network.logits(output)).toArray() }
    }
    const { after, probabilities } = noGradient(() => step(run, { consumes: state }))
    state = after
    yield Array.from(part, (_, t) => {
      const row = probabilities.subarray(t * vocabulary, (t + 1) * vocabulary)
      const top = largestOf(row, TOP)
      const id = begin + t + 1 < ids.length ? ids[begin + t + 1] : top[0]
      const named = (id: number) => ({ token: encoder.vocabulary.tokens[id], probability: row[id] })
      return { ...named(id), top: top.map(named) }
    })
  }
}

/** Places of the largest values, the largest first; of equal ones the first. */
function largestOf(values: Float32Array | Float64Array, count: number): number[] {
  const found: number[] = []
  for (let k = 0; k < values.length; k++) {
    if (found.length === count && !(values[k] > values[found[count - 1]])) continue
    let at = Math.min(found.length, count - 1)
    while (at > 0 && values[k] > values[found[at - 1]]) {
      found[at] = found[at - 1]
      at--
    }
    found[at] = k
  }
  return found
}
