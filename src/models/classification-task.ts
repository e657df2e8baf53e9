/**
 * How rows of texts become losses and judgements: what the training loop needs of a classifier.
 */
import { batchesByLength } from '../data/batches.ts'
import type { LabelledText } from '../data/examples.ts'
import { crossEntropy, noGradient, step, type Tensor } from '../tensor/index.ts'
import { balancedClassWeights } from '../training/class-weights.ts'
import type { TrainingTask } from '../training/loop.ts'
import type { Parameters } from '../training/optimizer-state.ts'
import type { Turns } from '../training/turns.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { type Judgement, Scoring } from './judgement.ts'
import { indexOfLargest } from './largest.ts'
import { PREDICTION_BATCH } from './prediction-batch.ts'
import type { TextClassifierOptions } from './text-classifier-options.ts'
import type { TextEncoder } from './text-encoder.ts'

export interface CodedRow {
  readonly ids: Int32Array
  readonly label: number
  /** Whether the text went on. */
  readonly isCut: boolean
}

export function codedRows(rows: readonly LabelledText[], encoder: TextEncoder, labels: readonly string[]): CodedRow[] {
  const place = new Map(labels.map((label, k) => [label, k]))
  return rows.map(({ text, label }) => {
    const { tokens, isCut } = encoder.tokenize(text)
    return { ids: encoder.vocabulary.encode(tokens), label: place.get(label) as number, isCut }
  })
}

export class ClassificationTask implements TrainingTask<readonly CodedRow[], { loss: number; accuracy: number }> {
  readonly parameters: Parameters
  readonly embedding: Tensor | undefined
  readonly measures = ['loss', 'accuracy']
  readonly #network: ClassifierNetwork
  readonly #labels: readonly string[]
  readonly #training: readonly CodedRow[]
  readonly #validation: readonly CodedRow[]
  readonly #settings: TextClassifierOptions
  readonly #classWeights: Float64Array | null

  /** @param parameters  Those of the network that are trained. */
  constructor(
    network: ClassifierNetwork,
    parameters: Parameters,
    labels: readonly string[],
    { training, validation }: { readonly training: readonly CodedRow[]; readonly validation: readonly CodedRow[] },
    settings: TextClassifierOptions,
  ) {
    this.#network = network
    this.parameters = parameters
    this.embedding = parameters.get('embedding.weight')
    this.#labels = labels
    this.#training = training
    this.#validation = validation
    this.#settings = settings
    const counts = labels.map((_, k) => training.filter(row => row.label === k).length)
    this.#classWeights = settings.classWeights === 'balanced' ? balancedClassWeights(counts) : null
  }

  batches(epoch: number): CodedRow[][] {
    const { batch, seed } = this.#settings
    const lengths = this.#training.map(r => r.ids.length)
    return batchesByLength(lengths, batch, seed, epoch).map(places => Array.from(places, k => this.#training[k]))
  }

  tokens(batch: readonly CodedRow[]): number {
    return batch.reduce((sum, r) => sum + r.ids.length, 0)
  }

  weight(batch: readonly CodedRow[]): number {
    const weights = this.#classWeights
    return weights ? batch.reduce((sum, r) => sum + weights[r.label], 0) : batch.length
  }

  loss(batch: readonly CodedRow[], draw: number): Tensor {
    const sequences = batch.map(r => r.ids)
    const labels = batch.map(r => r.label)
    const logits = this.#network.logits(sequences, { ...this.#settings, draw })
    const { labelSmoothing } = this.#settings
    const classWeights = this.#classWeights && Array.from(this.#classWeights)
    return crossEntropy(logits, labels, { labelSmoothing, ...(classWeights && { classWeights }) })
  }

  async validate(turns: Turns): Promise<{ loss: number; accuracy: number }> {
    const { loss, accuracy } = await judge(this.#network, this.#validation, this.#labels, turns)
    return { loss, accuracy }
  }
}

/** Runs the network over coded rows, texts of similar length together. */
export async function judge(
  network: ClassifierNetwork,
  rows: readonly CodedRow[],
  labels: readonly string[],
  turns: Turns,
): Promise<Judgement> {
  const scoring = new Scoring(labels)
  const sorted = rows.toSorted((a, b) => b.ids.length - a.ids.length)
  for (let begin = 0; begin < sorted.length; begin += PREDICTION_BATCH) {
    const batch = sorted.slice(begin, begin + PREDICTION_BATCH)
    const truths = batch.map(r => r.label)
    const [logits, losses] = noGradient(() =>
      step(() => {
        const values = network.logits(batch.map(r => r.ids))
        return [values.toArray(), crossEntropy(values, truths, { reduction: 'none' }).toArray()]
      }),
    )
    batch.forEach((row, b) => {
      const own = logits.subarray(b * labels.length, (b + 1) * labels.length)
      scoring.add(row.label, indexOfLargest(own), losses[b])
    })
    await turns.give()
  }
  return scoring.judgement()
}
